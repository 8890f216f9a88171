import { describe, expect, it } from 'vitest';
import { summaryOf } from '../../src/alerts/summary.ts';
import { alert } from './events.ts';

const source = 'from `198.51.100.200`';

describe('what people read', () => {
  it('says what, where, from whom and as whom', () => {
    expect(summaryOf([alert()], 0)).toBe(`office: auth on files-01 ssh ${source} as \`root\``);
  });

  it('counts what differs only in what was tried, and names three of it', () => {
    const names = ['root', 'admin', 'root', 'oracle', 'pi', 'git'];
    const alerts = names.map((username) => alert({ username }));
    expect(summaryOf(alerts, 0)).toBe(
      `office: 6 × auth on files-01 ssh ${source} as \`root\`, \`admin\`, \`oracle\` and 2 others`,
    );
  });

  it('says who was let in, apart from who was not', () => {
    expect(summaryOf([alert({ accepted: 'false' }), alert({ accepted: 'true' })], 0)).toBe(
      `office: auth on files-01 ssh ${source} as \`root\`; auth let in on files-01 ssh ${source} as \`root\``,
    );
  });

  it('says where a decky wanted to go', () => {
    const denied = { event: 'egress-denied', service: 'base', src_ip: null, username: undefined };
    const alerts = [
      alert({ ...denied, dst_ip: '203.0.113.9', dst_port: 443 }),
      alert({ ...denied, dst_ip: '203.0.113.9' }),
    ];
    expect(summaryOf(alerts, 0)).toBe(
      'office: 2 × egress-denied on files-01 base to `203.0.113.9 port 443`, `203.0.113.9`',
    );
  });

  it('names five kinds, counts the rest, and what was not kept', () => {
    const alerts = Array.from({ length: 7 }, (_, index) =>
      alert({ decky: `web-0${index}`, username: undefined, src_ip: null }),
    );
    const told = [0, 1, 2, 3, 4].map((index) => `auth on web-0${index} ssh`);
    expect(summaryOf(alerts, 3)).toBe(
      `office: ${told.join('; ')}; 2 more; 3 were not kept for this webhook and are in the log alone`,
    );
  });

  it('has no password in it', () => {
    expect(summaryOf([alert({ password: 'hunter2' })], 0)).not.toContain('hunter2');
  });
});

describe('what a visitor typed', () => {
  it.each([
    ['a mention of Slack', '<!channel>', '`&lt;!channel&gt;`'],
    ['a link of Slack', '<https://evil.example|log in>', '`&lt;https://evil.example|log in&gt;`'],
    [
      'a mention and a link of Mattermost',
      '@all [x](https://evil.example)',
      '`@all [x](https://evil.example)`',
    ],
    ['the end of the code span', '`@all`', "`'@all'`"],
    ['an entity', '&lt;!here&gt;', '`&amp;lt;!here&amp;gt;`'],
    ['a line of its own', 'a\n# Alarm', '`a\\n# Alarm`'],
    ['text that is turned around', 'a\u202Eb', '`a\\u202eb`'],
    ['a control sequence', '\u001b[2J', '`\\x1b[2J`'],
  ])('stands in a code span, which it does not leave: %s', (_, username, shown) => {
    expect(summaryOf([alert({ username })], 0)).toBe(`office: auth on files-01 ssh ${source} as ${shown}`);
  });

  it('is cut, also where it claims to be a source', () => {
    const text = summaryOf([alert({ username: 'u'.repeat(9_000), src_ip: '`'.repeat(9_000) })], 0);
    expect(text).toBe(`office: auth on files-01 ssh from \`${"'".repeat(80)}…\` as \`${'u'.repeat(80)}…\``);
  });

  it('is left out where it is no text', () => {
    expect(summaryOf([alert({ username: { toString: 'x' } })], 0)).toBe(
      `office: auth on files-01 ssh ${source}`,
    );
  });
});
