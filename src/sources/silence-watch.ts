/** Says once when a source falls silent and once when it is heard again, and counts those that are silent. */
import { setTimeout as sleep } from 'node:timers/promises';
import { isFault } from '../fault.ts';
import { type Listener, SOURCE_KINDS } from '../ports/sources.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { SLOT_MS } from './rhythm.ts';
import type { SkipBook } from './skip-book.ts';
import type { SourceBook, SourceState } from './source-book.ts';

/** Time between two looks. */
const EVERY_MS = 30_000;
const LAST_LOOK_MS = 2_000;
/** Sources named one by one. */
const NAMED_MAX = 20;

export const SILENCE_REMEDY =
  'Check that the source still logs and sends. Where it was ended on purpose nothing is to be done: it is forgotten in four weeks.';

export interface SilenceWatchParts {
  readonly book: SourceBook;
  /** Stored with what was heard. */
  readonly skips: Pick<SkipBook, 'flush'>;
  readonly telemetry: Pick<Telemetry, 'event'>;
  /** What this process listens to, with nothing waiting unread: what is not heard there was not sent. */
  readonly listening: () => readonly Listener[];
  /** False: only what was heard is stored; others tell. */
  readonly tells: boolean;
}

const nameOf = ({ tenant, kind, name }: SourceState) => `${tenant}\u0000${kind}\u0000${name}`;

export interface SilenceWatch {
  /** Looks once. Rejects with the fault of the store. */
  look(): Promise<void>;
  /** Which sources are silent, one line each. */
  silent(): readonly string[];
  /** Looks again and again until `signal`; a store that does not answer is asked later. */
  run(signal: AbortSignal): Promise<void>;
}

export function createSilenceWatch({ book, skips, telemetry, listening, tells }: SilenceWatchParts): SilenceWatch {
  let told = new Map<string, SourceState>();

  async function look(): Promise<void> {
    await book.flush(listening());
    await skips.flush();
    await book.refresh();
    if (!tells) return;
    const states = await book.states();
    const silent = new Map<string, SourceState>();
    for (const state of states) {
      const key = nameOf(state);
      const { tenant, kind, name, rhythm } = state;
      if (rhythm.state !== 'silent') continue;
      silent.set(key, state);
      if (told.has(key)) continue;
      telemetry.event('source-silent', {
        tenant,
        kind,
        source: name,
        since: new Date(state.lastMs + SLOT_MS).toISOString(),
        seconds: (rhythm.silentSlots * SLOT_MS) / 1_000,
        remedy: SILENCE_REMEDY,
      });
    }
    const heard = new Set(states.filter(({ rhythm }) => rhythm.state === 'heard').map(nameOf));
    for (const [key, { tenant, kind, name }] of told)
      if (!silent.has(key) && heard.has(key)) telemetry.event('source-heard-again', { tenant, kind, source: name });
    told = silent;
    for (const kind of SOURCE_KINDS) {
      const count = (among: Iterable<SourceState>) => [...among].filter((one) => one.kind === kind).length;
      telemetry.event('sources-counted', { kind, sources: count(states), silent: count(silent.values()) });
    }
  }

  return {
    look,
    silent() {
      const names = [...told.values()].map(({ tenant, kind, name, lastMs }) => {
        return `${kind} ${name} of tenant ${tenant} is silent since ${new Date(lastMs + SLOT_MS).toISOString()}`;
      });
      return names.length <= NAMED_MAX ? names : [...names.slice(0, NAMED_MAX), `and ${names.length - NAMED_MAX} more`];
    },
    async run(signal) {
      while (!signal.aborted) {
        await sleep(EVERY_MS, undefined, { signal }).catch(() => undefined);
        try {
          // The last look stores what was heard; nobody waits long for it.
          await (signal.aborted ? Promise.race([look(), sleep(LAST_LOOK_MS)]) : look());
        } catch (error) {
          if (!isFault(error)) throw error;
          telemetry.event('store-retried', { step: 'sources', error });
        }
      }
    },
  };
}
