/**
 * Holds what formats read against the fields of vendors in which it stands who acted, what, from where and how it ended, over the records of a
 * public rule pack (`../shared/data`). The fields were written down by hand. Where the author of a record left its time out, one is put in.
 */
import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Activity } from '../../schemas/activity.ts';
import { configSchema } from '../../schemas/config.ts';
import { discover, SHELVES } from '../../src/app/shelves.ts';
import type { Format } from '../../src/ingest/format.ts';
import { createReader } from '../../src/ingest/reader.ts';

const RECORDS = new URL('../../../shared/data/panther-tests/tests.ndjson.gz', import.meta.url);
const present = existsSync(RECORDS);
if (!present && process.env.CI === 'true') throw new Error('../shared/data is needed where CI=true');
if (!present) process.stdout.write('vendor-fields: ../shared/data is not there, nothing is compared\n');

type Log = Record<string, unknown>;

/** The value at a path of names, undefined where the record has none. */
function at(log: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (value, name) => (typeof value === 'object' && value !== null ? (value as Log)[name] : undefined),
      log,
    );
}
const texts = (log: Log, paths: readonly string[]) =>
  paths.flatMap((path) => {
    const value = at(log, path);
    return (typeof value === 'string' && value !== '') || typeof value === 'number'
      ? [String(value).toLowerCase()]
      : [];
  });

/** Where a vendor tells what; `ended` gives whether it went well, undefined where the record does not say. */
interface Fields {
  readonly time: Log;
  readonly who: readonly string[];
  readonly what?: readonly string[];
  readonly from?: string;
  readonly ended?: (log: Log) => boolean | undefined;
}

const is =
  (path: string, ...well: readonly unknown[]) =>
  (log: Log) =>
    at(log, path) === undefined ? undefined : well.includes(at(log, path));
const below = (path: string, bound: number) => (log: Log) => {
  const code = at(log, path);
  return code === undefined || code === null ? undefined : Number(code) < bound;
};
const ISO = '2026-03-01T10:15:30Z';

const VENDORS: Readonly<Record<string, Fields>> = {
  'AWS.CloudTrail': {
    time: { eventTime: ISO },
    who: [
      'userIdentity.sessionContext.sessionIssuer.arn',
      'userIdentity.arn',
      'userIdentity.userName',
      'userIdentity.principalId',
      'userIdentity.invokedBy',
      'userIdentity.accountId',
    ],
    what: ['eventName'],
    from: 'sourceIPAddress',
    ended: (log) => (log.errorCode === undefined && log.eventName !== 'ConsoleLogin' ? true : undefined),
  },
  'Okta.SystemLog': {
    time: { published: ISO },
    who: ['actor.id', 'actor.alternateId'],
    what: ['eventType', 'eventtype'],
    from: 'client.ipAddress',
    ended: is('outcome.result', 'SUCCESS', 'ALLOW'),
  },
  'GitHub.Audit': {
    time: { '@timestamp': 1_772_360_130_120 },
    who: ['actor', 'actor_id'],
    what: ['action'],
    from: 'actor_ip',
  },
  'GSuite.ActivityEvent': {
    time: {},
    who: ['actor.email', 'actor.profileId', 'actor.key'],
    what: ['name'],
    from: 'ipAddress',
  },
  'Amazon.EKS.Audit': {
    time: { requestReceivedTimestamp: ISO },
    who: ['user.username'],
    what: ['verb'],
    ended: below('responseStatus.code', 400),
  },
  'GCP.AuditLog': {
    time: { timestamp: ISO },
    who: ['protoPayload.authenticationInfo.principalEmail', 'protoPayload.authenticationInfo.principalSubject'],
    what: ['protoPayload.methodName'],
    from: 'protoPayload.requestMetadata.callerIp',
    ended: (log) => {
      const code = at(log, 'protoPayload.status.code');
      return code === undefined ? undefined : code === 0;
    },
  },
  'Databricks.Audit': {
    time: { timestamp: 1_772_360_130_120 },
    who: ['userIdentity.email', 'userIdentity.subjectName', 'user_identity.email', 'user_identity.subject_name'],
    what: ['actionName', 'action_name'],
    from: 'sourceIPAddress',
    ended: (log) => below('response.statusCode', 400)(log) ?? below('response.status_code', 400)(log),
  },
  'Slack.AuditLogs': {
    time: { date_create: 1_772_360_130 },
    who: ['actor.user.id', 'actor.user.email', 'actor.app.id', 'actor.app.name'],
    what: ['action'],
    from: 'context.ip_address',
  },
  'Box.Event': {
    time: { created_at: ISO },
    who: ['created_by.id', 'created_by.login', 'additional_details.service_name', 'additional_details.service_id'],
    what: ['event_type'],
    from: 'ip_address',
  },
  'Snyk.GroupAudit': { time: { created: ISO }, who: ['userId', 'user_id'], what: ['event'] },
  'Snyk.OrgAudit': { time: { created: ISO }, who: ['userId', 'user_id'], what: ['event'] },
  'Asana.Audit': {
    time: { created_at: ISO },
    who: ['actor.gid', 'actor.email', 'actor.name', 'actor.actor_type'],
    what: ['event_type'],
    from: 'context.client_ip_address',
  },
  'Gravitational.TeleportAudit': {
    time: { time: ISO },
    who: ['user', 'login'],
    what: ['event'],
    ended: is('success', true),
  },
  'Tailscale.Audit': {
    time: {},
    who: ['event.actor.id', 'actor.id', 'event.actor.loginName'],
    what: ['event.action', 'action'],
  },
  'OneLogin.Events': {
    time: { created_at: ISO },
    who: ['actor_user_id', 'user_id'],
    from: 'ipaddr',
    ended: (log) => String(log.event_type_id) !== '6',
  },
  'Zoom.Operation': { time: { time: ISO }, who: ['operator'], what: ['action'] },
  'Zendesk.Audit': { time: { created_at: ISO }, who: ['actor_id'], what: ['action'], from: 'ip_address' },
  'Zscaler.ZIA.AdminAuditLog': {
    time: {},
    who: ['event.adminid'],
    what: ['event.action'],
    from: 'event.clientip',
    ended: is('event.result', 'SUCCESS'),
  },
  'Notion.AuditLogs': { time: {}, who: ['event.actor.id', 'event.actor.person.email'], what: ['event.type'] },
  'Tines.Audit': {
    time: { created_at: ISO },
    who: ['user_id', 'user_email'],
    what: ['operation_name'],
    from: 'request_ip',
  },
  'Duo.Administrator': { time: { isotimestamp: ISO }, who: ['username'], what: ['action'] },
  'Duo.Authentication': {
    time: { isotimestamp: ISO },
    who: ['user.key', 'user.name', 'email'],
    from: 'access_device.ip',
    ended: is('result', 'success', 'SUCCESS'),
  },
  'Dropbox.TeamEvent': {
    time: { timestamp: ISO },
    who: [
      'actor.user.account_id',
      'actor.user.email',
      'actor.admin.account_id',
      'actor.admin.email',
      'actor.app.app_id',
    ],
    what: ['event_type._tag', 'event_type..tag'],
    from: 'origin.geo_location.ip_address',
  },
  'Netskope.Audit': { time: { timestamp: ISO }, who: ['user'] },
  'CarbonBlack.Audit': { time: { eventTime: ISO }, who: ['loginName'], from: 'clientIp' },
  'Panther.Audit': {
    time: { timestamp: ISO },
    who: ['actor.id', 'actor.name'],
    what: ['actionName'],
    from: 'sourceIP',
    ended: is('actionResult', 'SUCCEEDED'),
  },
  'AWS.S3ServerAccess': {
    time: { time: ISO },
    who: ['requester'],
    what: ['operation'],
    from: 'remoteip',
    ended: below('httpstatus', 400),
  },
};

/** A way in which a format differs from these fields, and why it is right. */
interface Decision {
  readonly what: 'who' | 'what' | 'from' | 'ended';
  readonly type: RegExp;
  readonly because: string;
  when(log: Log, activity: Activity): boolean;
}

const DECIDED: readonly Decision[] = [
  {
    what: 'from',
    type: /^(?:AWS\.CloudTrail|GCP\.AuditLog)$/,
    because: 'a service called: its name, or what stands for an address within the cloud, is a workload and no address',
    when: (log) => !/^[\d.]+$|:/.test(String(log.sourceIPAddress ?? at(log, 'protoPayload.requestMetadata.callerIp'))),
  },
  {
    what: 'from',
    type: /^AWS\.CloudTrail$/,
    because: 'what runs a function keeps the record of it: the address is that of AWS',
    when: (log) => /^\[?awslambda-worker\b/i.test(String(log.userAgent)),
  },
  {
    what: 'ended',
    type: /^AWS\.CloudTrail$/,
    because: 'a step of a sign-in has no errorCode: it tells under its own name how it ended',
    when: (log) => at(log, `responseElements.${log.eventName}`) === 'Failure',
  },
  {
    what: 'from',
    type: /^Panther\.Audit$/,
    because: 'the author of the record wrote what is no address',
    when: (log) => log.sourceIP === '1.2.3.4.',
  },
  {
    what: 'ended',
    type: /^Okta\.SystemLog$/,
    because: 'who is asked for another factor is not refused: how that ends is an event of its own',
    when: (log) => at(log, 'outcome.result') === 'CHALLENGE',
  },
];

const mine = ({ identity, actor, onBehalfOf = [] }: Activity) =>
  [identity.id, identity.name, actor?.id, ...onBehalfOf.map(({ id }) => id)].flatMap((one) => one?.toLowerCase() ?? []);

describe.skipIf(!present)("the fields of vendors' own documentation", async () => {
  const formats = await discover<Format>(SHELVES.formats, 'format');
  const reader = createReader({ formats, format: 'auto', tenant: 'default', limits: configSchema.parse({}).ingest });
  const counts = new Map<string, { records: number; who: number; what: number; from: number; ended: number }>();
  const undecided: string[] = [];
  const lines = present ? gunzipSync(readFileSync(RECORDS)).toString().trim().split('\n') : [];
  for (const { log, log_type: type, test } of lines.map(
    (line) => JSON.parse(line) as { log: Log; log_type: string; test: string },
  )) {
    const fields = VENDORS[type];
    if (fields === undefined) continue;
    const [outcome] = reader.readParsed({ ...fields.time, ...log });
    const activity = outcome?.status === 'read' ? outcome.activities[0] : undefined;
    if (activity === undefined) continue;
    const count = counts.get(type) ?? { records: 0, who: 0, what: 0, from: 0, ended: 0 };
    counts.set(type, count);
    count.records++;
    const [who, what] = [texts(log, fields.who), texts(log, fields.what ?? [])];
    const from = fields.from === undefined ? undefined : texts(log, [fields.from])[0];
    const ended = fields.ended?.(log);
    const name = activity.action.name.toLowerCase();
    const differ = {
      who:
        who.length > 0 &&
        !who.some((one) => mine(activity).some((own) => own === one || own.includes(one) || one.includes(own))),
      what: what.length > 0 && !what.some((one) => name.includes(one)),
      from: from !== undefined && activity.source.ip?.toLowerCase() !== from.replace(/^::ffff:/, ''),
      ended: ended !== undefined && (activity.outcome === 'success') !== ended,
    };
    for (const one of ['who', 'what', 'from', 'ended'] as const) {
      if (!differ[one]) continue;
      count[one]++;
      if (DECIDED.some((decision) => decision.what === one && decision.type.test(type) && decision.when(log, activity)))
        continue;
      undecided.push(
        `${type} ${one} (${test}): ${JSON.stringify({ who, what, from, ended })} but ${JSON.stringify([mine(activity), name, activity.source.ip, activity.outcome])}`,
      );
    }
  }

  it('agree with what is read, but for what the documentation of the vendors decides', () => {
    expect(undecided).toEqual([]);
    // The proof would be empty if few records were compared.
    expect([...counts.values()].reduce((sum, { records }) => sum + records, 0)).toBeGreaterThan(900);
  });

  it('are counted per log, with how often they differ', () => {
    for (const [type, { records, who, what, from, ended }] of [...counts].sort())
      process.stdout.write(`${type}: ${records} records, who ${who}, what ${what}, from ${from}, ended ${ended}\n`);
    expect(counts.size).toBeGreaterThanOrEqual(20);
  });
});
