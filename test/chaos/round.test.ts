import { describe, expect, it } from 'vitest';
import { drawRound, type Lot, outsides, scenes } from '../../src/chaos/round.ts';
import { gapOfTurn, gapsOf } from '../../src/chaos/sweep.ts';

/** Each scene with twelve effects, one after the other. */
const boundaries = Array.from({ length: 24 }, (_, index) => `${index % 2 === 0 ? 'before' : 'after'} effect`);
const measured = new Map(scenes.map(({ name }) => [name, { boundaries, milliseconds: 1_000 }]));
const lot: Lot = { seed: 'a', sweep: null };
const rounds = Array.from({ length: 360 }, (_, number) => drawRound(lot, number, measured));

describe('a round', () => {
  it('is the same for the same seed and number, and another for another', () => {
    expect(drawRound(lot, 7, measured)).toEqual(rounds[7]);
    expect(drawRound({ ...lot, seed: 'b' }, 7, measured)).not.toEqual(rounds[7]);
    expect(new Set(rounds.map((round) => JSON.stringify({ ...round, number: 0 }))).size).toBe(360);
  });

  it('begins with a scene that the commands of the round fit', () => {
    for (const { start, moves } of rounds) {
      const scene = scenes.find(({ name }) => name === moves[0]?.scene);
      expect([start, moves[0]?.typed]).toEqual([scene?.start, scene?.typed]);
    }
  });
});

describe('as many rounds as `npm run chaos` plays', () => {
  const mishaps = rounds.flatMap(({ moves }) => moves.map(({ mishap }) => mishap));

  it('kill at every boundary of every scene', () => {
    const kills = rounds.flatMap(({ moves: [first] }) =>
      first?.mishap.kind === 'boundary' && first.mishap.signal === 'SIGKILL'
        ? [`${first.scene} ${Math.floor(first.mishap.where * boundaries.length)}`]
        : [],
    );
    const gaps = gapsOf(measured).map(({ scene, where }) => `${scene} ${Math.floor(where * 24)}`);
    expect(gaps).toHaveLength(8 * 13);
    expect(kills).toEqual(expect.arrayContaining(gaps));
  });

  it('bring every signal at a boundary and at an instant, and everything from outside', () => {
    const kinds = mishaps.map((mishap) =>
      mishap.kind === 'outside' ? mishap.fault : `${mishap.kind} ${mishap.signal}`,
    );
    const signals = ['SIGKILL', 'SIGINT', 'SIGTERM', 'SIGHUP'];
    const wanted = [...outsides, ...signals.flatMap((signal) => [`boundary ${signal}`, `instant ${signal}`])];
    expect(kinds).toEqual(expect.arrayContaining(wanted));
  });
});

it('a sweep meets its signal at every boundary, each in one round', () => {
  const gaps = gapsOf(measured);
  const swept = gaps.map((_, number) => drawRound({ seed: 'a', sweep: 'SIGHUP' }, number, measured));
  const met = swept.map(({ moves: [first] }) =>
    first?.mishap.kind === 'boundary'
      ? `${first.mishap.signal} ${first.scene} ${first.mishap.where}`
      : first?.mishap.kind,
  );
  expect(met.sort()).toEqual(gaps.map(({ scene, where }) => `SIGHUP ${scene} ${where}`).sort());
});

it.each([1, 2, 7, 12, 230])('%i turns come by every gap once', (count) => {
  const gaps = Array.from({ length: count }, (_, index) => ({ scene: 'deploy', where: index / count }));
  const turns = Array.from({ length: count }, (_, turn) => gapOfTurn('seed', turn, gaps));
  expect(new Set(turns).size).toBe(count);
});
