import type { ChildIdentity } from '../../src/exec.ts';

/** No process has this number: pids end at 2^22 (proc_sys_kernel(5)). */
export const noProcess: ChildIdentity = { pid: 2 ** 22 + 1, startTime: '1' };
