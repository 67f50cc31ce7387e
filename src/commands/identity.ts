/** `tidemark identity`: what one identity does, from where, when and with which credentials. */

import type { Command } from 'commander';
import type { Config } from '../../schemas/config.ts';
import type { Usage } from '../../schemas/console.ts';
import { closest, distinctHomes, type Home, type HomeFilter, homeText } from '../../schemas/identity-ref.ts';
import { openTriage, openViews, readHashKey } from '../adapters/clickhouse/open.ts';
import { loadInventory } from '../adapters/inventory.ts';
import { givenAt, grantedOf } from '../app/api/granted.ts';
import { createEngine } from '../core/engine.ts';
import type { Learned, Profile } from '../core/engine-contract.ts';
import { createPopulation } from '../core/population/population.ts';
import { UsageError } from '../fault.ts';
import type { Store } from '../ports/store.ts';
import { type Line, note, print, printJson } from '../terminal/print.ts';
import { table } from '../terminal/table.ts';
import { learnedFrom } from '../triage/learned.ts';
import { driftLines, driftSummary } from './identity-drift.ts';
import { type HomeFlags, homeNamed, identityNamed, withHome } from './lookup.ts';
import { command, type Flags, placed, settingsOf, shelves, withOpenStore, withStore } from './settings.ts';

interface IdentityFlags extends Flags, HomeFlags {
  readonly tenant?: string;
  readonly learned?: true;
  readonly drift?: true;
  readonly since?: string;
}

const VALUES_SHOWN = 5;
const ALERTS_SHOWN = 10;
const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
/** From never to the busiest hour. */
const SHADES = [' ', '.', ':', '+', '#'];

export function identityCommand(): Command {
  return withHome(
    withStore(
      command('identity', 'Show what one identity does, from where, when and with which credentials.', [
        'identity arn:aws:iam::111122223333:role/ci-deploy --store .tidemark/demo',
        'identity desk --tenant acme --json',
        'identity desk --learned --since 2026-03-01T00:00:00Z',
        'identity desk --drift --since 2026-03-01T00:00:00Z',
        'identity deploy-bot --provider kubernetes --account cluster-east',
      ]),
    ),
  )
    .argument('<identity>', 'id of the identity, or its name')
    .option('--tenant <tenant>', 'its tenant (default: ingest.tenant)')
    .option('--learned', 'only what it learned, oldest first: each value with the activity that brought it')
    .option(
      '--drift',
      'only what moved and since when: work, place, delegation, time, volume, and what an agent is made of',
    )
    .option(
      '--since <time>',
      'with --learned: first seen or trusted from that UTC day on, RFC 3339; with --drift: moved since (default: four weeks before its newest activity)',
    )
    .action(async (name: string, flags: IdentityFlags) => {
      const since = sinceOf(flags);
      const parts = await shelves();
      const { config } = await settingsOf(flags, {}, parts);
      const tenant = flags.tenant ?? config.ingest.tenant;
      const place = placed(config, flags);
      await withOpenStore(place, async (store) => {
        const identity = await identityNamed(store, tenant, name);
        const engine = createEngine({
          detectors: parts.detectors,
          settings: config,
          population: createPopulation(),
          hashKey: await readHashKey(store),
        });
        for (const row of await store.memory(`${tenant}\u0000${identity}`)) engine.restore(row);
        const { home, filter } = await homeNamed(store, tenant, identity, flags);
        const profile = engine.profile(tenant, identity, home);
        const ledger = engine.learningRecord(tenant, identity, home);
        const drift = engine.drift(tenant, identity, flags.drift ? since.since : undefined, home);
        if (profile === undefined || ledger === undefined || drift === undefined)
          throw new UsageError(
            `nothing is known of identity ${identity} of tenant ${tenant} in ${place.url ?? place.path}`,
            'Check the id and --tenant, or name another store with --store.',
          );
        if (flags.drift) return flags.json ? printJson(drift) : print(...driftLines(drift));
        const learned = await learnedFrom(store, ledger, { tenant, identity, home: filter, ...since });
        if (flags.learned) return flags.json ? printJson(learned) : print(...list(learned));
        const alerts = await store.alerts({ tenant, identity, home: filter, limit: ALERTS_SHOWN });
        const granted = await grantsIn(store, config, { tenant, identity, home, filter });
        if (flags.json) return printJson({ profile, drift, ...(granted && { granted }), learned, alerts });
        print(...present(profile, learned), '', ...driftSummary(drift), ...grantLines(granted));
        print(...table(alerts.map(({ id, raisedAt, title }) => [`alert ${id.slice(0, 12)}`, raisedAt, title])));
        note('Which activity brought each value: tidemark identity ID --learned');
        if (alerts.length > 0) note('More: tidemark explain ALERT_ID');
      });
    });
}

const GRANTS_MAX = 1_000;

/** What it was granted, by the inventory and by stored records, against what it and others of its kind did; undefined where nothing tells. */
async function grantsIn(
  store: Store,
  config: Config,
  {
    tenant,
    identity,
    home,
    filter,
  }: { readonly tenant: string; readonly identity: string; readonly home: Home; readonly filter: HomeFilter },
): Promise<Usage['granted']> {
  const views = openViews(store);
  const { inventoryFile } = config.ingest;
  const file = inventoryFile === undefined ? [] : [...loadInventory(inventoryFile, { tenant }).records.values()];
  const told = [...(await store.inventoriesOf(tenant, identity)), ...file.filter((one) => one.identity === identity)];
  const scopes = closest(told, home)?.grantedScopes ?? [];
  const given = (await views.grants(tenant, identity, GRANTS_MAX)).get(identity.toLowerCase()) ?? [];
  const isShared = distinctHomes(await openTriage(store).ledger.homes(tenant, identity)).length > 1;
  const recorded = givenAt(given, isShared ? home : undefined);
  if (scopes.length === 0 && recorded.length === 0) return undefined;
  const usage = await views.usage(tenant, identity, filter);
  return usage && grantedOf(scopes, recorded, usage, await views.peerActs(tenant, usage, filter, GRANTS_MAX));
}

function grantLines(granted: Usage['granted']): Line[] {
  if (granted === undefined) return [];
  const unused = granted.filter(({ used }) => used === 'no');
  return [
    '',
    `granted: ${granted.length}, never used: ${unused.length}`,
    ...table(
      unused.map(({ scope, peersUsing, peers, grantedAt, grantedBy }) => [
        scope,
        `used by ${peersUsing} of ${peers} peers`,
        grantedAt === undefined ? '' : `granted ${grantedAt.slice(0, 10)} by ${grantedBy}`,
      ]),
      { indent: 2 },
    ),
  ];
}

function sinceOf({ learned, drift, since }: IdentityFlags): { since?: string } {
  if (learned && drift) throw new UsageError('--learned and --drift are two lists', 'Ask for one of them.');
  if (since === undefined) return {};
  if (!learned && !drift)
    throw new UsageError('--since goes with --learned or --drift', 'Say one of them, or leave --since out.');
  if (Number.isNaN(Date.parse(since))) throw new UsageError('--since is no time', 'Write it as 2026-03-01T00:00:00Z.');
  return { since };
}

const trust = ({ state, trustedOn }: Learned) =>
  state === 'trusted' ? `trusted since ${trustedOn}` : state === 'pending' ? 'not trusted yet' : state;

const origin = ({ activity }: Learned) =>
  activity === undefined ? 'its first activity is not stored any more' : `first in ${activity.id}`;

function list(learned: readonly Learned[]): Line[] {
  if (learned.length === 0) return ['Nothing was learned in this time.'];
  return table(
    learned.map((one) => [
      one.activity?.at.slice(0, 19).concat('Z') ?? one.firstOn,
      one.dimension,
      one.value,
      `${trust(one)}, ${origin(one)}`,
    ]),
  );
}

/** What an agent is made of: each part as it is now, since when, and what it was before. */
function made({ madeOf }: Profile): Line[] {
  if (madeOf === undefined) return [];
  const day = (time: string) => `${time.slice(0, 16)}Z`;
  const rows = madeOf.flatMap(({ part, varies, values }) => {
    const [now, ...before] = values;
    if (now === undefined) return [];
    const note = varies ? ', changes all the time' : '';
    return [
      [part, `${now.value}, since ${day(now.since)}${note}`],
      ...(varies ? [] : before).map(({ value, since, lastAt }) => [
        '',
        `before: ${value}, ${day(since)} to ${day(lastAt)}`,
      ]),
    ];
  });
  return ['made of', ...table(rows, { indent: 2 }), ''];
}

function present(profile: Profile, learned: readonly Learned[]): Line[] {
  const { identity, tenant, provider, account, peers, firstAt, lastAt, activities, maturity, habits, hours } = profile;
  const known = new Map(learned.map((one) => [`${one.dimension} ${one.value}`, one]));
  const lines: Line[] = [
    `${identity}  (tenant ${tenant}; ${homeText({ provider, account })})`,
    `${activities.toLocaleString('en')} activities from ${firstAt} to ${lastAt}; ${maturity} % of learning done`,
    `peer class: ${peers}`,
    '',
    ...made(profile),
    'habits; :0 tells them most coarsely, higher numbers tell the same in more detail',
    '',
  ];
  for (const { dimension, values } of habits) {
    const rows = values.slice(0, VALUES_SHOWN).map(({ value, days, firstAt: first, lastAt: last }) => {
      const one = known.get(`${dimension} ${value}`);
      return [
        value,
        days === 255 ? '255+' : String(days),
        `days, ${first.slice(0, 10)} to ${last.slice(0, 10)}${one === undefined ? '' : `, ${trust(one)}`}`,
      ];
    });
    lines.push(dimension, ...table(rows, { indent: 2, right: [1] }));
    if (values.length > VALUES_SHOWN) lines.push(`  ... and ${values.length - VALUES_SHOWN} more; --json shows all`);
  }
  lines.push('', 'hours (UTC)  0     6     12    18');
  const most = Math.max(1, ...hours);
  for (const [day, name] of DAYS.entries()) {
    const row = hours
      .slice(day * 24, day * 24 + 24)
      .map((n) => SHADES[n === 0 ? 0 : 1 + Math.floor((n / most) * 3.999 * 0.999)]);
    lines.push(`  ${name}        ${row.join('')}`);
  }
  return lines;
}
