import { expect, it } from 'vitest';
import { formatRig, rulePack, samplesOf } from '../../test/unit/format-rig.ts';
import { format as cloudtrail } from './aws-cloudtrail.ts';
import { format } from './bedrock-invocation.ts';

const [call, refused] = samplesOf(format);
const rig = formatRig(format);

it('a role calls a model, and the session is the actor', () => {
  expect(rig.read(call)).toEqual({
    id: 'bedrock:123456789012:bb98d9a8-0000-4000-8000-000000000071',
    at: '2026-03-01T10:15:30.000Z',
    tenant: 'default',
    identity: {
      id: 'arn:aws:iam::123456789012:role/desk-agent',
      kind: 'role',
      provider: 'aws',
      name: 'Desk-Agent',
      account: '123456789012',
    },
    actor: { id: 'i-0abc', kind: 'session' },
    action: { name: 'bedrock:ConverseStream', service: 'bedrock', access: 'execute' },
    resource: { id: 'anthropic.claude-3-haiku-20240307-v1:0', type: 'model' },
    source: { region: 'eu-central-1' },
    outcome: 'success',
  });
});

it('the identity is the one that CloudTrail tells of the same role', () => {
  const arn = 'arn:aws:iam::123456789012:role/Desk-Agent';
  const record = {
    eventID: '1',
    eventTime: '2026-03-01T10:15:30Z',
    eventSource: 's3.amazonaws.com',
    eventName: 'ListBuckets',
    recipientAccountId: '123456789012',
    userIdentity: {
      type: 'AssumedRole',
      arn: 'arn:aws:sts::123456789012:assumed-role/Desk-Agent/i-0abc',
      accountId: '123456789012',
      sessionContext: { sessionIssuer: { type: 'Role', arn, userName: 'Desk-Agent' } },
    },
  };
  expect(rig.read(call).identity).toEqual(formatRig(cloudtrail).read(record).identity);
});

it('a refusal and a guardrail that steps in are denied', () => {
  expect(rig.read(refused)).toMatchObject({
    identity: { id: 'arn:aws:iam::123456789012:user/exporter', kind: 'service-account', name: 'Exporter' },
    outcome: 'denied',
    errorCode: 'AccessDeniedException',
  });
  const output = { outputBodyJson: { stopReason: 'guardrail_intervened' } };
  expect(rig.read({ ...call, output }).outcome).toBe('denied');
});

it('nobody is skipped, and what is no ARN is dead', () => {
  expect(rig.reader.readParsed({ ...call, identity: {} })[0]?.status).toBe('skip');
  expect(rig.reader.readParsed({ ...call, identity: { arn: 'x' } })[0]?.status).toBe('dead');
});

it.skipIf(rulePack === undefined)("a SIEM vendor's records are read", () => {
  for (const log of rulePack!('AWS.BedrockModelInvocation')) {
    const [outcome] = rig.reader.readParsed(log);
    const stops = /INTERVENED|guardrail_intervened/.test(JSON.stringify(log));
    if (outcome!.status === 'read') expect(outcome!.activities[0]!.outcome).toBe(stops ? 'denied' : 'success');
    else expect(outcome!.reason).toMatch(/nobody|timestamp/);
  }
});

it.each([
  ['user/ada@example.com', 'human'],
  ['user/reporter', 'service-account'],
])('%s is of kind %s', (path, kind) => {
  expect(rig.read({ ...call, identity: { arn: `arn:aws:iam::123456789012:${path}` } }).identity.kind).toBe(kind);
});
