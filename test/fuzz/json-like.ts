import fc from 'fast-check';

/** Keys of ours among keys that an object has by nature, and among any others. */
const key = fc.oneof(
  fc.constantFrom('name', 'seed', 'network', 'driver', 'interface', 'subnet', 'deckies', 'archetype', 'ip'),
  fc.constantFrom('count', 'services', 'config', 'ssh', 'accept', 'deploy', 'step', 'undo', 'timeout'),
  fc.constantFrom('__proto__', 'constructor', 'prototype', 'toString', 'valueOf', 'toJSON', 'length', ''),
  fc.string({ unit: 'binary', maxLength: 8 }),
);

const leaf = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    '',
    'web-server',
    'ssh',
    'macvlan',
    '198.51.100.70',
    'up',
    '1m',
    'images',
  ),
  fc.string({ unit: 'binary' }),
  fc.double(),
  fc.maxSafeInteger(),
);

/** Whatever JSON or YAML can hold, and some numbers that JSON cannot. */
export const jsonLike: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.array(tie('value'), { maxLength: 4 }),
    // Own keys, `__proto__` too: an assignment would lose that one.
    fc.array(fc.tuple(key, tie('value')), { maxLength: 6 }).map((entries) => Object.fromEntries(entries)),
  ),
})).value;
