/** `tidemark check`: everything that would stop `run`, found before it runs. */

import type { Command } from 'commander';
import type { Config } from '../../schemas/config.ts';
import { homeText } from '../../schemas/identity-ref.ts';
import { checkStore, type StoreCheck, savedFormats } from '../adapters/clickhouse/open.ts';
import { createEgress } from '../adapters/egress.ts';
import { loadInventory } from '../adapters/inventory.ts';
import { checkKafka } from '../adapters/kafka/topics.ts';
import { loadNetworks } from '../adapters/networks.ts';
import { openSubscription } from '../adapters/pub-sub.ts';
import { openS3Queue } from '../adapters/s3-queue.ts';
import { createProvider } from '../api/sign-in/provider.ts';
import { listens, servesHttp, tokensOf } from '../app/http-role.ts';
import { namedFormat } from '../app/mapping-files.ts';
import { breachesOf, GUARANTEES } from '../app/own-detectors/conformance.ts';
import { openConfigured } from '../app/respond-role.ts';
import { keysToRead } from '../app/served-keys.ts';
import { sinkContext } from '../app/sink-context.ts';
import { ConfigError } from '../config/config-error.ts';
import { exposedFiles } from '../config/exposed-files.ts';
import { readSecretFile } from '../config/secret-file.ts';
import { readRoutes } from '../deliver/sink-routes.ts';
import { FLEETING_REMEDY } from '../detect/fleeting-watch.ts';
import { isFault, UsageError } from '../fault.ts';
import { UnknownFormat } from '../ingest/reader.ts';
import type { SinkType } from '../ports/delivery.ts';
import type { Clock } from '../ports/outside.ts';
import { noteFault, print, printJson } from '../terminal/print.ts';
import { table } from '../terminal/table.ts';
import { inspectFiles, inspectionText } from './inspect.ts';
import { fatesOf, refuseUnreadable } from './saved-habits.ts';
import { absent, command, type Flags, placed, refuseUnwritable, settingsOf, shelves, withStore } from './settings.ts';

const CLOCK: Clock = { now: Date.now };

export interface Finding {
  readonly check: string;
  /** True with a remedy: it works, and should be mended all the same. */
  readonly ok: boolean;
  /** It is the configuration that is wrong, not what it speaks of. */
  readonly misconfigured?: true;
  readonly says: string;
  readonly remedy?: string;
}

/** The store has lost what it had learned. */
class MissingMemories extends Error {
  override readonly name = 'MissingMemories';
  readonly remedy =
    'Restore the store from a copy; or start `tidemark run`, which learns again from the activities that are still stored.';
  constructor(missing: StoreCheck['missing']) {
    const [first] = missing;
    const sum = (of: 'expected' | 'found') => missing.reduce((total, one) => total + one[of], 0);
    super(
      `memories are missing: ${sum('found')} of ${sum('expected')} identities are there, in ${missing.length} partitions such as ${first?.topic}/${first?.partition}`,
    );
  }
}

/** Of whoever looks at a store alone, such as a restored copy: what `run` lacks besides is no fault of the store. */
const UNCONFIGURED: Finding = {
  check: 'tokens',
  ok: true,
  says: 'there is no configuration, so the store alone is checked: `tidemark run` would not start like this, for nobody could send or ask',
  remedy:
    'To check a whole installation, name its configuration with --config FILE; tidemark.example.yaml is one to begin with.',
};

/** Runs one check; a fault becomes a finding, a bug stays a bug. */
async function attempt(check: string, work: () => Promise<string>): Promise<Finding> {
  try {
    return { check, ok: true, says: await work() };
  } catch (error) {
    if (!isFault(error)) throw error;
    if (!(error instanceof ConfigError)) return { check, ok: false, says: error.message, remedy: error.remedy };
    const says = error.problems.map(({ at, key, wrong }) => [at, key, wrong].filter(Boolean).join(' ')).join('; ');
    return {
      check,
      ok: false,
      misconfigured: true,
      says,
      remedy: error.problems.map(({ remedy }) => remedy).join('; '),
    };
  }
}

/** Opens what alerts and orders go to, which asks nobody: options, secrets, allowed addresses. */
async function destinations(config: Config, types: ReadonlyMap<string, SinkType>): Promise<Finding[]> {
  const egress = createEgress(config.delivery);
  // The key of approval links is examined by itself.
  const unlinked = { ...config, respond: { ...config.respond, links: undefined } };
  const context = sinkContext(
    { config: unlinked, kafka: config.kafka, clock: CLOCK },
    egress,
    () => undefined,
    async () => {},
  );
  const findings: Finding[] = [];
  try {
    for (const route of readRoutes(config.sinks, types, config.http).routes) {
      // To open a file would make it.
      if (config.sinks[route.name]?.type === 'file') continue;
      findings.push(
        await attempt(`sink ${route.name}`, async () => {
          await (await route.open(context)).sink.close?.();
          return `${config.sinks[route.name]?.type}`;
        }),
      );
    }
    for (const [name, options] of Object.entries(config.respond.responders)) {
      const one = { ...config, respond: { ...config.respond, responders: { [name]: options } } };
      findings.push(
        await attempt(`responder ${name}`, async () => {
          await openConfigured({ config: one, clock: CLOCK }, egress);
          return options.type;
        }),
      );
    }
  } finally {
    await egress.close();
  }
  return findings;
}

/** Everything that is right or wrong with a configuration and what it names. Sends nothing, changes nothing. */
export async function examine(flags: Flags & { readonly offline?: boolean }): Promise<Finding[]> {
  const findings: Finding[] = [];
  try {
    const parts = await shelves();
    const { config, files } = await settingsOf(flags, {}, parts);
    findings.push({
      check: 'configuration',
      ok: true,
      says: files.length === 0 ? 'defaults only' : files.join(', '),
    });
    for (const { key, file, wrong, remedy } of exposedFiles({ ...config, store: placed(config, flags) }, files))
      findings.push({ check: 'permissions', ok: true, says: `${key} ${file} ${wrong}`, remedy });
    if (parts.own.size > 0)
      findings.push({
        check: 'detectors',
        ok: true,
        says: `${[...parts.own.keys()].join(', ')} from ${config.detect.detectorsFolder}; \`tidemark check --detectors\` tries them`,
      });
    const { networksFile, inventoryFile } = config.ingest;
    if (networksFile !== undefined)
      findings.push(
        await attempt('networks', async () => {
          loadNetworks(networksFile);
          return networksFile;
        }),
      );
    if (inventoryFile !== undefined)
      findings.push(await attempt('inventory', async () => `${loadInventory(inventoryFile).identities} identities`));
    for (const [name, options] of Object.entries(config.s3Queues))
      findings.push(
        await attempt(`queue ${name}`, async () => {
          await openS3Queue({ options, take: async () => ({ status: 'later', reason: '' }), onEvent() {} });
          return options.queueUrl;
        }),
      );
    for (const [name, options] of Object.entries(config.pubSub))
      findings.push(
        await attempt(`subscription ${name}`, async () => {
          await openSubscription({ options, take: async () => ({ status: 'later', reason: '' }), onEvent() {} });
          return options.subscription;
        }),
      );
    const isStoreAlone = files.length === 0 && flags.store !== undefined && config.http.tokensFile === undefined;
    if (listens(config) && isStoreAlone) findings.push(UNCONFIGURED);
    else if (listens(config))
      findings.push(
        await attempt('tokens', async () => {
          tokensOf(config, CLOCK, () => undefined);
          return config.http.tokensFile ?? 'none: people sign in';
        }),
      );
    const { signIn } = config.http;
    if (servesHttp(config) && signIn !== undefined)
      findings.push(
        await attempt('sign-in', async () => {
          const { clientSecretFile: file } = signIn;
          const secret =
            file === undefined
              ? undefined
              : readSecretFile({ key: 'http.signIn.clientSecretFile', file }, () => undefined);
          if (!flags.offline) await createProvider(signIn, secret, CLOCK).look();
          return `${signIn.issuer}, ${signIn.roles.length} groups`;
        }),
      );
    // Read as `run` reads them, so that what is refused there is refused here.
    const readSecret = (key: string, file: string) => readSecretFile({ key, file }, () => undefined);
    for (const { name, look } of keysToRead(config, servesHttp(config), CLOCK, readSecret))
      findings.push(await attempt(name, look));
    findings.push(...(await destinations(config, parts.sinks)));
    let fleeting: StoreCheck['fleeting'] = [];
    if (!flags.offline) {
      findings.push(
        await attempt('store', async () => {
          const place = placed(config, flags);
          if (place.path !== undefined && absent(place) !== undefined) {
            refuseUnwritable(place);
            return `${place.path} is not there yet; \`tidemark run\` makes it`;
          }
          const { version, embedded, pending, closesToEarlier, missing, fleeting: found } = await checkStore(place);
          fleeting = found;
          if (missing.length > 0) throw new MissingMemories(missing);
          refuseUnreadable(fatesOf(await savedFormats(place)));
          const state =
            pending.length === 0
              ? 'tables up to date'
              : `${pending.length} ${pending.length === 1 ? 'migration' : 'migrations'} to run, which \`tidemark run\` does${closesToEarlier ? '; earlier builds refuse the store after that' : ''}`;
          return `ClickHouse ${version}${embedded ? ' (embedded)' : ''}, ${state}`;
        }),
      );
      for (const { tenant, provider, account, kind, ids, fleeting: gone, examples } of fleeting)
        findings.push({
          check: 'identities',
          ok: true,
          says: `${gone} of ${ids} ids of kind ${kind} (${homeText({ provider, account })}) of tenant ${tenant} never came back, such as ${examples[0]}: nothing can be learned of them`,
          remedy: FLEETING_REMEDY,
        });
      const { kafka } = config;
      if (kafka !== undefined) {
        const faults = await checkKafka(kafka, config.alerts.topic);
        for (const { message, remedy } of faults) findings.push({ check: 'kafka', ok: false, says: message, remedy });
        if (faults.length === 0)
          findings.push({
            check: 'kafka',
            ok: true,
            says: `${kafka.brokers.join(', ')}, every topic is there, or \`tidemark run\` makes it`,
          });
      }
    }
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    for (const { at, key, wrong, remedy } of error.problems)
      findings.push({
        check: 'configuration',
        ok: false,
        misconfigured: true,
        says: `${at} ${key}: ${wrong}`,
        remedy,
      });
  }
  return findings;
}

interface CheckFlags extends Flags {
  readonly offline?: boolean;
  readonly format?: string;
  /** A folder; true where the configuration names it. */
  readonly detectors?: string | true;
}

export function checkCommand(): Command {
  return withStore(
    command('check', 'Check configuration, files, destinations, store and broker; sends nothing, changes nothing.', [
      'check --config tidemark.yaml',
      'check --offline --json',
      'check --format acme.yaml sample.ndjson   # a mapping file, and what it makes of samples',
      'check --detectors ./detectors            # detectors of your own, held to what ours are held to',
    ]),
  )
    .argument('[samples...]', 'with --format: files whose records it must read')
    .option('--offline', 'configuration and files only')
    .option('--format <id-or-file>', 'check this format or mapping file alone, on the samples')
    .option('--detectors [folder]', 'check the detectors of your own alone (default: those of the configuration)')
    .action(async (samples: string[], flags: CheckFlags) => {
      if (flags.detectors !== undefined) return checkDetectors({ ...flags, detectors: flags.detectors });
      if (flags.format !== undefined) return checkFormat(samples, { ...flags, format: flags.format });
      if (samples.length > 0)
        throw new UsageError('samples are read with a format', 'Say --format FILE, or use `tidemark inspect FILES`.');
      const findings = await examine(flags);
      const failed = findings.filter(({ ok }) => !ok).length;
      if (flags.json) printJson({ ok: failed === 0, findings });
      else
        print(
          ...table(
            findings.flatMap(({ check, ok, says, remedy }) => [
              [ok ? (remedy === undefined ? 'ok' : 'warn') : 'FAIL', `${check}: ${says}`],
              ...(remedy ? [['', remedy]] : []),
            ]),
          ),
        );
      process.exitCode = failed === 0 ? 0 : findings.some(({ misconfigured }) => misconfigured) ? 2 : 1;
    });
}

/** Detectors of one's own under the suite that ours are under. Reads nothing but them and the configuration. */
async function checkDetectors(flags: Flags & { readonly detectors: string | true }): Promise<void> {
  const parts = await shelves();
  // What a detector does wrong is told below, with the guarantee that it breaks.
  parts.onDetectorFailure = () => undefined;
  const named = flags.detectors === true ? {} : { detect: { detectorsFolder: flags.detectors } };
  const { config } = await settingsOf(flags, named, parts);
  if (config.detect.detectorsFolder === undefined)
    throw new UsageError(
      'no folder of detectors is named',
      'Say --detectors FOLDER, or set detect.detectorsFolder; docs/own-detectors.md shows how to write one.',
    );
  if (parts.own.size === 0)
    throw new UsageError(
      `${config.detect.detectorsFolder} holds no detector`,
      'Put a .js or .mjs file there that exports `detector`; docs/own-detectors.md shows one.',
    );
  const examined = [...parts.own].map(([id, { bare, file }]) => ({
    id,
    file,
    breaches: breachesOf({ id, detector: bare, file }),
  }));
  const ok = examined.every(({ breaches }) => breaches.length === 0);
  if (flags.json) printJson({ ok, detectors: examined });
  else
    print(
      ...table(
        examined.flatMap(({ id, file, breaches }) =>
          breaches.length === 0
            ? [['ok', `detector ${id}: holds all ${GUARANTEES.length} guarantees (${file})`]]
            : breaches.flatMap(({ guarantee, says }) => [
                ['FAIL', `detector ${id}: ${says}`],
                ['', `${guarantee}: ${file}`],
              ]),
        ),
      ),
    );
  process.exitCode = ok ? 0 : 1;
}

/** Rows that are shown of each list; whoever mends a format wants to see more than whoever looks at a log. */
const ROWS = 10;

/** A format on samples: it must read something, and leave nothing dead. */
async function checkFormat(samples: readonly string[], flags: Flags & { readonly format: string }): Promise<void> {
  if (samples.length === 0) {
    // The file alone: whatever is wrong with it is thrown, with its place.
    const parts = await shelves();
    await settingsOf(flags, {}, parts);
    const id = namedFormat(flags.format, parts.formats);
    if (!parts.formats.has(id)) throw new UnknownFormat(id, parts.formats.keys());
    if (flags.json) printJson({ ok: true, format: id });
    else print(`${id}: the mapping is well formed. Name a file of samples to see what it makes of them.`);
    return;
  }
  const { inspection, faults, first } = await inspectFiles(samples, { ...flags, rows: ROWS });
  const read = inspection.formats.reduce((sum, one) => sum + one.read, 0);
  const dead = inspection.formats.reduce((sum, one) => sum + one.dead, 0);
  const ok = read > 0 && dead === 0 && faults.length === 0;
  if (flags.json) printJson({ ok, ...inspection, ...(first !== undefined && { first }) });
  else {
    print(...inspectionText(inspection));
    if (first !== undefined) print('', 'the first activity', ...JSON.stringify(first, null, 2).split('\n'));
  }
  for (const fault of faults) noteFault(fault);
  if (!ok && !flags.json)
    noteFault({
      message:
        dead === 0
          ? 'no record of the samples was read'
          : `${dead} ${dead === 1 ? 'record of the samples is' : 'records of the samples are'} dead`,
      remedy: 'The reasons above name the field of the mapping; docs/mapping-files.md says what each may hold.',
    });
  process.exitCode = ok ? 0 : 1;
}
