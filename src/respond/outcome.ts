/** Reads an HTTP answer as what became of an order, where the status alone says it. */
import type { HttpAnswer } from '../ports/outside.ts';
import type { OrderOutcome } from '../ports/respond.ts';
import { retryAfterMs } from '../render/receipt.ts';

/** Too early, too often, or something behind it is down: worth another try. Any other refusal stays one. */
const TRANSIENT = new Set([408, 425, 429, 500, 502, 503, 504]);

/** `ok` when the receiver took it (2xx, or a status in `also`); else the outcome. */
export function outcomeOf(answer: HttpAnswer, nowMs: number, also: readonly number[] = []): 'ok' | OrderOutcome {
  if (answer.outcome === 'blocked') return { status: 'refused', reason: `blocked: ${answer.reason}` };
  if (answer.outcome !== 'answered') return { status: 'retry', reason: `${answer.outcome}: ${answer.reason}` };
  const { status, headers } = answer;
  if ((status >= 200 && status < 300) || also.includes(status)) return 'ok';
  const reason = `HTTP ${status}`;
  if (!TRANSIENT.has(status)) return { status: 'refused', reason };
  const after = retryAfterMs(headers['retry-after'], nowMs);
  return { status: 'retry', reason, ...(after !== undefined && { retryAfterMs: after }) };
}

/** The body as JSON; undefined when it is none. */
export function jsonOf(answer: HttpAnswer): unknown {
  if (answer.outcome !== 'answered') return undefined;
  try {
    return JSON.parse(answer.body);
  } catch {
    return undefined;
  }
}

/** The value at a dotted path; undefined where there is none. */
export function valueAt(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (here, step) =>
        typeof here === 'object' && here !== null && Object.hasOwn(here, step) ? Reflect.get(here, step) : undefined,
      value,
    );
}
