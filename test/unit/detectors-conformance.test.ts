/** Every detector on the shelf holds what a detector of one's own is held to. */
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { GUARANTEES } from '../../src/app/own-detectors/conformance.ts';
import { discover, SHELVES } from '../../src/app/shelves.ts';
import type { Detector } from '../../src/core/detector.ts';

const detectors = await discover<Detector>(SHELVES.detectors, 'detector');

describe('the shelf of detectors', () => {
  it('holds the twelve and more families, each with a test beside it', () => {
    const files = readdirSync(new URL('../../detectors/', import.meta.url));
    expect(detectors.size).toBeGreaterThanOrEqual(12);
    for (const id of detectors.keys()) expect(files).toContain(`${id}.test.ts`);
  });

  describe.each([...detectors.keys()])('%s', (id) => {
    it.each(GUARANTEES)(
      '$says',
      ({ breaches }) => {
        expect(breaches({ id, detector: detectors.get(id) as Detector, file: `detectors/${id}.ts` })).toEqual([]);
      },
      120_000,
    );
  });
});
