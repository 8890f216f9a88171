import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { AlertRule } from '../../src/alerts/rules.ts';
import { type AlertSink, type AlertSinkOptions, createAlertSink } from '../../src/alerts/sink.ts';
import { temporaryFolder } from '../fleet/temporary-folder.ts';
import { login, logins } from './events.ts';
import { type FakeClock, fakeClock } from './fake-clock.ts';
import { receiver } from './receiver.ts';

let folder: string;
let clock: FakeClock;
let told: string[];
beforeEach(async () => {
  folder = join(await temporaryFolder(), 'collected.log.alerts');
  clock = fakeClock();
  told = [];
});

const rule = (webhook: string, over: Partial<AlertRule> = {}): AlertRule => ({
  on: ['auth'],
  webhook,
  deckies: null,
  services: null,
  ...over,
});

async function openSink(
  rules: readonly AlertRule[],
  over: Partial<AlertSinkOptions> = {},
): Promise<AlertSink> {
  const sink = await createAlertSink({ rules, folder, clock, tell: (line) => told.push(line), ...over });
  onTestFinished(() => sink.close());
  return sink;
}

async function give(sink: AlertSink, from: number, count: number): Promise<void> {
  sink.add(logins(from, count));
  await sink.flush();
}

const ids = (from: number, count: number) => logins(from, count).map(({ id }) => id);

const eventually = (check: () => void) => vi.waitFor(check, { timeout: 10_000, interval: 5 });

it('sends what comes within five seconds as one message', async () => {
  const { url, received } = await receiver();
  clock.stand();
  const sink = await openSink([rule(url)]);
  await give(sink, 1, 2);
  await give(sink, 3, 1);
  await eventually(() => expect(clock.sleeps).toEqual([5_000]));
  expect(received).toEqual([]);
  clock.goOn();
  await eventually(() => expect(received.length).toBe(1));
  expect(received).toMatchObject([
    {
      path: '/hook/hunter2',
      deployment: 'office',
      dropped: 0,
      ids: ids(1, 3),
      text: 'office: 3 × auth on files-01 ssh from `198.51.100.200` as `root`',
      headers: {
        'content-type': 'application/json',
        'idempotency-key': expect.stringMatching(/^[0-9a-f]{32}$/),
      },
    },
  ]);
  expect(told).toEqual([]);
});

it('sends at most a hundred alerts and 100 kB at once, a message a second', async () => {
  const { url, received, taken } = await receiver();
  const sink = await openSink([rule(url)]);
  sink.add(logins(1, 250));
  sink.add(logins(251, 20).map((event) => ({ ...event, fields: { username: 'u'.repeat(15_000) } })));
  await sink.flush();
  await eventually(() => expect(taken()).toEqual(ids(1, 270)));
  for (const { ids: alerts, bytes } of received) {
    expect(alerts.length).toBeLessThanOrEqual(100);
    expect(bytes).toBeLessThan(100_000);
  }
  await eventually(() => expect(clock.sleeps.length).toBe(received.length + 1));
  expect(clock.sleeps).toEqual([5_000, ...received.slice(1).map(() => 1_000), 5_000]);
});

it('sends all once and in order when a webhook was down for an hour, ever more seldom until then', async () => {
  const end = clock.now() + 3_600_000;
  const { url, received, taken } = await receiver(() => ({ status: clock.now() < end ? 500 : 200 }));
  const sink = await openSink([rule(url)]);
  for (let from = 1; from <= 500; from += 50) await give(sink, from, 50);
  await eventually(() => expect(taken()).toEqual(ids(1, 500)));
  const failed = received.filter(({ status }) => status === 500);
  expect(failed.length).toBeGreaterThan(15);
  expect(failed.length).toBeLessThan(30);
  // The same message, by its key, however often it is sent.
  expect(new Set(failed.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
  expect(told).toEqual([
    expect.stringMatching(
      /^Alerts to http:\/\/127\.0\.0\.1:\d+\/\*{8} do not arrive \(HTTP 500\)\. They are kept and sent again\.$/,
    ),
    expect.stringMatching(/^Alerts to http:\/\/127\.0\.0\.1:\d+\/\*{8} arrive again\.$/),
  ]);
});

it('waits as long as the webhook asks for', async () => {
  const answers = [{ status: 429, headers: { 'Retry-After': '1800' } }];
  const { url, taken } = await receiver(() => answers.pop() ?? { status: 204 });
  await give(await openSink([rule(url)]), 1, 1);
  await eventually(() => expect(taken()).toEqual(ids(1, 1)));
  expect(clock.sleeps.slice(0, 2)).toEqual([5_000, 1_800_000]);
});

it('gives up waiting for an answer after ten seconds, and sends again', async () => {
  let asked = 0;
  const { url, received, taken } = await receiver(() => {
    asked += 1;
    return asked === 1 ? null : { status: 200 };
  });
  await give(await openSink([rule(url)]), 1, 1);
  await eventually(() => expect(received.length).toBe(1));
  clock.expire();
  await eventually(() => expect(taken()).toEqual(ids(1, 1)));
  expect(told[0]).toContain('do not arrive (no answer within 10 s)');
  await eventually(() => expect(clock.pending()).toBe(0));
});

it('finds the one alert that a webhook refuses, gives up that one alone and tells of it', async () => {
  const bad = login(7).id;
  const { url, received, taken } = await receiver((one) => ({ status: one.ids.includes(bad) ? 400 : 200 }));
  await give(await openSink([rule(url)]), 1, 20);
  await eventually(() => expect(taken().length).toBe(19));
  expect(taken()).toEqual(ids(1, 20).filter((id) => id !== bad));
  const refused = received.filter(({ status }) => status === 400);
  expect(refused.at(-1)?.ids).toEqual([bad]);
  const after = received.find(({ status, ids: alerts }) => status === 200 && alerts.includes(login(8).id));
  expect(after).toMatchObject({
    dropped: 1,
    text: expect.stringContaining('1 were not kept for this webhook'),
  });
  expect(received.at(-1)?.dropped).toBe(received.at(-1) === after ? 1 : 0);
  expect(told[0]).toContain('(HTTP 400). They are sent in smaller parts');
});

it('is after a success as quick and as talkative as ever', async () => {
  const answers = [400, 400, 200, 500, 500, 200].reverse();
  const { url, received, taken } = await receiver(() => ({ status: answers.pop() ?? 200 }));
  await give(await openSink([rule(url)]), 1, 12);
  await eventually(() => expect(taken()).toEqual(ids(1, 12)));
  expect(received.map(({ ids: alerts }) => alerts.length)).toEqual([12, 6, 3, 9, 9, 9]);
  await eventually(() => expect(clock.sleeps).toEqual([5_000, 750, 1_500, 1_000, 750, 1_500, 5_000]));
});

it('waits for no webhook: neither to take events, nor to flush, nor to end', async () => {
  const { url, received } = await receiver(() => null);
  const sink = await openSink([rule(url)]);
  await give(sink, 1, 1);
  await eventually(() => expect(received.length).toBe(1));
  await give(sink, 2, 1);
  await sink.close();
  expect(told).toEqual([]);
});

it('keeps a webhook that answers apart from one that does not', async () => {
  const hanging = await receiver(() => null);
  const well = await receiver();
  await give(await openSink([rule(hanging.url), rule(well.url)]), 1, 3);
  await eventually(() => expect(well.taken()).toEqual(ids(1, 3)));
});

it('counts what does not fit, and says so with what is sent', async () => {
  const { url, received, taken } = await receiver();
  clock.stand();
  const sink = await openSink([rule(url)], { capacity: 1_000 });
  await give(sink, 1, 10);
  clock.goOn();
  await eventually(() => expect(received.length).toBe(1));
  const [first] = received;
  expect(first?.dropped).toBe(10 - taken().length);
  expect(first?.text).toMatch(/; \d were not kept for this webhook and are in the log alone$/);
});

describe('after a restart', () => {
  it('sends what waits, and the message that was under way with the same key', async () => {
    let isUp = false;
    const { url, received, taken } = await receiver(() => (isUp ? { status: 200 } : null));
    const first = await openSink([rule(url)]);
    await give(first, 1, 2);
    await eventually(() => expect(received.length).toBe(1));
    await give(first, 3, 1);
    await first.close();

    isUp = true;
    const second = await openSink([rule(url)]);
    await give(second, 4, 1);
    await eventually(() => expect(taken()).toEqual(ids(1, 4)));
    expect(received[1]?.headers['idempotency-key']).toBe(received[0]?.headers['idempotency-key']);
    expect(received[1]?.ids).toEqual(ids(1, 2));
  });

  it('forgets what waits for a webhook that no rule names, and leaves what is not its own', async () => {
    const { url } = await receiver(() => null);
    const sink = await openSink([rule(url), rule('http://127.0.0.1:9/')]);
    await give(sink, 1, 1);
    await sink.close();
    await writeFile(join(folder, 'notes'), 'x');
    expect((await readdir(folder)).length).toBe(3);
    await openSink([rule(url)]);
    const names = await readdir(folder);
    expect(names).toEqual([expect.stringMatching(/^[0-9a-f]{16}$/), 'notes']);
  });
});

it('follows rules that are replaced: new ones from then on, none that are gone', async () => {
  const [before, after] = [await receiver(), await receiver()];
  const sink = await openSink([rule(before.url)]);
  await give(sink, 1, 1);
  await eventually(() => expect(before.taken()).toEqual(ids(1, 1)));
  await sink.replaceRules([rule(after.url, { services: ['ssh'] })]);
  await give(sink, 2, 1);
  sink.add([login(3, { service: 'http' }), login(4, { event: 'connect' })]);
  await sink.flush();
  await eventually(() => expect(after.taken()).toEqual(ids(2, 1)));
  expect(before.taken()).toEqual(ids(1, 1));
  expect((await readdir(folder)).length).toBe(1);
});

it('ends what is under way to a webhook that the rules do not name any more', async () => {
  const { url, received } = await receiver(() => null);
  const sink = await openSink([rule(url)]);
  await give(sink, 1, 1);
  await eventually(() => expect(received.length).toBe(1));
  await sink.replaceRules([]);
  expect(clock.pending()).toBe(0);
  await give(sink, 2, 1);
  expect(await readdir(folder)).toEqual([]);
  expect(received.length).toBe(1);
});

it('refuses a folder that it cannot use, with what to do', async () => {
  await writeFile(folder, '');
  await expect(openSink([rule('http://127.0.0.1:9/')])).rejects.toMatchObject({
    code: 'ALERTS_UNUSABLE',
    message: expect.stringContaining(folder),
    hint: expect.stringContaining('permissions'),
  });
});
