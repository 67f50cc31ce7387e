/** One installation that is tortured: workers as processes, topics and a database of their own, a receiver that may refuse. */
import { randomBytes } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { newToken } from '../../src/api/tokens.ts';
import type { ClickHouseServer } from '../engines/harness/clickhouse.ts';
import { type Broker, withAdmin } from '../engines/harness/kafka.ts';
import { until } from '../engines/harness/kafka-worker-process.ts';
import { type Receiver, startReceiver } from '../engines/harness/receiver.ts';
import { type Installation, install, type TidemarkProcess } from '../engines/harness/tidemark.ts';
import { type Network, startNetwork } from './network.ts';

/** Partitions of the raw topic and of the activity topic. */
const PARTITIONS = 3;
/** A worker that does not end by itself within this time after SIGTERM is a failure. */
const ENDS_MS = 180_000;
/** A worker listens within this time after its start, however busy the machine is. */
export const LISTENS_MS = 300_000;
/** A broker does what it is asked within this time. */
const ANSWERS_MS = 120_000;
/** Until a worker that could not start is started again. */
const AGAIN_MS = 2_000;
/** Between two looks at the store: it has better things to do. */
const LOOK_MS = 1_000;
/** A delivery that is refused more often rests for longer than a round is waited for. */
const REFUSALS = 2;
/** What is told of a broker or a database that is away, the latter behind a network that still answers. */
const IS_AWAY = /ECONNREFUSED|ECONNRESET|socket hang up/;
/** More than any disk has. */
const ALL_BYTES = 1e15;
/** Nobody has a reason to read this; whoever does is alerted at once. */
export const DECOY = 'vault:decoy/root-key';
export const TENANT = 'default';

export interface Engines {
  readonly broker: Broker;
  readonly clickhouse: ClickHouseServer;
}

export class World {
  readonly engines: Engines;
  readonly raw: string;
  readonly database: string;
  readonly receiver: Receiver;
  /** Between the workers and the database. */
  readonly network: Network;
  readonly token: string;
  /** Workers that run now; one that is killed leaves the list. */
  readonly workers: TidemarkProcess[] = [];
  /** What went wrong besides lost or doubled records, in words. */
  readonly problems: string[] = [];
  readonly #installation: Installation;
  readonly #ended: TidemarkProcess[] = [];
  #isRemoved = false;
  /** True while the raw topic is made anew: whoever writes to it waits. */
  paused = false;
  /** Ids of all records that somebody answered for so far. */
  acknowledged: () => ReadonlySet<string> = () => new Set();

  private constructor(
    engines: Engines,
    names: { raw: string; database: string },
    parts: { receiver: Receiver; network: Network; token: string; installation: Installation },
  ) {
    this.engines = engines;
    this.raw = names.raw;
    this.database = names.database;
    this.receiver = parts.receiver;
    this.network = parts.network;
    this.token = parts.token;
    this.#installation = parts.installation;
  }

  static async make(engines: Engines, name: string): Promise<World> {
    const { broker, clickhouse } = engines;
    const secret = `whsec_${randomBytes(24).toString('base64')}`;
    const { token, line } = newToken({ name: 'torture', scope: 'admin', tenant: TENANT });
    const names = { raw: `raw-${name}`, database: `t_${name.replaceAll('-', '_')}` };
    await broker.createTopic(names.raw, PARTITIONS);
    const receiver = await startReceiver(secret, { refusals: REFUSALS });
    const network = await startNetwork(clickhouse.url);
    const decoy = JSON.stringify({ identity: 'keeper-of-decoys', canaryResources: [DECOY] });
    const installation = await install(
      {
        kafka: {
          brokers: broker.brokers,
          groupId: `g-${name}`,
          inputs: [{ topic: names.raw, format: 'activity' }],
          activityTopic: `activity-${name}`,
          activityPartitions: PARTITIONS,
          sessionTimeoutMs: 6_000,
          maxWaitMs: 50,
        },
        ingest: { inventoryFile: 'inventory.ndjson' },
        store: { url: network.url, database: names.database },
        detect: { batchRows: 100, batchAgeMs: 100, snapshotEveryMs: 1_000 },
        alerts: { topic: `alerts-${name}` },
        sinks: { soc: { type: 'webhook', url: receiver.url, secretFile: 'webhook.secret' } },
        delivery: { allowPrivateTargets: true, pollMs: 100 },
        respond: { enabled: true, pollMs: 500 },
        http: { serve: 'always', port: 0, tokensFile: 'tokens' },
        telemetry: { port: 0 },
      },
      { 'webhook.secret': secret, tokens: line, 'inventory.ndjson': decoy },
      new URL('clock.mjs', import.meta.url),
    );
    return new World(engines, names, { receiver, network, token, installation });
  }

  start(): TidemarkProcess {
    const process = this.#installation.start('run');
    this.workers.push(process);
    void process.ended.then((code) => {
      const at = this.workers.indexOf(process);
      // Whoever ends a worker takes it off the list first, so one that is still there ended by itself.
      if (at < 0) return;
      this.workers.splice(at, 1);
      this.#ended.push(process);
      // Whoever is started while the broker or the database is away says so and ends; whatever started it starts it again.
      if (code === 1 && !wasReady(process) && IS_AWAY.test(lastFault(process))) {
        setTimeout(() => {
          if (!this.#isRemoved) this.start();
        }, AGAIN_MS);
        return;
      }
      this.problems.push(`a worker ended by itself with ${code}: ${lastFault(process)}`);
    });
    return process;
  }

  async end(process: TidemarkProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const at = this.workers.indexOf(process);
    if (at < 0) return;
    this.workers.splice(at, 1);
    this.#ended.push(process);
    process.signal(signal);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => resolve('late'), ENDS_MS);
    });
    const ended = await Promise.race([process.ended, late]);
    clearTimeout(timer);
    if (ended !== 'late') return;
    this.problems.push(`a worker did not end within ${ENDS_MS} ms of SIGTERM`);
    process.signal('SIGKILL');
    await process.ended;
  }

  /** Where a worker that runs takes records over HTTP; undefined while none does. */
  url(choice: number): string | undefined {
    const urls = this.workers.flatMap(({ log }) => {
      const said = log.find(({ event, what }) => event === 'api-listening' && what === 'http');
      return said === undefined ? [] : [said.place as string];
    });
    return urls[choice % Math.max(urls.length, 1)];
  }

  /** Sets the clock of all workers wrong by so many ms; 0 sets it right. */
  async setClock(wrongByMs: number): Promise<void> {
    const file = join(this.#installation.directory, 'clock');
    if (wrongByMs === 0) await rm(file, { force: true });
    else await writeFile(file, String(wrongByMs));
  }

  /** Lets the database refuse every insert for want of room, as it does by itself where a disk is full, or take them again. */
  async setDiskFull(isFull: boolean): Promise<void> {
    const tables = `SELECT name FROM system.tables WHERE database = '${this.database}' AND engine LIKE '%MergeTree%' FORMAT TabSeparated`;
    for (const table of (await this.ask(tables)) ?? []) {
      const setting = 'min_free_disk_bytes_to_perform_insert';
      const change = isFull ? `MODIFY SETTING ${setting} = ${ALL_BYTES}` : `RESET SETTING ${setting}`;
      await this.ask(`ALTER TABLE ${this.database}.${table} ${change}`);
    }
  }

  /** Rows of a query, tab-separated; undefined while the database does not answer. */
  async ask(query: string): Promise<string[] | undefined> {
    try {
      const answer = await fetch(this.engines.clickhouse.url, {
        method: 'POST',
        body: query,
        signal: AbortSignal.timeout(30_000),
      });
      const text = await answer.text();
      return answer.ok ? text.split('\n').filter(Boolean) : undefined;
    } catch {
      return undefined;
    }
  }

  /** Ids of the stored activities; a row stored twice is there twice. */
  async storedIds(): Promise<string[] | undefined> {
    return this.ask(`SELECT id FROM ${this.database}.activity FINAL ORDER BY id FORMAT TabSeparated`);
  }

  /** Waits until all that was acknowledged so far is stored; false where it is not within `ms`. */
  async drain(ms: number): Promise<boolean> {
    const due = [...this.acknowledged()];
    for (const end = Date.now() + ms; Date.now() < end; await pause(LOOK_MS)) {
      // That one ended by itself is a problem of its own, and told as such.
      if (this.workers.length === 0) this.start();
      const seen = new Set(await this.storedIds());
      if (due.every((id) => seen.has(id))) return true;
    }
    return false;
  }

  /** Undefined where the audit chain is whole; else what the command says. */
  async auditVerified(): Promise<string | undefined> {
    const process = this.#installation.start('audit', 'verify', '--json');
    const code = await process.ended;
    return code === 0 ? undefined : `audit verify ended with ${code}: ${process.output().slice(-500)}`;
  }

  async remakeRawTopic(): Promise<void> {
    const { client } = this.engines.broker;
    // A broker that was killed a moment ago may take its time, or answer that the topic is gone by now.
    await until(
      'the topic is gone',
      () =>
        withAdmin(client, async (admin) => {
          await admin.deleteTopics({ topics: [this.raw] }).catch(() => undefined);
          return !(await admin.listTopics()).includes(this.raw);
        }).catch(() => false),
      ANSWERS_MS,
    );
    // Whether it has leaders is asked of a broker that may not have heard of it yet, which kafkajs takes for an end.
    await this.engines.broker.createTopic(this.raw, PARTITIONS).catch(() => undefined);
    await until(
      'the topic is there again',
      () =>
        withAdmin(client, async (admin) => {
          const { topics } = await admin.fetchTopicMetadata({ topics: [this.raw] });
          return topics[0]?.partitions.length === PARTITIONS;
        }).catch(() => false),
      ANSWERS_MS,
    );
  }

  /** What each worker said last, for whoever looks for the cause. */
  logs(): { readonly name: string; readonly text: string }[] {
    return [...this.#ended, ...this.workers].map((process, at) => ({
      name: `${this.database}-worker-${at}.log`,
      text: process.output(),
    }));
  }

  async remove(): Promise<void> {
    this.#isRemoved = true;
    for (const process of [...this.workers]) await this.end(process, 'SIGKILL');
    await this.receiver.close();
    await this.network.close();
    await this.#installation.remove();
    await this.ask(`DROP DATABASE IF EXISTS ${this.database}`);
  }
}

const wasReady = ({ log }: TidemarkProcess) => log.some(({ event }) => event === 'ready');

function lastFault({ log, output }: TidemarkProcess): string {
  const failed = log.findLast(({ event }) => event === 'failed') as { error?: { message?: string } } | undefined;
  return failed?.error?.message ?? output().slice(-300);
}
