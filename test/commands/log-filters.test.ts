import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { addFilters, type FilterFlags, toWanted, type Wanted } from '../../src/commands/log-filters.ts';

function parse(...argv: readonly string[]): Wanted {
  const wanted: Wanted[] = [];
  const command = addFilters(new Command('logs'))
    .exitOverride()
    .configureOutput({ writeErr: () => {} })
    .action((decky: string | undefined, flags: FilterFlags) => {
      wanted.push(toWanted(decky, flags));
    });
  command.parse(argv, { from: 'user' });
  return wanted[0] ?? {};
}

describe('the filters', () => {
  it('let everything through when there are none', () => {
    expect(parse()).toEqual({ deckies: [], services: [], visitors: [], events: [] });
  });

  it('may be repeated, and take lists', () => {
    expect(parse('a', '--decky', 'b, c,', '--decky', 'd', '--service', 'ssh,http')).toMatchObject({
      deckies: ['a', 'b', 'c', 'd'],
      services: ['ssh', 'http'],
    });
    expect(parse('--event', 'auth', '--event', 'raw,egress-denied').events).toEqual([
      'auth',
      'raw',
      'egress-denied',
    ]);
  });

  it('take an address for itself, and clear the host bits of a network', () => {
    expect(parse('--src', '192.0.2.7,198.51.100.9/24', '--src', '0.0.0.0/0').visitors).toEqual([
      { address: 0xc0000207, prefix: 32 },
      { address: 0xc6336400, prefix: 24 },
      { address: 0, prefix: 0 },
    ]);
  });

  it('take a time that is past', () => {
    expect(parse('--since', '2026-03-01T12:00:00+01:00').since).toBe('2026-03-01T11:00:00.000Z');
    const since = Date.parse(parse('--since', '10m').since ?? '');
    const ago = Date.now() - since;
    expect(ago).toBeGreaterThanOrEqual(600_000);
    expect(ago).toBeLessThan(610_000);
  });

  it.each([
    [['--decky', ' , '], 'Give a name, or several with commas.'],
    [['--service', ''], 'Give a name, or several with commas.'],
    [['--src', '198.51.100'], 'Give an IPv4 address or network'],
    [['--src', '198.51.100.7/33'], 'Give an IPv4 address or network'],
    [['--src', '192.0.2.1,2001:db8::1'], 'Give an IPv4 address or network'],
    [['--event', 'auht'], 'It names an unknown event "auht"; did you mean "auth"?'],
    [['--event', 'auth,\x1b[2J'], 'It names an unknown event "\\u001b[2J"; known: '],
    [['--since', 'yesterday'], 'Give a duration'],
    [['--since', '2026-02-30'], 'Give a duration'],
    [['--since', '9999-01-01'], 'That is still to come.'],
  ])('refuse %j', (argv, message) => {
    expect(() => parse(...argv)).toThrow(message);
  });
});
