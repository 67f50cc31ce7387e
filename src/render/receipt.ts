/** Reads an HTTP answer as the receipt of a delivery. */

import type { Receipt } from '../ports/delivery.ts';
import type { HttpAnswer } from '../ports/outside.ts';

/** Answers after which a receiver may say when to come back. */
const BUSY = new Set([429, 502, 503, 504]);
/** IMF-fixdate, the form RFC 9110 asks senders for. */
const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/** `Retry-After` as ms from `nowMs`: seconds or an HTTP date; undefined when absent or unreadable. */
export function retryAfterMs(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d{1,10}$/.test(header)) return Number(header) * 1_000;
  if (!HTTP_DATE.test(header)) return undefined;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - nowMs);
}

/** 2xx delivered, 410 gone, a code in `refused` refused, all else (redirects, no answer) again later. */
export function receiptOf(answer: HttpAnswer, nowMs: number, refused: readonly number[] = []): Receipt {
  if (answer.outcome !== 'answered') return { status: 'retry', reason: `${answer.outcome}: ${answer.reason}` };
  const { status, headers } = answer;
  const reason = `HTTP ${status}`;
  if (status >= 200 && status < 300) return { status: 'delivered' };
  if (status === 410) return { status: 'gone', reason };
  if (refused.includes(status)) return { status: 'refused', reason };
  const after = BUSY.has(status) ? retryAfterMs(headers['retry-after'], nowMs) : undefined;
  return after === undefined ? { status: 'retry', reason } : { status: 'retry', reason, retryAfterMs: after };
}
