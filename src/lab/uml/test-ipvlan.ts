import { realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { interruptible } from '../../commands/interruptible.ts';
import { cacheFolder } from '../../debian/cache.ts';
import { readDebianMachine } from '../../debian/machine.ts';
import { debianTools } from '../../debian/root.ts';
import { createDebianRoots } from '../../docker/debian-root.ts';
import { exitCodes, toDecnetError } from '../../errors.ts';
import { packageRoot, templatesFolder } from '../../package-root.ts';
import { interruptionOf } from '../../runner/interruption.ts';
import type { LabOptions } from '../options.ts';
import { requireRoot } from '../options.ts';
import { ensureToolbox } from '../toolbox.ts';
import { failuresIn, readReport } from './console-report.ts';
import { ensureGuestRoot } from './guest-root.ts';
import { reasonToSkip } from './kernel.ts';
import { runVirtualMachine } from './virtual-machine.ts';

/*
 * `npm run test:ipvlan`: the tests below test/ipvlan in a virtual machine whose kernel has ipvlan, which this
 * machine's may lack. Where there is no such kernel to be had it says so and ends with 0.
 */

/** Milliseconds: several times what it takes on a busy machine of two cores. */
const timeout = 1_800_000;

const isVerbose = process.argv.includes('--verbose');

async function testIpvlan(signal: AbortSignal): Promise<number> {
  requireRoot();
  try {
    return await bootAndTest(signal);
  } catch (error) {
    const reason = reasonToSkip(error);
    if (reason === null) throw error;
    console.log(`ipvlan: skipped, no kernel with ipvlan can be had here: ${reason}`);
    return exitCodes.done;
  }
}

async function bootAndTest(signal: AbortSignal): Promise<number> {
  const cache = cacheFolder(process.env);
  const root = await prepare(cache, { signal, onProgress });
  onProgress('booting it');
  const started = performance.now();
  const node = dirname(await realpath(process.execPath));
  const printed = await runVirtualMachine(
    debianTools.exec,
    {
      root,
      shares: { checkout: packageRoot(), cache, node },
      init: 'src/lab/uml/guest-init.sh',
      memory: 1536,
    },
    { signal, timeout, onLine: (line) => onProgress(line, !isTestResult(line)) },
  );
  const report = readReport(printed);
  const failures = failuresIn(report);
  for (const failure of failures) console.log(failure);
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  const count = `${report.numTotalTests} tests in ${seconds} s`;
  console.log(failures.length === 0 ? `ipvlan: ${count}, all passed` : `ipvlan: failed, ${count}`);
  return failures.length === 0 ? exitCodes.done : exitCodes.stepFailed;
}

/** All that the guest cannot fetch for itself. */
async function prepare(cache: string, options: LabOptions): Promise<string> {
  const machine = await readDebianMachine(debianTools.exec, options.signal);
  const root = await ensureGuestRoot(debianTools, machine, cache, options);
  await ensureToolbox(debianTools, machine, cache, options);
  await createDebianRoots(debianTools.exec).debianRoot(join(templatesFolder(), 'runtime/packages.txt'), {
    signal: options.signal,
    onLine: (line) => options.onProgress(line, true),
    onSpawn: async () => {},
  });
  return root;
}

function onProgress(line: string, isDetail = false): void {
  if (isVerbose || !isDetail) console.error(line);
}

/** A line of vitest's verbose reporter. */
function isTestResult(line: string): boolean {
  return /^\s*[✓×↓] /.test(line);
}

/** An interruption is told by the exit code, as everywhere. */
async function testOrStop(signal: AbortSignal): Promise<number> {
  return testIpvlan(signal).catch((error: unknown) => {
    if (!signal.aborted) throw error;
    console.error('ipvlan: interrupted');
    return interruptionOf(signal).exitCode;
  });
}

try {
  process.exitCode = await interruptible(testOrStop);
} catch (error) {
  const { message, hint, exitCode } = toDecnetError(error);
  console.error(hint === undefined ? message : `${message}\n${hint}`);
  process.exitCode = exitCode;
}
