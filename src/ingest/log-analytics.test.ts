/** Rows of Log Analytics come to what the same record of a diagnostic setting comes to. */
import { expect, it } from 'vitest';
import type { Activity } from '../../schemas/activity.ts';
import { configSchema } from '../../schemas/config.ts';
import { samplesOf } from '../../test/unit/format-rig.ts';
import { format as activityLog } from '../formats/azure-activity.ts';
import { format as resourceLog } from '../formats/azure-resource.ts';
import { format as entraAudit } from '../formats/entra-audit.ts';
import { format as cluster } from '../formats/kubernetes-audit.ts';
import { createReader } from './reader.ts';

const shelf = [activityLog, resourceLog, entraAudit, cluster];
const reader = createReader({
  formats: new Map(shelf.map((format) => [format.id, format])),
  format: 'auto',
  tenant: 'default',
  limits: configSchema.parse({}).ingest,
});
const read = (record: object): Omit<Activity, 'id'> => {
  const [outcome] = reader.readParsed(record);
  if (outcome?.status !== 'read') throw new Error(JSON.stringify(outcome));
  const { id: _, ...activity } = outcome.activities[0]!;
  return activity;
};
const WORKSPACE = '99999999-0000-4000-8000-000000000099';
const text = JSON.stringify;

it('AzureActivity', () => {
  const claims = {
    oid: 'aaaa0000-0000-4000-8000-000000000001',
    appid: 'aaaa0000-0000-4000-8000-000000000002',
    tid: 'aaaa0000-0000-4000-8000-000000000003',
    idtyp: 'app',
    uti: 'token-1',
  };
  const resourceId = '/subscriptions/s-1/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/V';
  const authorization = { scope: resourceId, evidence: { role: 'Owner' } };
  const setting = {
    time: '2026-03-01T10:15:30.1234567Z',
    category: 'Administrative',
    operationName: 'MICROSOFT.KEYVAULT/VAULTS/WRITE',
    resourceId,
    resultType: 'Success',
    callerIpAddress: '192.0.2.9',
    identity: { authorization, claims },
  };
  const row = {
    Type: 'AzureActivity',
    TenantId: WORKSPACE,
    TimeGenerated: setting.time,
    CategoryValue: 'Administrative',
    OperationNameValue: setting.operationName,
    OperationName: 'Update Key Vault',
    _ResourceId: resourceId.toLowerCase(),
    ActivityStatusValue: 'Success',
    CallerIpAddress: '192.0.2.9',
    Caller: claims.oid,
    Claims: text(claims),
    Authorization: text(authorization),
    EventDataId: 'e-1',
  };
  expect(read(row)).toEqual(read(setting));
  expect(read({ records: [row] })).toEqual(read(setting));
  expect(read({ ...row, Claims_d: claims, Claims: undefined })).toEqual(read(setting));
  expect(
    read({ ...row, ActivityStatusValue: 'Failure', ActivitySubstatusValue: 'Forbidden (HTTP Status Code: 403)' }),
  ).toMatchObject({ outcome: 'denied', errorCode: 'Forbidden (HTTP Status Code: 403)' });
  // A text that is no JSON says nothing, and who acted is told elsewhere.
  expect(read({ ...row, Claims: '{', Caller: 'ada@example.com' }).identity).toMatchObject({ id: 'ada@example.com' });
});

it('AuditLogs', () => {
  for (const record of samplesOf(entraAudit) as Record<string, unknown>[]) {
    const audit = record.properties as Record<string, unknown> | undefined;
    if (audit === undefined || record.tenantId === undefined) continue;
    const row = {
      Type: 'AuditLogs',
      TenantId: WORKSPACE,
      AADTenantId: record.tenantId,
      TimeGenerated: record.time,
      OperationName: record.operationName,
      CallerIpAddress: record.callerIpAddress,
      Id: audit.id,
      Category: audit.category,
      ActivityDateTime: audit.activityDateTime,
      ActivityDisplayName: audit.activityDisplayName,
      LoggedByService: audit.loggedByService,
      Result: audit.result,
      ResultReason: audit.resultReason,
      InitiatedBy: text(audit.initiatedBy),
      TargetResources: text(audit.targetResources),
      AdditionalDetails: text(audit.additionalDetails ?? []),
      UserAgent: audit.userAgent,
    };
    expect(read(row)).toEqual(read(record));
    // A query may leave the column out: then the directory is not known, and the workspace is none.
    for (const AADTenantId of [undefined, null, '', {}])
      expect(read({ ...row, AADTenantId }).identity).not.toHaveProperty('account');
  }
  expect.hasAssertions();
});

it('AKSAudit and AKSAuditAdmin, whose cluster is the resource', () => {
  const id = '/subscriptions/s-1/resourcegroups/rg/providers/microsoft.containerservice/managedclusters/c';
  const row = {
    Type: 'AKSAuditAdmin',
    TenantId: WORKSPACE,
    TimeGenerated: '2026-03-01T10:15:30Z',
    AuditId: 'a-1',
    Stage: 'ResponseComplete',
    Verb: 'create',
    RequestUri: '/api/v1/namespaces/shop/secrets',
    User: text({ username: 'system:serviceaccount:shop:deployer' }),
    SourceIps: text(['203.0.113.1', '192.0.2.7']),
    ObjectRef: { resource: 'secrets', namespace: 'shop', name: 'db' },
    ResponseStatus: text({ code: 403, reason: 'Forbidden' }),
    _ResourceId: id,
  };
  expect(read(row)).toMatchObject({
    identity: { id: 'system:serviceaccount:shop:deployer', account: id },
    resource: { id: 'shop/db', type: 'secrets' },
    source: { ip: '192.0.2.7' },
    outcome: 'denied',
  });
});

it('StorageBlobLogs and AZKVAuditLogs', () => {
  const account = '/subscriptions/s-1/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/st';
  expect(
    read({
      Type: 'StorageBlobLogs',
      TenantId: WORKSPACE,
      TimeGenerated: '2026-03-01T10:15:30Z',
      Category: 'StorageRead',
      OperationName: 'GetBlob',
      StatusCode: '200',
      StatusText: 'Success',
      CallerIpAddress: '192.0.2.7:4711',
      AuthenticationType: 'OAuth',
      RequesterObjectId: 'AAAA0000-0000-4000-8000-000000000001',
      RequesterTenantId: 'aaaa0000-0000-4000-8000-000000000003',
      ObjectKey: '/st/exports/all.csv',
      ServiceType: 'blob',
      ResponseBodySize: 512,
      _ResourceId: account,
    }),
  ).toMatchObject({
    identity: { id: 'aaaa0000-0000-4000-8000-000000000001', account: 'aaaa0000-0000-4000-8000-000000000003' },
    action: { name: 'GetBlob', access: 'read' },
    resource: { id: '/st/exports/all.csv', type: 'blob' },
    amount: { bytes: 512 },
    outcome: 'success',
  });
  expect(
    read({
      Type: 'AZKVAuditLogs',
      TenantId: WORKSPACE,
      TimeGenerated: '2026-03-01T10:15:30Z',
      OperationName: 'SecretGet',
      HttpStatusCode: 403,
      ResultSignature: 'Forbidden',
      CallerIpAddress: '192.0.2.7',
      Identity: text({ claim: { oid: 'aaaa0000-0000-4000-8000-000000000001', idtyp: 'app' } }),
      Id: 'https://vault.vault.azure.net/secrets/db/1',
      _ResourceId: '/subscriptions/s-1/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/vault',
    }),
  ).toMatchObject({
    identity: { id: 'aaaa0000-0000-4000-8000-000000000001' },
    resource: { id: 'https://vault.vault.azure.net/secrets/db', type: 'secret' },
    outcome: 'denied',
  });
});

it('a row of a table that no format reads is told as one', () => {
  expect(reader.readParsed({ Type: 'Heartbeat', TimeGenerated: '2026-03-01T10:15:30Z' })).toMatchObject([
    { status: 'dead' },
  ]);
});
