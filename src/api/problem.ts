/** An answer that is no success, as RFC 9457 problem details with what to do about it. */
import { choicesText, type Home } from '../../schemas/identity-ref.ts';

export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: number;
  readonly title: string;
  readonly remedy: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Members of the body besides the usual ones. */
  readonly more: Readonly<Record<string, unknown>>;

  constructor(
    status: number,
    title: string,
    detail: string,
    remedy: string,
    extra: { headers?: Readonly<Record<string, string>>; more?: Readonly<Record<string, unknown>> } = {},
  ) {
    super(detail);
    this.status = status;
    this.title = title;
    this.remedy = remedy;
    this.headers = extra.headers ?? {};
    this.more = extra.more ?? {};
  }

  body(): object {
    const { status, title, message, remedy } = this;
    return { ...this.more, type: 'about:blank', title, status, detail: message, remedy };
  }
}

export const busy = (reason: string, retryAfterMs: number) =>
  new Problem(429, 'Too many requests', reason, 'Send the same again after the time in `retry-after`.', {
    headers: { 'retry-after': String(Math.max(1, Math.ceil(retryAfterMs / 1_000))) },
  });

export const closing = (reason: string) =>
  new Problem(503, 'Not available', reason, 'Send the same again after the time in `retry-after`.', {
    headers: { 'retry-after': '5' },
  });

export const unknown = (what: string) =>
  new Problem(
    404,
    'Not found',
    `there is no ${what} of this tenant`,
    'Check the id, and that the token is of the right tenant.',
  );

/** Several identities have the id, and nothing that was told chooses one. */
export const ambiguous = (identity: string, choices: readonly Home[]) =>
  new Problem(
    409,
    'Ambiguous',
    `several identities have the id ${identity}: ${choicesText(choices)}`,
    'Add `provider` and `account` of the one you mean.',
    { more: { choices } },
  );

export const tooLarge = (detail: string, remedy: string) => new Problem(413, 'Too large', detail, remedy);

export const malformed = (detail: string, remedy: string) => new Problem(400, 'Bad request', detail, remedy);
