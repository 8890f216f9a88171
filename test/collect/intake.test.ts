import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createIntake } from '../../src/collect/intake.ts';
import { anEvent } from './an-event.ts';

const place = (count: number) => ({ stdout: { time: '2026-01-01T00:00:00Z', count } });
const megabyte = 'x'.repeat(1024 * 1024);

async function isPending(promise: Promise<unknown> | undefined): Promise<boolean> {
  return (await Promise.race([promise, setTimeout(30, 'pending')])) === 'pending';
}

/** One in which `loud` has put all that there is room for, and waits. */
function crowded() {
  const intake = createIntake();
  for (let number = 1; number < 8; number += 1) {
    expect(intake.put('loud', anEvent({ message: megabyte }), place(number))).toBeUndefined();
  }
  return { intake, waiting: intake.put('loud', anEvent({ message: megabyte }), place(8)) };
}

describe('the intake', () => {
  it('gives all that came, in order, and how far each container was read with it', async () => {
    const intake = createIntake();
    intake.put('c1', anEvent({ message: 'a' }), place(1));
    intake.put('c2', anEvent({ message: 'b' }), place(1));
    intake.put('c1', anEvent({ message: 'c' }), place(2));
    await intake.ready();
    const { events, places } = intake.take();
    expect(events.map(({ message }) => message)).toEqual(['a', 'b', 'c']);
    expect([...places]).toEqual([
      ['c1', place(2)],
      ['c2', place(1)],
    ]);
    expect(intake.take().events).toEqual([]);
  });

  it('waits for the first event, and then a moment for others', async () => {
    const intake = createIntake();
    const ready = intake.ready();
    expect(await isPending(ready)).toBe(true);
    intake.put('c1', anEvent(), place(1));
    expect(await isPending(ready)).toBe(true);
    await ready;
  });

  it('has a loud container wait until what it gave is taken, and asks for that at once', async () => {
    const { intake, waiting } = crowded();
    expect(await isPending(waiting)).toBe(true);
    expect(await isPending(intake.ready())).toBe(false);
    expect(intake.take().events).toHaveLength(8);
    await waiting;
  });

  it('has room for a quiet one all the same', () => {
    const { intake } = crowded();
    expect(intake.put('quiet', anEvent(), place(1))).toBeUndefined();
  });

  it('counts what an event takes whose fields are all that is long', async () => {
    const intake = createIntake();
    const waiting = intake.put('c1', anEvent({ fields: { body: megabyte.repeat(9) } }), place(1));
    expect(await isPending(waiting)).toBe(true);
    intake.end();
  });

  it('that has ended lets everybody go', async () => {
    const { intake, waiting } = crowded();
    const idle = createIntake();
    const ready = idle.ready();
    intake.end();
    idle.end();
    await Promise.all([waiting, ready]);
    expect(intake.hasEnded()).toBe(true);
    expect(intake.take().events).toHaveLength(8);
  });
});
