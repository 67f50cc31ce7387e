/** `tidemark erase`: forgets a tenant, an identity or a person on request, and writes down that it did. */
import { userInfo } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import type { Config } from '../../schemas/config.ts';
import {
  askWorkers,
  CLAIM_MS,
  ERASURE_CLAIM,
  eraseAlone,
  type ForgettingStores,
  markOf,
  openForgetting,
  pseudonymizer,
  requestOf,
  writeLookUp,
} from '../app/forgetting.ts';
import { unfinished, verifyRecord } from '../app/privacy-log.ts';
import { togetherOf } from '../detect/erasure-watch.ts';
import { UsageError } from '../fault.ts';
import type { Erased, ErasureRequest, PrivacyRow } from '../ports/privacy.ts';
import { note, print, printJson } from '../terminal/print.ts';
import { table } from '../terminal/table.ts';
import { wholeNumber } from './arguments.ts';
import { command, type Flags, placed, settingsOf, withOpenStore, withStore } from './settings.ts';

interface EraseFlags extends Flags {
  readonly tenant: string;
  readonly identity?: string;
  readonly person?: string;
  readonly because?: string;
  readonly by?: string;
  readonly yes?: boolean;
  readonly wait: number;
}

/** A worker that committed so lately is taken to run. It would write what it remembers, and what it is about to learn, again. */
const IDLE_SECONDS = 120;
/** Workers that run take a request within seconds; after so long none is there. */
const TAKEN_MS = 15_000;
const LOOK_EVERY_MS = 1_000;

/** Hands the request to the workers of a server's store; where none takes it, none runs, and it is done here. */
async function eraseAmongWorkers(
  { privacy, erasures, once }: ForgettingStores,
  request: ErasureRequest,
  waitMs: number,
): Promise<readonly Erased[] | 'working'> {
  await askWorkers(privacy, erasures, request);
  const { id, subject } = request;
  const began = Date.now();
  let last = await erasures.find(id);
  while (last?.sent === undefined && Date.now() - began < TAKEN_MS) {
    await sleep(LOOK_EVERY_MS);
    last = await erasures.find(id);
  }
  if (last?.sent === undefined && (await once.isFirst(ERASURE_CLAIM, id, Date.now() + CLAIM_MS))) {
    await erasures.forget(id);
    const idle = await privacy.idleSeconds();
    if (idle !== undefined && idle < IDLE_SECONDS)
      throw new UsageError(
        `a worker committed ${idle} seconds ago, and none takes the request: nothing was erased`,
        `Workers of an earlier version do not. Stop all of them, wait ${IDLE_SECONDS} seconds, erase, and start them again.`,
      );
    return eraseAlone(privacy, request);
  }
  while (Date.now() - began < waitMs) {
    const state = await erasures.find(id);
    if (state === undefined && (await erasures.isFinished(subject.tenant, id)))
      return last === undefined ? [] : togetherOf(last);
    if (state?.sent !== undefined && state.sent.round !== last?.sent?.round)
      note(`Round ${state.sent.round} of 2, in ${state.sent.partitions} partitions.`);
    last = state ?? last;
    await sleep(LOOK_EVERY_MS);
  }
  return 'working';
}

/** Runs `use` on what forgets in the store of the configuration. */
export async function withPrivacy<T>(
  { config, flags }: { readonly config: Config; readonly flags: Flags },
  use: (stores: ForgettingStores) => Promise<T>,
): Promise<T> {
  return withOpenStore(placed(config, flags), async (store) => use(await openForgetting(store)));
}

/** Why, which the record of it tells. Throws a UsageError where nothing is said. */
function reasonOf({ because = '' }: Pick<EraseFlags, 'because'>): string {
  if (because.trim() !== '') return because;
  throw new UsageError('--because is missing', 'Say which request it answers, such as --because "request 4711".');
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
    .option(
      '--wait <seconds>',
      'longest that it waits for workers to be done; they go on without it, and it ends with 1',
      wholeNumber(0, 86_400),
      600,
    )
    .action(async (flags: EraseFlags) => {
      const { config } = await settingsOf(flags);
      const fingerprinter = pseudonymizer(config);
      const waitMs = flags.wait * 1_000;
      const why = flags.yes ? reasonOf(flags) : '';
      const by = flags.by ?? userInfo().username;
      const request = requestOf(flags, { by, why, now: Date.now(), fingerprinter });
      const done = await withPrivacy({ config, flags }, async (stores) => {
        if (!flags.yes) return stores.privacy.plan(request.subject);
        const isShared = placed(config, flags).url !== undefined;
        // An embedded store is held by one process, so that nobody else can be at work in it.
        return isShared ? eraseAmongWorkers(stores, request, waitMs) : eraseAlone(stores.privacy, request);
      });
      if (done === 'working') {
        // A script that goes on from here would take it for done.
        process.exitCode = 1;
        if (flags.json) printJson({ done: false, state: 'working', request: request.id });
        note(
          `The workers are still erasing: request ${request.id}. They go on by themselves, also after a restart.`,
          `GET /v1/erasures/${request.id} says how far it is; tidemark audit privacy says when it is done.`,
        );
        return;
      }
      if (flags.json) return printJson({ done: flags.yes === true, request: request.id, tables: done });
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

/** `tidemark audit privacy`: what was erased, looked up or attested, and the proof that nothing was taken out of the list. */
export function privacyCommand(): Command {
  return withStore(
    command(
      'privacy',
      'List what was erased, who was looked up and what owners attested, and find every changed or removed row.',
      ['audit privacy', 'audit privacy --about ada@example.com --tenant acme   # was this name erased, and when'],
    ),
  )
    .option('--tenant <name>', 'of this tenant')
    .option('--about <name>', 'rows about this name, which they tell by its fingerprint only')
    .action(async (flags: Flags & { tenant?: string; about?: string }) => {
      const { config } = await settingsOf(flags);
      const fingerprinter = pseudonymizer(config);
      const rows = await withPrivacy({ config, flags }, ({ privacy }) => privacy.rows());
      const { breaks } = await verifyRecord(rows);
      if (breaks.length > 0) process.exitCode = 1;
      const isAbout = ({ tenant, subject }: PrivacyRow) =>
        flags.about === undefined || subject === markOf(fingerprinter, tenant, flags.about);
      const shown = rows.filter((row) => (flags.tenant === undefined || row.tenant === flags.tenant) && isAbout(row));
      if (flags.json) return printJson({ ok: breaks.length === 0, breaks, rows: shown });
      print(...(shown.length === 0 ? ['No rows.'] : table(shown.map(rowOf))));
      for (const { seq, kind, tenant } of unfinished(shown))
        note(
          `Row ${seq}: the erasure of ${kind === 'tenant' ? tenant : `${kind === 'identity' ? 'an' : 'a'} ${kind} of ${tenant}`} was asked for and is not done. If no worker is erasing it now, ask again.`,
        );
      if (breaks.length > 0) note(...breaks.map(({ seq, says }) => `BROKEN row ${seq}: ${says}`));
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
      const fingerprinter = pseudonymizer(config);
      const pseudonym = fingerprinter.person?.(flags.tenant, name) ?? '';
      const asked = {
        tenant: flags.tenant,
        name,
        by: flags.by ?? userInfo().username,
        why: reasonOf(flags),
        now: Date.now(),
      };
      await withPrivacy({ config, flags }, async ({ privacy }) => {
        if (config.ingest.pepperFile === undefined)
          throw new UsageError(
            'there is no pepper, so there are no pseudonyms',
            'Set ingest.pepperFile and ingest.people: pseudonyms; docs/people.md.',
          );
        await writeLookUp(privacy, fingerprinter, asked);
      });
      if (flags.json) return printJson({ pseudonym });
      print(pseudonym);
    });
}
