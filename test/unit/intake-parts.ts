/** Parts of the API with the real way in behind it and arrays in place of the store, for tests of doors. */
import type { Activity } from '../../schemas/activity.ts';
import { type Config, configSchema } from '../../schemas/config.ts';
import type { ConsoleParts } from '../../src/api/ports.ts';
import { createHold, type Hold } from '../../src/bounds/hold.ts';
import { createDeadLetterBuilder } from '../../src/ingest/dead-letter.ts';
import type { Format } from '../../src/ingest/format.ts';
import { createPushIngest } from '../../src/ingest/push-ingest.ts';
import { createReader } from '../../src/ingest/reader.ts';
import type { DeadLetter } from '../../src/ports/store.ts';
import { createFingerprinter } from '../../src/secrets.ts';

export interface IntakeRig {
  readonly parts: ConsoleParts;
  readonly held: Hold;
  readonly written: Activity[];
  readonly letters: DeadLetter[];
  /** Of the next writes, one each. */
  readonly faults: Error[];
}

/** `token` is of scope `ingest` and of the tenant `acme`; `viewer-` before it, of the scope `viewer`. */
export function intakeParts(
  shelf: readonly Format[],
  token: string,
  given: { readonly http?: Partial<Config['http']>; readonly ingest?: object; readonly now?: () => number } = {},
): IntakeRig {
  const { http, ingest } = configSchema.parse({ http: { port: 0, ...given.http }, ingest: given.ingest ?? {} });
  const held = createHold(8 * 1024 * 1024);
  const formats = new Map(shelf.map((format) => [format.id, format]));
  const [written, letters, faults]: [Activity[], DeadLetter[], Error[]] = [[], [], []];
  const parts = {
    config: http,
    held,
    recordLimits: {
      recordsMax: http.recordsMax,
      recordMaxBytes: ingest.recordMaxBytes,
      shape: { depth: ingest.recordMaxDepth, values: ingest.recordMaxValues, names: ingest.recordMaxNames },
    },
    version: '0.0.0-test',
    clock: { now: given.now ?? Date.now },
    findToken: (sent) =>
      sent === token
        ? { name: 'door', scope: 'ingest', tenant: 'acme' }
        : sent === `viewer-${token}`
          ? { name: 'page', scope: 'viewer', tenant: 'acme' }
          : undefined,
    formats: [...formats.keys()],
    intake: createPushIngest({
      reader: (tenant, format) => createReader({ formats, format, tenant, limits: ingest }),
      async write(activities) {
        const fault = activities.length > 0 ? faults.shift() : undefined;
        if (fault !== undefined) throw fault;
        written.push(...activities);
      },
      async setAside(found) {
        letters.push(...found);
      },
      deadLetter: createDeadLetterBuilder({
        fingerprinter: createFingerprinter('pepper'),
        limits: ingest,
        now: Date.now,
      }),
      recordsMax: http.recordsMax,
      unpackedMaxBytes: http.unpackedMaxBytes,
      queueBytes: 8 * 1024 * 1024,
      clock: { now: Date.now },
    }),
    notReady: () => [],
    onEvent: () => {},
  } satisfies Partial<ConsoleParts> as unknown as ConsoleParts;
  return { parts, held, written, letters, faults };
}
