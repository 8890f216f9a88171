import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { baseContainerName, serviceContainerName } from '../../src/fleet/names.ts';
import { readListeningPorts } from '../../src/host/proc.ts';
import { packageRoot } from '../../src/package-root.ts';
import { attacker, docker, eventually, run } from './on-lab.ts';
import { breaches, readContract } from './services/contract.ts';
import { differences, eventsOf, type LoggedEvent, missing } from './services/events.ts';
import { addressOf, trialFleet } from './services/fleet.ts';
import { holdOpen, throwAt } from './services/hostile.ts';
import type { Trial, Visit } from './services/trial.ts';
import { isAskedFor, loadTrials } from './services/trials.ts';
import { openSite, type Site, troublesOf } from './site.ts';

/** Of one service, bytes: a third of what its container may have. */
const mostMemory = 80 * 1024 * 1024;
const messages = 10_000;
const slowConnections = 500;
/** Lines that a decky may have logged since a visit began. */
const visitLines = 3_000;

const trials = await loadTrials();
const fleet = await trialFleet(trials);

let site: Site;

beforeAll(async () => {
  site = await openSite(fleet);
  await site.succeed('deploy');
});

afterAll(() => site?.close());

it('every service has a trial', async () => {
  const templates = await readdir(join(packageRoot(), 'templates'), { withFileTypes: true });
  const services = templates.filter((one) => one.isDirectory() && !['runtime', 'shared'].includes(one.name));
  const wanted = services.map(({ name }) => name).filter(isAskedFor);
  expect(trials.map(({ service }) => service).sort()).toEqual(wanted.sort());
});

it('every service is up, and what is bound is what its manifest declares', async () => {
  const { deckies, ...report } = await site.status();
  expect(troublesOf({ deckies, ...report })).toEqual([]);
  for (const { decky, services } of deckies) {
    const pid = await pidOf(baseContainerName('services', decky));
    const declared = services.flatMap(({ ports }) =>
      ports.map(({ port, protocol }) => `${port}/${protocol}`),
    );
    const bound = (await readListeningPorts(pid)).map(({ port, protocol }) => `${port}/${protocol}`);
    expect([decky, bound.sort()]).toEqual([decky, declared.sort()]);
  }
});

const places = trials.map((trial, index) => [trial.service, trial, addressOf(index)] as const);

/** Services beside one another, the visits of each one after the other. */
describe.concurrent('a real client', () => {
  it.each(places)('of %s is served, and each attempt is logged once', async (_, trial, ip) => {
    for (const visit of trial.visits) {
      const since = await pay(trial, ip, visit);
      const troubles = differences(since, visit.leaves);
      expect({ what: visit.what, troubles }).toEqual({ what: visit.what, troubles: [] });
      for (const event of since)
        expect(event).toMatchObject({ src_ip: attacker, session: expect.any(String) });
    }
  });
});

it('every event is one of docs/events.md, and has the fields that it says', checkEvents);

/** Beside one another: the most of each is waiting. */
describe.concurrent(`${messages} broken messages and ${slowConnections} slow connections`, () => {
  it.each(places)('are what %s stands', async (_, trial, ip) => {
    const [honest] = trial.visits;
    if (honest === undefined) throw new Error(`${trial.service} has no visit`);
    const container = serviceContainerName('services', `on-${trial.service}`, trial.service);
    const before = await startOf(container);
    expect(await throwAt(trial, ip, messages)).toBe(0);
    const holding = await holdOpen(trial, ip, slowConnections);
    try {
      await pay(trial, ip, honest);
    } finally {
      if (holding.isRunning()) process.kill(holding.pid, 'SIGKILL');
      await holding.ended;
    }
    expect(await startOf(container)).toBe(before);
    const faults = (await eventsOf(site, trial.service)).filter(({ event }) => event === 'fault');
    expect(faults.slice(0, 3)).toEqual([]);
    expect(await peakMemory(await pidOf(container))).toBeLessThan(mostMemory);
  });
});

it('whoever sends rubbish leaves such events too', checkEvents);

async function checkEvents(): Promise<void> {
  const contract = await readContract();
  const last = await Promise.all(trials.map(({ service }) => eventsOf(site, service, visitLines)));
  expect([...new Set(last.flat().flatMap((event) => breaches(contract, event)))].sort()).toEqual([]);
}

/** Runs the client, sees to what it prints, and waits for what it leaves; answers what came into the log meanwhile. */
async function pay({ service }: Trial, ip: string, visit: Visit): Promise<readonly LoggedEvent[]> {
  const begin = Date.now();
  const ended = await run('attacker', ...visit.argv(ip));
  const printed = `${ended.stdout}${ended.stderr}`;
  const { what } = visit;
  if (visit.exitCode !== 'any')
    expect({ what, exitCode: ended.exitCode, printed }).toEqual({
      what,
      exitCode: visit.exitCode ?? 0,
      printed,
    });
  if (visit.prints !== undefined) expect(printed, what).toMatch(visit.prints);
  let since: readonly LoggedEvent[] = [];
  const isThere = async (): Promise<boolean> => {
    const last = await eventsOf(site, service, visitLines);
    since = last.filter((event) => isOfVisit(event) && Date.parse(event.time) >= begin);
    return missing(since, visit.leaves).length === 0;
  };
  // What is missing says more than that time was over.
  await eventually('the log has it', isThere, 10_000).catch(() =>
    expect(differences(since, visit.leaves), what).toEqual([]),
  );
  return since;
}

function isOfVisit({ event }: LoggedEvent): boolean {
  return event !== 'start' && event !== 'disconnect' && event !== 'connect';
}

async function pidOf(container: string): Promise<number> {
  const [pid = ''] = await docker('inspect', '--format', '{{.State.Pid}}', container);
  return Number(pid);
}

async function startOf(container: string): Promise<string | undefined> {
  return (await docker('inspect', '--format', '{{.State.StartedAt}} {{.RestartCount}}', container))[0];
}

/** VmHWM of proc_pid_status(5), bytes. */
async function peakMemory(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}
