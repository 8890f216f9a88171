import fc from 'fast-check';

/** What terminals, syslog parsers and JSON readers have stumbled over. */
const nasty = fc.constantFrom(
  '\x1b[2J\x1b]0;owned\x07',
  '\u009b31m',
  '\r',
  '\0',
  '\u202e\u2066',
  '\u2028\u2029\u0085',
  '\ufeff\u200b',
  '\u{e0041}',
  '"] [forged@1 a="b"',
  '\\"',
  '\\]',
  '\\',
  '"',
  ']',
  ' decky="evil"',
  '{"event":"auth"}',
  'пароль 🐙',
  'x'.repeat(70_000),
  '<132>1 2026-01-01T00:00:00Z h a 1 auth [decnet@32473 decky="evil"] x',
  '2026-01-01T00:00:00.000000000Z ',
);
const text = fc.array(fc.oneof(nasty, fc.string({ unit: 'binary' }), fc.string()), { maxLength: 5 });
const word = fc.oneof(
  fc.constantFrom('auth', 'raw', '-', 'connect', 'time'),
  fc.string({ minLength: 1, maxLength: 40 }),
);
const name = fc.oneof(
  fc.constantFrom(
    'decky',
    'service',
    'src_ip',
    'src_port',
    'dst_port',
    'session',
    'time',
    'event',
    'message',
  ),
  fc.constantFrom('field_time', 'field_field_time', 'fields', '__proto__', 'constructor', 'toString', '0'),
  fc.stringMatching(/^[!#-<>-\\^-~]{1,32}$/),
);

const escaped = (value: string): string => value.replace(/["\\\]]/g, '\\$&');

/** A line that passes for one of ours, or nearly so: whoever has a shell in a container may print it. */
const forged = fc
  .record({
    priority: fc.oneof(fc.integer({ min: 126, max: 137 }), fc.nat()),
    time: fc.constantFrom('2026-02-03T04:05:06.789Z', '-', '9999-99-99T99:99:99Z', '0000-00-00T00:00:00Z'),
    event: word,
    params: fc.array(
      fc.tuple(
        name,
        text.map((parts) => parts.join('')),
      ),
      { maxLength: 6 },
    ),
    isEscaped: fc.boolean(),
    message: text,
  })
  .map(({ priority, time, event, params, isEscaped, message }) => {
    const data = params.map(([key, value]) => ` ${key}="${isEscaped ? escaped(value) : value}"`).join('');
    return `<${priority}>1 ${time} h a 1 ${event} [decnet@32473${data}] ${message.join('')}`;
  });

/** The bytes of one line, without its end. */
export const lineBytes: fc.Arbitrary<Buffer> = fc
  .oneof(
    { weight: 3, arbitrary: forged.map((line) => Buffer.from(line)) },
    { weight: 1, arbitrary: text.map((parts) => Buffer.from(parts.join(''))) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)) },
  )
  .map((bytes) => Buffer.from(bytes.filter((byte) => byte !== 0x0a)));

/** What stands before a line when the engine's clock is right, and when it is not. */
export const stamp: fc.Arbitrary<string> = fc.oneof(
  fc
    .integer({ min: 0, max: 10 ** 9 })
    .map((nanoseconds) => `2026-02-03T04:05:06.${String(nanoseconds).padStart(9, '0')}Z`),
  fc.constantFrom(
    '0001-01-01T00:00:00.000000000Z',
    '9999-99-99T99:99:99.999999999Z',
    '2026-02-03T04:05:06.789+99:99',
    '1969-12-31T23:59:59.5Z',
    'yesterday',
    '',
  ),
);
