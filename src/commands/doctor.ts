/** `tidemark doctor`: what a bug report needs, in one file, without secrets. */
import { arch, platform, release, totalmem } from 'node:os';
import type { Command } from 'commander';
import { openTriage } from '../adapters/clickhouse/open.ts';
import { effective } from '../config/effective.ts';
import { isFault } from '../fault.ts';
import { visibleJson } from '../render/visible.ts';
import { createFingerprinter } from '../secrets.ts';
import { note, printJson, writeText } from '../terminal/print.ts';
import { version } from '../version.ts';
import { examine } from './check.ts';
import { command, type Flags, placed, settingsOf, shelves, withOpenStore, withStore } from './settings.ts';

/** A process that hangs is told as such; nobody waits for it. */
const ASK_MS = 3_000;
const ANSWER_MAX = 4 * 1024 * 1024;
const TENANTS_MAX = 1_000;
/** Settings that list whom a company has: how many is enough for a report. */
const NAMES = /(neverSuspend|owners|tenants|environments|roles|brokers|group|tenant)$/;

interface DoctorFlags extends Flags {
  readonly out: string;
  readonly offline?: boolean;
}

/** A value, or in its place what kept it from being had. */
async function had<T>(work: () => Promise<T>): Promise<T | { readonly fault: string; readonly remedy?: string }> {
  try {
    return await work();
  } catch (error) {
    if (isFault(error)) return { fault: error.message, remedy: error.remedy };
    if (!(error instanceof Error)) return { fault: String(error) };
    // `fetch` says why only in what caused its error.
    const cause = error.cause instanceof Error ? `: ${error.cause.message}` : '';
    return { fault: `${error.name}: ${error.message}${cause}` };
  }
}

/** What a process that runs says on its port for health. */
async function asked(base: string, path: string): Promise<unknown> {
  const answer = await fetch(`${base}${path}`, { signal: AbortSignal.timeout(ASK_MS), redirect: 'error' });
  const text = (await answer.text()).slice(0, ANSWER_MAX);
  if (path !== '/metrics') return { status: answer.status, says: JSON.parse(text) };
  // The numbers alone: comments and the shapes of histograms are the same everywhere.
  return text.split('\n').filter((line) => line.startsWith('tidemark_') && !line.includes('_bucket{'));
}

/** The configuration without secrets and without names of a company's own. */
function settings(all: ReturnType<typeof effective>) {
  return all
    .filter(({ origin }) => origin !== 'default')
    .map(({ key, value, origin }) => ({
      key,
      value: NAMES.test(key) && Array.isArray(value) ? `${value.length} left out` : value,
      origin,
    }));
}

export function doctorCommand(): Command {
  return withStore(
    command(
      'doctor',
      'Collect what a bug report needs into one file: settings without secrets, versions, lag, last errors.',
      ['doctor --config tidemark.yaml --out doctor.json', 'doctor --offline --out -'],
    ),
  )
    .option('--out <file>', 'file to write; - for standard output', 'tidemark-doctor.json')
    .option('--offline', 'ask neither store, broker nor a process that runs')
    .action(async (flags: DoctorFlags) => {
      const parts = await shelves();
      const findings = await had(() => examine(flags));
      const loaded = await had(() => settingsOf(flags, {}, parts));
      const isRead = 'config' in loaded;
      const { host, port } = isRead ? loaded.config.telemetry : { host: '127.0.0.1', port: 0 };
      // An address that listens to everybody is reached here as this machine.
      const at = /^(0\.0\.0\.0|::)$/.test(host) ? '127.0.0.1' : host;
      const base = `http://${at.includes(':') ? `[${at}]` : at}:${port}`;
      const isAsked = flags.offline !== true && isRead && port !== 0;
      const report = {
        made: new Date().toISOString(),
        versions: { tidemark: version, node: process.version, ...dependencies() },
        machine: {
          platform: platform(),
          release: release(),
          arch: arch(),
          memoryMiB: Math.round(totalmem() / 1024 / 1024),
          inContainer: process.env.KUBERNETES_SERVICE_HOST !== undefined || process.env.container !== undefined,
        },
        configuration: isRead ? settings(effective(loaded.config, loaded.origins)) : loaded,
        check: findings,
        process: isAsked
          ? {
              ready: await had(() => asked(base, '/readyz')),
              live: await had(() => asked(base, '/livez')),
              metrics: await had(() => asked(base, '/metrics')),
              recent: await had(() => asked(base, '/recent')),
            }
          : 'not asked',
        store:
          flags.offline === true || !isRead
            ? 'not asked'
            : await had(() => withOpenStore(placed(loaded.config, flags), contents)),
      };
      // What a library or a log said may hold anything.
      const { scrub } = createFingerprinter();
      writeText(flags.out, `${scrub('', visibleJson(report))}\n`);
      if (flags.out === '-') return;
      if (flags.json) printJson({ out: flags.out });
      else
        note(
          `Wrote ${flags.out}. It holds settings without secrets, versions, counts and the last errors; no activity and no alert.`,
          'It names hosts and files of yours: read it before you hand it on.',
        );
    });
}

/** Counts, and no name of anybody. */
async function contents(store: Parameters<typeof openTriage>[0]) {
  const { ledger } = openTriage(store);
  const tenants = await ledger.tenants(TENANTS_MAX);
  return {
    tenants: tenants.length,
    identities: tenants.reduce((sum, { identities }) => sum + identities, 0),
    alerts: tenants.reduce((sum, { alerts }) => sum + alerts, 0),
    newestActivity: tenants
      .flatMap(({ lastAt }) => lastAt ?? [])
      .sort()
      .at(-1),
  };
}

/** Versions of what is compiled into Node, as far as a fault could come from it. */
const dependencies = () => ({ openssl: process.versions.openssl, v8: process.versions.v8, uv: process.versions.uv });
