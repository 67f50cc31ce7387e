/** Recognises what is no act of an identity - traffic, findings, telemetry of hosts - so that it is skipped and counted, and no dead letter. */
import { dead, type Format, objectAt, skip, textAt } from '../ingest/format.ts';

// Shapes: AWS VPC Flow Logs, WAF and Route 53 Resolver logs and GuardDuty's and Security Hub's findings by their documentation; Falcon Data
// Replicator, osquery, Proofpoint and findings as panther-labs/panther-analysis daa10c8 shows them; all as of November 2026.

type Fields = Readonly<Record<string, unknown>>;

const are = (record: Fields, names: readonly string[]) => names.every((name) => name in record);

/** Why a kind is no activity, and how it is told: names that no log of acts has together. */
const KINDS: readonly (readonly [why: string, isThis: (record: Fields) => boolean])[] = [
  [
    'traffic through a firewall of AWS (WAF): it names no identity',
    (r) => are(r, ['webaclId', 'httpRequest', 'action']),
  ],
  [
    'traffic of a network of AWS (VPC Flow Logs): it names no identity',
    (r) => are(r, ['srcAddr', 'dstAddr', 'dstPort']) || are(r, ['srcaddr', 'dstaddr', 'dstport', 'protocol']),
  ],
  [
    'a question to the resolver of AWS: it names no identity',
    (r) => are(r, ['query_name', 'query_type', 'srcaddr', 'vpc_id']),
  ],
  [
    'a finding of GuardDuty: what a detector concluded, not an act',
    (r) => are(r, ['schemaVersion', 'accountId', 'type']) && textAt(objectAt(r.service)?.serviceName) === 'guardduty',
  ],
  [
    'a finding in the format of Security Hub: what a detector concluded, not an act',
    (r) => are(r, ['ProductArn', 'GeneratorId', 'AwsAccountId']),
  ],
  [
    'telemetry of a host (Falcon Data Replicator): what a sensor saw, not an act in an account',
    (r) =>
      typeof r.event_simpleName === 'string' ||
      typeof r.fdr_event_type === 'string' ||
      (are(r, ['aid', 'cid']) && 'event_platform' in r),
  ],
  [
    'telemetry of a host (osquery): what a query found, not an act',
    (r) => are(r, ['columns', 'action', 'name']) && objectAt(r.columns) !== undefined,
  ],
  [
    'mail that passed a filter (Proofpoint): it names no identity that acts',
    (r) => are(r, ['messageTime', 'senderIP', 'impostorScore']),
  ],
  [
    'a question to the resolver of Umbrella: it names no identity that acts',
    (r) => are(r, ['internalIp', 'externalIp', 'responseCode', 'domain']),
  ],
  [
    'a finding of Upwind: what a detector concluded, not an act',
    (r) => are(r, ['first_seen_time', 'last_seen_time', 'triggers', 'severity']),
  ],
];

const whyNot = (record: Fields | undefined): string | undefined =>
  record === undefined ? undefined : KINDS.find(([, isThis]) => isThis(record))?.[0];

export const format: Format = {
  id: 'no-activity',
  isFallback: true,
  about: {
    title: 'Traffic, findings and telemetry',
    source: 'Logs that name no identity that acts: all are skipped and counted, each with its reason.',
  },
  recognises: (raw) => whyNot(objectAt(raw)) !== undefined,
  read(raw) {
    const why = whyNot(objectAt(raw));
    return why === undefined ? dead('record: expected traffic, a finding or telemetry') : skip(why);
  },
};
