/** The pipeline anybody would write first: JSON.parse, zod, an HMAC over the credential, JSONEachRow into ClickHouse. No detection at all. */
import { createHmac } from 'node:crypto';
import type { ClickHouseClient } from '@clickhouse/client';
import { type Activity, activitySchema } from '../../schemas/activity.ts';

/** An activity as a row of the `activity` table; an absent field takes the column's default. */
export function toRow(activity: Activity, offset: number): Record<string, unknown> {
  const { identity, credential, actor, action, resource, source, run, amount } = activity;
  const fingerprint =
    credential && createHmac('sha256', 'tidemark').update(`${activity.tenant}|token|${credential.id}`).digest('hex');
  return {
    tenant: activity.tenant,
    id: activity.id,
    at: activity.at,
    identity_id: identity.id,
    identity_kind: identity.kind,
    identity_provider: identity.provider,
    identity_name: identity.name,
    identity_account: identity.account,
    identity_environment: identity.environment,
    credential_id: fingerprint,
    credential_kind: credential?.kind,
    credential_issued_at: credential?.issuedAt,
    credential_expires_at: credential?.expiresAt,
    credential_long_lived: credential?.longLived,
    actor_id: actor?.id,
    actor_kind: actor?.kind,
    actor_version: actor?.version,
    actor_model: actor?.model,
    on_behalf_of_id: activity.onBehalfOf?.map((link) => link.id),
    on_behalf_of_kind: activity.onBehalfOf?.map((link) => link.kind),
    action_name: action.name,
    action_service: action.service,
    action_access: action.access,
    resource_id: resource?.id,
    resource_type: resource?.type,
    resource_account: resource?.account,
    source_ip: source.ip,
    source_asn: source.asn,
    source_org: source.org,
    source_country: source.country,
    source_region: source.region,
    source_user_agent: source.userAgent,
    source_workload: source.workload,
    source_vpc_endpoint: source.vpcEndpoint,
    outcome: activity.outcome,
    error_code: activity.errorCode,
    scopes: activity.scopes,
    run_id: run?.id,
    run_declared: run?.declared,
    amount_bytes: amount?.bytes,
    amount_records: amount?.records,
    topic: 'reference',
    partition: 0,
    offset,
  };
}

/** Takes messages batch by batch into `database.activity`; throws at the first message that is no activity. */
export function createReferencePipeline(
  client: ClickHouseClient,
  database: string,
): (messages: readonly Uint8Array[]) => Promise<void> {
  let offset = 0;
  return async (messages) => {
    const values = messages.map((message) =>
      toRow(
        activitySchema.parse(JSON.parse(Buffer.from(message.buffer, message.byteOffset, message.length).toString())),
        offset++,
      ),
    );
    await client.insert({
      table: `${database}.activity`,
      values,
      format: 'JSONEachRow',
      clickhouse_settings: { date_time_input_format: 'best_effort', async_insert: 0 },
    });
  };
}
