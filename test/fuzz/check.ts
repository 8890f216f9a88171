import fc from 'fast-check';

/** For tests that `npm run fuzz` gives many more examples. */
export const patient = { timeout: 3_600_000 };

/** The same examples in every run of the tests, so that they fail only when something was changed. */
const usualSeed = 5424;

/**
 * Looks for an example that breaks a property; fails with the smallest one, and with the seed to replay it by.
 * `DECNET_FUZZ_FACTOR` multiplies the examples, and draws others each time unless `DECNET_FUZZ_SEED` names them.
 */
export async function check<Values>(
  property: fc.IAsyncProperty<Values> | fc.IProperty<Values>,
  examples: number,
): Promise<void> {
  const factor = Number(process.env.DECNET_FUZZ_FACTOR ?? 1);
  const drawn = factor === 1 ? usualSeed : Date.now() % 2 ** 31;
  const seed = Number(process.env.DECNET_FUZZ_SEED ?? drawn);
  const found = await fc.check(property, { seed, numRuns: examples * factor });
  if (!found.failed) return;
  const again = `DECNET_FUZZ_FACTOR=${factor} DECNET_FUZZ_SEED=${seed} npx vitest run --project unit test/fuzz`;
  throw new Error(`${await fc.asyncDefaultReportMessage(found)}\nReplay with: ${again}`, {
    cause: found.errorInstance,
  });
}
