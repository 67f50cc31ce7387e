import { defineConfig } from 'vitest/config';

/** Two projects: `unit` needs nothing but Node; `engines` starts a real Kafka broker and a real ClickHouse server. */
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
            'bench/**/*.test.ts',
            'test/unit/**/*.test.ts',
            'test/guide/**/*.test.ts',
          ],
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'engines',
          include: ['test/engines/**/*.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
