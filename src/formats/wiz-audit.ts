/** Reads the audit log of Wiz: what service accounts and people call of its API. */
import type { Access, Activity } from '../../schemas/activity.ts';
import {
  accessOfName,
  dead,
  type Format,
  firstText,
  given,
  inSmallLetters,
  instantOf,
  isNobody,
  listAt,
  objectAt,
  objectIn,
  type ReadContext,
  skip,
  textAt,
} from '../ingest/format.ts';

// Field map: the `auditLogEntries` of the GraphQL API of Wiz, as panther-labs/panther-analysis daa10c8 and the sample of elastic/integrations
// (wiz 3, data stream `audit`) show them, as of November 2026. What these do not hold was not compared with records of a real account.

type Fields = Readonly<Record<string, unknown>>;

const named = (value: unknown) => {
  const who = objectAt(value);
  const id = textAt(who?.id);
  return id === undefined || isNobody(id) ? undefined : { id, ...given({ name: textAt(who?.name) }) };
};

function whoOf(entry: Fields): Activity['identity'] | undefined {
  const account = named(entry.serviceaccount);
  if (account !== undefined) return { ...account, kind: 'service-account', provider: 'wiz' };
  const user = named(entry.user);
  return user && { ...user, kind: 'human', provider: 'wiz' };
}

/** Rights, keys, and what Wiz itself may do or no longer looks at. */
const GOVERNS =
  /user|role|service.?account|saml|scim|token|secret|key|ip.?restriction|integration|connector|deployment|project|automation|rule|policy|scanner|ignore|session|login|password|mfa/i;

function accessOf(action: string): Access {
  if (/^(?:user )?(?:login|logout|authenticate)/i.test(action)) return 'authenticate';
  const access = accessOfName(action);
  if (access === 'read' || access === 'execute') return access;
  return GOVERNS.test(action) ? 'admin' : access === 'unknown' ? 'write' : access;
}

/** What the parameters name: by an id, else by a name; of several the first. */
function targetOf(entry: Fields, action: string, context: ReadContext): Activity['resource'] {
  const parameters = objectIn(entry.actionparameters) ?? {};
  const input = objectAt(parameters.input) ?? {};
  const ids = [parameters.id, input.id, listAt(input.ids)[0], input.serviceAccountId, input.userId, input.projectId];
  const id = firstText(...ids, input.email, input.name, parameters.name, objectAt(input.patch)?.name);
  const type = /^(?:Create|Update|Delete|Modify|Reset|Rotate|Remove|Add|Get|Set|Revoke)([A-Z]\w*)$/.exec(action)?.[1];
  // A setting of the whole account has no id.
  const setting = /^(?:Update|Modify|Set)/.test(action) ? type : undefined;
  const named = id ?? setting;
  return named === undefined ? undefined : { id: context.scrub(named), ...given({ type }) };
}

function outcomeOf(status: string | undefined): Pick<Activity, 'outcome' | 'errorCode'> {
  if (status === undefined || /^success/i.test(status)) return { outcome: 'success' };
  return { outcome: /denied|unauthori|forbidden/i.test(status) ? 'denied' : 'failed', errorCode: status };
}

export const format: Format = {
  id: 'wiz-audit',
  about: {
    title: 'Wiz audit log',
    source: 'Entries of the GraphQL API (`auditLogEntries`), one by one or as the pages they come in.',
  },
  recognises(raw) {
    const record = objectAt(raw);
    return (
      record !== undefined &&
      typeof record.action === 'string' &&
      typeof record.timestamp === 'string' &&
      typeof record.status === 'string' &&
      ('serviceAccount' in record || 'serviceaccount' in record) &&
      'user' in record
    );
  },
  split(raw) {
    const nodes = objectAt(objectAt(objectAt(raw)?.data)?.auditLogEntries)?.nodes;
    return Array.isArray(nodes) ? nodes : undefined;
  },
  read(raw, context) {
    const record = objectAt(raw);
    if (record === undefined) return dead('record: expected an object');
    const at = instantOf(record.timestamp, true);
    if (at === undefined) return dead('timestamp: expected a time');
    // Lakes write the names of columns in small letters.
    const entry = inSmallLetters(record);
    const action = context.scrub((textAt(record.action) ?? '').trim());
    if (action === '') return dead('action: expected a non-empty string');
    const identity = whoOf(entry);
    if (identity === undefined) return skip('serviceAccount and user name nobody');
    return {
      status: 'read',
      activities: [
        {
          id: `wiz:${textAt(record.id) ?? context.hashOf(record)}`,
          at,
          tenant: context.tenant,
          identity,
          action: { name: action, service: 'wiz', access: accessOf(action) },
          source: given({ ip: textAt(entry.sourceip), userAgent: textAt(entry.useragent) }),
          ...outcomeOf(textAt(record.status)),
          ...given({ resource: targetOf(entry, action, context) }),
        },
      ],
    };
  },
};
