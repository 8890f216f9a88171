import { appendFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { diagnose, type Surroundings } from '../../src/doctor/doctor.ts';
import { collectParts, type Part } from '../../src/doctor/report.ts';
import { maskIn } from '../../src/doctor/secrets.ts';
import { reportText } from '../../src/doctor/text.ts';
import { DecnetError } from '../../src/errors.ts';
import { labels } from '../../src/fleet/names.ts';
import { templatesFolder } from '../../src/package-root.ts';
import { readProcessStat } from '../../src/process/process-stat.ts';
import { loadServices } from '../../src/services/load-services.ts';
import { masked } from '../../src/services/secrets.ts';
import type { LockOwner } from '../../src/state/lock.ts';
import { type Paths, pathsOf } from '../../src/state/paths.ts';
import type { Run, State } from '../../src/state/schema.ts';
import { aContainer } from '../fakes/fake-docker.ts';
import { createFakeWorld, type FakeWorld } from '../fakes/fake-world.ts';
import { createFaults, type Faults } from '../fakes/faults.ts';
import { office } from '../fakes/fleet.ts';
import { aDeployment, aRun, aState, aStep } from '../fakes/states.ts';
import { temporaryFolder } from '../fleet/temporary-folder.ts';

const services = await loadServices(templatesFolder());

let folder: string;
let paths: Paths;
let faults: Faults;
let world: FakeWorld;
let self: LockOwner;

beforeEach(async () => {
  folder = await temporaryFolder();
  paths = pathsOf(join(folder, 'decnet-state.json'));
  faults = createFaults();
  world = createFakeWorld(faults, folder, Date.now);
  const startTime = (await readProcessStat(process.pid))?.startTime ?? '';
  self = { pid: process.pid, startTime, bootId: 'boot-1', pidNamespace: '1', command: 'doctor' };
});

function look(over: Partial<Surroundings> = {}): Promise<readonly Part[]> {
  const { docker, host, compose } = world;
  return diagnose({
    ...{ docker, host, compose, paths, self },
    engineDetails: async () => ({ 'storage driver': 'overlay2', warnings: '' }),
    kernelOptions: async () => ({ CONFIG_MACVLAN: 'm', CONFIG_IPVLAN: 'n', CONFIG_NF_TABLES: 'y' }),
    services: async () => services,
    dockerHost: undefined,
    version: '1.2.3',
    network: 'none-of-this-host',
    ...over,
  });
}

/** The values of the facts of that name. */
function told(parts: readonly Part[], name: string): readonly string[] {
  return parts.flatMap(({ facts }) => facts.filter((fact) => fact.name === name).map(({ value }) => value));
}

/** `check: what is wrong`, of all that is. */
function problems(parts: readonly Part[]): readonly string[] {
  return parts.flatMap(({ checks }) =>
    checks.flatMap(({ name, problem }) => (problem === null ? [] : [`${name}: ${problem.what}`])),
  );
}

async function save(state: State, ...events: readonly object[]): Promise<void> {
  await writeFile(paths.state, JSON.stringify(state));
  const run = join(paths.runs, state.run?.id ?? 'run-1');
  await mkdir(run, { recursive: true });
  await writeFile(join(run, 'events.ndjson'), events.map((event) => `${JSON.stringify(event)}\n`).join(''));
}

/** The fleet `office` whose services were told passwords, and whose alerts go to a webhook. */
function guarded(password: string) {
  const [first, second] = office().deckies;
  if (first === undefined || second === undefined) throw new Error('office has two deckies');
  const ssh = { name: 'ssh', ports: [], config: { accept: [{ username: 'root', password }] } };
  const redis = { name: 'redis', ports: [], config: { password: `${password}-r` } };
  const alert = { on: ['auth'], webhook: `https://hooks.example/${password}`, deckies: null, services: null };
  return { ...office(), alerts: [alert], deckies: [{ ...first, services: [ssh, redis] }, second] };
}

const image = { tag: 'decnet/any:1', context: '1' };
const images = { runtime: image, services: { ssh: image, redis: image, http: image } };

/** A run of that fleet. */
function guardedRun(password: string, over: Partial<Run> = {}): Run {
  return aRun({ fleet: guarded(password), images, ...over });
}

describe('a report', () => {
  it('of a host on which all is well has no problem', async () => {
    world.hostState.routes.push({ destination: 'default', link: 'eth0', gateway: '198.51.100.1' });
    await save(aState({ deployment: aDeployment(), run: aRun() }), { type: 'run-finished' });
    const parts = await look();
    expect(problems(parts)).toEqual([]);
    expect(told(parts, 'decnet')).toEqual(['1.2.3']);
    expect(told(parts, 'engine')).toEqual(['26.1.5']);
    expect(told(parts, 'storage driver')).toEqual(['overlay2']);
    expect(told(parts, 'warnings')).toEqual([]);
    expect(told(parts, 'deployment')).toEqual([
      'office: 2 deckies, 3 services, macvlan on eth0, egress closed',
    ]);
    expect(told(parts, '1')).toEqual(['{"type":"run-finished"}']);
  });

  it('is had without Docker, without a state file, and without root', async () => {
    world.hostState.isRoot = false;
    faults.arm({
      hits: ({ name }) => /^(docker|compose)\./.test(name),
      moment: 'before',
      times: Number.POSITIVE_INFINITY,
      error: () => new DecnetError('No engine answers', { code: 'DOCKER_UNREACHABLE', hint: 'Start it.' }),
    });
    const unreachable = async () => Promise.reject(new Error('no engine'));
    const parts = await look({ engineDetails: unreachable, kernelOptions: async () => null });
    expect(parts.map(({ title }) => title)).toEqual([
      'software',
      'Docker',
      'kernel',
      'network',
      'deployment',
      'what of decnet stands',
      'last events of the last run',
    ]);
    expect(told(parts, 'engine')).toEqual(['does not answer']);
    expect(told(parts, 'records')).toEqual(['nothing: there is none']);
    expect(told(parts, 'options')).toEqual(['the kernel does not tell']);
    expect(told(parts, 'eth0')).toHaveLength(1);
    expect(told(parts, 'events')).toEqual(['none: no run is known']);
    expect(problems(parts)).toEqual([
      'right to change the network (CAP_NET_ADMIN): this process may not change the network, and sees less',
      'Docker Engine: No engine answers',
      'compose plugin: No engine answers',
      'default route: there is no default route, so that nothing tells the interface of the LAN',
      'list our containers: No engine answers',
      'list our networks: No engine answers',
    ]);
    expect(await readdir(folder)).toEqual([]);
  });

  it('says which part failed, and has the others', async () => {
    faults.arm({ hits: ({ name }) => name === 'host.routes', moment: 'before' });
    const parts = await look();
    expect(parts.find(({ title }) => title === 'network')).toEqual({
      title: 'network',
      facts: [],
      checks: [
        {
          name: 'read the network',
          problem: { what: 'The fake world refuses', remedy: 'Mend the fake world.' },
        },
      ],
    });
    expect(told(parts, 'engine')).toEqual(['26.1.5']);
    const text = reportText(parts);
    expect(text).toContain('problem  read the network: The fake world refuses. Mend the fake world.\n');
    expect(text).toContain('\nNetwork\n  cannot be read\n');
  });

  it('does not wait for a part that hangs', async () => {
    const quick = { title: 'quick', collect: async () => ({ facts: [], checks: [] }) };
    const hanging = { title: 'engine', collect: () => new Promise<never>(() => {}) };
    const [stuck, other] = await collectParts([hanging, quick], 20);
    expect(stuck?.checks).toMatchObject([
      { name: 'read the engine', problem: { what: expect.stringContaining('no answer within 0.02 s') } },
    ]);
    expect(other).toEqual({ title: 'quick', facts: [], checks: [] });
  });

  it('tells what of decnet stands, whichever deployment it is of, and nothing of others', async () => {
    const { dockerState, hostState } = world;
    const marked = { labels: { [labels.deployment]: 'lost' } };
    dockerState.containers.set('a', { ...aContainer('lost-files-01'), ...marked });
    dockerState.containers.set('b', aContainer('registry'));
    const alias = 'decnet:lost';
    await world.host.addLink({ name: 'dn-lost', kind: 'macvlan', parent: 'eth0', mac: null, alias });
    const parts = await look();
    expect(told(parts, 'container')).toEqual([expect.stringContaining('lost-files-01')]);
    expect(told(parts, 'networks')).toEqual(['none']);
    expect(told(parts, 'link')).toEqual(['dn-lost: macvlan on eth0, down, alias decnet:lost']);
    expect(hostState.links.size).toBe(2);
  });

  it('tells how the last run failed, and what to do', async () => {
    const error = { code: 'PULL_FAILED', message: 'Cannot pull debian', hint: 'Try again: decnet resume' };
    const steps = [aStep('build', { status: 'failed', attempt: 2, error })];
    await save(aState({ run: aRun({ status: 'failed', error, steps }) }));
    const parts = await look();
    expect(told(parts, 'step build')).toEqual(['apply failed, attempt 2: PULL_FAILED: Cannot pull debian']);
    expect(reportText(parts)).toContain(
      'problem  last run: the last run is failed: Cannot pull debian. Try again: decnet resume\n',
    );
  });

  it('tells who holds a lock, and who died with it, and leaves both', async () => {
    await writeFile(paths.lock, JSON.stringify({ ...self, command: 'deploy' }));
    expect(told(await look(), 'lock of the state file')).toEqual([
      `held by decnet deploy, pid ${process.pid}`,
    ]);
    await writeFile(paths.lock, JSON.stringify({ ...self, command: 'deploy', startTime: '1' }));
    const [dead] = told(await look(), 'lock of the state file');
    expect(dead).toBe('left by a dead decnet deploy; the next one breaks it');
    expect(await readdir(folder)).toEqual(['decnet-state.json.lock']);
  });

  it('names the machine of no one: of MACs only the half of the vendor', async () => {
    const text = JSON.stringify(await look());
    expect(text).toContain('02:00:00:xx:xx:xx');
    expect(text).not.toContain('aa:01');
  });

  it('says when a kernel cannot have what deckies need', async () => {
    const none = { CONFIG_MACVLAN: 'n', CONFIG_IPVLAN: 'n', CONFIG_NF_TABLES: 'n' };
    world.hostState.missingForDisguise = ['CONFIG_NFT_NUMGEN'];
    const found = problems(await look({ kernelOptions: async () => none })).join('\n');
    for (const word of ['neither macvlan nor ipvlan', 'no nftables', 'lacks CONFIG_NFT_NUMGEN']) {
      expect(found).toContain(word);
    }
  });
});

describe('a secret', () => {
  it.each([
    ['plain', 'horse-battery-7'],
    ['that JSON writes otherwise', 'ho"rse\\batt\nery'],
    ['full of signs that patterns have', 'a.*(b)+[c]$^{2}|d?'],
    ['of other letters', 'пароль-ß-密码'],
  ])('%s is nowhere: not of the fleet, of an error, of what a child printed', async (_, password) => {
    const error = { code: 'X', message: `could not log in with ${password}`, hint: `use ${password}` };
    const state = aState({
      deployment: aDeployment({ fleet: guarded(password), images }),
      run: guardedRun(password, {
        status: 'failed',
        error,
        steps: [aStep('up', { status: 'failed', error })],
      }),
    });
    await save(
      state,
      { type: 'output', line: `--requirepass ${password}-r` },
      { arguments: [password] },
      { line: password },
    );
    faults.arm({
      hits: ({ name }) => name === 'docker.listContainers',
      moment: 'before',
      error: () => new Error(`the engine said ${password}`),
    });
    const parts = await look();
    expect(told(parts, '1')).toEqual([expect.stringContaining(`--requirepass ${masked}`)]);
    expect(problems(parts).join('\n')).toContain(`could not log in with ${masked}`);
    expect(problems(parts).join('\n')).toContain(`the engine said ${masked}`);
    // As it stands, and as JSON writes it.
    const quoted = (text: string): string => JSON.stringify(text).slice(1, -1);
    const whole = parts.flatMap(({ facts, checks }) => [
      ...facts.map(({ value }) => value),
      ...checks.flatMap(({ problem }) => [problem?.what ?? '', problem?.remedy ?? '']),
    ]);
    for (const form of [password, quoted(password)]) {
      expect(whole.filter((text) => text.includes(form))).toEqual([]);
      expect(reportText(parts)).not.toContain(form);
    }
  });

  it('is masked where the state file is of another host, too', async () => {
    const error = { code: 'X', message: 'horse-battery-7 is wrong' };
    const run = guardedRun('horse-battery-7', { status: 'failed', error });
    const foreign = { ...aState({ run }), host: { hostname: 'other', machineId: 'machine-2' } };
    await save(foreign, { line: 'horse-battery-7' });
    const parts = await look();
    expect(problems(parts).join('\n')).toContain('belongs to host other');
    expect(JSON.stringify(parts)).not.toContain('horse-battery');
  });

  it('in a state file that is damaged is not told with the damage', async () => {
    await save(aState({ run: guardedRun('horse-battery-7') }), { line: 'horse-battery-7' });
    expect(told(await look(), 'records')).toEqual(['format 1, serial 3']);
    const text = await readFile(paths.state, 'utf8');
    for (const damaged of [
      text.replace('"password":"horse-battery-7"', '"password":horse-battery-7'),
      text.replace('"pipeline":"deploy"', '"pipeline":"horse-battery-7"'),
      text.slice(0, text.indexOf('battery-7') + 9),
    ]) {
      await writeFile(paths.state, damaged);
      const parts = await look();
      expect(problems(parts)).toContain(`state file: the state file ${paths.state} is damaged`);
      expect(told(parts, 'records')).toEqual(['cannot be read']);
      expect(JSON.stringify(parts)).not.toContain('battery');
    }
  });

  it('cannot be told from the rest without manifests: then nothing of the deployment is shown', async () => {
    const error = { code: 'FAKE', message: 'told horse-battery-7' };
    const run = { ...guardedRun('horse-battery-7'), error };
    await save(aState({ run }), { line: 'horse-battery-7' });
    const parts = await look({ services: async () => Promise.reject(new Error('no templates')) });
    expect(told(parts, 'records')).toEqual([]);
    expect(told(parts, 'not shown')).toEqual([expect.stringContaining('cannot be told what is a secret')]);
    expect(told(parts, 'events')).toEqual(['none: no run is known']);
    expect(JSON.stringify(parts)).not.toContain('horse-battery');
  });

  it('that a line at the cut of a long journal has is not shown by half', async () => {
    const password = 'horse-battery-7'.repeat(2_000);
    await save(aState({ run: guardedRun(password) }), { line: password });
    const journal = join(paths.runs, 'run-1', 'events.ndjson');
    const fill = 64 * 1024 - 15_000;
    await appendFile(journal, `${JSON.stringify({ line: 'x'.repeat(fill) })}\n`);
    const parts = await look();
    expect(told(parts, '1')).toEqual([expect.stringContaining('xxx')]);
    expect(JSON.stringify(parts)).not.toContain('horse');
  });

  it('stands in no DOCKER_HOST', async () => {
    const parts = await look({ dockerHost: 'tcp://me:horse@engine.example:2376' });
    expect(told(parts, 'DOCKER_HOST')).toEqual([`tcp://${masked}@engine.example:2376`]);
  });

  it('of few letters is masked where it is a word, and a longer one whole', () => {
    expect(maskIn('a cat, "a": a1', ['a'])).toBe(`${masked} cat, "${masked}": a1`);
    expect(maskIn('hunter2-more hunter2', ['hunter2-more', 'hunter2'])).toBe(`${masked} ${masked}`);
    expect(maskIn('nothing to hide', [])).toBe('nothing to hide');
    const printed = JSON.stringify({ line: JSON.stringify(['ho"rse']) });
    expect(maskIn(printed, ['ho"rse'])).not.toContain('rse');
  });
});

describe('the last events', () => {
  it('are thirty, of a journal of any length', async () => {
    const events = Array.from({ length: 5_000 }, (_, number) => ({ number, text: 'x'.repeat(60) }));
    await save(aState({ run: aRun() }), ...events);
    const parts = await look();
    expect(told(parts, '30')).toEqual([expect.stringContaining('"number":4999')]);
    expect(told(parts, '1')).toEqual([expect.stringContaining('"number":4970')]);
    expect(told(parts, '31')).toEqual([]);
  });

  it('are none where the journal is gone', async () => {
    await writeFile(paths.state, JSON.stringify(aState({ run: aRun() })));
    expect(told(await look(), 'events')).toEqual(['none']);
  });

  it('do nothing to a terminal', async () => {
    await save(aState({ run: aRun() }));
    await writeFile(join(paths.runs, 'run-1', 'events.ndjson'), '\u001b[2J\u202eevil\u0007\n');
    const text = reportText(await look());
    expect(text).toContain('\\x1b[2J\\u202eevil\\x07');
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });
});
