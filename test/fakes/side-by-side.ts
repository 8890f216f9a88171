import { setTimeout as sleep } from 'node:timers/promises';
import { labels } from '../../src/fleet/names.ts';
import type { ResolvedFleet } from '../../src/fleet/resolved.ts';
import { readProcessStat } from '../../src/process/process-stat.ts';
import { type Bench, createBench } from './bench.ts';
import { decky, office } from './fleet.ts';

/** A second deployment on the interface and LAN of `office`, of one decky. */
export function lab(over: Partial<ResolvedFleet> = {}): ResolvedFleet {
  const network = { ...office().network, bridgeAddress: '198.51.100.96', bridgeMac: '02:00:00:00:00:fe' };
  return office({ name: 'lab', network, deckies: [decky('printer-01', 80, ['http'])], ...over });
}

/** Two commands of one host at the same time: each a live process to the other, so that locks hold. */
export async function createPair(): Promise<{ readonly one: Bench; readonly other: Bench }> {
  const one = await createBench();
  const other = await createBench(one);
  for (const [bench, pid] of [
    [one, process.pid],
    [other, process.ppid],
  ] as const) {
    const startTime = (await readProcessStat(pid))?.startTime ?? '';
    const { engine } = bench.options;
    bench.options.engine = { ...engine, self: { ...engine.self, pid, startTime } };
  }
  return { one, other };
}

/** All of the host that bears a mark of a deployment, or of the network that deployments share. */
export function marksOn({ world: { dockerState, hostState } }: Bench): readonly string[] {
  return [
    ...[...dockerState.containers.values()].map(
      ({ name, labels: marks, state }) => `container ${name} of ${marks[labels.deployment]} ${state}`,
    ),
    ...[...dockerState.networks.values()].map(({ spec }) => `network ${spec.name}`),
    ...[...hostState.links.values()].flatMap(({ name, alias }) => (alias ? [`link ${name}`] : [])),
    ...hostState.routes.flatMap(({ destination, link }) =>
      link === 'eth0' ? [] : [`route ${destination} on ${link}`],
    ),
  ].sort();
}

/** What the host holds of a deployment that stands, containers by their ids. */
export function standingOf({ world: { dockerState, hostState } }: Bench, name: string): readonly unknown[] {
  const own = [...dockerState.containers.values()].filter((one) => one.labels[labels.deployment] === name);
  const link = `dn-${name}`;
  return [
    ...own.map((container) => ({ ...container })),
    hostState.links.get(link),
    ...hostState.routes.filter((route) => route.link === link),
    ...[...dockerState.networks.values()].filter(({ spec }) => spec.name === 'decnet-lan.eth0'),
  ];
}

/** Runs `other` once `one` is about to make a call: to its end, or as far as the locks that `one` holds let it. */
export async function meet(
  one: { readonly bench: Bench; readonly command: () => Promise<unknown>; readonly call: number },
  other: { readonly bench: Bench; readonly command: () => Promise<unknown> },
): Promise<void> {
  let met: Promise<unknown> = Promise.resolve();
  one.bench.faults.meanwhile(one.call, async () => {
    other.bench.faults.disarm();
    met = other.command();
    await endOrStandstill(met, other.bench);
  });
  await one.command();
  await met;
}

async function endOrStandstill(work: Promise<unknown>, { faults }: Bench): Promise<void> {
  let hasEnded = false;
  const ended = work.finally(() => {
    hasEnded = true;
  });
  ended.catch(() => {});
  for (let before = -1; !hasEnded && faults.calls.length !== before; ) {
    before = faults.calls.length;
    await sleep(30);
  }
}
