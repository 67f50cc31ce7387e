/** Looks up for the API what is no alert: identities, profiles, what was learned, deliveries, dead letters. */
import { chosenHome } from '../../../schemas/identity-ref.ts';
import { readHashKey } from '../../adapters/clickhouse/open.ts';
import type { LookupsPort } from '../../api/ports.ts';
import { FIT_DAYS } from '../../core/constants.ts';
import { createEngine } from '../../core/engine.ts';
import type { Engine } from '../../core/engine-contract.ts';
import { fitOf } from '../../core/population/class-fit.ts';
import { createPopulation } from '../../core/population/population.ts';
import type { LetterOrigins, LookupStore } from '../../ports/triage.ts';
import { scrubbedBeginning } from '../../secrets.ts';
import { learnedFrom } from '../../triage/learned.ts';
import type { RoleParts } from '../role-parts.ts';

interface LookupParts extends Pick<RoleParts, 'store' | 'shelves' | 'config' | 'fingerprinter'> {
  /** Whether dead letters of no tenant are shown as well, such as of files: for whoever has the store itself. */
  readonly withUnowned?: boolean;
}

/** Of a record that nobody could read, so much is shown. */
const RECORD_SHOWN = 4_096;

/** An engine that knows the identities of one id, from their last stored memories. */
async function knowing({ store, shelves, config }: LookupParts, tenant: string, identity: string): Promise<Engine> {
  const engine = createEngine({
    detectors: shelves.detectors,
    settings: config,
    population: createPopulation(),
    hashKey: await readHashKey(store),
  });
  for (const row of await store.memory(`${tenant}\u0000${identity}`)) engine.restore(row);
  return engine;
}

/** How records come in that are sent, as the first part of where a dead letter came from. */
const WAYS = ['http', 'hec', 'otlp', 'firehose', 'pubsub', 's3', 'syslog', 'replayed'];

export function lookups(parts: LookupParts, ledger: LookupStore): LookupsPort {
  const { store, config } = parts;
  /**
   * Where this tenant's records come from: `via/tenant/name`, and a name holds no `/`, so what stands between is the whole tenant. The activity topic mixes tenants, so its letters are for
   * the command line alone.
   */
  const originsOf = (tenant: string): LetterOrigins => {
    const inputs = config.kafka?.inputs ?? [];
    const isOwn = (input: (typeof inputs)[number]) => (input.tenant ?? config.ingest.tenant) === tenant;
    const origins = [...WAYS.map((way) => `${way}/${tenant}/`), ...inputs.filter(isOwn).map(({ topic }) => topic)];
    if (!parts.withUnowned) return { origins };
    const { activityTopic, inventory } = config.kafka ?? {};
    const others = [activityTopic, inventory?.topic].filter((topic) => topic !== undefined);
    const unless = [...WAYS.map((way) => `${way}/`), ...inputs.map(({ topic }) => topic), ...others];
    return { origins, unless };
  };
  return {
    async identities(tenant, query) {
      const { kind, since, limit, cursor } = query;
      const identities = await ledger.identities({ tenant, kind, since, limit, after: cursor });
      return { identities, ...(identities.length >= limit && { next: identities.at(-1)!.id }) };
    },
    async profile(tenant, identity, told) {
      const engine = await knowing(parts, tenant, identity);
      const chosen = chosenHome(engine.homes(tenant, identity), told);
      return 'choices' in chosen ? chosen : engine.profile(tenant, identity, chosen.home);
    },
    async learned(tenant, identity, { since, ...told }) {
      const engine = await knowing(parts, tenant, identity);
      const chosen = chosenHome(engine.homes(tenant, identity), told);
      if ('choices' in chosen) return chosen;
      const known = engine.learningRecord(tenant, identity, chosen.home);
      if (known === undefined) return undefined;
      const stored = chosenHome(await ledger.homes(tenant, identity), chosen.home);
      const home = 'filter' in stored ? stored.filter : {};
      return learnedFrom(store, known, { tenant, identity, home, ...(since !== undefined && { since }) });
    },
    async drift(tenant, identity, { since, ...told }) {
      const engine = await knowing(parts, tenant, identity);
      const chosen = chosenHome(engine.homes(tenant, identity), told);
      return 'choices' in chosen ? chosen : engine.drift(tenant, identity, since, chosen.home);
    },
    async classes(tenant) {
      const { today, rows } = await ledger.classDays(tenant, FIT_DAYS);
      return fitOf(rows, today, config.alerts.falsePerDay);
    },
    deliveries: ledger.deliveries.bind(ledger),
    redeliver: ledger.redeliver.bind(ledger),
    deadLetters: (tenant, query) => ledger.letters({ ...query, from: originsOf(tenant) }),
    deadLetterCounts: (tenant, query) => ledger.letterCounts({ ...query, from: originsOf(tenant) }),
    async deadLetterRecord(tenant, id) {
      const [letter] = await ledger.letters({ ids: [id], limit: 1, from: originsOf(tenant) });
      if (letter === undefined) return undefined;
      // Cut after what is secret was taken out: half a token is no known token any more.
      const text = scrubbedBeginning(parts.fingerprinter, tenant, Buffer.from(letter.bytes).toString('utf8'), true);
      return { text: text.slice(0, RECORD_SHOWN), more: text.length > RECORD_SHOWN || letter.truncated };
    },
    redrive: (ids) => store.redrive(ids),
  };
}
