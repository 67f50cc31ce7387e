/** Forgetting on request: what is asked for, how it is written down, and how a worker does it between two turns. */
import { randomUUID } from 'node:crypto';
import type { Config } from '../../schemas/config.ts';
import { openClaims, openErasures, openHashKey, openPrivacy } from '../adapters/clickhouse/open.ts';
import { readSecretFile } from '../config/secret-file.ts';
import { Hasher } from '../core/hash.ts';
import type { ErasureMark } from '../detect/erasure-message.ts';
import { ROUNDS } from '../detect/erasure-watch.ts';
import type { PopulationFeed } from '../detect/population-feed.ts';
import type { Pump } from '../detect/pump.ts';
import type { VerdictFeed } from '../detect/verdict-feed.ts';
import { UsageError } from '../fault.ts';
import type { Clock } from '../ports/outside.ts';
import {
  type Erased,
  type ErasureRequest,
  type ErasureStore,
  PERSON_MIN_LENGTH,
  type PrivacyStore,
  type Subject,
} from '../ports/privacy.ts';
import type { ClaimStore } from '../ports/respond.ts';
import type { Store } from '../ports/store.ts';
import type { Chunk } from '../ports/stream.ts';
import { createFingerprinter, type Fingerprinter } from '../secrets.ts';
import { type PrivacyLog, record } from './privacy-log.ts';

/** Under which a request is claimed, by workers or by a command that finds none, and for how long. */
export const ERASURE_CLAIM = 'erasure';
export const CLAIM_MS = 30 * 86_400_000;

/** Whom or what somebody wants forgotten; neither identity nor person: the whole tenant. */
export interface Wish {
  readonly tenant: string;
  readonly identity?: string | undefined;
  readonly person?: string | undefined;
}

/** Names people by pseudonym whatever the configuration says of new activities: the store may hold both. */
export function pseudonymizer({ ingest: { pepperFile } }: Config): Fingerprinter {
  const pepper =
    pepperFile === undefined
      ? undefined
      : readSecretFile({ key: 'ingest.pepperFile', file: pepperFile }, () => undefined);
  return createFingerprinter(pepper, 'pseudonyms');
}

/** Throws a UsageError for what cannot be looked for. */
export function subjectOf({ tenant, identity, person }: Wish, fingerprinter: Fingerprinter): Subject {
  if (identity !== undefined && person !== undefined)
    throw new UsageError('an identity and a person are two requests', 'Erase one after the other.');
  // No record has such an id, but many hold an empty text.
  if (identity === '') throw new UsageError('the id of the identity is empty', 'Name it as logs do.');
  if (identity !== undefined) return { kind: 'identity', tenant, identity };
  if (person === undefined) return { kind: 'tenant', tenant };
  if (person.trim().length < PERSON_MIN_LENGTH)
    throw new UsageError('the name of the person is too short to be told from other words', 'Name them as logs do.');
  const other = fingerprinter.person?.(tenant, person);
  return { kind: 'person', tenant, names: [person, ...(other === undefined ? [] : [other])] };
}

export const markOf = (fingerprinter: Fingerprinter, tenant: string, name: string) =>
  fingerprinter.fingerprint(tenant, 'subject', name.toLowerCase());

export function requestOf(
  wish: Wish,
  { by, why, now, fingerprinter }: { by: string; why: string; now: number; fingerprinter: Fingerprinter },
): ErasureRequest {
  const mark = markOf(fingerprinter, wish.tenant, wish.identity ?? wish.person ?? wish.tenant);
  const at = new Date(now).toISOString();
  return { id: randomUUID(), subject: subjectOf(wish, fingerprinter), mark, by, why, at };
}

/** What forgetting works on, on the connection of an open store. */
export interface ForgettingStores {
  readonly privacy: PrivacyStore;
  readonly erasures: ErasureStore;
  readonly once: ClaimStore;
}

export async function openForgetting(store: Pick<Store, 'close'>): Promise<ForgettingStores> {
  const hasher = new Hasher(await openHashKey(store));
  return {
    privacy: openPrivacy(store, (key) => hasher.of(key)),
    erasures: openErasures(store),
    once: openClaims(store),
  };
}

/** Writes down that somebody asked for the pseudonym of a person. */
export async function writeLookUp(
  log: PrivacyLog,
  fingerprinter: Fingerprinter,
  { tenant, name, by, why, now }: { tenant: string; name: string; by: string; why: string; now: number },
): Promise<void> {
  const subject = markOf(fingerprinter, tenant, name);
  const at = new Date(now).toISOString();
  await record(log, { tenant, event: 'looked-up', kind: 'person', subject, by, why, at, detail: '' });
}

/** Writes down that it was asked for, and then what was done; the same of one request is written once. */
export async function writeDown(
  log: PrivacyLog,
  event: 'asked' | 'erased',
  { id, subject, mark, by, why }: ErasureRequest,
  at: string,
  tables: readonly Erased[] = [],
): Promise<void> {
  const isKnown = (await log.rows()).some((row) => row.event === event && row.detail.includes(id));
  if (isKnown) return;
  const detail = JSON.stringify({ request: id, ...(event === 'erased' && { tables }) });
  const { tenant, kind } = subject;
  await record(log, { tenant, event, kind, subject: mark, by, why, at, detail });
}

/** Hands a request to the workers that run. The record of it comes first: nothing is erased that nobody was seen to ask for. */
export async function askWorkers(log: PrivacyLog, erasures: ErasureStore, request: ErasureRequest): Promise<void> {
  await writeDown(log, 'asked', request, request.at);
  await erasures.ask(request);
}

/** Erases where no worker runs. The record that it was asked for comes first here too: whoever ends it in the middle leaves a trace. */
export async function eraseAlone(
  privacy: PrivacyLog & Pick<PrivacyStore, 'erase'>,
  request: ErasureRequest,
): Promise<readonly Erased[]> {
  await writeDown(privacy, 'asked', request, request.at);
  const erased = await privacy.erase(request.subject);
  await writeDown(privacy, 'erased', request, new Date().toISOString(), erased);
  return erased;
}

export interface ErasingParts {
  readonly privacy: Pick<PrivacyStore, 'erase'>;
  readonly erasures: Pick<ErasureStore, 'find' | 'note'>;
  readonly pump: Pick<Pump, 'reopen'>;
  readonly population: Pick<PopulationFeed, 'renew'>;
  readonly feed: Pick<VerdictFeed, 'forget'>;
  readonly clock: Clock;
  readonly onErased: (event: { request: string; place: string; rows: number; seconds: number }) => void;
}

/**
 * Does in one partition what the messages of a committed turn ask for: the partition is put down, its memories saved; what is stored is erased, and
 * the partition taken up again from what is left. After a crash in between the messages come again, and it is done again.
 */
export async function eraseBetweenTurns(
  parts: ErasingParts,
  chunk: Chunk,
  marks: readonly ErasureMark[],
): Promise<void> {
  const { privacy, erasures, pump, population, feed, clock } = parts;
  const wanted: { request: ErasureRequest; round: number }[] = [];
  for (const { id, round } of marks) {
    const request = await erasures.find(id);
    if (request !== undefined) wanted.push({ request, round });
  }
  if (wanted.length === 0) return;
  const done: { id: string; tenant: string; round: number; place: string; erased: readonly Erased[] }[] = [];
  await pump.reopen(chunk, chunk.generation, async (at) => {
    for (const { request, round } of wanted) {
      const began = clock.now();
      const erased = await privacy.erase(request.subject, at);
      const place = `${at.topic}/${at.partition}`;
      done.push({ id: request.id, tenant: request.subject.tenant, round, place, erased });
      const rows = erased.reduce((sum, one) => sum + (one.how === 'kept' ? 0 : one.rows), 0);
      parts.onErased({ request: request.id, place, rows, seconds: (clock.now() - began) / 1_000 });
      // By the last round all that was under way is stored, and erased: what is read now does not hold it any more.
      if (round === ROUNDS) await population.renew(request.id);
    }
    // Between the erasure and the next activity, so that no verdict on somebody who is forgotten is given again.
    feed.forget();
  });
  const at = new Date(clock.now()).toISOString();
  for (const { id, tenant, ...step } of done) await erasures.note(id, tenant, { event: 'done', at, ...step });
}
