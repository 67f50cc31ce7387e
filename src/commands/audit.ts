/** `tidemark audit`: the chained record of every decision about a suspension, and the proof that it is as it was written. */
import { type Command, InvalidArgumentError } from 'commander';
import type { AuditRow } from '../../schemas/suspension.ts';
import { openSuspensionStore } from '../adapters/clickhouse/suspensions.ts';
import { verifyRecord } from '../app/privacy-log.ts';
import type { SuspensionStore } from '../ports/respond.ts';
import { verifyChain } from '../respond/audit-chain.ts';
import { chainOf } from '../respond/audit-log.ts';
import type { Head } from '../respond/chain.ts';
import { note, print, printJson } from '../terminal/print.ts';
import { table } from '../terminal/table.ts';
import { count } from './arguments.ts';
import { privacyCommand, withPrivacy } from './erase.ts';
import { command, type Flags, group, placed, settingsOf, withOpenStore, withStore } from './settings.ts';

interface Selection extends Flags {
  readonly tenant?: string;
  readonly suspension?: string;
  readonly after: number;
  readonly limit: number;
}

/** What `verify` calls the record of erasures, look-ups and attestations, which is one of the whole installation. */
const RECORD = 'record of erasures and attestations';

/** `tenant@seq:hash`, as `verify` prints it. */
function anchorOf(text: string, before: ReadonlyMap<string, Head> = new Map()): ReadonlyMap<string, Head> {
  const match = /^(.{1,128})@(\d{1,15}):([0-9a-f]{64})$/.exec(text);
  if (match === null) throw new InvalidArgumentError('It takes TENANT@SEQ:HASH, as `audit verify` prints it.');
  return new Map([...before, [match[1]!, { seq: Number(match[2]), hash: match[3]! }]]);
}

/** The store must be up to date, which opening it makes sure of. */
export function withSuspensions<T>(
  place: Parameters<typeof openSuspensionStore>[0],
  use: (store: SuspensionStore) => Promise<T>,
): Promise<T> {
  return withOpenStore(place, async () => {
    const store = await openSuspensionStore(place);
    try {
      return await use(store);
    } finally {
      await store.close();
    }
  });
}

const rowOf = ({ seq, at, tenant, suspension, event, from, to, by, why }: AuditRow) => [
  `${tenant}@${seq}`,
  at,
  suspension,
  event,
  `${from} -> ${to}`,
  `${by.kind} ${by.id}: ${why}`,
];

export function auditCommand(): Command {
  const list = withStore(
    command('list', 'List what was decided, by whom and why, in order.', [
      'audit list',
      'audit list --suspension sus_5f... --json',
    ]),
  )
    .option('--tenant <name>', 'of this tenant')
    .option('--suspension <id>', 'of this suspension: its id, or the beginning of it')
    .option('--after <seq>', 'after this place in the chain', (text) => count(text) as number, 0)
    .option('--limit <n>', 'at the most', count, 1_000)
    .action(async (flags: Selection) => {
      const { config } = await settingsOf(flags);
      const rows = await withSuspensions(placed(config, flags), async (store) => {
        const found: AuditRow[] = [];
        for (const tenant of flags.tenant === undefined ? await store.tenants() : [flags.tenant])
          for await (const row of chainOf(store, tenant, flags.after)) {
            if (flags.suspension !== undefined && !row.suspension.startsWith(flags.suspension)) continue;
            if (found.length >= flags.limit) return found;
            found.push(row);
          }
        return found;
      });
      if (flags.json) return printJson(rows);
      if (rows.length === 0) return print('No audit rows.');
      print(...table(rows.map(rowOf)));
      note('Is it as it was written? tidemark audit verify');
    });

  const verify = withStore(
    command(
      'verify',
      'Find every changed, removed, added or reordered row: of suspensions, erasures, look-ups and attestations.',
      ['audit verify', 'audit verify --anchor default@118:9f2c...'],
    ),
  )
    .option('--tenant <name>', 'only this tenant')
    .option('--anchor <tenant@seq:hash>', 'a head noted earlier: finds rows cut off the end; may be repeated', anchorOf)
    .action(async (flags: Flags & { tenant?: string; anchor?: ReadonlyMap<string, Head> }) => {
      const { config } = await settingsOf(flags);
      const anchors = flags.anchor ?? new Map<string, Head>();
      const chains = await withSuspensions(placed(config, flags), async (store) => {
        const tenants = flags.tenant === undefined ? [...(await store.tenants()), ...anchors.keys()] : [flags.tenant];
        const found = [];
        for (const tenant of new Set(tenants.filter((one) => one !== RECORD)))
          found.push({ tenant, ...(await verifyChain(tenant, chainOf(store, tenant), anchors.get(tenant))) });
        return found;
      });
      const rows = await withPrivacy({ config, flags }, ({ privacy }) => privacy.rows());
      const record = await verifyRecord(rows, anchors.get(RECORD));
      const all = [...chains, ...(rows.length > 0 || anchors.has(RECORD) ? [{ tenant: RECORD, ...record }] : [])];
      const broken = all.some(({ breaks }) => breaks.length > 0);
      if (broken) process.exitCode = 1;
      if (flags.json) return printJson({ ok: !broken, chains, record });
      if (all.length === 0) return print('No audit rows.');
      print(
        ...table(
          all.flatMap(({ tenant, rows: count, head, breaks }) =>
            breaks.length === 0
              ? [['ok    ', `${count} rows of ${tenant}@${head.seq}:${head.hash}`]]
              : breaks.map(({ seq, says }) => ['BROKEN', `${tenant}@${seq}: ${says}`]),
          ),
        ),
      );
      note(
        broken
          ? 'Nothing more is dispatched for a broken chain. Keep a copy of the table and find out who changed it.'
          : 'Note the line after `rows of` elsewhere: with --anchor it shows later whether rows were cut off the end.',
      );
    });

  return group(
    'audit',
    'The record of every decision about a suspension.',
    ['audit list --suspension sus_5f...', 'audit verify'],
    [list, verify, privacyCommand()],
  );
}
