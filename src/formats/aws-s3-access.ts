/** Reads the server access logs of S3: which principal of IAM reads and writes which object, where CloudTrail keeps no data events. */
import type { Access, Activity } from '../../schemas/activity.ts';
import {
  dead,
  type Format,
  firstText,
  given,
  instantOf,
  isNobody,
  numberAt,
  objectAt,
  outcomeOfHttp,
  type ReadContext,
  skip,
  textAt,
} from '../ingest/format.ts';

// Field map: Amazon S3 User Guide, "Amazon S3 server access log format", November 2026, and the same fields as JSON as
// panther-labs/panther-analysis daa10c8 has them. AWS may add fields at the end.

type Fields = Readonly<Record<string, unknown>>;

const NAMES = [
  'bucketowner',
  'bucket',
  'time',
  'remoteip',
  'requester',
  'requestid',
  'operation',
  'key',
  'requesturi',
  'httpstatus',
  'errorcode',
  'bytessent',
  'objectsize',
  'totaltime',
  'turnaroundtime',
  'referrer',
  'useragent',
  'versionid',
  'hostid',
  'signatureversion',
  'ciphersuite',
  'authenticationtype',
  'hostheader',
  'tlsversion',
];
const MONTHS = 'JanFebMarAprMayJunJulAugSepOctNovDec';
const LINE =
  /^[0-9a-f]{64} [a-z0-9.-]{3,63} \[\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}\] \S+ \S+ \S+ (?:REST|SOAP|WEBSITE|BATCH|S3)\.[A-Z0-9._]+ /;
/** A field in brackets, in quotes, or up to the next space. */
const FIELD = /\[([^\]]*)\]|"((?:[^"\\]|\\.)*)"|(\S+)/y;

function ofLine(text: string): Fields | undefined {
  if (!LINE.test(text)) return undefined;
  const record: Record<string, string> = {};
  FIELD.lastIndex = 0;
  for (const name of NAMES) {
    const found = FIELD.exec(text);
    if (found === null) break;
    record[name] = found[1] ?? found[2] ?? found[3] ?? '';
    FIELD.lastIndex++;
  }
  return record;
}

/** A field of the log; a dash stands for what there is nothing to say of. */
const told = (value: unknown): string | undefined => (value === '-' ? undefined : textAt(value));

/** `01/Mar/2026:10:15:30 +0000`, or how whoever made JSON of it spelled it. */
function timeOf(value: unknown): string | undefined {
  const text = textAt(value);
  const parts = /^(\d\d)\/([A-Z][a-z]{2})\/(\d{4}):(\d\d:\d\d:\d\d) ([+-]\d{4})$/.exec(text ?? '');
  if (parts === null) return instantOf(text, true);
  const month = String(MONTHS.indexOf(parts[2]!) / 3 + 1).padStart(2, '0');
  return instantOf(`${parts[3]}-${month}-${parts[1]}T${parts[4]}${parts[5]!.slice(0, 3)}:${parts[5]!.slice(3)}`);
}

const ASSUMED = /^arn:(aws[a-z-]*):sts::(\d{12}):assumed-role\/([^/]+)\/(.+)$/;

/** The role of a session, as CloudTrail tells it; the path of a role is not told here. */
function whoOf(requester: string): Pick<Activity, 'identity' | 'actor'> {
  const assumed = ASSUMED.exec(requester);
  if (assumed !== null) {
    const [, partition, account, role, session] = assumed;
    return {
      identity: {
        id: `arn:${partition}:iam::${account}:role/${role}`,
        kind: 'role',
        provider: 'aws',
        ...given({ account }),
      },
      actor: { id: session!, kind: 'session' },
    };
  }
  const service = /^svc:(.+)$/.exec(requester)?.[1];
  if (service !== undefined) return { identity: { id: service, kind: 'provider-service', provider: 'aws' } };
  const account = /^arn:aws[a-z-]*:(?:iam|sts)::(\d{12}):/.exec(requester)?.[1];
  const kind = requester.endsWith(':root') ? 'human' : 'unknown';
  return { identity: { id: requester, kind, provider: 'aws', ...given({ account }) } };
}

/** `REST.GET.OBJECT` names the method and what it was about. */
function actOf(operation: string): Activity['action'] {
  const method = operation.split('.')[1] ?? '';
  const isGoverning =
    /POLICY|ACL|ENCRYPTION|LOGGING|PUBLIC_ACCESS|CORS|REPLICATION|VERSIONING|LIFECYCLE|OWNERSHIP/.test(operation);
  const isRead = /^(?:GET|HEAD|OPTIONS|SELECT)$/.test(method);
  const access: Access = isRead ? 'read' : isGoverning ? 'admin' : 'write';
  return { name: `s3:${operation}`, service: 's3', access };
}

/** A key as it was before it was put into a line: the log encodes it twice where it holds what is no letter. */
function keyOf(value: unknown, context: ReadContext): string | undefined {
  const key = told(value);
  if (key === undefined) return undefined;
  try {
    return textAt(context.scrub(decodeURIComponent(key.replaceAll('%25', '%'))));
  } catch {
    return textAt(context.scrub(key));
  }
}

export const format: Format = {
  id: 'aws-s3-access',
  about: {
    title: 'Amazon S3 server access log',
    source: 'Lines of server access logs, or the same fields as JSON.',
  },
  recognises(raw) {
    const record = objectAt(raw);
    return (
      typeof record?.bucket === 'string' &&
      /^(?:REST|SOAP|WEBSITE|BATCH|S3)\./.test(textAt(record.operation) ?? '') &&
      'remoteip' in record &&
      'httpstatus' in record
    );
  },
  fromText: ofLine,
  read(raw, context) {
    const record = objectAt(raw);
    if (record === undefined) return dead('record: expected an object');
    const at = timeOf(record.time);
    if (at === undefined) return dead('time: expected a time');
    const requester = context.scrub(told(record.requester) ?? '');
    if (requester === '' || isNobody(requester)) return skip('requester names nobody');
    const bucket = context.scrub(told(record.bucket) ?? '');
    const key = keyOf(record.key, context);
    const status = numberAt(record.httpstatus);
    const code = told(record.errorcode);
    const bytes = numberAt(told(record.bytessent) ?? record.bytessent);
    const ended = outcomeOfHttp(status);
    const action = actOf(context.scrub(textAt(record.operation) ?? ''));
    return {
      status: 'read',
      activities: [
        {
          id: `s3-access:${context.scrub(firstText(record.requestid) ?? '')}:${context.hashOf(record)}`,
          at,
          tenant: context.tenant,
          ...whoOf(requester),
          action,
          resource: {
            id: `arn:aws:s3:::${key === undefined ? bucket : `${bucket}/${key}`}`,
            type: key === undefined ? 's3-bucket' : 's3-object',
          },
          source: given({ ip: told(record.remoteip), userAgent: told(record.useragent) }),
          ...ended,
          ...(ended.outcome !== 'success' && code !== undefined && { errorCode: context.scrub(code) }),
          ...(bytes !== undefined &&
            bytes > 0 &&
            Number.isSafeInteger(bytes) &&
            action.access === 'read' && { amount: { bytes } }),
        },
      ],
    };
  },
};
