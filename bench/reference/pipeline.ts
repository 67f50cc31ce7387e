/** The pipeline most people would write first, to measure against: parse, map, validate with zod, sign the credential, insert as JSON lines. It detects nothing. */
import { createHmac } from 'node:crypto';
import { createClient } from '@clickhouse/client';
import { type Activity, activitySchema } from '../../schemas/activity.ts';

/** What a consumer of kafkajs is handed in a batch. */
export interface Message {
  readonly value: Buffer | null;
}

export interface ReferencePipeline {
  /** Takes one batch from messages to rows; `read` is called when the rows are ready to be inserted. */
  run(batch: readonly Message[], read: () => void): Promise<void>;
  /** Rows stored so far. */
  stored(): Promise<number>;
  close(): Promise<void>;
}

const PEPPER = 'measured';
const TABLE = `CREATE TABLE activity
(
    id String, at DateTime64(3, 'UTC'), tenant LowCardinality(String),
    identity_id LowCardinality(String), identity_kind LowCardinality(String), identity_provider LowCardinality(String),
    identity_name String, identity_account String,
    credential_id String, credential_kind String, credential_issued_at Nullable(DateTime64(3, 'UTC')),
    actor_id String, actor_kind String,
    action_name LowCardinality(String), action_service LowCardinality(String), action_access LowCardinality(String),
    resource_id String, resource_type String, resource_account String,
    source_ip String, source_region String, source_user_agent LowCardinality(String),
    outcome LowCardinality(String), error_code String, amount_bytes Nullable(Float64)
)
ENGINE = MergeTree ORDER BY (tenant, identity_id, at)`;

/** `place` is the URL of a server or the directory of an embedded engine. */
export async function openReference(place: string): Promise<ReferencePipeline> {
  const { client, close } = await connect(place);
  await client.command({ query: TABLE });
  return {
    async run(batch, read) {
      const rows = [];
      for (const { value } of batch) {
        if (value === null) continue;
        const activity = activitySchema.parse(toActivity(JSON.parse(value.toString())));
        rows.push(toRow(activity));
      }
      read();
      await client.insert({
        table: 'activity',
        values: rows,
        format: 'JSONEachRow',
        clickhouse_settings: { date_time_input_format: 'best_effort', async_insert: 0 },
      });
    },
    async stored() {
      const answer = await client.query({ query: 'SELECT count() FROM activity', format: 'JSONCompactEachRow' });
      const [[count]] = (await answer.json()) as [[string]];
      return Number(count);
    },
    close,
  };
}

async function connect(place: string) {
  if (/^https?:/.test(place)) {
    const database = `reference_${process.pid}`;
    const first = createClient({ url: place });
    await first.command({ query: `CREATE DATABASE ${database}` });
    const client = createClient({ url: place, database });
    const close = async () => {
      await first.command({ query: `DROP DATABASE ${database}` });
      await Promise.all([first.close(), client.close()]);
    };
    return { client, close };
  }
  const [{ createChdbConnection }, { drainPending }] = await Promise.all([import('chdb/connection'), import('chdb')]);
  type Options = NonNullable<Parameters<typeof createClient>[0]>;
  const connection = createChdbConnection({ path: place }) as unknown as NonNullable<Options['connection']>;
  const client = createClient({ connection });
  const close = async () => {
    await client.close();
    await drainPending();
  };
  return { client, close };
}

// biome-ignore lint/suspicious/noExplicitAny: a first draft reads JSON like this, and zod looks at the outcome
type Loose = any;

/** The mapping in its plainest form, for the calls of roles and users only. */
function toActivity(record: Loose): unknown {
  const who = record.userIdentity;
  const issuer = who.sessionContext?.sessionIssuer;
  const service = record.eventSource.replace('.amazonaws.com', '');
  const resource = record.resources?.[0];
  return {
    id: `aws:${record.recipientAccountId}:${record.eventID}`,
    at: new Date(record.eventTime).toISOString(),
    identity: {
      id: (issuer?.arn ?? who.arn).toLowerCase(),
      kind: issuer ? 'role' : 'service-account',
      provider: 'aws',
      name: issuer?.userName ?? who.userName,
      account: who.accountId,
    },
    credential: {
      id: who.accessKeyId,
      kind: issuer ? 'session-token' : 'access-key',
      ...(issuer && { issuedAt: new Date(who.sessionContext.attributes.creationDate).toISOString() }),
    },
    ...(issuer && { actor: { id: who.arn.split('/').at(-1), kind: 'session' } }),
    action: { name: `${service}:${record.eventName}`, service, access: record.readOnly ? 'read' : 'write' },
    ...(resource && { resource: { id: resource.ARN, type: resource.type, account: resource.accountId } }),
    source: { ip: record.sourceIPAddress, region: record.awsRegion, userAgent: record.userAgent },
    outcome: record.errorCode ? 'failed' : 'success',
    errorCode: record.errorCode,
    ...(record.additionalEventData && { amount: { bytes: record.additionalEventData.bytesTransferredOut } }),
  };
}

function toRow({ identity, credential, actor, action, resource, source, amount, ...rest }: Activity): object {
  return {
    id: rest.id,
    at: rest.at,
    tenant: rest.tenant,
    identity_id: identity.id,
    identity_kind: identity.kind,
    identity_provider: identity.provider,
    identity_name: identity.name,
    identity_account: identity.account,
    credential_id:
      credential &&
      createHmac('sha256', PEPPER).update(`${rest.tenant}|${credential.kind}|${credential.id}`).digest('hex'),
    credential_kind: credential?.kind,
    credential_issued_at: credential?.issuedAt,
    actor_id: actor?.id,
    actor_kind: actor?.kind,
    action_name: action.name,
    action_service: action.service,
    action_access: action.access,
    resource_id: resource?.id,
    resource_type: resource?.type,
    resource_account: resource?.account,
    source_ip: source.ip,
    source_region: source.region,
    source_user_agent: source.userAgent,
    outcome: rest.outcome,
    error_code: rest.errorCode,
    amount_bytes: amount?.bytes,
  };
}
