/** A made-up population of machine identities for measuring speed and memory: mature habits, about 1 KB an activity, the same for the same seed. */
import type { Activity } from '../../schemas/activity.ts';
import { createDice, type Dice } from '../../src/demo/dice.ts';
import { type AwsDeed, cloudTrail } from '../../src/demo/records.ts';

export const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** A Monday. */
export const START_MS = Date.parse('2026-03-02T00:00:00Z');
const SESSION_MS = 6 * HOUR_MS;

interface Deed {
  readonly service: string;
  readonly call: string;
  readonly access: Activity['action']['access'];
  readonly resources: number;
}

const SERVICES: readonly (readonly Deed[])[] = [
  [
    { service: 's3', call: 'GetObject', access: 'read', resources: 12 },
    { service: 's3', call: 'PutObject', access: 'write', resources: 6 },
    { service: 's3', call: 'ListObjects', access: 'read', resources: 3 },
    { service: 'kms', call: 'Decrypt', access: 'read', resources: 1 },
  ],
  [
    { service: 'dynamodb', call: 'GetItem', access: 'read', resources: 4 },
    { service: 'dynamodb', call: 'UpdateItem', access: 'write', resources: 4 },
    { service: 'sqs', call: 'ReceiveMessage', access: 'read', resources: 2 },
    { service: 'sqs', call: 'DeleteMessage', access: 'write', resources: 2 },
    { service: 'secretsmanager', call: 'GetSecretValue', access: 'read', resources: 2 },
  ],
  [
    { service: 'ecr', call: 'BatchGetImage', access: 'read', resources: 6 },
    { service: 'ecs', call: 'UpdateService', access: 'write', resources: 6 },
    { service: 'ecs', call: 'DescribeServices', access: 'read', resources: 6 },
    { service: 'ssm', call: 'GetParameter', access: 'read', resources: 8 },
  ],
];
const AGENTS = [
  'aws-sdk-go-v2/1.30.3 os/linux lang/go#1.22.4 md/GOOS#linux md/GOARCH#arm64 api/s3#1.58.2 exec-env/AWS_ECS_FARGATE',
  'Boto3/1.34.131 md/Botocore#1.34.131 ua/2.0 os/linux#6.1.94 md/arch#x86_64 lang/python#3.12.3 cfg/retry-mode#standard',
  'aws-sdk-js/3.600.0 ua/2.0 os/linux#5.10 lang/js md/nodejs#20.14.0 api/dynamodb#3.600.0 exec-env/AWS_Lambda_nodejs20.x',
];

interface Machine {
  readonly name: string;
  readonly identity: Activity['identity'];
  readonly account: string;
  readonly session: string;
  readonly deeds: readonly Deed[];
  readonly ips: readonly string[];
  readonly agent: string;
  /** Works on weekdays from 7 to 18 only. */
  readonly office: boolean;
}

/** One act before it is written down in any format. */
interface Act {
  readonly ms: number;
  readonly machine: Machine;
  readonly deed: Deed;
  readonly resource: string;
  readonly ip: string;
  readonly bytes: number;
  readonly denied: boolean;
}

function machineOf(index: number, dice: Dice): Machine {
  const account = `1111222233${String(index % 40).padStart(2, '0')}`;
  const name = `${dice.pick(['etl', 'api', 'ci', 'sync', 'report'])}-${index.toString(36)}-${dice.hex(4)}`;
  const deeds = SERVICES[index % SERVICES.length]!;
  return {
    name,
    identity: {
      id: `arn:aws:iam::${account}:role/${name}`,
      kind: 'role',
      provider: 'aws',
      name,
      account,
      environment: dice.pick(['prod', 'staging']),
    },
    account,
    session: `i-0${dice.hex(16)}`,
    deeds: deeds.slice(0, 2 + dice.below(deeds.length - 1)),
    ips: Array.from({ length: 1 + dice.below(3) }, () => `10.${index % 40}.${dice.below(250)}.${1 + dice.below(250)}`),
    agent: AGENTS[index % AGENTS.length]!,
    office: dice.below(4) === 0,
  };
}

function working(ms: number): boolean {
  const date = new Date(ms);
  return date.getUTCDay() % 6 !== 0 && date.getUTCHours() >= 7 && date.getUTCHours() < 18;
}

/** How a population of `identities` lives from `START_MS` on. */
export interface FleetPlan {
  readonly identities: number;
  /** Activities of an identity on an average day. */
  readonly perDay: number;
  readonly seed?: number;
}

/** Acts in order of time, without end. */
function* acts({ identities, perDay, seed = 1 }: FleetPlan): Generator<Act> {
  const dice = createDice(seed);
  const machines = Array.from({ length: identities }, (_, index) => machineOf(index, dice));
  const gapMs = DAY_MS / (identities * perDay);
  for (let at = START_MS; ; at += gapMs) {
    const ms = Math.floor(at);
    let machine = dice.pick(machines);
    if (machine.office && !working(ms)) machine = dice.pick(machines);
    const deed = dice.pick(machine.deeds);
    const resource = resourceOf(machine, deed, dice);
    const ip = dice.pick(machine.ips);
    yield { ms, machine, deed, resource, ip, bytes: 1_000 + dice.below(400_000), denied: dice.below(500) === 0 };
  }
}

const resourceOf = (machine: Machine, deed: Deed, dice: Dice) =>
  `arn:aws:${deed.service}:eu-west-1:${machine.account}:${machine.name}/${deed.call.toLowerCase()}/part-${dice.below(deed.resources)}`;

/** Every number another eight digits, as far apart as those of a UUID. */
const spread = (n: number) => (Math.imul(n, 0x9e3779b1) >>> 0).toString(16).padStart(8, '0');

const iso = (ms: number) => new Date(ms).toISOString();
const opened = (ms: number) => ms - (ms % SESSION_MS);
const keyOf = ({ name }: Machine, ms: number) => {
  let hash = opened(ms) / HOUR_MS;
  for (let i = 0; i < name.length; i++) hash = (Math.imul(hash, 31) + name.charCodeAt(i)) >>> 0;
  return `ASIA${hash.toString(16).toUpperCase().padStart(16, 'Q')}`;
};

function activityOf({ ms, machine, deed, resource, ip, bytes, denied }: Act, n: number): Activity {
  return {
    id: `aws:${machine.account}:${spread(n)}-5f0e-4c1d-a7b2-${machine.session.slice(-12)}`,
    at: iso(ms),
    tenant: 'default',
    identity: machine.identity,
    credential: {
      id: keyOf(machine, ms),
      kind: 'session-token',
      issuedAt: iso(opened(ms)),
      expiresAt: iso(opened(ms) + SESSION_MS),
      longLived: false,
    },
    actor: { id: machine.session, kind: 'instance' },
    action: { name: `${deed.service}:${deed.call}`, service: `${deed.service}.amazonaws.com`, access: deed.access },
    resource: { id: resource, type: `aws:${deed.service}`, account: machine.account },
    source: {
      ip,
      asn: 64_500,
      org: 'Example Cloud',
      country: 'IE',
      region: 'eu-west-1',
      userAgent: machine.agent,
      vpcEndpoint: `vpce-0${machine.account}`,
    },
    outcome: denied ? 'denied' : 'success',
    ...(denied && { errorCode: 'AccessDenied' }),
    amount: { bytes },
  };
}

/** Canonical activities, in order of time, without end. */
export function* activities(plan: FleetPlan): Generator<Activity> {
  let n = 0;
  for (const act of acts(plan)) yield activityOf(act, n++);
}

/** A population too large to be busy: everybody comes to work now and then and does a few things. */
export interface CrowdPlan {
  readonly identities: number;
  /** Times each is at work in all, and activities each time. */
  readonly visits: number;
  readonly visit: number;
  readonly days: number;
}

/** Activities of a crowd, in order of time, without end. A machine is made anew from its number for every visit, so that the crowd itself takes no memory. */
export function* crowdOf({ identities, visits, visit, days }: CrowdPlan): Generator<Activity> {
  const gapMs = (days * DAY_MS) / (identities * visits);
  const dice = createDice(1);
  let n = 0;
  for (let at = START_MS; ; at += gapMs) {
    // Whole rounds in a shuffled order, so that everybody has been there after each.
    const turn = Math.round((at - START_MS) / gapMs);
    const index = ((turn % identities) * STRIDE + Math.floor(turn / identities)) % identities;
    const machine = machineOf(index, createDice(index + 1));
    for (let k = 0; k < visit; k++) {
      const deed = dice.pick(machine.deeds);
      const resource = resourceOf(machine, deed, dice);
      const ip = dice.pick(machine.ips);
      const act = { ms: Math.floor(at), machine, deed, resource, ip, bytes: 1_000 + dice.below(400_000) };
      yield activityOf({ ...act, denied: dice.below(500) === 0 }, n++);
    }
  }
}
/** A prime, so that it shares no factor with a round number of identities. */
const STRIDE = 7_919;

/** The same acts as CloudTrail records, in order of time, without end. */
export function* cloudTrailRecords(plan: FleetPlan): Generator<object> {
  const dice = createDice(7);
  for (const { ms, machine, deed, resource, ip, bytes, denied } of acts(plan)) {
    const aws: AwsDeed = {
      at: ms,
      principal: `role/${machine.name}`,
      session: machine.session,
      key: keyOf(machine, ms),
      service: deed.service,
      call: deed.call,
      readOnly: deed.access === 'read',
      ip,
      agent: machine.agent,
      resource,
      bytes,
      ...(denied && { error: 'AccessDenied' }),
    };
    yield cloudTrail(aws, dice);
  }
}
