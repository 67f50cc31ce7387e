/** Reads the model invocation log of Amazon Bedrock: which role called which model, never what was said. */
import type { Activity } from '../../schemas/activity.ts';
import {
  dead,
  type Format,
  firstText,
  given,
  instantOf,
  isNobody,
  listAt,
  objectAt,
  skip,
  textAt,
} from '../ingest/format.ts';

// Field map: Amazon Bedrock model invocation logging, schema version 1.0, as of November 2026.

type Fields = Readonly<Record<string, unknown>>;

/** The role of an assumed-role session or the user, by the same ARN in lower case that CloudTrail is read to; the session is the actor. */
function whoOf(arn: string): Pick<Activity, 'identity' | 'actor'> | undefined {
  const [, partition, , , account, path = ''] = /^arn:(aws[\w-]*):(iam|sts)::?()?(\d*):(.+)$/.exec(arn) ?? [];
  if (partition === undefined || path === '') return undefined;
  const [kind, name, ...rest] = path.split('/');
  const own = given({ account: account === '' ? undefined : account });
  if (kind === 'assumed-role' && name !== undefined)
    return {
      identity: {
        id: `arn:${partition}:iam::${account}:role/${name.toLowerCase()}`,
        kind: 'role',
        provider: 'aws',
        name,
        ...own,
      },
      ...(rest.length > 0 && { actor: { id: rest.join('/'), kind: 'session' } }),
    };
  // A user that is called by an address of mail is a person's.
  const isPerson = kind === 'root' || (kind === 'user' && path.includes('@'));
  return {
    identity: {
      id: arn.toLowerCase(),
      kind: kind === 'role' ? 'role' : isPerson ? 'human' : 'service-account',
      provider: 'aws',
      ...((rest.at(-1) ?? name) ? { name: rest.at(-1) ?? name! } : {}),
      ...own,
    },
  };
}

/** The word of a guardrail that stopped the call, wherever the kind of answer puts it. */
function isStopped(record: Fields): boolean {
  const body = objectAt(record.output)?.outputBodyJson;
  const parts = [body, ...listAt(body)].map((part) => objectAt(part));
  return parts.some(
    (part) =>
      part?.['amazon-bedrock-guardrailAction'] === 'INTERVENED' ||
      part?.stopReason === 'guardrail_intervened' ||
      objectAt(part?.messageStop)?.stopReason === 'guardrail_intervened',
  );
}

function outcomeOf(record: Fields): Pick<Activity, 'outcome' | 'errorCode'> {
  const code = firstText(record.errorCode, record.errorType);
  if (code !== undefined)
    return { outcome: /AccessDenied|Unauthori[sz]ed|Forbidden/i.test(code) ? 'denied' : 'failed', errorCode: code };
  return isStopped(record) ? { outcome: 'denied', errorCode: 'guardrail_intervened' } : { outcome: 'success' };
}

export const format: Format = {
  id: 'bedrock-invocation',
  about: {
    title: 'Amazon Bedrock model invocations',
    source: 'Model invocation logging, as it is delivered to S3 or CloudWatch Logs. Prompts and answers are not kept.',
  },
  recognises: (raw) => objectAt(raw)?.schemaType === 'ModelInvocationLog',
  read(raw, context) {
    const record = objectAt(raw);
    if (record === undefined) return dead('record: expected an object');
    const at = instantOf(record.timestamp, true);
    if (at === undefined) return dead('timestamp: expected a time');
    const operation = context.scrub(textAt(record.operation) ?? '');
    if (operation === '') return dead('operation: expected a non-empty string');
    const arn = context.scrub(textAt(objectAt(record.identity)?.arn) ?? '');
    if (arn === '' || isNobody(arn)) return skip('identity names nobody');
    const who = whoOf(arn);
    if (who === undefined) return dead('identity.arn: expected an ARN of IAM or STS');
    const request = textAt(record.requestId);
    const model = textAt(record.modelId);
    const account = textAt(record.accountId);
    const region = textAt(record.region);
    return {
      status: 'read',
      activities: [
        {
          id: request === undefined ? `bedrock:${context.hashOf(record)}` : `bedrock:${account ?? ''}:${request}`,
          at,
          tenant: context.tenant,
          ...who,
          action: {
            name: `bedrock:${operation}`,
            service: 'bedrock',
            access: /^(?:List|Get)/.test(operation) ? 'read' : 'execute',
          },
          source: given({ region }),
          ...outcomeOf(record),
          ...(model !== undefined && { resource: { id: model, type: 'model' } }),
        },
      ],
    };
  },
};
