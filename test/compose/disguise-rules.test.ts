import { describe, expect, it } from 'vitest';
import { disguiseRules } from '../../src/compose/disguise-rules.ts';
import { loadCatalogue } from '../../src/fleet/catalogue.ts';
import { templatesFolder } from '../../src/package-root.ts';

function chain(rules: string, name: string): readonly string[] {
  const start = rules.indexOf(`chain ${name} {`);
  return rules
    .slice(start, rules.indexOf('}\n', start))
    .split('\n')
    .slice(1, -1)
    .map((line) => line.trim());
}

describe('the rules of a disguise', () => {
  it('stand in the chain of their moment, in their order', () => {
    const rules = disguiseRules({
      sets: ['map m { typeof ip saddr : tcp ackseq; }'],
      arriving: ['tcp flags & fin == fin tcp flags set psh'],
      handshakes: ['tcp window set 65535', 'tcp option window missing tcp window set 65392'],
      leaving: ['ip id set 0'],
    });
    expect(rules.startsWith('table ip decnet-disguise {\n\tmap m {')).toBe(true);
    expect(chain(rules, 'handshakes')).toEqual([
      'tcp window set 65535',
      'tcp option window missing tcp window set 65392',
    ]);
    expect(chain(rules, 'resets')).toEqual([]);
    expect(chain(rules, 'arriving').slice(1)).toEqual(['tcp flags & fin == fin tcp flags set psh']);
    expect(chain(rules, 'leaving').slice(1)).toEqual([
      'tcp flags & (syn | ack) == syn | ack jump handshakes',
      'tcp flags & rst == rst jump resets',
      'ip id set 0',
    ]);
  });

  it('rewrite before connection tracking looks at what arrives, and after it at what leaves', () => {
    const rules = disguiseRules({ leaving: ['ip id set 0'] });
    expect(chain(rules, 'arriving')).toEqual(['type filter hook prerouting priority raw - 50;']);
    expect(chain(rules, 'leaving')[0]).toBe('type filter hook postrouting priority srcnat + 200;');
  });

  it('are none for a family without any: Linux shows what it is', async () => {
    const { osFamilies } = await loadCatalogue(templatesFolder());
    const disguised = [...osFamilies].filter(([, { disguise }]) => disguiseRules(disguise) !== '');
    expect(disguised.map(([name]) => name)).toEqual(
      [...osFamilies.keys()].filter((name) => name !== 'linux'),
    );
    expect(disguiseRules({})).toBe('');
    expect(disguiseRules({ received: [] })).toBe('');
  });
});
