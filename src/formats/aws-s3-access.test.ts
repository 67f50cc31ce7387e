import { expect, it } from 'vitest';
import { formatRig, rulePack, samplesOf } from '../../test/unit/format-rig.ts';
import { format } from './aws-s3-access.ts';

const [taken, refused] = samplesOf(format);
const rig = formatRig(format, 'auto');

const OWNER = '79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be';
const LINE = `${OWNER} shop-reports [01/Mar/2026:10:15:30 +0000] 192.0.2.87 arn:aws:sts::123456789012:assumed-role/report-reader/i-0001 3E57427F3EXAMPLE REST.GET.OBJECT 2026/q1%2520plan.csv "GET /shop-reports/2026/q1%2520plan.csv?x=\\"y\\" HTTP/1.1" 200 - 113 113 7 - "-" "Boto3/1.34 md/x" - s9lzHYrFp76ZVxRcpX9= SigV4 ECDHE-RSA-AES128-GCM-SHA256 AuthHeader shop-reports.s3.amazonaws.com TLSv1.2 - -`;

it('which role takes which object, by line and as JSON alike', () => {
  expect(rig.read(taken)).toMatchObject({
    at: '2026-03-01T10:15:30.000Z',
    identity: {
      id: 'arn:aws:iam::123456789012:role/report-reader',
      kind: 'role',
      provider: 'aws',
      account: '123456789012',
    },
    actor: { id: 'i-0001', kind: 'session' },
    action: { name: 's3:REST.GET.OBJECT', service: 's3', access: 'read' },
    resource: { id: 'arn:aws:s3:::shop-reports/2026/q1 plan.csv', type: 's3-object' },
    source: { ip: '192.0.2.87', userAgent: 'Boto3/1.34' },
    outcome: 'success',
    amount: { bytes: 113 },
  });
  const { id: _, source, ...byLine } = rig.read(format.fromText!(LINE)!);
  const { id: __, source: ___, ...asJson } = rig.read(taken);
  expect(byLine).toEqual(asJson);
  expect(source).toEqual({ ip: '192.0.2.87', userAgent: 'Boto3/1.34 md/x' });
});

it('a policy of a bucket that may not be set is denied', () => {
  expect(rig.read(refused)).toMatchObject({
    identity: { id: 'arn:aws:iam::123456789012:user/delivery', account: '123456789012' },
    action: { name: 's3:REST.PUT.BUCKETPOLICY', access: 'admin' },
    resource: { id: 'arn:aws:s3:::shop-reports', type: 's3-bucket' },
    outcome: 'denied',
    errorCode: 'AccessDenied',
  });
  expect(rig.reader.readParsed({ ...taken, requester: '-' })[0]).toMatchObject({ status: 'skip' });
  expect(format.fromText!('some other line')).toBeUndefined();
});

it.skipIf(rulePack === undefined)("every request of a SIEM vendor's rules with a requester is read", () => {
  for (const log of rulePack!('AWS.S3ServerAccess').filter(format.recognises) as (typeof taken)[]) {
    const outcome = rig.reader.readParsed(log)[0]!;
    expect(outcome.status).toBe(log.requester === undefined ? 'skip' : 'read');
  }
});
