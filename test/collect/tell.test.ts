import { describe, expect, it } from 'vitest';
import { createTeller } from '../../src/collect/tell.ts';

function bench() {
  const said: string[] = [];
  return { said, tell: createTeller({ statePath: '/srv/state.json', say: (line) => said.push(line) }) };
}

const source = { id: 'c1', decky: 'files-01', service: 'ssh' };

describe('the teller', () => {
  it('says once what it follows, however often it looks', () => {
    const { said, tell } = bench();
    for (const name of [null, null, 'office', 'office', null]) tell.state(name);
    expect(said).toEqual([
      'waiting for a deployment, going by /srv/state.json',
      'following the containers of office',
      'waiting for a deployment, going by /srv/state.json',
    ]);
  });

  it('says that Docker is away and back, each once, whatever its words', () => {
    const { said, tell } = bench();
    tell.engine(null);
    for (const reason of ['no socket', 'reset', 'reset']) tell.engine(new Error(reason));
    tell.engine(null);
    tell.engine(null);
    tell.engine(new Error('no socket'));
    expect(said).toEqual([
      'Docker is away, trying again: no socket',
      'Docker is back',
      'Docker is away, trying again: no socket',
    ]);
  });

  it('says that it cannot write, and that it can again', () => {
    const { said, tell } = bench();
    tell.delivery(new Error('full'));
    tell.delivery(null);
    expect(said).toEqual([
      'cannot write, and reads no more until it can: full',
      'can write again, and goes on where it was',
    ]);
  });

  it('says a damaged state again when it was mended between', () => {
    const { said, tell } = bench();
    tell.stateTrouble('damaged');
    tell.stateTrouble('damaged');
    tell.state('office');
    tell.stateTrouble('damaged');
    expect(said.filter((line) => line.includes('damaged'))).toHaveLength(2);
  });

  it('says no control character of whoever chose the words', () => {
    const { said, tell } = bench();
    tell.log({ ...source, decky: '\x1b[2J' }, new Error('a\nb'));
    tell.damagedPositions('/srv/log.position', '\x1b]0;x\x07');
    expect(said.join('')).not.toMatch(/\p{Cc}/u);
  });
});
