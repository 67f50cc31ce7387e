/** The made-up company: who works there, how, from where, and what one act of each looks like. */
import type { Network } from '../../schemas/inventory.ts';
import type { AgentDeed } from './agent-span.ts';
import { createDice, type Dice, seedOf } from './dice.ts';
import type { KubernetesDeed } from './kubernetes.ts';
import { ACCOUNT, type AwsDeed, REGION } from './records.ts';

export const DAY_MS = 86_400_000;
export const HOUR_MS = 3_600_000;
export const START = Date.parse('2026-03-02T00:00:00Z');
export const DAYS = 35;
/** Three weeks to learn, two to judge. */
export const LEARN_UNTIL = START + 21 * DAY_MS;
export const END = START + DAYS * DAY_MS;

/** A raw record, with the time it happened for sorting. */
export interface Dated {
  readonly at: number;
  readonly raw: object;
}

export type AwsCall = readonly [service: string, call: string, readOnly: boolean, resource?: string];

/** Works on the first three days of a month and sleeps for the rest of it. */
export const MONTH_END = 'month-end';

/** Roles by class: what they call, how often an hour, from which network. */
export const CLASSES: readonly {
  readonly names: readonly string[];
  readonly owner: string;
  readonly perHour: number;
  readonly network: string;
  readonly calls: readonly AwsCall[];
  readonly agent: string;
}[] = [
  {
    names: ['orders-api', 'basket-api', 'catalog-api', 'search-api', 'account-api', 'review-api'],
    owner: 'team-shop',
    perHour: 2.2,
    network: '10.20.1.',
    agent: 'aws-sdk-go-v2/1.30.3 os/linux lang/go#1.22.4 md/GOOS#linux',
    calls: [
      ['dynamodb', 'GetItem', true, 'arn:aws:dynamodb:eu-west-1:111122223333:table/{name}'],
      ['dynamodb', 'PutItem', false, 'arn:aws:dynamodb:eu-west-1:111122223333:table/{name}'],
      ['sqs', 'SendMessage', false, 'arn:aws:sqs:eu-west-1:111122223333:{name}-events'],
      ['secretsmanager', 'GetSecretValue', true, 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:{name}/db'],
    ],
  },
  {
    names: ['sales-etl', 'stock-etl', 'click-etl', 'mail-etl'],
    owner: 'team-data',
    perHour: 2,
    network: '10.20.2.',
    agent: 'Boto3/1.34.106 md/Botocore#1.34.106 ua/2.0 os/linux lang/python#3.11.9',
    calls: [
      ['s3', 'GetObject', true, 'arn:aws:s3:::lake-raw/{name}/part'],
      ['s3', 'PutObject', false, 'arn:aws:s3:::lake-clean/{name}/part'],
      ['glue', 'GetTable', true],
      ['athena', 'StartQueryExecution', false],
    ],
  },
  {
    names: ['ci-shop', 'ci-data', 'ci-mobile', 'ci-platform', 'ci-docs'],
    owner: 'team-platform',
    perHour: 1.5,
    network: '192.0.2.',
    agent: 'aws-cli/2.15.40 Python/3.11.8 Linux/6.5 exe/x86_64',
    calls: [
      ['ecr', 'GetAuthorizationToken', true],
      ['ecr', 'PutImage', false, 'arn:aws:ecr:eu-west-1:111122223333:repository/{name}'],
      ['s3', 'PutObject', false, 'arn:aws:s3:::artifacts/{name}/build'],
      ['ecs', 'UpdateService', false, 'arn:aws:ecs:eu-west-1:111122223333:service/prod/{name}'],
    ],
  },
  {
    names: ['backup-nightly', 'report-daily', 'cost-export'],
    owner: 'team-finance',
    perHour: 0.8,
    network: '10.20.3.',
    agent: 'aws-sdk-java/2.25.40 Linux/5.10 OpenJDK/17',
    calls: [
      ['rds', 'DescribeDBSnapshots', true],
      ['rds', 'CreateDBSnapshot', false, 'arn:aws:rds:eu-west-1:111122223333:db:main'],
      ['s3', 'ListObjects', true, 'arn:aws:s3:::backups'],
    ],
  },
  {
    names: ['thumbnails', 'mailer', 'tax-rates', 'labels', 'geo-lookup', 'stock-sync', 'webhooks-in', 'receipts'],
    owner: 'team-shop',
    perHour: 1.3,
    network: '10.20.4.',
    agent: 'aws-sdk-js/3.600.0 ua/2.0 os/linux#5.10 lang/js md/nodejs#20.14.0 exec-env/AWS_Lambda_nodejs20.x',
    calls: [
      ['sqs', 'ReceiveMessage', false, 'arn:aws:sqs:eu-west-1:111122223333:{name}-inbox'],
      ['sqs', 'DeleteMessage', false, 'arn:aws:sqs:eu-west-1:111122223333:{name}-inbox'],
      ['s3', 'GetObject', true, 'arn:aws:s3:::shop-uploads/{name}/part'],
      ['dynamodb', 'UpdateItem', false, 'arn:aws:dynamodb:eu-west-1:111122223333:table/{name}'],
    ],
  },
  {
    names: [MONTH_END],
    owner: 'team-finance',
    perHour: 6,
    network: '10.20.5.',
    agent: 'aws-sdk-java/2.25.40 Linux/5.10 OpenJDK/17',
    calls: [
      ['athena', 'StartQueryExecution', false],
      ['athena', 'GetQueryResults', true],
      ['s3', 'PutObject', false, 'arn:aws:s3:::ledger/{name}/part'],
    ],
  },
];

export const USERS = ['partner-feed', 'legacy-ftp', 'print-service', 'edi-gateway', 'payroll-sync'] as const;
export const PODS: readonly (readonly [namespace: string, account: string, resources: readonly string[]])[] = [
  ['shop', 'deployer', ['deployments', 'replicasets']],
  ['shop', 'web', ['configmaps']],
  ['shop', 'cart', ['configmaps']],
  ['data', 'airflow', ['pods', 'configmaps']],
  ['data', 'spark', ['pods', 'services']],
  ['monitoring', 'prometheus', ['pods', 'nodes', 'services']],
  ['monitoring', 'alertmanager', ['configmaps']],
  ['ingress', 'controller', ['ingresses', 'services', 'endpoints']],
  ['cert-manager', 'issuer', ['secrets', 'certificates']],
  ['batch', 'runner', ['jobs', 'pods']],
  ['shop', 'checkout', ['configmaps']],
  ['payments', 'gateway', ['configmaps', 'endpointslices']],
  ['data', 'dbt', ['jobs', 'configmaps']],
  ['logging', 'collector', ['pods', 'nodes']],
  ['delivery', 'reconciler', ['deployments', 'configmaps', 'services']],
  ['scaling', 'operator', ['horizontalpodautoscalers', 'deployments', 'leases']],
];
export const AGENTS: readonly (readonly [name: string, tools: readonly string[], targets: readonly string[]])[] = [
  [
    'invoice-desk',
    ['read_invoice', 'send_payment', 'get_balance'],
    ['DE44500105175407324931', 'FR7630006000011234567890189'],
  ],
  ['support-desk', ['search_tickets', 'reply_ticket', 'send_email'], ['support@example.com', 'returns@example.com']],
  ['code-review', ['read_file', 'comment_review', 'search_code'], ['shop/orders', 'shop/basket', 'data/sales']],
  ['price-watch', ['fetch_url', 'update_price'], ['https://prices.example.net', 'https://shop.example.org']],
  ['travel-desk', ['search_flights', 'book_hotel', 'send_email'], ['travel@example.com', 'hotel@example.org']],
  ['hr-helper', ['read_calendar', 'create_event', 'send_email'], ['people@example.com', 'room-12@example.com']],
  ['contract-reader', ['read_file', 'search_files', 'comment_contract'], ['contracts/2026', 'contracts/2025']],
  ['ops-runbook', ['get_status', 'restart_service', 'read_log'], ['orders', 'basket', 'search']],
  ['lead-finder', ['search_company', 'create_lead', 'send_email'], ['sales@example.com', 'leads@example.net']],
  ['faq-desk', ['search_articles', 'reply_ticket'], ['help/returns', 'help/delivery', 'help/payment']],
];
const PEOPLE = ['user:ana.lima', 'user:jonas.berg', 'user:mei.tan', 'user:omar.said'];
export const NEWCOMER = 'user:nora.falk';
export const NEWCOMER_FROM = START + 23 * DAY_MS;

/** Who asks an agent for something; from her first day on the newcomer asks the support desk too. */
export function askerOf(agent: string, at: number, dice: Dice): string {
  const asks = agent === 'support-desk' && at >= NEWCOMER_FROM ? [...PEOPLE, NEWCOMER, NEWCOMER] : PEOPLE;
  return dice.pick(asks);
}

export const roleOf = (name: string) => `arn:aws:iam::${ACCOUNT}:role/${name}`;

const isPipeline = (name: string) => name.startsWith('ci-');
/** A workload gets a new session every six hours, as STS hands them out; a pipeline with each run. */
const sessionMs = (name: string) => (isPipeline(name) ? HOUR_MS : 6 * HOUR_MS);

/** Session key of a role at a time. */
export function sessionKey(name: string, at: number): string {
  const opened = Math.floor(at / sessionMs(name));
  return `ASIA${createDice(seedOf(name, opened)).base32(16)}`;
}

/** What one role does in one call; `change` overrides what a story says. */
export function roleDeed(name: string, at: number, call: AwsCall, more: Partial<AwsDeed> = {}): AwsDeed {
  const group = CLASSES.find(({ names }) => names.includes(name))!;
  const [service, verb, readOnly, resource] = call;
  const index = group.names.indexOf(name);
  const moved = FAILOVER.names.includes(name) && at >= FAILOVER.from && at < FAILOVER.to;
  const named = resource?.replace('{name}', name);
  return {
    at,
    principal: `role/${name}`,
    session: moved ? sessionName(`${name} in ${FAILOVER.region}`, at) : sessionName(name, at),
    openedAt: at - (at % sessionMs(name)),
    key: moved ? sessionKey(`${name} in ${FAILOVER.region}`, at) : sessionKey(name, at),
    service,
    call: verb,
    readOnly,
    ip: moved ? `10.21.1.${20 + index}` : `${group.network}${hostOf(name, index, at)}`,
    agent: agentOf(name, group.agent, at),
    ...(moved && { region: FAILOVER.region }),
    ...(named !== undefined && { resource: moved ? named.replaceAll(REGION, FAILOVER.region) : named }),
    ...more,
  };
}

/** For an afternoon half of the API roles work from the other region. */
export const FAILOVER: { readonly names: readonly string[]; region: string; from: number; to: number } = {
  names: ['catalog-api', 'search-api', 'account-api'],
  region: 'eu-central-1',
  from: START + 31 * DAY_MS + 13 * HOUR_MS,
  to: START + 31 * DAY_MS + 18 * HOUR_MS,
};

/** Instances name their sessions after themselves; a pipeline's run has a session of its own. */
function sessionName(name: string, at: number): string {
  if (isPipeline(name)) return `run-${createDice(seedOf(name, Math.floor(at / HOUR_MS))).below(1e9)}`;
  return `i-0${createDice(seedOf(name)).hex(16)}`;
}

/** A pipeline runs on whatever build machine is free, each hour on another; all else has its place. */
function hostOf(name: string, index: number, at: number): number {
  return isPipeline(name)
    ? 10 + createDice(seedOf(`host of ${name}`, Math.floor(at / HOUR_MS))).below(200)
    : 20 + index;
}

/** The API roles get a new SDK one after another, from the 25th day on: a roll-out, not five strangers. */
function agentOf(name: string, agent: string, at: number): string {
  const index = CLASSES[0]!.names.indexOf(name);
  const upgraded = index >= 0 && at >= START + 25 * DAY_MS + index * 5 * HOUR_MS;
  return upgraded ? agent.replace('1.30.3', '1.32.0').replace('1.22.4', '1.23.1') : agent;
}

/** A partner's key; rotated on the 26th day, with both keys in use for some hours. */
export function userDeed(name: string, index: number, at: number, more: Partial<AwsDeed> = {}): AwsDeed {
  const rotated = name === 'partner-feed' && at >= START + 26 * DAY_MS + (at % 3) * 2 * HOUR_MS;
  return {
    at,
    principal: `user/${name}`,
    key: `AKIA${createDice(900 + index + (rotated ? 50 : 0)).base32(16)}`,
    service: 's3',
    call: at % 4 === 0 ? 'PutObject' : 'GetObject',
    readOnly: at % 4 !== 0,
    resource: `arn:aws:s3:::exchange/${name}/file-${at % 30}`,
    ip: `198.51.100.${40 + index}`,
    agent: 'aws-sdk-java/1.12.700 Linux/4.18',
    bytes: 5_000 + (at % 90_000),
    ...more,
  };
}

/** Pods are replaced twice a week: new names, new addresses in the same network, same account. */
export function podDeed(
  index: number,
  namespace: string,
  account: string,
  at: number,
  verb: string,
  resource: string,
  more: Partial<KubernetesDeed> = {},
): KubernetesDeed {
  const release = Math.floor((at - START) / (3.5 * DAY_MS));
  const pod = createDice(index * 1_000 + release);
  return {
    at,
    namespace,
    account,
    pod: `${account}-${pod.hex(9)}-${pod.hex(5)}`,
    token: `${pod.hex(8)}-${pod.hex(4)}-4000-8000-${pod.hex(12)}`,
    verb,
    resource,
    name: `${account}-${resource}`,
    ip: `10.30.${index}.${10 + pod.below(200)}`,
    agent: `${account}/v1.9.0 (linux/amd64) kubernetes/v1.31`,
    ...more,
  };
}

/** One tool call of an agent; the model of `code-review` is upgraded on the 27th day. */
export function agentAct(name: string, at: number, tool: string, target: string, user: string): AgentDeed {
  const [, tools] = AGENTS.find((agent) => agent[0] === name)!;
  const upgraded = name === 'code-review' && at >= START + 27 * DAY_MS;
  const run = createDice(seedOf(name, Math.floor(at / HOUR_MS)));
  return {
    at,
    name,
    version: upgraded ? '2.0.0' : '1.4.2',
    model: upgraded ? 'model-m-4' : 'model-m-3',
    run: `run-${run.hex(12)}`,
    tools,
    tool,
    arguments: /send|reply|email|event/.test(tool)
      ? { recipient: target, subject: 'see the thread' }
      : { path: target },
    user,
    token: `jti-${run.hex(10)}`,
    ip: '10.40.0.12',
    agent: 'mcp-gateway/1.5.1',
  };
}

export const NETWORKS: readonly Network[] = [
  { prefix: '10.20.0.0/16', workload: 'vpc-prod', declared: true },
  { prefix: '10.21.0.0/16', workload: 'vpc-standby', declared: true },
  { prefix: '10.30.0.0/16', workload: 'cluster-prod', declared: true },
  { prefix: '10.40.0.0/16', workload: 'agents', declared: true },
  { prefix: '192.0.2.0/24', asn: 64_496, org: 'Example Build Cloud', country: 'IE' },
  { prefix: '198.51.100.0/24', asn: 64_497, org: 'Example Partner', country: 'DE' },
  { prefix: '203.0.113.0/25', asn: 64_510, org: 'Example Cheap Hosting', country: 'MD' },
  { prefix: '203.0.113.128/25', asn: 64_511, org: 'Example Mobile', country: 'BR' },
];
