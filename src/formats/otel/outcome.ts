/** Says how the call of a span ended, by its status, its error, its exception and what the other side of the call tells. */
import type { Activity } from '../../../schemas/activity.ts';
import { listAt, objectAt, textAt } from '../../ingest/format.ts';
import { attributesOf, type Fields, first } from './attributes.ts';
import { type Span, startOf } from './trace.ts';

type Outcome = Pick<Activity, 'outcome' | 'errorCode'>;

/** Names and codes of refusals. */
const DENIED = /unauthori[sz]ed|forbidden|permission|denied|^40[13]$|insufficient_?scope|unauthenticated/i;
/** What a message says of a refusal; narrower, for messages are prose. */
const REFUSED =
  /permission denied|access (?:is |was )?denied|not (?:allowed|permitted|authori[sz]ed)|forbidden|unauthori[sz]ed|insufficient (?:scope|permission|privilege)|\b40[13]\b/i;
/** Codes that only say that something went wrong. */
const SAYS_NOTHING = /^(?:_OTHER|Error|Exception|tool_error|unknown)$/i;
/** `PermissionError: refunds are not allowed`. */
const TYPED = /^([A-Za-z_.]+(?:Error|Exception|Denied|Forbidden)): /;

const head = (text: string) => text.slice(0, 512);

function exceptionOf(fields: Fields): { type: string | undefined; message: string | undefined } | undefined {
  for (const item of listAt(fields.events)) {
    const event = objectAt(item);
    if (event?.name !== 'exception') continue;
    const told = attributesOf(event.attributes);
    return { type: first(told, ['exception.type']), message: first(told, ['exception.message']) };
  }
  return undefined;
}

/** OpenLLMetry tells of a tool of LlamaIndex that raised in what it returned alone. */
const ofLlamaIndex = (output: string, { name }: Fields) =>
  name === 'FunctionTool.task' && /"is_error": ?true/.test(output);

/** As the span itself tells. */
function ownOutcome({ fields, attributes }: Span): Outcome {
  const rpc = first(attributes, ['rpc.response.status_code', 'jsonrpc.error.code', 'rpc.jsonrpc.error_code']);
  const http = first(attributes, ['http.response.status_code']);
  const isHttpError = Number(http) >= 400;
  const error = first(attributes, ['error.type']) ?? (rpc === '0' || rpc === 'OK' ? undefined : rpc);
  const status = objectAt(fields.status)?.code ?? fields.status_code;
  const output = textAt(attributes.get('traceloop.entity.output')) ?? '';
  const isError =
    status === 2 ||
    status === 'STATUS_CODE_ERROR' ||
    status === 'ERROR' ||
    attributes.get('gen_ai.tool.status') === 'error' ||
    attributes.get('haystack.tool.error') === true ||
    ofLlamaIndex(output, fields) ||
    // Of a tool of Agno that raised, OpenLLMetry says so in what it printed of the result alone.
    output.startsWith("status='failure'") ||
    attributes.get('langfuse.observation.level') === 'ERROR';
  if (error === undefined && !isError && !isHttpError) return { outcome: 'success' };
  const message =
    textAt(objectAt(fields.status)?.message) ??
    first(attributes, ['status_message', 'langfuse.observation.status_message']);
  const exception = exceptionOf(fields);
  const typed = exception?.type ?? TYPED.exec(message ?? '')?.[1];
  const told = error ?? (isHttpError ? http : undefined);
  const code = told === undefined || (typed !== undefined && SAYS_NOTHING.test(told)) ? (typed ?? told) : told;
  const isDenied =
    [code, told, typed, http, rpc].some((text) => text !== undefined && DENIED.test(text)) ||
    [message, exception?.message].some((text) => text !== undefined && REFUSED.test(head(text)));
  return { outcome: isDenied ? 'denied' : 'failed', ...(code !== undefined && { errorCode: code }) };
}

/**
 * How the call ended. Where the caller tells of success and the other side of an error, the error stands: a client that got an
 * answer calls it a success. Of several tries the last one counts.
 */
export function outcomeOf(span: Span): Outcome {
  const own = ownOutcome(span);
  if (own.outcome !== 'success' || span.inner === undefined) return own;
  const tries = span.inner.filter((inner) => inner.sameAs === span);
  const last = tries.reduce<Span | undefined>(
    (late, one) => (late === undefined || startOf(one) > startOf(late) ? one : late),
    undefined,
  );
  if (last === undefined) return own;
  const sides = [last, ...span.inner.filter(({ above }) => above.includes(last))];
  return sides.map(ownOutcome).find(({ outcome }) => outcome !== 'success') ?? own;
}
