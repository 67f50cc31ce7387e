/** Sends alerts to Microsoft Sentinel through the Logs Ingestion API of Azure Monitor, into a table of its own. */
import { z } from 'zod';
import type { Alert } from '../../schemas/alert.ts';
import type { Receipt, SinkType } from '../ports/delivery.ts';
import type { HttpAnswer } from '../ports/outside.ts';
import { advice } from '../render/advice.ts';
import { alertLink } from '../render/alert-link.ts';
import { changeOf } from '../render/change.ts';
import { clip } from '../render/clip.ts';
import { seenOf } from '../render/evidence-row.ts';
import { observed } from '../render/observed.ts';
import { receiptOf } from '../render/receipt.ts';
import { visibleJson } from '../render/visible.ts';

/** Azure cuts text columns at 64 KB of UTF-16 and refuses calls beyond 1 MB. */
const TEXT_MAX = 8_000;
const EVIDENCE_MAX = 50;
/** A token is asked for anew this long before it ends, and never kept longer than Azure says. */
const EARLY_MS = 120_000;
const API_VERSION = '2023-01-01';

const guid = z
  .string()
  .regex(
    /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i,
    'expected an id such as 00000000-0000-0000-0000-000000000000',
  );
const options = z.strictObject({
  endpoint: z
    .string()
    .max(2_048)
    .meta({ description: 'Logs ingestion address of the data collection rule or endpoint.' }),
  ruleId: z
    .string()
    .regex(/^dcr-[0-9a-f]{32}$/, 'expected the immutable id of the rule, dcr- and 32 hex digits')
    .meta({ description: 'Immutable id of the data collection rule.' }),
  stream: z
    .string()
    .regex(/^Custom-[A-Za-z0-9_]{1,100}$/, 'expected the name of a custom stream')
    .default('Custom-TidemarkAlerts')
    .meta({ description: 'Stream of the rule that takes the alerts.' }),
  tenantId: guid.meta({ description: 'Entra tenant of the application that sends.' }),
  clientId: guid.meta({ description: 'Its client id; it needs the role Monitoring Metrics Publisher on the rule.' }),
  clientSecretFile: z.string().meta({ description: 'File whose first line is its client secret.' }),
  authority: z
    .string()
    .max(2_048)
    .default('https://login.microsoftonline.com')
    .meta({ description: 'Where tokens are asked for; another one in national clouds.' }),
  scope: z.string().max(512).default('https://monitor.azure.com/.default'),
});

const text = (value: string | undefined) => (value === undefined ? undefined : clip(value, TEXT_MAX));

/** One row: its columns are those of ops/sentinel/table.json. */
export function sentinelRow(alert: Alert, publicUrl?: string) {
  const { identity, recommendation } = alert;
  const { ip, country } = observed(alert.evidence);
  const strongest = [...alert.evidence].sort((a, b) => b.nats - a.nats).slice(0, EVIDENCE_MAX);
  return {
    TimeGenerated: alert.lastAt,
    AlertId: text(alert.id),
    AlertVersion: alert.version,
    Change: changeOf(alert),
    Status: alert.status,
    Severity: alert.severity,
    Score: alert.score,
    Title: text(alert.title),
    Tenant: alert.tenant,
    IdentityId: text(identity.id),
    IdentityName: text(identity.name),
    IdentityKind: identity.kind,
    IdentityProvider: identity.provider,
    IdentityAccount: text(identity.account),
    CredentialId: text(alert.credential?.id),
    Owner: text(alert.owner),
    Kinds: alert.kinds,
    Techniques: alert.techniques,
    SourceIp: ip,
    SourceCountry: country,
    Evidence: strongest.map((piece) => ({
      field: piece.field,
      seen: clip(seenOf(piece), 500),
      usual: clip(piece.usual, 500),
    })),
    Advice: text(advice(recommendation)),
    Incident: text(alert.incident),
    FirstAt: alert.firstAt,
    LastAt: alert.lastAt,
    RaisedAt: alert.raisedAt,
    ActivityCount: alert.activityCount,
    Link: publicUrl === undefined ? undefined : alertLink(publicUrl, alert),
  };
}

const token = z.object({ access_token: z.string().min(1), expires_in: z.coerce.number().min(0).max(86_400) });

function tokenOf(answer: HttpAnswer): z.infer<typeof token> | undefined {
  if (answer.outcome !== 'answered' || answer.status !== 200) return undefined;
  try {
    return token.safeParse(JSON.parse(answer.body)).data;
  } catch {
    return undefined;
  }
}

export const sink: SinkType<z.infer<typeof options>> = {
  about: { title: 'Microsoft Sentinel', standard: 'Logs Ingestion API of Azure Monitor, 2023-01-01' },
  options,
  // The API takes a list of rows.
  encode: (alert, _, { publicUrl } = {}) => visibleJson([sentinelRow(alert, publicUrl)]),
  async open({ endpoint, ruleId, stream, tenantId, clientId, clientSecretFile, authority, scope }, context) {
    const bare = (url: string) => url.replace(/\/+$/, '');
    const url = `${bare(endpoint)}/dataCollectionRules/${ruleId}/streams/${stream}?api-version=${API_VERSION}`;
    const tokenUrl = `${bare(authority)}/${tenantId}/oauth2/v2.0/token`;
    for (const [option, one] of [
      ['endpoint', url],
      ['authority', tokenUrl],
    ] as const) {
      const wrong = context.http.objection(one);
      if (wrong !== undefined) context.refuse(`${option}: ${wrong}`);
    }
    const secret = context.secret(clientSecretFile);
    let held: { value: string; until: number } | undefined;
    let asking: Promise<string | Receipt> | undefined;

    async function ask(signal: AbortSignal): Promise<string | Receipt> {
      const body = new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: clientId,
        client_secret: secret,
        scope,
      }).toString();
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      const answer = await context.http.request({ url: tokenUrl, method: 'POST', headers, body }, signal);
      const granted = tokenOf(answer);
      if (granted !== undefined) {
        held = { value: granted.access_token, until: context.clock.now() + granted.expires_in * 1_000 - EARLY_MS };
        return granted.access_token;
      }
      const receipt = receiptOf(answer, context.clock.now());
      const reason = receipt.status === 'delivered' ? 'no token in the answer' : receipt.reason;
      // A wrong secret is mended by a person, and the alert is not lost meanwhile.
      return receipt.status === 'retry'
        ? { ...receipt, reason: `token: ${reason}` }
        : { status: 'retry', reason: `token: ${reason}` };
    }

    /** One question at a time, however many deliveries wait for its answer. */
    function bearer(signal: AbortSignal): Promise<string | Receipt> {
      if (held !== undefined && held.until > context.clock.now()) return Promise.resolve(held.value);
      asking ??= ask(signal).finally(() => {
        asking = undefined;
      });
      return asking;
    }

    return {
      async deliver(delivery, signal) {
        const access = await bearer(signal);
        if (typeof access !== 'string') return access;
        const headers = {
          'content-type': 'application/json',
          authorization: `Bearer ${access}`,
          'x-ms-client-request-id': delivery.id,
        };
        const answer = await context.http.request({ url, method: 'POST', headers, body: delivery.body }, signal);
        // A token that was taken back is asked for anew with the next attempt.
        if (answer.outcome === 'answered' && (answer.status === 401 || answer.status === 403)) held = undefined;
        return receiptOf(answer, context.clock.now(), [400, 413]);
      },
    };
  },
};
