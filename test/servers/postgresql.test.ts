import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Activity } from '../../schemas/activity.ts';
import { configSchema } from '../../schemas/config.ts';
import { discover, SHELVES } from '../../src/app/shelves.ts';
import type { Format } from '../../src/ingest/format.ts';
import { createReader } from '../../src/ingest/reader.ts';
import { skipped, unpackDebian } from './harness/debian.ts';

// A real PostgreSQL with pgaudit writes its log three ways. With TIDEMARK_KEEP_LOG=FOLDER the logs are left there: the samples are made after them.

const VERSION = 15;
const NOBODY = 65_534;
const unpacked = await unpackDebian([
  `postgresql-${VERSION}`,
  `postgresql-client-${VERSION}`,
  `postgresql-${VERSION}-pgaudit`,
]);
const missing = skipped(typeof unpacked === 'string' ? unpacked : undefined);
const root = mkdtempSync(join(tmpdir(), 'tidemark-postgresql-'));
chmodSync(root, 0o755);
const data = join(root, 'data');
const logs = join(root, 'log');
const isRoot = process.getuid?.() === 0;

/** A program of the package; the server refuses to run as root, so there it runs as nobody. */
function run(program: string, args: readonly string[], input = ''): string {
  if (typeof unpacked === 'string') throw new Error(unpacked);
  const path = unpacked.path(`usr/lib/postgresql/${VERSION}/bin/${program}`);
  const command = isRoot
    ? ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', path, ...args]
    : [path, ...args];
  const done = spawnSync(command[0]!, command.slice(1), { env: unpacked.env, input, timeout: 60_000 });
  return `${done.stdout}${done.stderr}`;
}

const psql = (user: string, statements: readonly string[], application = 'ledger-worker') =>
  run(
    'psql',
    ['-X', '-q', `host=${root} user=${user} dbname=ledger application_name=${application}`],
    statements.map((statement) => `${statement};\n`).join(''),
  );

function start(): void {
  if (typeof unpacked === 'string') return;
  execFileSync('chmod', ['-R', 'a+rX', unpacked.path('')]);
  for (const folder of [data, logs]) mkdirSync(folder, { mode: 0o700 });
  if (isRoot) for (const folder of [root, data, logs]) chownSync(folder, NOBODY, NOBODY);
  run('initdb', [
    '-D',
    data,
    '-A',
    'trust',
    '-U',
    'postgres',
    '--no-sync',
    '-L',
    unpacked.path(`usr/share/postgresql/${VERSION}`),
  ]);
  const library = unpacked.path(`usr/lib/postgresql/${VERSION}/lib`);
  writeFileSync(
    join(data, 'postgresql.conf'),
    [
      "listen_addresses = ''",
      `unix_socket_directories = '${root}'`,
      `dynamic_library_path = '${library}:$libdir'`,
      `shared_preload_libraries = '${library}/pgaudit'`,
      "log_destination = 'csvlog,jsonlog'",
      'logging_collector = on',
      `log_directory = '${logs}'`,
      "log_filename = 'audit.log'",
      'log_connections = on',
      "log_timezone = 'UTC'",
      'log_statement = none',
      'fsync = off',
      "pgaudit.log = 'all'",
      'pgaudit.log_catalog = off',
      'pgaudit.log_relation = on',
      'pgaudit.log_rows = on',
    ].join('\n'),
  );
  run('pg_ctl', ['-D', data, '-w', 'start', '-l', join(root, 'start.log')]);
  run('psql', ['-X', '-q', `host=${root} user=postgres dbname=postgres`, '-c', 'create database ledger']);
  psql('postgres', [
    "create role ledger_svc login password 'not-a-real-one'",
    'create role ada login',
    'grant create on database ledger to ledger_svc',
  ]);
  psql('ledger_svc', [
    'create schema billing',
    'create table billing.accounts (id int primary key, iban text)',
    "insert into billing.accounts values (1, 'x'), (2, 'y')",
    'select a.id\nfrom billing.accounts a',
    'grant select on billing.accounts to ada',
    'create role evil',
    'set role ada',
    "copy billing.accounts to program 'true'",
    'begin',
    'commit',
    'delete from billing.accounts where id = 1',
  ]);
  psql('ada', ['select iban from billing.accounts'], '');
  psql('nobody_here', ['select 1']);
  run('pg_ctl', ['-D', data, '-w', '-m', 'fast', 'stop']);
  const kept = process.env.TIDEMARK_KEEP_LOG;
  if (kept !== undefined)
    for (const ending of ['json', 'csv'])
      copyFileSync(join(logs, `audit.${ending}`), join(kept, `postgresql.${ending}`));
}

if (missing === undefined) start();
afterAll(() => {
  rmSync(root, { recursive: true, force: true });
  if (typeof unpacked !== 'string') unpacked.remove();
});

describe.skipIf(missing !== undefined)('the log of a real PostgreSQL with pgaudit', async () => {
  const formats = await discover<Format>(SHELVES.formats, 'format');
  const limits = configSchema.parse({}).ingest;
  const outcomes = (records: readonly string[]) => {
    const reader = createReader({ formats, format: 'auto', tenant: 'default', limits });
    return records.flatMap((record) => reader.read(record));
  };
  const told = (activities: readonly Activity[]) =>
    activities.map((a) => `${a.identity.id} ${a.action.name} ${a.action.access} ${a.resource?.id} ${a.outcome}`);
  const readOf = (records: readonly string[]) => {
    const all = outcomes(records);
    expect(all.filter(({ status }) => status === 'dead')).toEqual([]);
    return all.flatMap((outcome) => (outcome.status === 'read' ? outcome.activities : []));
  };
  const jsonlog = () => readFileSync(join(logs, 'audit.json'), 'utf8').trim().split('\n');
  /** A row of csvlog may go over several lines: it begins with a time. */
  const csvlog = () =>
    readFileSync(join(logs, 'audit.csv'), 'utf8')
      .trim()
      .split(/\n(?=\d{4}-\d\d-\d\d )/);

  it('jsonlog tells who did what to what, and what was refused', () => {
    const acts = told(readOf(jsonlog()));
    for (const act of [
      'postgres CREATE ROLE admin ledger_svc success',
      'ledger_svc CONNECT authenticate ledger success',
      'ledger_svc CREATE TABLE write ledger.billing.accounts success',
      'ledger_svc INSERT write ledger.billing.accounts success',
      'ledger_svc SELECT read ledger.billing.accounts success',
      'ledger_svc GRANT admin ledger.billing.accounts success',
      'ledger_svc CREATE ROLE admin evil denied',
      'ledger_svc SET ROLE admin ada denied',
      'ledger_svc COPY execute true denied',
      'ada SELECT read ledger.billing.accounts denied',
    ])
      expect(acts).toContain(act);
    expect(acts.join('\n')).not.toMatch(/ (?:BEGIN|COMMIT) /);
  });

  it('csvlog tells the same', () => {
    expect(told(readOf(csvlog()))).toEqual(told(readOf(jsonlog())));
  });

  it('no password stands in what is read', () => {
    expect(JSON.stringify(outcomes([...jsonlog(), ...csvlog()]))).not.toContain('not-a-real-one');
  });
});
