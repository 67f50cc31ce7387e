/** Former ids of detectors mean today's detectors, in whatever was written under them. */
import { expect, it } from 'vitest';
import { detectorId, detectorIds, firstDetectorId } from './detector-ids.ts';

it("a former id is today's, and any other itself", () => {
  expect(detectorId('concurrency')).toBe('concurrent-use');
  expect(detectorId('concurrent-use')).toBe('concurrent-use');
  expect(detectorId('where')).toBe('where');
  expect(detectorIds(['concurrency', 'where', 'concurrent-use'])).toEqual(['concurrent-use', 'where']);
});

it('what was counted under the first id of a detector stays under it', () => {
  expect(firstDetectorId('concurrent-use')).toBe('concurrency');
  expect(firstDetectorId('where')).toBe('where');
});
