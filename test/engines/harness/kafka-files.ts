/** What every broker of the tests is made of, fetched and made once a machine: jars, a formatted log and an archive of loaded classes. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { copyFile, cp, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { freePorts } from '../../free-port.ts';
import { locked } from '../../locked.ts';
import { writeKeystore } from './kafka-keystore.ts';
import { answering, CLUSTER_ID, java, LOG, type Ports, settings } from './kafka-process.ts';

const run = promisify(execFile);
const VERSION = '4.1.0';
const POM = fileURLToPath(new URL('./kafka.pom.xml', import.meta.url));
const CACHE = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'tidemark', `kafka-${VERSION}`);
const FETCH_TIMEOUT_MS = 150_000;
/** Fetching and making take less; a lock older than this belongs to a run that was killed. */
const LOCK_DIES_MS = 240_000;

export interface KafkaFiles {
  readonly libs: string;
  /** A log as `kafka-storage format` leaves it, with the user `worker`; to be copied. */
  readonly formatted: string;
  /**
   * Classes as a broker has loaded them, which halves the processor time of a start. A Java that finds the archive of another one, or
   * none, loads its classes itself.
   */
  readonly classes: string;
}

let files: Promise<KafkaFiles> | undefined;

/** The first to come fetches and makes, in whatever process; others wait for it. */
export function kafkaFiles(): Promise<KafkaFiles> {
  files ??= mkdir(CACHE, { recursive: true }).then(() => locked(join(CACHE, 'lock'), LOCK_DIES_MS, make));
  return files;
}

async function make(): Promise<KafkaFiles> {
  const libs = await jars();
  const made = { libs, formatted: join(CACHE, 'formatted'), classes: join(CACHE, 'classes.jsa') };
  if (existsSync(made.formatted)) return made;
  const work = await mkdtemp(join(CACHE, 'make-'));
  try {
    const ports = (await freePorts(4)) as unknown as Ports;
    const properties = join(work, 'server.properties');
    await writeFile(properties, settings(work, ports));
    await writeKeystore(work);
    const scram = ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap((mechanism) => [
      '--add-scram',
      `${mechanism}=[name=worker,password=worker-secret]`,
    ]);
    const format = ['format', '-t', CLUSTER_ID, '-c', properties, ...scram];
    await run('java', java(libs, ['-Xmx128m'], 'kafka.tools.StorageTool', ...format));
    const formatted = join(work, 'formatted');
    await cp(join(work, LOG), formatted, { recursive: true });
    await archive(libs, properties, ports[0], made.classes);
    await rename(formatted, made.formatted);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return made;
}

/** Java writes the classes that a broker has loaded when it ends in order. */
async function archive(libs: string, properties: string, port: number, classes: string): Promise<void> {
  await rm(classes, { force: true });
  const flags = ['-Xmx512m', `-XX:ArchiveClassesAtExit=${classes}`];
  const child = spawn('java', java(libs, flags, 'kafka.Kafka', properties), { stdio: 'ignore' });
  const ended = once(child, 'exit');
  try {
    await answering(port, () => 'while its classes were archived');
    child.kill('SIGTERM');
    await ended;
  } finally {
    child.kill('SIGKILL');
  }
}

/** Folder of the jars; fetched into a folder of its own and renamed, so that a fetch cut short is never taken for a whole one. */
async function jars(): Promise<string> {
  const libs = join(CACHE, 'libs');
  if (existsSync(libs)) return libs;
  const work = await mkdtemp(join(CACHE, 'fetch-'));
  try {
    await copyFile(POM, join(work, 'pom.xml'));
    const output = join(work, 'libs');
    await run(
      'mvn',
      ['-q', '-B', 'dependency:copy-dependencies', `-Dkafka.version=${VERSION}`, `-DoutputDirectory=${output}`],
      {
        cwd: work,
        timeout: FETCH_TIMEOUT_MS,
      },
    );
    await rename(output, libs);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return libs;
}
