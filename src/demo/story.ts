/** What happens to the fleet in the judged fortnight: changes that only look alarming, and attacks that hardly do. */
import { agentSpan } from './agent-span.ts';
import {
  agentAct,
  DAY_MS,
  type Dated,
  FAILOVER,
  HOUR_MS,
  MONTH_END,
  NEWCOMER_FROM,
  podDeed,
  roleDeed,
  roleOf,
  START,
  sessionKey,
  userDeed,
} from './company.ts';
import type { Dice } from './dice.ts';
import { kubernetesAudit } from './kubernetes.ts';
import { ACCOUNT, cloudTrail } from './records.ts';

export interface Chapter {
  readonly title: string;
  /** Id of the identity it is about, as in the alert. */
  readonly identity: string;
  readonly at: string;
  readonly expect: 'alert' | 'silence';
  /** Records beyond the routine; none where the routine itself changes. */
  readonly records: readonly Dated[];
}

const MINUTE_MS = 60_000;
const day = (n: number, hour = 0) => START + n * DAY_MS + hour * HOUR_MS;
const chapter = (
  expect: Chapter['expect'],
  title: string,
  identity: string,
  at: number,
  records: Dated[] = [],
): Chapter => ({
  title,
  identity,
  at: new Date(at).toISOString(),
  expect,
  records,
});
/** `count` records `stepMs` apart. */
const series = (from: number, count: number, stepMs: number, make: (at: number, index: number) => object): Dated[] =>
  Array.from({ length: count }, (_, index) => {
    const at = from + index * stepMs;
    return { at, raw: make(at, index) };
  });

export function changes(dice: Dice): Chapter[] {
  const etl = ['s3', 'GetObject', true, 'arn:aws:s3:::lake-raw/sales-etl/part-3'] as const;
  return [
    chapter(
      'silence',
      "the partner's key is rotated, both keys in use for some hours",
      `arn:aws:iam::${ACCOUNT}:user/partner-feed`,
      day(26),
    ),
    chapter('silence', 'a new SDK rolls out across the six API roles', roleOf('orders-api'), day(25)),
    chapter(
      'silence',
      'all pods are replaced: new names, addresses and tokens',
      'system:serviceaccount:shop:web',
      day(24.5),
    ),
    chapter('silence', 'the review agent gets a new model', 'code-review', day(27)),
    chapter('silence', 'a new colleague begins to ask the support agent', 'support-desk', NEWCOMER_FROM),
    chapter(
      'silence',
      'three API roles fail over to another region for an afternoon',
      roleOf(FAILOVER.names[0]!),
      FAILOVER.from,
    ),
    chapter('silence', 'the month-end job wakes after four weeks of sleep', roleOf(MONTH_END), day(30)),
    chapter(
      'silence',
      'a backfill: ten times the usual reads by the sales job, for three hours',
      roleOf('sales-etl'),
      day(28, 3),
      series(day(28, 3), 240, 45_000, (at) => cloudTrail(roleDeed('sales-etl', at, etl, { bytes: 300_000 }), dice)),
    ),
    chapter(
      'silence',
      'a deployment is throttled: ninety errors in ten minutes',
      roleOf('ci-platform'),
      day(29, 10),
      series(day(29, 10), 90, 6_500, (at) =>
        cloudTrail(
          roleDeed(
            'ci-platform',
            at,
            ['ecs', 'UpdateService', false, 'arn:aws:ecs:eu-west-1:111122223333:service/prod/ci-platform'],
            { error: 'ThrottlingException' },
          ),
          dice,
        ),
      ),
    ),
  ];
}

const HOSTING = '203.0.113.77';

/** The session of the orders role in the hands of somebody at a hosting company, for a quarter of an hour. */
export function theft(from: number, dice: Dice): Dated[] {
  const calls = [
    ['sts', 'GetCallerIdentity', true],
    ['dynamodb', 'ListTables', true],
    ['s3', 'ListBuckets', true],
    ['secretsmanager', 'ListSecrets', true],
    ['secretsmanager', 'GetSecretValue', true, 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:account-api/db'],
  ] as const;
  const more = { ip: HOSTING, agent: 'Boto3/1.28.0 Python/3.12', key: sessionKey('orders-api', from) };
  return series(from, 9, 2 * MINUTE_MS, (at, index) =>
    cloudTrail(roleDeed('orders-api', at, calls[index % calls.length]!, more), dice),
  );
}

export function attacks(dice: Dice): Chapter[] {
  return [
    chapter(
      'alert',
      'the session of the orders role is used from a hosting company while the role works on',
      roleOf('orders-api'),
      day(23, 14),
      theft(day(23, 14), dice),
    ),
    chapter(
      'alert',
      "the docs pipeline's key makes itself an administrator",
      roleOf('ci-docs'),
      day(25, 11),
      series(day(25, 11), 5, 3 * MINUTE_MS, (at, index) => {
        const calls = [
          ['iam', 'ListRoles', true],
          ['iam', 'CreateUser', false, `arn:aws:iam::${ACCOUNT}:user/svc-update`],
          ['iam', 'AttachUserPolicy', false, `arn:aws:iam::${ACCOUNT}:user/svc-update`],
          ['iam', 'CreateAccessKey', false, `arn:aws:iam::${ACCOUNT}:user/svc-update`],
          ['cloudtrail', 'StopLogging', false],
        ] as const;
        return cloudTrail(roleDeed('ci-docs', at, calls[index]!), dice);
      }),
    ),
    chapter(
      'alert',
      'an account that was offboarded two weeks ago comes back',
      `arn:aws:iam::${ACCOUNT}:user/legacy-ftp`,
      day(26, 2),
      series(day(26, 2), 6, 4 * MINUTE_MS, (at) =>
        cloudTrail(userDeed('legacy-ftp', 1, at, { ip: '203.0.113.201' }), dice),
      ),
    ),
    chapter(
      'alert',
      'the invoice agent reads a poisoned invoice and pays somebody new',
      'invoice-desk',
      day(28, 9),
      series(day(28, 9), 2, MINUTE_MS, (at) =>
        agentSpan(
          {
            ...agentAct('invoice-desk', at, 'send_payment', 'x', 'user:ana.lima'),
            arguments: { recipient: 'GB33BUKB20201555555555', amount: 9_400 },
          },
          dice,
        ),
      ),
    ),
    chapter(
      'alert',
      "the web pod's token lists secrets of all namespaces from outside the cluster",
      'system:serviceaccount:shop:web',
      day(30, 22),
      series(day(30, 22), 8, 40_000, (at, index) =>
        kubernetesAudit(
          podDeed(1, 'shop', 'web', at, index < 2 ? 'list' : 'get', 'secrets', {
            ip: HOSTING,
            agent: 'kubectl/v1.29.0 (darwin/arm64)',
            target: ['shop', 'data', 'kube-system', 'cert-manager'][index % 4]!,
            name: `token-${index}`,
          }),
          dice,
        ),
      ),
    ),
    chapter(
      'alert',
      'the click job copies the customer table out, file after file',
      roleOf('click-etl'),
      day(32, 1),
      series(day(32, 1), 400, 8_000, (at, index) =>
        cloudTrail(
          roleDeed('click-etl', at, ['s3', 'GetObject', true, `arn:aws:s3:::customer-exports/full/${index}.parquet`], {
            bytes: 48_000_000,
          }),
          dice,
        ),
      ),
    ),
  ];
}
