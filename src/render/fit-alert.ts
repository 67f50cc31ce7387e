/** Makes an alert fit a size: the least surprising evidence goes first, then ids, then long texts. */
import type { Alert } from '../../schemas/alert.ts';
import { clip } from './clip.ts';
import { visibleJson } from './visible.ts';

export interface Fitted {
  /** Still valid against the alert schema. */
  readonly alert: Alert;
  /** How many were left out; absent when nothing was. */
  readonly trimmed?: { readonly evidence: number; readonly activityIds: number; readonly texts: boolean };
}

/** Ever smaller: items of evidence, activity ids, longest text and longest other list. */
const SHAPES = [
  { evidence: 32, ids: 100, text: undefined },
  { evidence: 16, ids: 100, text: undefined },
  { evidence: 8, ids: 20, text: undefined },
  { evidence: 8, ids: 5, text: 1_024 },
  { evidence: 8, ids: 5, text: 256 },
  { evidence: 4, ids: 3, text: 96 },
] as const;
const SMALLEST = { evidence: 2, ids: 1, text: 24 };

const size = (value: unknown) => Buffer.byteLength(visibleJson(value));

/** Cuts every text in a value and every list to its first few. Enumerations and instants are no longer than the smallest text. */
function shorten<T>(value: T, text: number, list: number): T {
  if (typeof value === 'string') return clip(value, text) as T;
  if (Array.isArray(value)) return value.slice(0, list).map((item) => shorten(item, text, list)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shorten(item, text, list)])) as T;
}

/** Puts the members by which a responder acts back whole; they are never cut. */
function withIds(shortened: Alert, whole: Alert): Alert {
  const { credential } = whole;
  return {
    ...shortened,
    id: whole.id,
    tenant: whole.tenant,
    identity: { ...shortened.identity, id: whole.identity.id },
    ...(credential === undefined ? {} : { credential }),
    recommendation: { ...shortened.recommendation, target: whole.recommendation.target },
  };
}

/** Fits `alert` into `maxBytes` of JSON, which must be at least 12,000. Pure: the same alert always fits the same way. */
export function fitAlert(alert: Alert, maxBytes: number): Fitted {
  if (size(alert) <= maxBytes) return { alert };
  const strongest = alert.evidence
    .map((item, index) => ({ item, index }))
    .sort((a, b) => b.item.nats - a.item.nats || a.index - b.index);
  const cut = (evidence: number, ids: number): Alert => {
    const kept = strongest.slice(0, evidence).sort((a, b) => a.index - b.index);
    return { ...alert, evidence: kept.map(({ item }) => item), activityIds: alert.activityIds.slice(0, ids) };
  };
  const fitted = (smaller: Alert, texts: boolean): Fitted => ({
    alert: smaller,
    trimmed: {
      evidence: alert.evidence.length - smaller.evidence.length,
      activityIds: alert.activityIds.length - smaller.activityIds.length,
      texts,
    },
  });
  for (const { evidence, ids, text } of SHAPES) {
    const fewer = cut(evidence, ids);
    const smaller = text === undefined ? fewer : withIds(shorten(fewer, text, evidence), alert);
    if (size(smaller) <= maxBytes) return fitted(smaller, text !== undefined);
  }
  const { evidence, ids, text } = SMALLEST;
  return fitted(shorten(cut(evidence, ids), text, evidence), true);
}
