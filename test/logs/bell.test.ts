import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createBell } from '../../src/logs/bell.ts';

const isPending = async (promise: Promise<void>): Promise<boolean> =>
  (await Promise.race([promise, setTimeout(20, 'pending')])) === 'pending';

describe('a bell', () => {
  it('wakes all who wait', async () => {
    const bell = createBell();
    const waiting = [bell.wait(), bell.wait(3_600_000)];
    bell.ring();
    await Promise.all(waiting);
  });

  it('is not heard by who waits later', async () => {
    const bell = createBell();
    bell.ring();
    expect(await isPending(bell.wait())).toBe(true);
  });

  it('is waited for no longer than was said', async () => {
    const bell = createBell();
    await bell.wait(1);
    bell.ring();
    expect(await isPending(bell.wait())).toBe(true);
  });
});
