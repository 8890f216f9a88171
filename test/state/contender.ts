// A process of its own that wants a lock. Arguments: `hold` (says so, and keeps it until it is killed) or `count`
// (takes and frees it many times, and writes to the log when it goes in and out); the lock; the log.
import { appendFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { readProcessStat } from '../../src/process/process-stat.ts';
import { acquireLock } from '../../src/state/lock.ts';

const [mode, lock = '', log = ''] = process.argv.slice(2);
const self = {
  pid: process.pid,
  startTime: (await readProcessStat(process.pid))?.startTime ?? '',
  bootId: 'boot-1',
  pidNamespace: '1',
  command: 'test',
};
const options = { command: 'test', self, patience: 20_000, signal: new AbortController().signal };

if (mode === 'hold') {
  await acquireLock(lock, options);
  process.stdout.write('held\n');
  await setTimeout(60_000);
} else {
  for (let round = 0; round < 3; round += 1) {
    const release = await acquireLock(lock, options);
    appendFileSync(log, `in ${process.pid}\n`);
    await setTimeout(2);
    appendFileSync(log, `out ${process.pid}\n`);
    await release();
  }
}
