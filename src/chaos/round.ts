import { createDraw, type Draw } from './draw.ts';
import { faults } from './faults.ts';
import type { Wanted } from './judge.ts';
import type { Order } from './order.ts';
import { fleets } from './site.ts';
import type { Measured } from './stage.ts';
import { gapOfTurn, gapsOf } from './sweep.ts';

/*
 * What happens in a round, drawn from its seed and number, and from which boundaries the commands pass, so that a
 * round can be played again.
 */

/** The world that a round begins with. */
export type Start =
  | 'empty'
  /** The images of services are to be built, too. */
  | 'unbuilt'
  | 'full'
  /** Full, and made by one deploy, so that rollback takes all of it. */
  | 'fresh'
  /** Full, but for the host link and a base. */
  | 'broken'
  /** The edited fleet, deployed over the full one. */
  | 'changed';

/** A command as a user types it: what, on which deckies, and which fleet the file has been edited to before. */
export interface Typed {
  readonly command: Order['command'];
  readonly deckies: readonly string[];
  /** Null: the file is left as it is. */
  readonly fleet: 'plain' | 'edited' | null;
}

export const killSignals = ['SIGKILL', 'SIGINT', 'SIGTERM', 'SIGHUP'] as const;
export type KillSignal = (typeof killSignals)[number];

/** What rounds are drawn from. */
export interface Lot {
  readonly seed: string;
  /** Every round begins with this signal at a boundary, each boundary in its turn. Null: with anything. */
  readonly sweep: KillSignal | null;
}

/**
 * What befalls a command. `where` and `when` are parts, from 0 to 1, of its boundaries or of its time; `late` is how
 * long after its boundary it happens, milliseconds.
 */
export type Mishap =
  | { readonly kind: 'boundary'; readonly signal: KillSignal; readonly where: number }
  /** `twice`: the same signal again at once, as by who is impatient. */
  | { readonly kind: 'instant'; readonly signal: KillSignal; readonly when: number; readonly twice: boolean }
  | { readonly kind: 'outside'; readonly fault: Outside; readonly where: number; readonly late: number };

/** What happens around a command: to the world, to its clock, or beside it. */
export type Outside = keyof typeof faults | 'clock-back' | 'second-command';

export const outsides: readonly Outside[] = [...keysOf(faults), 'clock-back', 'second-command'];

export interface Move {
  /** Name of the scene whose measure tells how long the command is. */
  readonly scene: string;
  readonly typed: Typed;
  readonly mishap: Mishap;
}

export interface Round {
  readonly number: number;
  readonly start: Start;
  /** One or more commands that come to harm, the later ones at mending what the earlier ones left. */
  readonly moves: readonly Move[];
  /** What is tried at last, undisturbed. Where it is refused, the advice is followed: the draws say which. */
  readonly last: Order['command'];
  readonly advice: readonly number[];
}

/** A first command, what it needs to find, and where it leads when nothing disturbs it. */
export interface Scene {
  readonly name: string;
  readonly start: Start;
  readonly typed: Typed;
  readonly leadsTo: Wanted;
}

const { plain, edited } = fleets;

/** In an order in which each finds much of what it needs where the one before has led. */
export const scenes: readonly Scene[] = [
  { name: 'deploy with images to build', start: 'unbuilt', typed: typed('deploy'), leadsTo: plain },
  { name: 'resume that heals', start: 'broken', typed: typed('resume'), leadsTo: plain },
  { name: 'rollback', start: 'fresh', typed: typed('rollback'), leadsTo: 'empty' },
  { name: 'deploy', start: 'empty', typed: typed('deploy'), leadsTo: plain },
  {
    name: 'teardown of a decky',
    start: 'full',
    typed: typed('teardown', { deckies: ['box-02'] }),
    leadsTo: ['box-01'],
  },
  {
    name: 'deploy of an edited fleet',
    start: 'full',
    typed: typed('deploy', { fleet: 'edited' }),
    leadsTo: edited,
  },
  { name: 'rollback of a change', start: 'changed', typed: typed('rollback'), leadsTo: plain },
  { name: 'teardown', start: 'full', typed: typed('teardown'), leadsTo: 'empty' },
];

const endings = ['resume', 'rollback', 'teardown'] as const;

/** Commands at mending, and the scene that is most like it. */
const recoveries = [
  { scene: 'deploy', typed: typed('resume') },
  { scene: 'rollback', typed: typed('rollback') },
  { scene: 'teardown', typed: typed('teardown') },
  { scene: 'deploy', typed: typed('deploy') },
] as const;

/** Of ten rounds, so many begin with SIGKILL at a boundary, so that 360 rounds come by all of them. */
const sweeps = 9;

/** Round `number` of a lot, from 0. `measured`: every scene. */
export function drawRound(lot: Lot, number: number, measured: ReadonlyMap<string, Measured>): Round {
  const draw = createDraw(`${lot.seed}/${number}`);
  const turn = turnOf(lot, number);
  const first = turn === null ? drawFirst(draw, number) : sweep(lot, turn, measured);
  const scene = scenes.find(({ name }) => name === first.scene);
  if (scene === undefined) throw new Error(`There is no scene ${first.scene}`);
  const moves: Move[] = [{ scene: scene.name, typed: scene.typed, mishap: first.mishap }];
  while (moves.length < 3 && draw.chance(0.3)) {
    const isOutside = draw.chance(0.4);
    moves.push({
      ...draw.from(recoveries),
      mishap: isOutside ? befalling(draw, draw.from(outsides)) : drawKill(draw),
    });
  }
  return {
    number,
    start: scene.start,
    moves,
    last: draw.from(endings),
    advice: [draw.fraction(), draw.fraction(), draw.fraction(), draw.fraction()],
  };
}

type First = Pick<Move, 'scene' | 'mishap'>;

/** Null: the round does not sweep. */
function turnOf({ sweep }: Lot, number: number): number | null {
  if (sweep !== null) return number;
  return number % 10 < sweeps ? Math.floor(number / 10) * sweeps + (number % 10) : null;
}

function sweep(lot: Lot, turn: number, measured: ReadonlyMap<string, Measured>): First {
  const { scene, where } = gapOfTurn(lot.seed, turn, gapsOf(measured));
  return { scene, mishap: { kind: 'boundary', signal: lot.sweep ?? 'SIGKILL', where } };
}

/** By turns something from outside, each in its turn, and any kill. */
function drawFirst(draw: Draw, number: number): First {
  const { name: scene } = draw.from(scenes);
  const turn = Math.floor(number / 10);
  const fault = turn % 2 === 0 ? outsides[(turn / 2) % outsides.length] : undefined;
  return { scene, mishap: fault === undefined ? drawKill(draw) : befalling(draw, fault) };
}

function befalling(draw: Draw, fault: Outside): Mishap {
  const late = draw.chance(0.5) ? 0 : draw.fraction() * 600;
  return { kind: 'outside', fault, where: draw.fraction(), late };
}

function drawKill(draw: Draw): Mishap {
  const signal = draw.from(killSignals);
  if (draw.chance(0.6)) return { kind: 'boundary', signal, where: draw.fraction() };
  return { kind: 'instant', signal, when: draw.fraction(), twice: signal !== 'SIGKILL' && draw.chance(0.2) };
}

function typed(command: Order['command'], more: Partial<Typed> = {}): Typed {
  return { command, deckies: [], fleet: command === 'deploy' ? 'plain' : null, ...more };
}

function keysOf<Key extends string>(table: Readonly<Record<Key, unknown>>): readonly Key[] {
  return Object.keys(table).filter((key): key is Key => key in table);
}
