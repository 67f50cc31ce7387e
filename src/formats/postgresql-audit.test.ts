import { describe, expect, it } from 'vitest';
import { formatRig, samplesOf } from '../../test/unit/format-rig.ts';
import { fieldsOfRow } from './postgresql/rows.ts';
import { statementTarget } from './postgresql/statement-target.ts';
import { format } from './postgresql-audit.ts';

const samples = samplesOf(format);
const rig = formatRig(format);
const sample = (part: string) => samples.find(({ message }: { message: string }) => message.includes(part));

/** A line of the server about its own session, with another message than the samples have. */
const line = (message: string, more: object = {}) => ({ ...sample('connection authorized'), message, ...more });
const outcomeOf = (record: object) => rig.reader.readParsed(record)[0];

it('a role that reads a table', () => {
  expect(rig.read(sample('billing.notes'))).toMatchObject({
    identity: { id: 'ledger_svc', kind: 'service-account', provider: 'postgresql', account: 'ledger-db-1' },
    action: { name: 'SELECT', service: 'postgresql', access: 'read' },
    resource: { id: 'ledger.billing.notes', type: 'table' },
    source: { ip: '192.0.2.41', userAgent: 'ledger-worker' },
    outcome: 'success',
    actor: { kind: 'session' },
  });
});

it('a role that writes, with the number of rows', () => {
  expect(rig.read(sample('WRITE,INSERT'))).toMatchObject({
    action: { name: 'INSERT', access: 'write' },
    resource: { id: 'ledger.billing.accounts', type: 'table' },
    amount: { records: 2 },
  });
});

it('what changes rights is administration of the thing that the statement names', () => {
  expect(rig.read(sample('GRANT,,,'))).toMatchObject({
    action: { name: 'GRANT', access: 'admin' },
    resource: { id: 'ledger.billing.accounts', type: 'table' },
  });
  expect(rig.read(sample('CREATE ROLE,,,'))).toMatchObject({
    action: { name: 'CREATE ROLE', access: 'admin' },
    resource: { id: 'ledger_svc', type: 'role' },
  });
});

it('what was refused is denied, whatever the statement', () => {
  expect(rig.read(sample('permission denied to create'))).toMatchObject({
    action: { name: 'CREATE ROLE', access: 'admin' },
    resource: { id: 'evil', type: 'role' },
    outcome: 'denied',
    errorCode: '42501',
  });
  expect(rig.read(sample('permission denied to set role'))).toMatchObject({
    action: { name: 'SET ROLE', access: 'admin' },
    resource: { id: 'ada', type: 'role' },
    outcome: 'denied',
  });
});

it('a sign-in, and one with a wrong password', () => {
  const signIn = sample('connection authorized');
  const act = { action: { name: 'CONNECT', access: 'authenticate' }, resource: { id: 'ledger', type: 'database' } };
  expect(rig.read(signIn)).toMatchObject({ ...act, outcome: 'success' });
  const wrong = {
    ...signIn,
    error_severity: 'FATAL',
    state_code: '28P01',
    message: 'password authentication failed for user "ledger_svc"',
    detail: 'Connection matched pg_hba.conf line 99: "host all all all scram-sha-256"',
  };
  expect(rig.read(wrong)).toMatchObject({ ...act, outcome: 'denied', errorCode: '28P01' });
});

it('who gives a name that no role has is nobody', () => {
  const fatal = { error_severity: 'FATAL', state_code: '28000', ps: 'startup' };
  expect(outcomeOf(line('role "guess" does not exist', fatal))).toMatchObject({ status: 'skip' });
  const guessed = { ...fatal, state_code: '28P01', detail: 'Role "guess" does not exist.' };
  expect(outcomeOf(line('password authentication failed for user "guess"', guessed))).toMatchObject({ status: 'skip' });
});

it('lines that are no acts are skipped with a reason', () => {
  for (const message of [
    'AUDIT: SESSION,14,1,MISC,BEGIN,,,begin;,<not logged>,0',
    'AUDIT: SESSION,17,1,READ,PREPARE,,,prepare p(int) as select iban from billing.accounts,<not logged>,0',
    'disconnection: session time: 0:00:00.065 user=ledger_svc database=ledger host=192.0.2.41 port=39200',
    'checkpoint starting: time',
  ])
    expect(outcomeOf(line(message))).toMatchObject({ status: 'skip', reason: expect.any(String) });
});

it('a time in a zone that only the server knows is dead, and says the remedy', () => {
  const local = { ...samples[0], timestamp: '2026-03-01 10:15:20.218 CEST' };
  expect(rig.reader.readParsed(local)[0]).toMatchObject({ status: 'dead', reason: expect.stringContaining('UTC') });
});

const CSV =
  '2026-03-01 10:15:20.541 UTC,"ledger_svc","ledger",7503,"192.0.2.41:39200",6b0cbab4.1d4f,6,"INSERT",2026-03-01 10:15:20 UTC,3/9,730,LOG,00000,"AUDIT: SESSION,4,1,WRITE,INSERT,TABLE,billing.accounts,""insert into billing.accounts values (1,\'x\'),(2,\'y\');"",<not logged>,2",,,,,,,,,"ledger-worker","client backend",,0';

it('a row of csvlog is the act that the line of jsonlog is', () => {
  const { id: _, ...ofCsv } = rig.reader.read(CSV).flatMap((o) => (o.status === 'read' ? o.activities : []))[0]!;
  const { id: __, identity, ...ofJson } = rig.read(sample('WRITE,INSERT'));
  expect(ofCsv).toMatchObject({ ...ofJson, at: '2026-03-01T10:15:20.541Z' });
  expect(ofCsv.identity.id).toBe(identity.id);
});

const RDS =
  '2026-03-01 10:15:20 UTC:192.0.2.41(39200):ledger_svc@ledger:[7503]:LOG:  AUDIT: SESSION,5,1,READ,SELECT,TABLE,billing.accounts,select id from billing.accounts,<not logged>';

it('the text of RDS is read, alone and out of CloudWatch Logs, which says the server', () => {
  const auto = formatRig(format, 'auto').reader;
  expect(auto.read(RDS)).toMatchObject([
    { status: 'read', activities: [{ resource: { id: 'ledger.billing.accounts' } }] },
  ]);
  const subscription = {
    messageType: 'DATA_MESSAGE',
    owner: '111122223333',
    logGroup: '/aws/rds/instance/ledger-db/postgresql',
    logEvents: [
      { id: '1', timestamp: 1, message: RDS },
      { id: '2', timestamp: 1, message: 'some other text' },
    ],
  };
  expect(auto.readParsed(subscription)).toMatchObject([
    { status: 'read', activities: [{ identity: { id: 'ledger_svc', account: '111122223333/ledger-db' } }] },
    { status: 'skip' },
  ]);
});

it('Cloud SQL and AlloyDB tell the role through the audit log of Google Cloud', () => {
  const entry = samples.at(-1);
  const auto = formatRig(format, 'auto').reader;
  expect(auto.readParsed(entry)).toMatchObject([
    {
      status: 'read',
      activities: [
        {
          identity: { id: 'ledger_svc', provider: 'postgresql', account: 'shop-prod:ledger-db' },
          action: { name: 'SELECT', access: 'read' },
          resource: { id: 'ledger.billing.accounts', type: 'table' },
        },
      ],
    },
  ]);
  const { protoPayload } = entry;
  const rest = { ...entry, protoPayload: { ...protoPayload, request: { ...protoPayload.request, chunkIndex: '2' } } };
  expect(auto.readParsed(rest)).toMatchObject([{ status: 'skip' }]);
});

describe('the thing that a statement names', () => {
  it.each([
    ['create role if not exists "Odd.Name" login', 'Odd.Name', 'role'],
    ['/* x */ alter user Ada superuser', 'ada', 'role'],
    ['grant admins to mallory', 'admins', 'role'],
    ['revoke all on schema Billing from public', 'billing', 'schema'],
    ['grant select on all tables in schema billing to ada', 'billing', 'schema'],
    ["copy (select * from billing.accounts) to program 'nc 192.0.2.1 99'", 'nc 192.0.2.1 99', 'program'],
    ["copy billing.accounts from program 'true'", 'true', 'program'],
    ['copy billing.accounts (id, iban) to stdout', 'billing.accounts', 'table'],
    ['create or replace function billing.total() returns int', 'billing.total', 'function'],
    ['drop table if exists only billing.notes', 'billing.notes', 'table'],
    ['create unique index concurrently by_iban on billing.accounts (iban)', 'by_iban', 'index'],
    ['create extension if not exists dblink', 'dblink', 'extension'],
    ['set session authorization ada', 'ada', 'role'],
    ['truncate billing.notes', 'billing.notes', 'table'],
    ['select 1', undefined, undefined],
  ])('%s', (statement, id, type) => {
    const found = statementTarget(statement);
    expect([found?.id, found?.type]).toEqual([id, type]);
  });

  it('hostile statements end soon', () => {
    for (const part of ['copy a', 'grant ', '/*', '"', 'create or replace ', 'select ', '(', ' '])
      expect(statementTarget(part.repeat(20_000))).toBeDefined;
  });
});

it('fields of a row: quotes, empty ones, and a row that was cut', () => {
  expect(fieldsOfRow('a,,"b ""c"", d",e')).toEqual(['a', '', 'b "c", d', 'e']);
  expect(fieldsOfRow('a,"b')).toEqual(['a', 'b']);
  expect(fieldsOfRow(','.repeat(1_000))).toHaveLength(64);
});
