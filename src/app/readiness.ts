/** Tells whether this process does its work just now: asked of itself, of its sources and of the store, again and again. */
import { isFault } from '../fault.ts';
import type { Store } from '../ports/store.ts';
import type { ChunkSource } from '../ports/stream.ts';

export interface ReadinessParts {
  readonly sources: readonly { readonly name: string; readonly source: Pick<ChunkSource, 'status'> }[];
  readonly store: Pick<Store, 'ping'>;
  readonly isStopping: () => boolean;
  readonly now: () => number;
}

export interface Readiness {
  /** Why it should get no work; empty when it is ready. */
  reasons(): readonly string[];
  /** Broker or store cannot be worked with: a restart would not mend it. */
  isOutage(): boolean;
  /** Starts the next look at the store, unless one is under way. Call it every second or so. */
  look(): void;
}

/** Silence of a broker that is no longer usual: a member of a group hears of it every three seconds. */
const SILENT_MS = 9_000;
/** Time between two looks at the store, and the longest one may take: an outage shows within 15 seconds. */
const LOOK_EVERY_MS = 3_000;
const LOOK_DEADLINE_MS = 5_000;

export function createReadiness({ sources, store, isStopping, now }: ReadinessParts): Readiness {
  let storeSays: string | undefined;
  let lookedAt = Number.NEGATIVE_INFINITY;
  let lookingSince: number | undefined;

  const silent = () =>
    sources.flatMap(({ name, source }) => {
      const { silentMs } = source.status();
      return silentMs > SILENT_MS ? [`${name}: the broker has not answered for ${Math.floor(silentMs / 1_000)} s`] : [];
    });

  const storeReason = () =>
    lookingSince !== undefined && now() - lookingSince > LOOK_DEADLINE_MS
      ? `store: no answer for ${Math.floor((now() - lookingSince) / 1_000)} s`
      : storeSays;

  return {
    reasons() {
      const reasons: string[] = isStopping() ? ['stopping'] : [];
      for (const { name, source } of sources) {
        const { partitions, opened, joined } = source.status();
        if (!joined) reasons.push(`${name}: not in its group yet`);
        else if (opened < partitions)
          reasons.push(`${name}: recalling ${partitions - opened} of ${partitions} partitions`);
      }
      reasons.push(...silent());
      const said = storeReason();
      if (said !== undefined) reasons.push(said);
      return reasons;
    },
    isOutage: () => storeReason() !== undefined || silent().length > 0,
    look() {
      if (lookingSince !== undefined || now() - lookedAt < LOOK_EVERY_MS) return;
      lookedAt = now();
      lookingSince = lookedAt;
      store
        .ping()
        .then(
          () => {
            storeSays = undefined;
          },
          (error: unknown) => {
            if (!isFault(error)) throw error;
            storeSays = `store: ${error.message}`;
          },
        )
        .catch((error: unknown) => {
          storeSays = `store: ${String(error).slice(0, 200)}`;
        })
        .finally(() => {
          lookingSince = undefined;
        });
    },
  };
}
