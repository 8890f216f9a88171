import { describe, expect, it } from 'vitest';
import { parseFleet } from '../../src/fleet/parse.ts';
import { validateFleet } from '../../src/fleet/validate.ts';
import { catalogue, facts } from './catalogue-fixture.ts';

const source = (text: string) => parseFleet(text, 'fleet.yaml', catalogue);
const deckies = 'deckies:\n  - { archetype: web-server, ip: 192.0.2.7, count: 1 }\n'.replace(
  ', count: 1',
  '',
);

describe('validation', () => {
  it('counts what a fleet holds', () => {
    const text =
      'name: office\ndeckies: [{ archetype: web-server, count: 3 }, { archetype: web-server, services: [ssh] }]\n';
    expect(validateFleet(source(text), catalogue, facts)).toEqual({
      name: 'office',
      deckies: 4,
      services: 7,
      checkedAgainst: 'eth0',
    });
  });

  it('holds addresses against the interface where it is there', () => {
    expect(() => validateFleet(source(deckies), catalogue, facts)).toThrow(
      'fleet.yaml:2:34: 192.0.2.7 is not in the subnet',
    );
  });

  it('looks at the file alone for a fleet of another host, or where the host is not known', () => {
    const elsewhere = source(`network: { interface: eth9 }\n${deckies}`);
    expect(validateFleet(elsewhere, catalogue, facts).checkedAgainst).toBeNull();
    expect(validateFleet(source(deckies), catalogue, null).checkedAgainst).toBeNull();
  });

  it('finds in the file alone what the file alone tells', () => {
    const text = `network: { subnet: 198.51.100.0/24, range: 198.51.100.64/30 }\ndeckies:\n  - { archetype: web-server, count: 4 }\n  - { archetype: web-server, ip: 192.0.2.7 }\n`;
    expect(() => validateFleet(source(text), catalogue, null)).toThrow(
      /1:44: .* 5 are needed.*\n.*4:34: 192\.0\.2\.7 is not in the subnet/,
    );
  });
});
