import { expect, it } from 'vitest';
import { formatRig, rulePack, samplesOf } from '../../test/unit/format-rig.ts';
import { format } from './azure-resource.ts';

const [vault, storage, sas, sql, cosmos, registry] = samplesOf(format);
const rig = formatRig(format);

it('reads the use of a secret: by object id, whatever its version', () => {
  expect(rig.read(vault)).toMatchObject({
    identity: {
      id: 'aaaa1111-0000-4000-8000-00000000000a',
      kind: 'service-account',
      provider: 'azure',
      name: 'checkout',
    },
    action: { name: 'SecretGet', service: 'keyvault', access: 'read' },
    resource: {
      id: 'https://shop-secrets.vault.azure.net/secrets/db-password',
      type: 'secret',
    },
    source: { ip: '192.0.2.40', userAgent: 'azsdk-net-Security.KeyVault.Secrets/4.5.0' },
    outcome: 'success',
  });
});

it('the subscription in which a managed identity stands is its own, and every other one another account', () => {
  expect(rig.read(vault).resource?.account).toBeUndefined();
  const other = vault.resourceId.replace('11111111', '22222222');
  expect(rig.read({ ...vault, resourceId: other }).resource?.account).toBe('22222222-2222-3333-4444-555555555555');
});

it('a vault that tells no tenant tells the issuer of the token, which is the same', () => {
  const by = (claim: object) =>
    rig.read({ ...vault, identity: { claim: { ...vault.identity.claim, ...claim } } }).identity;
  const tenant = 'cccc1111-0000-4000-8000-00000000000c';
  expect(by({ iss: `https://sts.windows.net/${tenant}/` }).account).toBe(tenant);
  expect(by({ iss: `https://login.microsoftonline.com/${tenant}/v2.0` })).toEqual(by({ tid: tenant }));
  expect(by({ iss: 'https://example.com/x/' }).account).toBeUndefined();
});

it('a vault that refuses is denied, whether it says so by number or by word', () => {
  const by = (httpStatusCode: number, resultSignature: string) =>
    rig.read({ ...vault, resultSignature, properties: { ...vault.properties, httpStatusCode } });
  expect(by(403, 'Forbidden')).toMatchObject({ outcome: 'denied', errorCode: '403' });
  expect(by(200, 'Unauthorized')).toMatchObject({ outcome: 'denied', errorCode: 'Unauthorized' });
  expect(by(404, 'Not Found')).toMatchObject({ outcome: 'failed', errorCode: '404' });
});

it.each([
  ['SecretList', 'read'],
  ['SecretBackup', 'read'],
  ['KeyDecrypt', 'execute'],
  ['KeySign', 'execute'],
  ['SecretSet', 'write'],
  ['SecretPurge', 'write'],
  ['VaultPatch', 'admin'],
  ['VaultAccessPolicyChangedEventGridNotification', 'admin'],
  ['VaultGet', 'read'],
])('%s of a vault is %s', (operationName, access) => {
  expect(rig.read({ ...vault, operationName }).action.access).toBe(access);
});

it('the challenge before a token is sent names nobody', () => {
  const record = { ...vault, operationName: 'Authentication', identity: {}, properties: { httpStatusCode: 401 } };
  expect(rig.reader.readParsed(record)[0]).toMatchObject({ status: 'skip', reason: expect.stringContaining('nobody') });
});

it('reads storage by the OAuth principal, and by the key of the account that a signature was made from', () => {
  expect(rig.read(storage)).toMatchObject({
    identity: { id: 'aaaa2222-0000-4000-8000-00000000000a', account: '99999999-0000-4000-8000-000000000009' },
    action: { name: 'GetBlob', access: 'read' },
    resource: { id: '/shopdata/invoices/2026/03/1.pdf', type: 'blob' },
    source: { ip: '192.0.2.41' },
    amount: { bytes: 2048 },
  });
  expect(rig.read(sas)).toMatchObject({
    identity: {
      id: '/subscriptions/11111111-2222-3333-4444-555555555555/resourcegroups/shop/providers/microsoft.storage/storageaccounts/shopdata/key1',
      kind: 'api-key',
    },
    credential: { id: 'D4E5F6', kind: 'other' },
    outcome: 'denied',
    errorCode: 'AuthorizationPermissionMismatch',
  });
});

it('reads SQL, Cosmos DB and registries', () => {
  expect(rig.read(sql)).toMatchObject({
    identity: { id: 'cccc3333-0000-4000-8000-00000000000c', kind: 'service-account' },
    action: { name: 'BATCH COMPLETED', access: 'read' },
    resource: { id: 'orders.dbo.customers' },
    source: { ip: '192.0.2.43', userAgent: 'report-job' },
    amount: { records: 12 },
  });
  expect(rig.read(cosmos)).toMatchObject({
    identity: { id: expect.stringMatching(/databaseaccounts\/shopdocs\/primarymasterkey$/), kind: 'api-key' },
    action: { name: 'Query', access: 'read' },
    resource: { id: expect.stringMatching(/shopdocs\/dbs\/shop\/colls\/orders$/) },
  });
  expect(rig.read(registry)).toMatchObject({
    identity: { id: 'dddd4444-0000-4000-8000-00000000000d' },
    action: { name: 'Push', access: 'write' },
    resource: { id: 'shop.azurecr.io/checkout' },
    outcome: 'success',
  });
});

it('logs of other resources are skipped, with the reason', () => {
  const other = { ...vault, category: 'FunctionAppLogs' };
  expect(rig.reader.readParsed(other)[0]).toMatchObject({
    status: 'skip',
    reason: expect.stringContaining('Key Vault'),
  });
});

it.skipIf(rulePack === undefined)("a SIEM vendor's records of storage are told as what they are", () => {
  const outcomes = rulePack!('Azure.MonitorActivity')
    .filter((log) => format.recognises(log))
    .map((log) => formatRig(format).reader.readParsed(log)[0]!);
  const read = outcomes.flatMap((outcome) => (outcome.status === 'read' ? outcome.activities : []));
  expect(outcomes.filter(({ status }) => status === 'dead')).toEqual([]);
  expect(read).toEqual([
    expect.objectContaining({
      identity: expect.objectContaining({ kind: 'api-key', id: expect.stringMatching(/mystorageaccount\/key1$/) }),
      action: { name: 'GetBlobMetadata', service: 'storage', access: 'read' },
      outcome: 'failed',
      errorCode: 'BlobUsesCustomerSpecifiedEncryption',
    }),
  ]);
});

it('a vault is one by its type, also where the path to it was shortened', () => {
  expect(rig.read({ ...vault, resourceId: '/SUBSCRIPTIONS/S/RG/MICROSOFT.KEYVAULT/VAULTS/SHOP' }).action.service).toBe(
    'keyvault',
  );
});
