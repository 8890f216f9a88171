import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterEach, expect, it, vi } from 'vitest';
import { registerAlerts } from '../../src/commands/alerts.ts';
import { receiver } from '../alerts/receiver.ts';
import { office } from '../fakes/fleet.ts';
import { aDeployment, aState } from '../fakes/states.ts';
import { temporaryFolder } from '../fleet/temporary-folder.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

/** Runs `decnet alerts test` over a deployment with these webhooks; answers what it prints and its exit code. */
async function testAlerts(webhooks: readonly string[], ...flags: readonly string[]) {
  const path = join(await temporaryFolder(), 'decnet-state.json');
  const alerts = webhooks.map((webhook) => ({ on: ['auth'], webhook, deckies: null, services: null }));
  const state = aState({ deployment: aDeployment({ fleet: office({ alerts }) }) });
  await writeFile(path, JSON.stringify(state));
  const before = process.exitCode;
  let output = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    output += String(chunk);
    return true;
  });
  const program = new Command().enablePositionalOptions();
  registerAlerts(program);
  try {
    await program.parseAsync(['alerts', 'test', '--state', path, ...flags], { from: 'user' });
    return { output, exitCode: process.exitCode };
  } finally {
    process.exitCode = before;
  }
}

it('sends one alert of the event test to each webhook, and says what it answers', async () => {
  const [well, ill] = [await receiver(), await receiver(() => ({ status: 404 }))];
  const { output, exitCode } = await testAlerts([well.url, ill.url, well.url]);
  expect(output.split('\n')).toEqual([
    expect.stringMatching(/^WEBHOOK +ALERT +ANSWER$/),
    expect.stringMatching(new RegExp(`^http://127.0.0.1:${well.port}/\\*{8} +arrived +HTTP 200$`)),
    expect.stringMatching(new RegExp(`^http://127.0.0.1:${ill.port}/\\*{8} +failed +HTTP 404$`)),
    '',
  ]);
  expect(exitCode).toBe(1);
  expect(well.received).toMatchObject([
    {
      deployment: 'office',
      dropped: 0,
      text: 'office: test on files-01 ssh',
      alerts: [{ event: 'test', decky: 'files-01', service: 'ssh', src_ip: null }],
    },
  ]);
});

it('gives one object a webhook with --json, without what is secret of it', async () => {
  const { url, port } = await receiver();
  const { output, exitCode } = await testAlerts([url], '--json');
  expect(JSON.parse(output)).toEqual({
    webhook: `http://127.0.0.1:${port}/********`,
    ok: true,
    result: 'HTTP 200',
  });
  expect(exitCode).toBeUndefined();
});

it('sends a second test that no receiver takes for the first', async () => {
  const { url, received } = await receiver();
  await testAlerts([url]);
  vi.restoreAllMocks();
  await testAlerts([url]);
  const keys = received.map(({ headers }) => headers['idempotency-key']);
  expect(new Set(keys).size).toBe(2);
});

it('refuses a deployment without alerts, and says where to add them', async () => {
  await expect(testAlerts([])).rejects.toMatchObject({
    code: 'NO_ALERTS',
    exitCode: 2,
    hint: expect.stringContaining('decnet deploy fleet.yaml'),
  });
});
