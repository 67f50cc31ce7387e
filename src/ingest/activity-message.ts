/** An activity as a message of the activity topic, and the mark of those that our own ingest wrote. */
import type { Activity } from '../../schemas/activity.ts';
import type { OutgoingMessage } from '../ports/stream.ts';
import { type Fingerprinter, SECRET_PATTERNS } from '../secrets.ts';
import { ACTIVITY_FIELDS } from './activity-fields.ts';

/** Key of the activity topic: all of one identity goes to one partition, in order. */
export const activityKey = (tenant: string, identity: string) => `${tenant}\u0000${identity}`;

/** The tenant that a key of the activity topic names; undefined for a key of another form. */
export function tenantOf(key: Uint8Array | null): string | undefined {
  const text = Buffer.from(key ?? '').toString('utf8');
  const end = text.indexOf('\u0000');
  return end > 0 && end <= 128 ? text.slice(0, end) : undefined;
}

/** The header that says who normalised the activity. */
export const ENCODER_HEADER = 'e';

/** Bump when `Normalizer.admit` leaves something else than before, for a reason that neither the fields nor the patterns show. */
const ENCODER = 1;

/**
 * What our own ingest writes into `ENCODER_HEADER`. It differs with the fields, their bounds, the patterns of secrets and the pepper:
 * who reads a message of another build, or of an ingest with another pepper, does not trust it. Nobody without the pepper can make it up.
 */
export function encoderMark(fingerprinter: Fingerprinter): string {
  const fields = [...ACTIVITY_FIELDS].map(([path, { kind, max, words }]) => [path, kind, max, [...words]]);
  // Where people have pseudonyms, an activity from a process that names them is not trusted.
  const people = fingerprinter.person === undefined ? [] : ['pseudonyms'];
  return fingerprinter.fingerprint('', 'encoder', JSON.stringify([ENCODER, fields, SECRET_PATTERNS, ...people]));
}

/** `mark`: that of this process, for an activity that was admitted here. */
export const activityMessage = (activity: Activity, mark: string): OutgoingMessage => ({
  key: activityKey(activity.tenant, activity.identity.id),
  value: JSON.stringify(activity),
  headers: { [ENCODER_HEADER]: mark },
});
