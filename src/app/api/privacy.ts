/** Gives the HTTP API forgetting and pseudonyms: both are written down before they are done. */
import type { PrivacyPort } from '../../api/privacy-routes.ts';
import { placesOf } from '../../detect/erasure-watch.ts';
import type { Clock } from '../../ports/outside.ts';
import type { Fingerprinter } from '../../secrets.ts';
import { askWorkers, type ForgettingStores, requestOf, writeLookUp } from '../forgetting.ts';

export interface PrivacyParts extends Pick<ForgettingStores, 'privacy' | 'erasures'> {
  /** Knows pseudonyms whatever the configuration says of new activities. */
  readonly fingerprinter: Fingerprinter;
  readonly hasPepper: boolean;
  readonly clock: Clock;
}

export function privacyPort({ privacy, erasures, fingerprinter, hasPepper, clock }: PrivacyParts): PrivacyPort {
  return {
    async forget({ tenant, name }, wish) {
      const { because: why } = wish;
      const of = {
        tenant,
        ...('identity' in wish && { identity: wish.identity }),
        ...('person' in wish && { person: wish.person }),
      };
      const request = requestOf(of, { by: name, why, now: clock.now(), fingerprinter });
      await askWorkers(privacy, erasures, request);
      return request.id;
    },
    async state(tenant, id) {
      const found = await erasures.find(id);
      if (found === undefined) return (await erasures.isFinished(tenant, id)) ? { id, state: 'finished' } : undefined;
      if (found.subject.tenant !== tenant) return undefined;
      const { sent } = found;
      if (sent === undefined) return { id, state: 'waiting' };
      return { id, state: 'working', partitions: sent.partitions, done: placesOf(found, sent.round) };
    },
    async pseudonym({ tenant, name: by }, person, why) {
      const pseudonym = hasPepper ? fingerprinter.person?.(tenant, person) : undefined;
      if (pseudonym === undefined) return undefined;
      await writeLookUp(privacy, fingerprinter, { tenant, name: person, by, why, now: clock.now() });
      return pseudonym;
    },
  };
}
