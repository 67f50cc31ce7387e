/** `tidemark erase`: forgets a tenant, an identity or a person on request, and writes down that it did. */
import { userInfo } from 'node:os';
import type { Command } from 'commander';
import type { Config } from '../../schemas/config.ts';
import { openHashKey, openPrivacy } from '../adapters/clickhouse/open.ts';
import { breaksOf, erased, record, unfinished } from '../app/privacy-log.ts';
import { readSecretFile } from '../config/secret-file.ts';
import { Hasher } from '../core/hash.ts';
import { UsageError } from '../fault.ts';
import type { Erased, PrivacyRow, PrivacyStore, Subject } from '../ports/privacy.ts';
import { createFingerprinter } from '../secrets.ts';
import { note, print, printJson } from '../terminal/print.ts';
import { table } from '../terminal/table.ts';
import { command, type Flags, placed, settingsOf, withOpenStore, withStore } from './settings.ts';

interface EraseFlags extends Flags {
  readonly tenant: string;
  readonly identity?: string;
  readonly person?: string;
  readonly because?: string;
  readonly by?: string;
  readonly yes?: boolean;
}

/** A worker that committed so lately is taken to run. It would write what it remembers, and what it is about to learn, again. */
const IDLE_SECONDS = 120;

/** Runs `use` on what forgets in the store of the configuration. */
export async function withPrivacy<T>(
  { config, flags }: { readonly config: Config; readonly flags: Flags },
  use: (store: PrivacyStore) => Promise<T>,
): Promise<T> {
  return withOpenStore(placed(config, flags), async (store) => {
    const hasher = new Hasher(await openHashKey(store));
    return use(openPrivacy(store, (key) => hasher.of(key)));
  });
}

/** Names people by pseudonym whatever the configuration says now: the store may hold both. */
function fingerprinterOf({ ingest: { pepperFile } }: Config) {
  const pepper =
    pepperFile === undefined
      ? undefined
      : readSecretFile({ key: 'ingest.pepperFile', file: pepperFile }, () => undefined);
  return createFingerprinter(pepper, 'pseudonyms');
}

function subjectOf({ tenant, identity, person }: EraseFlags, pseudonym: (name: string) => string | undefined): Subject {
  if (identity !== undefined && person !== undefined)
    throw new UsageError('--identity and --person are two requests', 'Erase one after the other.');
  if (identity !== undefined) return { kind: 'identity', tenant, identity };
  if (person === undefined) return { kind: 'tenant', tenant };
  if (person.trim().length < 3)
    throw new UsageError('--person is too short to be told from other words', 'Name the person as logs do.');
  const other = pseudonym(person);
  return { kind: 'person', tenant, names: [person, ...(other === undefined ? [] : [other])] };
}

const linesOf = (done: readonly Erased[]) =>
  table(done.map(({ table: of, how, rows, because }) => [how, of, String(rows), because ?? '']));

export function eraseCommand(): Command {
  return withStore(
    command('erase', 'Forget a tenant, an identity or a person. Shows what it would do unless --yes is given.', [
      'erase --tenant acme --person ada@example.com --because "request 4711"',
      'erase --tenant acme --identity arn:aws:iam::111122223333:role/old --because "account closed" --yes',
      'erase --tenant acme --because "contract ended" --yes',
    ]),
  )
    .requiredOption('--tenant <name>', 'whose: alone, the whole tenant is erased')
    .option('--identity <id>', 'everything of this identity, in whatever account')
    .option('--person <name>', 'this person, as logs name it: as an identity, and wherever it is mentioned')
    .option('--because <text>', 'why: the request it answers. Do not name the person')
    .option('--by <name>', 'who does it (default: the user of this machine)')
    .option('--yes', 'do it: nothing brings it back')
    .action(async (flags: EraseFlags) => {
      const { config } = await settingsOf(flags);
      const fingerprinter = fingerprinterOf(config);
      const subject = subjectOf(flags, (name) => fingerprinter.person?.(flags.tenant, name));
      const { because } = flags;
      if (flags.yes && (because === undefined || because.trim() === ''))
        throw new UsageError('--because is missing', 'Say which request it answers, such as --because "request 4711".');
      const done = await withPrivacy({ config, flags }, async (store) => {
        if (!flags.yes) return store.plan(subject);
        const idle = await store.idleSeconds();
        if (placed(config, flags).url !== undefined && idle !== undefined && idle < IDLE_SECONDS)
          throw new UsageError(
            `workers run: one committed ${idle} seconds ago, and would write again what it remembers`,
            `Stop all of them, wait ${IDLE_SECONDS} seconds, erase, and start them again.`,
          );
        const name = subject.kind === 'identity' ? subject.identity : (flags.person ?? subject.tenant);
        return erased(store, subject, {
          subject: fingerprinter.fingerprint(subject.tenant, 'subject', name.toLowerCase()),
          by: flags.by ?? userInfo().username,
          why: because ?? '',
        });
      });
      if (flags.json) return printJson({ done: flags.yes === true, tables: done });
      if (done.length === 0) print('Nothing of it is stored.');
      else print(...linesOf(done));
      note(
        flags.yes
          ? 'Written down: tidemark audit privacy. Backups, Kafka topics and what was delivered to sinks are not reached.'
          : 'Nothing was changed. Say --yes and --because to do it; nothing brings it back.',
      );
    });
}

const rowOf = ({ seq, at, tenant, event, kind, subject, by, why }: PrivacyRow) => [
  String(seq),
  at,
  tenant,
  `${event} ${kind}`,
  subject,
  `${by}: ${why}`,
];

/** `tidemark audit privacy`: what was erased or looked up, and the proof that nothing was taken out of the list. */
export function privacyCommand(): Command {
  return withStore(
    command('privacy', 'List what was erased and who was looked up, and find every changed or removed row.', [
      'audit privacy',
      'audit privacy --about ada@example.com --tenant acme   # was this name erased, and when',
    ]),
  )
    .option('--tenant <name>', 'of this tenant')
    .option('--about <name>', 'rows about this name, which they tell by its fingerprint only')
    .action(async (flags: Flags & { tenant?: string; about?: string }) => {
      const { config } = await settingsOf(flags);
      const fingerprinter = fingerprinterOf(config);
      const rows = await withPrivacy({ config, flags }, (store) => store.rows());
      const breaks = breaksOf(rows);
      if (breaks.length > 0) process.exitCode = 1;
      const isAbout = ({ tenant, subject }: PrivacyRow) =>
        flags.about === undefined ||
        subject === fingerprinter.fingerprint(tenant, 'subject', flags.about.toLowerCase());
      const shown = rows.filter((row) => (flags.tenant === undefined || row.tenant === flags.tenant) && isAbout(row));
      if (flags.json) return printJson({ ok: breaks.length === 0, breaks, rows: shown });
      print(...(shown.length === 0 ? ['No rows.'] : table(shown.map(rowOf))));
      for (const { seq, kind, tenant } of unfinished(shown))
        note(
          `row ${seq}: the erasure of ${kind === 'tenant' ? tenant : `a ${kind} of ${tenant}`} was begun and not finished. Do it again.`,
        );
      if (breaks.length > 0) note(...breaks.map((says) => `BROKEN ${says}`));
      else
        note(
          `${rows.length} rows, each sealed by the one after it: none was changed, and none taken out before the last.`,
        );
    });
}

/** `tidemark person`: the pseudonym of a person, for a lawful inquiry; that it was asked for is written down. */
export function personCommand(): Command {
  return withStore(
    command(
      'person',
      'Tell the pseudonym under which a person stands in activities and alerts. The question is written down.',
      ['person ada@example.com --tenant acme --because "inquiry 12"'],
    ),
  )
    .argument('<name>', 'the person as logs name it')
    .requiredOption('--tenant <name>', 'in which tenant')
    .requiredOption('--because <text>', 'why you ask')
    .option('--by <name>', 'who asks (default: the user of this machine)')
    .action(async (name: string, flags: EraseFlags) => {
      const { config } = await settingsOf(flags);
      const fingerprinter = fingerprinterOf(config);
      const pseudonym = fingerprinter.person?.(flags.tenant, name) ?? '';
      await withPrivacy({ config, flags }, async (store) => {
        if (config.ingest.pepperFile === undefined)
          throw new UsageError(
            'there is no pepper, so there are no pseudonyms',
            'Set ingest.pepperFile and ingest.people: pseudonyms; docs/people.md.',
          );
        await record(store, {
          tenant: flags.tenant,
          event: 'looked-up',
          kind: 'person',
          subject: fingerprinter.fingerprint(flags.tenant, 'subject', name.toLowerCase()),
          by: flags.by ?? userInfo().username,
          why: flags.because ?? '',
          at: new Date().toISOString(),
          detail: '',
        });
      });
      if (flags.json) return printJson({ pseudonym });
      print(pseudonym);
    });
}
