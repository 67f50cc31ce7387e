/** What a received security event says about credentials and workloads, as evidence for the inventory: never as a command. Pure. */
import type { InventoryRecord } from '../../schemas/inventory.ts';

const CAEP = 'https://schemas.openid.net/secevent/caep/event-type/';
const WISE = 'https://schemas.openid.net/secevent/wise/event-type/';
const VERIFICATION = 'https://schemas.openid.net/secevent/ssf/event-type/verification';
const NAME_MAX = 1_024;
/** An event that lies further ahead of its token than this has no time that can be believed. */
const AHEAD_MAX_SECONDS = 300;

/** What became of one event of a token. */
export type Heard =
  | { readonly outcome: 'evidence'; readonly record: InventoryRecord }
  | { readonly outcome: 'verification' | 'other-event' | 'no-subject' | 'no-credential' };

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The first of these members that is a usable name. */
function nameIn(fields: Fields, ...members: readonly string[]): string | undefined {
  for (const member of members) {
    const value = fields[member];
    if (typeof value === 'string' && value.trim() !== '' && value.length <= NAME_MAX) return value.trim();
  }
  return undefined;
}

/** The simple subject (RFC 9493) that stands for whom the event is about; of a complex one the part that acts. */
function actorOf(subject: unknown): Fields | undefined {
  if (!isFields(subject)) return undefined;
  if (subject.format !== 'complex') return subject.format === 'api_key' ? undefined : subject;
  return [subject.workload, subject.application, subject.user].find(isFields);
}

const idOf = (subject: Fields | undefined) =>
  subject && nameIn(subject, 'uri', 'id', 'spiffe_id', 'sub', 'email', 'identifier');

function credentialIn(event: Fields, subject: unknown): string | undefined {
  const inSubject = isFields(subject) ? (subject.format === 'api_key' ? subject : subject.api_key) : undefined;
  return (
    (isFields(inSubject) ? nameIn(inSubject, 'key_id', 'id') : undefined) ??
    nameIn(event, 'credential_id', 'key_id', 'friendly_name')
  );
}

const DATES = { create: 'createdAt', update: 'rotatedAt', revoke: 'revokedAt', delete: 'revokedAt' } as const;

/** The date that an event gives a credential; undefined for an event that gives none. */
function dateOf(type: string, event: Fields): 'createdAt' | 'rotatedAt' | 'revokedAt' | undefined {
  if (type === `${WISE}credential-rotated`) return 'rotatedAt';
  if (type === `${WISE}credential-revoked`) return 'revokedAt';
  if (type !== `${CAEP}credential-change`) return undefined;
  const { change_type: change } = event;
  return typeof change === 'string' && Object.hasOwn(DATES, change) ? DATES[change as keyof typeof DATES] : undefined;
}

/**
 * Reads one event about `subject` of a token issued at `issuedAt` (seconds). The tenant is that of the transmitter, whatever
 * the subject says. Only names and dates are taken over; what the event says of reasons stays out.
 */
export function hear(type: string, event: unknown, subject: unknown, issuedAt: number, tenant: string): Heard {
  if (type === VERIFICATION) return { outcome: 'verification' };
  const fields = isFields(event) ? event : {};
  const date = dateOf(type, fields);
  const isBaseline = type === `${WISE}workload-baseline-changed`;
  if (date === undefined && !isBaseline) return { outcome: 'other-event' };
  // Before SSF 1.0 the subject stood in the event.
  const about = subject ?? fields.subject;
  const identity = idOf(actorOf(about));
  if (identity === undefined) return { outcome: 'no-subject' };
  const said = fields.event_timestamp;
  const seconds = typeof said === 'number' && said > 0 && said <= issuedAt + AHEAD_MAX_SECONDS ? said : issuedAt;
  const at = new Date(Math.floor(seconds) * 1_000).toISOString();
  const base = { identity, tenant, evidenceOnly: true };
  if (date === undefined) return { outcome: 'evidence', record: { ...base, baselineChangedAt: at } };
  const id = credentialIn(fields, about);
  if (id === undefined) return { outcome: 'no-credential' };
  return { outcome: 'evidence', record: { ...base, credentials: [{ id, [date]: at }] } };
}
