import { expect, it } from 'vitest';
import { formatRig, rulePack, samplesOf } from '../../test/unit/format-rig.ts';
import { format } from './databricks-audit.ts';

const [secret, table, azure] = samplesOf(format);
const rig = formatRig(format);

it('a service principal is known by its application id, and a secret is the target', () => {
  expect(rig.read(secret)).toMatchObject({
    at: '2026-03-01T10:15:30.120Z',
    identity: {
      id: 'aaaa9999-0000-4000-8000-00000000000a',
      kind: 'service-account',
      provider: 'databricks',
      account: '23e22ba4-0000-4000-8000-000000000001',
    },
    action: { name: 'secrets.getSecret', service: 'secrets', access: 'read' },
    resource: { id: 'production/warehouse-password', type: 'secret' },
    source: { ip: '192.0.2.70', userAgent: 'databricks-sdk-py/0.40.0' },
    outcome: 'success',
  });
});

it('rows of the system table and records of Azure are the same acts in another spelling', () => {
  expect(rig.read(table)).toMatchObject({
    identity: { id: 'ada@example.com', kind: 'human' },
    resource: { id: 'main.finance.payments' },
    outcome: 'denied',
    errorCode: '403',
  });
  expect(rig.read(azure)).toMatchObject({
    identity: { id: 'bbbb9999-0000-4000-8000-00000000000b', kind: 'service-account' },
    action: { name: 'jobs.runNow', access: 'execute' },
    resource: { id: '77', type: 'job' },
    source: { ip: '192.0.2.72' },
  });
});

it('what runs under the rights of another is done on behalf of whoever started it', () => {
  const identity_metadata = { run_by: 'ada@example.com', run_as: 'AAAA9999-0000-4000-8000-00000000000a' };
  expect(rig.read({ ...secret, identity_metadata }).onBehalfOf).toEqual([{ id: 'ada@example.com', kind: 'human' }]);
});

it.each([
  ['accounts', 'tokenLogin', 'authenticate'],
  ['accounts', 'generateDbToken', 'admin'],
  ['accounts', 'addPrincipalToGroup', 'admin'],
  ['unityCatalog', 'deleteTable', 'write'],
  ['unityCatalog', 'dropSchema', 'write'],
  ['workspace', 'trashNotebook', 'write'],
  ['secrets', 'listSecrets', 'read'],
  ['notebook', 'runCommand', 'execute'],
])('%s.%s is %s', (serviceName, actionName, access) => {
  expect(rig.read({ ...secret, serviceName, actionName }).action.access).toBe(access);
});

it.each([[{}], [{ email: null }], [{ email: 'unknown' }]])('whoever is nobody is skipped: %j', (userIdentity) => {
  expect(rig.reader.readParsed({ ...secret, userIdentity })[0]?.status).toBe('skip');
});

it.skipIf(rulePack === undefined)("a SIEM vendor's records are all read but those without a time", () => {
  const outcomes = rulePack!('Databricks.Audit').map((log) => [log, rig.reader.readParsed(log)[0]!] as const);
  for (const [log, outcome] of outcomes)
    if (outcome.status !== 'read')
      expect([outcome, 'timestamp' in log && 'userIdentity' in log]).toEqual([outcome, false]);
  const acts = outcomes.flatMap(([, outcome]) => (outcome.status === 'read' ? outcome.activities : []));
  expect(acts.length).toBeGreaterThan(90);
  // Those that fail by their own status code, and the gate that has none.
  const refused = outcomes.filter(([log]) => /"statusCode":40[13]|IpAccessDenied/.test(JSON.stringify(log)));
  for (const [, outcome] of refused)
    if (outcome.status === 'read') expect(outcome.activities[0]!.outcome).toBe('denied');
});

it('what Unity Catalog is asked about is the thing, not the metastore that every call names', () => {
  const of = (requestParams: object) =>
    rig.read({ ...secret, serviceName: 'unityCatalog', requestParams }).resource?.id;
  const metastore_id = 'aaaa0000-0000-4000-8000-000000000001';
  expect(of({ metastore_id, catalog_name: 'main', schema_name: 'sales', name: 'orders' })).toBe('main.sales.orders');
  expect(of({ metastore_id, share: 'partners' })).toBe('partners');
  expect(of({ metastore_id, volume_full_name: 'main.raw.files', volume_id: 'v' })).toBe('main.raw.files');
  expect(of({ metastore_id })).toBe(metastore_id);
  expect(of({ library: { pypi: { package: 'left-pad' } } })).toBe('left-pad');
});
