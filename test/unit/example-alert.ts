/** A realistic alert for tests: a deployer's key used from a network never seen, with a call that is new for its peers too. */
import { type Alert, alertSchema, type Evidence } from '../../schemas/alert.ts';

const evidence = (
  field: string,
  seen: string,
  usual: string,
  nats: number,
  more: Partial<Evidence> = {},
): Evidence => ({
  detector: 'unexpected-source',
  field,
  group: 'where',
  seen,
  usual,
  nats,
  prevalence: { identity: 0, peers: 0, tenant: 0.01 },
  at: '2026-11-02T03:14:07.000Z',
  activityId: 'aws:111122223333:7c0e1f2a-0001',
  ...more,
});

/** A new valid alert; `overrides` replace whole fields. Throws when the result does not fit the schema. */
export function exampleAlert(overrides: Partial<Alert> = {}): Alert {
  return alertSchema.parse({
    id: 'alr_5f0d6c1e9a7b4c3d',
    version: 1,
    tenant: 'default',
    status: 'new',
    identity: {
      id: 'arn:aws:iam::111122223333:user/ci-deployer',
      kind: 'service-account',
      provider: 'aws',
      name: 'ci-deployer',
      account: '111122223333',
      environment: 'production',
    },
    credential: {
      id: 'AKIAIOSFODNN7EXAMPLE',
      kind: 'access-key',
      issuedAt: '2026-03-01T09:00:00.000Z',
      longLived: true,
    },
    kinds: ['unexpected-source', 'scope-drift'],
    detectors: ['unexpected-source', 'scope-drift'],
    title:
      'ci-deployer used key AKIA..LE from AS64512 (RU), never seen in 41 days; first call s3:PutBucketPolicy, also new for its 14 peers.',
    severity: 'high',
    score: 23.4,
    p: 0.000_02,
    maturity: 100,
    firstAt: '2026-11-02T03:14:07.000Z',
    lastAt: '2026-11-02T03:21:55.250Z',
    raisedAt: '2026-11-02T03:14:07.000Z',
    activityCount: 3,
    evidence: [
      evidence('source.asn', '64512', 'AS16509 Amazon (41 days)', 9.1),
      evidence('source.ip', '203.0.113.77', '198.51.100.0/24', 4.2),
      evidence('source.country', 'RU', 'DE', 3.3),
      evidence('source.userAgent', 'aws-cli/2.15.0 Python/3.11', 'Terraform/1.9', 2.4, { group: 'how' }),
      evidence('action.name', 's3:PutBucketPolicy', 's3:PutObject, s3:GetObject', 6.8, {
        detector: 'scope-drift',
        group: 'what',
        at: '2026-11-02T03:21:55.250Z',
        activityId: 'aws:111122223333:7c0e1f2a-0003',
      }),
      evidence('resource.id', 'arn:aws:s3:::customer-exports', 'arn:aws:s3:::build-artifacts', 5.5, {
        detector: 'scope-drift',
        group: 'what',
        at: '2026-11-02T03:21:55.250Z',
        activityId: 'aws:111122223333:7c0e1f2a-0003',
      }),
    ],
    activityIds: ['aws:111122223333:7c0e1f2a-0001', 'aws:111122223333:7c0e1f2a-0002', 'aws:111122223333:7c0e1f2a-0003'],
    techniques: ['T1078.004', 'T1098.003'],
    controls: ['NHI2', 'NHI7', 'AC-2(12)', 'PR.AA-05'],
    blindSpots: ['A thief inside the usual network with the usual calls looks like the owner.'],
    owner: 'team-platform',
    delegation: [{ id: 'arn:aws:iam::111122223333:role/github-actions', kind: 'role' }],
    recommendation: {
      action: 'rotate-credential',
      target: { kind: 'credential', id: 'AKIAIOSFODNN7EXAMPLE' },
      because: 'The key was used from a network where this identity has never been.',
      wouldStop: ['s3:PutObject on arn:aws:s3:::build-artifacts, 120 calls an hour'],
      undo: 'aws iam update-access-key --status Active --access-key-id AKIAIOSFODNN7EXAMPLE --user-name ci-deployer',
      expiresAt: '2026-11-03T03:14:07.000Z',
      needsApproval: true,
    },
    ...overrides,
  });
}

/** As large and as hostile as the schema admits: long strings, control characters, quotes, markup. */
export function hugeAlert(): Alert {
  const nasty = '|=\\"]<!channel>&\r\nCEF:0|x\u0000\u2028 é😀 ';
  const long = (n: number) => nasty.repeat(Math.ceil(n / nasty.length)).slice(0, n);
  const base = exampleAlert();
  return exampleAlert({
    version: 7,
    title: long(4_000),
    identity: { ...base.identity, id: long(512), name: long(512) },
    evidence: Array.from({ length: 64 }, (_, i) =>
      evidence('resource.id', `${i} ${long(2_000)}`, long(2_000), 64 - i, { activityId: `${i}${long(200)}` }),
    ),
    activityIds: Array.from({ length: 100 }, (_, i) => `${i}${long(250)}`),
    blindSpots: Array.from({ length: 20 }, () => long(2_000)),
    delegation: Array.from({ length: 16 }, () => ({ id: long(512), kind: 'role' })),
    recommendation: {
      ...base.recommendation,
      because: long(3_000),
      wouldStop: Array.from({ length: 16 }, () => long(2_000)),
      undo: long(3_000),
    },
  });
}

/** What an alert on an agent says of one whose model was changed. */
export const exampleDrift: NonNullable<Alert['drift']> = {
  cause: 'model',
  says: 'its model changed from model-1 to model-2 40 minutes before (as with 3 peers); its tools are those it had for 23 days',
  parts: [
    {
      part: 'model',
      value: 'model-2',
      since: '2026-11-02T02:34:07.000Z',
      changed: true,
      varies: false,
      from: 'model-1',
      peers: 3,
    },
    { part: 'tools', value: '2 tools: read, search', since: '2026-10-10T00:00:00.000Z', changed: false, varies: false },
  ],
};

/** What an alert says of a key that the usual rotator made. */
export const exampleChange: NonNullable<Alert['changes']>[number] = {
  kind: 'credential',
  action: 'iam:CreateAccessKey',
  thing: 'key-2',
  by: { id: 'arn:aws:iam::111111111111:role/rotator', name: 'role/rotator' },
  at: '2026-11-02T02:20:00.000Z',
  manner: 'usual',
  effect: 'explains',
  nats: 3.1,
  fields: ['credential.id'],
  says: 'key key-2 was made 14 minutes before by role/rotator, as every month (iam:CreateAccessKey)',
};
