import { defineConfig } from 'vitest/config';

/** Engines and servers are real processes: they need time to start, and often wait, so three files share a machine however small it is. */
const REAL = {
  testTimeout: 180_000,
  hookTimeout: 180_000,
  maxWorkers: 3,
  isolate: false,
  sequence: { groupOrder: 1 },
  globalSetup: ['test/engines/harness/kafka-for-all.ts'],
};

/**
 * Five projects. `npm test` runs `unit`, which needs nothing but Node, and `engines`, which starts a real Kafka broker and a real
 * ClickHouse server. `npm run test:servers` starts other real servers, and says what it could not have; `npm run test:bench` tests what
 * the bench measures with, and `npm run torture` breaks a running installation for as long as it is told to.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            'src/**/*.test.ts',
            'detectors/**/*.test.ts',
            'schemas/**/*.test.ts',
            'console/**/*.test.ts',
            'test/unit/**/*.test.ts',
            'test/guide/**/*.test.ts',
          ],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          // Nothing here leaves anything behind in a module, so a worker loads each module once and not once a file.
          isolate: false,
          maxWorkers: '100%',
        },
      },
      { test: { name: 'engines', include: ['test/engines/**/*.test.ts'], ...REAL } },
      { test: { name: 'servers', include: ['test/servers/**/*.test.ts'], ...REAL } },
      {
        test: {
          name: 'torture',
          include: ['test/torture/**/*.test.ts'],
          ...REAL,
          testTimeout: 0,
          hookTimeout: 600_000,
        },
      },
      {
        test: {
          name: 'bench',
          include: ['bench/**/*.test.ts'],
          sequence: { groupOrder: 2 },
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
