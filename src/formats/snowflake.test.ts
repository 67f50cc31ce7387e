import { expect, it } from 'vitest';
import { formatRig, rulePack, samplesOf } from '../../test/unit/format-rig.ts';
import { format } from './snowflake.ts';

const [login, query, access] = samplesOf(format);
const rig = formatRig(format);

it('reads logins, and refusals of them', () => {
  expect(rig.read(login)).toMatchObject({
    at: '2026-03-01T10:15:30.120Z',
    identity: { id: 'SVC_EXPORT', kind: 'service-account', provider: 'snowflake' },
    action: { name: 'LOGIN', service: 'snowflake', access: 'authenticate' },
    source: { ip: '192.0.2.110', userAgent: 'PYTHON_DRIVER/3.12.0' },
    outcome: 'success',
  });
  expect(rig.read({ ...login, IS_SUCCESS: 'NO', ERROR_CODE: 390100 })).toMatchObject({
    outcome: 'denied',
    errorCode: '390100',
  });
});

it('a query is about the table that it names, not about what its texts and comments say', () => {
  expect(rig.read(query)).toMatchObject({
    id: 'snowflake:01b2-0001',
    at: '2026-03-01T10:16:00.000Z',
    action: { name: 'SELECT', access: 'read' },
    resource: { id: 'SHOP.FINANCE.PAYMENTS' },
    actor: { id: '1234567', kind: 'session' },
    scopes: ['EXPORTER'],
    amount: { records: 42 },
  });
});

it.each([
  ['CREATE_USER', "CREATE USER MERCY PASSWORD = 'x'", 'admin', 'MERCY'],
  ['GET_FILES', "GET '@~/worksheet_data/metadata' 'file:///'", 'read', '@~/WORKSHEET_DATA/METADATA'],
  ['INSERT', 'insert into "other"."s"."t" values (1)', 'write', 'OTHER.S.T'],
  ['CALL', 'call shop.finance.pay(1)', 'execute', 'SHOP.FINANCE.PAY'],
  ['ALTER_SESSION', 'alter session set x = 1', 'admin', 'SHOP.FINANCE'],
])('%s: %s is %s of %s', (QUERY_TYPE, QUERY_TEXT, wanted, id) => {
  const act = rig.read({ ...query, QUERY_TYPE, QUERY_TEXT });
  expect([act.action.access, act.resource?.id]).toEqual([wanted, id]);
});

it('the access history knows the objects', () => {
  expect(rig.read(access)).toMatchObject({
    identity: { id: 'ada@example.com', kind: 'human' },
    action: { name: 'ACCESS', access: 'read' },
    resource: { id: 'SHOP.FINANCE.PAYMENTS' },
  });
});

it('what fails for lack of rights is denied, what fails otherwise has failed', () => {
  const failed = { ...query, EXECUTION_STATUS: 'FAIL' };
  expect(rig.read({ ...failed, ERROR_CODE: '003001' }).outcome).toBe('denied');
  expect(rig.read({ ...failed, ERROR_CODE: '002003' }).outcome).toBe('failed');
});

it('a user who is nobody and a grant as it stands are skipped', () => {
  expect(rig.reader.readParsed({ ...query, USER_NAME: '-' })[0]).toMatchObject({ status: 'skip' });
  expect(rig.reader.readParsed({ GRANTEE_NAME: 'PUBLIC', GRANTED_TO: 'ROLE' })[0]).toMatchObject({ status: 'skip' });
});

it.skipIf(rulePack === undefined)("a SIEM vendor's records come to something", () => {
  for (const log of rulePack!('Snowflake.LoginHistory')) expect(rig.read(log).action.access).toBe('authenticate');
  for (const log of rulePack!('Snowflake.QueryHistory'))
    expect(rig.read({ ...log, START_TIME: '2026-03-01 10:00:00' }).resource).toBeDefined();
});

it('what was moved between clouds in an hour names nobody and is skipped', () => {
  expect(
    rig.reader.readParsed({ TRANSFER_TYPE: 'COPY', BYTES_TRANSFERRED: 1, START_TIME: '2026-03-01T10:00:00Z' })[0],
  ).toMatchObject({ status: 'skip' });
});

it('a login that failed and names nobody makes no dead letter', () => {
  const knock = {
    EVENT_TIMESTAMP: '2026-03-01 10:00:00.000 +0000',
    EVENT_TYPE: 'LOGIN',
    USER_NAME: null,
    FIRST_AUTHENTICATION_FACTOR: 'PASSWORD',
    IS_SUCCESS: 'NO',
    ERROR_CODE: '390100',
  };
  expect(formatRig(format, 'auto').reader.readParsed(knock)[0]).toMatchObject({
    status: 'skip',
    reason: 'USER_NAME names nobody',
  });
});
