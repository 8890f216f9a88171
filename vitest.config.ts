import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/integration/**', 'test/ipvlan/**'],
          // No test changes what the next one imports, so that a module is loaded once a worker.
          isolate: false,
          maxWorkers: 2,
          // Finds a hang; how quick something is, is for benchmarks.
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          globalSetup: 'test/integration/lab.setup.ts',
          fileParallelism: false,
          maxConcurrency: 4,
          testTimeout: 300_000,
          hookTimeout: 600_000,
        },
      },
      {
        // On a kernel that has ipvlan: `npm run test:ipvlan` brings one.
        test: {
          name: 'ipvlan',
          include: ['test/ipvlan/**/*.test.ts'],
          globalSetup: 'test/integration/lab.setup.ts',
          fileParallelism: false,
          testTimeout: 300_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
});
