/** Tidemark without Kafka in this process: embedded store, HTTP and syslog on loopback, and everything it logs. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Caller } from '../../schemas/api.ts';
import { configSchema } from '../../schemas/config.ts';
import { newToken } from '../../src/api/tokens.ts';
import { run } from '../../src/app/run.ts';
import { shelves } from '../../src/commands/settings.ts';
import { createTelemetry } from '../../src/telemetry/telemetry.ts';
import { until } from './harness/kafka-worker-process.ts';

/** Why there can be no embedded engine here, or undefined. Where CI=true that is a failure, never a skip. */
export async function embeddedMissing(): Promise<string | undefined> {
  try {
    await import('chdb/connection');
    return undefined;
  } catch {
    const reason = 'no embedded ClickHouse: install the optional dependency chdb';
    if (process.env.CI === 'true') throw new Error(reason);
    process.stderr.write(`skipped: ${reason}\n`);
    return reason;
  }
}

export interface House {
  readonly directory: string;
  readonly tokensFile: string;
  /** A token of this name and its line in the file. */
  admit(caller: Caller): string;
  start(config?: object): Promise<Running>;
  remove(): void;
}

export interface Running {
  readonly url: string;
  readonly syslog: string | undefined;
  readonly log: () => string;
  /** As a SIGTERM would; rejects with what ended it before. */
  stop(): Promise<void>;
}

const open = new Set<Running>();

/** Ends what a test that failed left running: a process holds one embedded engine at a time. */
export async function stopEverything(): Promise<void> {
  for (const running of open) await running.stop();
}

export function build(): House {
  const directory = mkdtempSync(join(tmpdir(), 'tidemark-console-'));
  const tokensFile = join(directory, 'tokens');
  writeFileSync(tokensFile, '# who may do what\n', { mode: 0o600 });
  return {
    directory,
    tokensFile,
    admit(caller) {
      const { token, line } = newToken(caller);
      writeFileSync(tokensFile, `${line}\n`, { flag: 'a' });
      return token;
    },
    start: (config = {}) => start(directory, tokensFile, config as Record<string, unknown>),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

async function start(directory: string, tokensFile: string, given: Record<string, unknown>): Promise<Running> {
  const config = configSchema.parse({
    ...given,
    // Stories are weeks old.
    ingest: { history: true, ...(given.ingest as object | undefined) },
    store: { path: join(directory, 'store') },
    http: { port: 0, tokensFile, ...(given.http as object | undefined) },
    telemetry: { port: 0, ...(given.telemetry as object | undefined) },
  });
  const lines: string[] = [];
  const telemetry = createTelemetry({ level: 'trace', destination: { write: (line) => void lines.push(line) } });
  const controller = new AbortController();
  const lifecycle = { signal: controller.signal, stop: () => controller.abort(), dispose: () => {} };
  let ended: unknown;
  const running = run({
    config,
    kafka: undefined,
    store: config.store,
    shelves: await shelves(),
    roles: ['ingest', 'detect'],
    telemetry,
    lifecycle,
    version: '0.0.0-test',
  });
  running.catch((error) => {
    ended = error;
  });
  const placeOf = (what: string) => {
    const line = lines
      .map((text) => JSON.parse(text))
      .find((said) => said.event === 'api-listening' && said.what === what);
    return line?.place as string | undefined;
  };
  await until('it listens and owns its partition', () => {
    if (ended !== undefined) throw ended;
    return placeOf('http') !== undefined && lines.some((line) => line.includes('"partitions-assigned"'));
  });
  const house: Running = {
    url: placeOf('http')!,
    syslog: placeOf('syslog'),
    log: () => lines.join(''),
    async stop() {
      open.delete(house);
      controller.abort();
      await running;
    },
  };
  open.add(house);
  return house;
}
