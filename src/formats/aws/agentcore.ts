/** Finds who called a gateway of Amazon Bedrock AgentCore, and which tool: CloudTrail names nobody there, the token does. */
import type { Access, Activity } from '../../../schemas/activity.ts';
import {
  accessOfName,
  firstText,
  given,
  instantOfMs,
  isNobody,
  objectAt,
  outcomeOfHttp,
  type ReadContext,
  stableSubject,
  textAt,
} from '../../ingest/format.ts';

// Field map: "Understanding Amazon Bedrock AgentCore Gateway CloudTrail events", AgentCore developer guide, as of November 2026.

type Fields = Readonly<Record<string, unknown>>;

const SERVICE = 'bedrock-agentcore.amazonaws.com';

/** True for a call of a gateway, or of a runtime by a token: `userIdentity` is an account called anonymous in both. */
export function isByToken(record: Fields): boolean {
  return record.eventSource === SERVICE && objectAt(objectAt(record.additionalEventData)?.jwt) !== undefined;
}

const secondsAt = (value: unknown) => (typeof value === 'number' ? instantOfMs(value * 1_000) : undefined);

/**
 * The client that a token was issued to, at its issuer; where the token is of a person, the client acts for that person. A token
 * without a client is of its subject.
 */
export function callerOf(
  record: Fields,
  context: ReadContext,
): Pick<Activity, 'identity' | 'credential' | 'onBehalfOf' | 'scopes'> | undefined {
  const claims = objectAt(objectAt(objectAt(record.additionalEventData)?.jwt)?.claims);
  const issuer = textAt(claims?.iss);
  const subject = textAt(claims?.sub);
  // Auth0 writes the subject of a machine as `CLIENT@clients`.
  const client = firstText(
    claims?.client_id,
    claims?.azp,
    claims?.cid,
    claims?.appid,
    subject?.replace(/@clients$/, ''),
  );
  if (claims === undefined || issuer === undefined || client === undefined || isNobody(client)) return undefined;
  const stable = stableSubject(context.scrub(client));
  const isOwn = subject === undefined || subject === client || subject === `${client}@clients` || isNobody(subject);
  const token = textAt(claims.jti) ?? textAt(claims.uti);
  const scope = context.scrub(firstText(claims.scope, claims.scp) ?? '');
  const scopes = scope.split(/\s+/).filter((one) => one !== '');
  const act = textAt(objectAt(claims.act)?.sub);
  return {
    identity: {
      id: `${issuer.replace(/^https:\/\//, '').replace(/\/$/, '')}#${stable}`,
      kind: 'workload',
      provider: 'aws',
      name: stable,
      ...given({ account: textAt(record.recipientAccountId) }),
    },
    ...(token !== undefined && {
      credential: {
        id: token,
        kind: 'jwt' as const,
        ...given({ issuedAt: secondsAt(claims.iat), expiresAt: secondsAt(claims.exp) }),
      },
    }),
    ...(!isOwn && {
      onBehalfOf: [
        ...(act !== undefined && act !== client ? [{ id: act, kind: 'actor' }] : []),
        { id: stableSubject(subject), kind: 'subject' },
      ],
    }),
    ...(scopes.length > 0 && { scopes }),
  };
}

/** What MCP was asked for: `tools/call:orders___list`; undefined where the body is no message of it. */
export function toolCallOf(record: Fields): { name: string; access: Access } | undefined {
  if (record.eventSource !== SERVICE) return undefined;
  const body = objectAt(objectAt(record.requestParameters)?.body);
  const method = textAt(body?.method);
  if (method === undefined) return undefined;
  const params = objectAt(body?.params);
  const thing = firstText(params?.name, params?.uri);
  // A tool is called `TARGET___tool`: the name of the target says nothing of what the tool does.
  const tool = thing?.slice(thing.lastIndexOf('___') + (thing.includes('___') ? 3 : 1)) ?? method;
  const access = accessOfName(tool);
  return {
    name: thing === undefined ? method : `${method}:${thing}`,
    access:
      method === 'initialize' ? 'authenticate' : access === 'unknown' && method === 'tools/call' ? 'execute' : access,
  };
}

/** The answer tells how the call ended: by its HTTP status, by an error of MCP, or by the tool itself. */
export function endOf(record: Fields): Pick<Activity, 'outcome' | 'errorCode'> | undefined {
  if (record.eventSource !== SERVICE) return undefined;
  const answer = objectAt(record.responseElements);
  if (answer?.statusCode === undefined) return undefined;
  const byStatus = outcomeOfHttp(answer.statusCode);
  if (byStatus.outcome !== 'success') return byStatus;
  const body = objectAt(answer.body);
  const error = objectAt(body?.error);
  if (error !== undefined)
    return { outcome: 'failed', ...(typeof error.code === 'number' && { errorCode: String(error.code) }) };
  return objectAt(body?.result)?.isError === true
    ? { outcome: 'failed', errorCode: 'isError' }
    : { outcome: 'success' };
}

/** The person for whom a runtime was invoked, as the caller says. */
export function invokedFor(record: Fields): { id: string; kind: string } | undefined {
  const person = textAt(objectAt(record.requestParameters)?.runtimeUserId);
  return record.eventSource !== SERVICE || person === undefined || isNobody(person)
    ? undefined
    : { id: person, kind: 'human' };
}
