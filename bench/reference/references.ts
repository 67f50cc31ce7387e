/** The reference detectors that `tidemark evaluate --compare` runs by default. */
import type { ReferenceDetector } from '../../src/evaluate/reference.ts';
import { firstAndUncommon } from './detectors/first-and-uncommon.ts';
import { hourlyVolume } from './detectors/hourly-volume.ts';
import { newTerms } from './detectors/new-terms.ts';
import { noveltyForest } from './detectors/novelty-forest.ts';
import { twoAddresses } from './detectors/two-addresses.ts';

export function references(learnS: number): ReferenceDetector[] {
  return [
    newTerms('new-terms-10d', 10),
    newTerms('new-terms', Number.POSITIVE_INFINITY),
    firstAndUncommon(),
    hourlyVolume(),
    twoAddresses(),
    noveltyForest(learnS),
  ];
}
