/** Reads CyberArk's Audit service: who and what takes passwords out of safes, signs in, and changes users, safes and applications. */
import type { Access, Activity } from '../../schemas/activity.ts';
import {
  accessOfName,
  dead,
  type Format,
  firstText,
  given,
  instantOfEpoch,
  isNobody,
  objectAt,
  type ReadContext,
  skip,
  textAt,
} from '../ingest/format.ts';

// Field map: events of CyberArk's Audit service, as the samples of SEKOIA-IO/intake-formats b8f64fe (CyberArk/cyberark-audit-logs) show them,
// November 2026.

type Fields = Readonly<Record<string, unknown>>;

function whoOf(record: Fields, context: ReadContext): Activity['identity'] | undefined {
  const id = context.scrub(firstText(record.userId, record.username) ?? '');
  if (id === '' || isNobody(id)) return undefined;
  const name = textAt(context.scrub(textAt(record.username) ?? ''));
  // People sign in by an address. Components and integrations have plain names, also where the log calls them human.
  const isPerson = /@/.test(name ?? id);
  const kind = /machine|service|workload/i.test(textAt(record.identityType) ?? '')
    ? 'service-account'
    : isPerson
      ? 'human'
      : 'unknown';
  return {
    id,
    kind,
    provider: 'cyberark',
    ...given({ name: name === id ? undefined : name, account: textAt(record.tenantId) }),
  };
}

function accessOf(action: string, type: string, isIdentity: boolean): Access {
  if (/log.?(?:on|in|off|out)|oauthtoken|authenticat|mfa/i.test(action)) return 'authenticate';
  if (/^(?:retrieve|use|show|copy|open|list|get|view|read)\b/i.test(action)) return 'read';
  if (/connect|psm/i.test(action)) return 'execute';
  if (isIdentity || /owner|safe|user|policy|permission|member|password|platform/i.test(action)) return 'admin';
  const access = accessOfName(`${action} ${type}`);
  return access === 'unknown' ? 'write' : access;
}

/** The account of a safe, the safe, or what a component names. */
function targetOf(record: Fields, context: ReadContext): Activity['resource'] {
  const custom = objectAt(record.customData) ?? {};
  const [safe, account] = [textAt(record.safe), textAt(record.accountName)];
  const named = firstText(objectAt(custom.PAM)?.target, record.target);
  const found: readonly (readonly [string | undefined, string])[] = [
    [safe !== undefined && account !== undefined ? `${safe}/${account}` : undefined, 'account'],
    [
      safe !== undefined && named !== undefined ? `${safe}/${named}` : safe,
      named === undefined ? 'safe' : 'safe-member',
    ],
    [named, 'thing'],
    [firstText(custom.user_id, custom.user_name), 'user'],
    [firstText(custom.app_id, custom.id, custom.name), 'application'],
  ];
  const [id, type] = found.find(([one]) => one !== undefined) ?? [];
  return id === undefined ? undefined : { id: context.scrub(id), ...given({ type }) };
}

function changeOf(action: string, record: Fields, context: ReadContext): Activity['change'] {
  const custom = objectAt(record.customData) ?? {};
  const told = (value: unknown) => textAt(context.scrub(textAt(value) ?? ''));
  if (/^add[ -]user$/i.test(action))
    return { kind: 'identity', ...given({ identity: told(custom.user_id ?? custom.user_name) }) };
  if (/^(?:add|update) owner$/i.test(action)) {
    const safe = told(record.safe);
    return {
      kind: 'right',
      ...given({ identity: told(objectAt(custom.PAM)?.target), rights: safe === undefined ? undefined : [safe] }),
    };
  }
  return /^(?:set|store|change) password$/i.test(action) ? { kind: 'credential' } : undefined;
}

export const format: Format = {
  id: 'cyberark-audit',
  about: {
    title: 'CyberArk Audit',
    source: 'Events of the Audit service of CyberArk Identity Security Platform, one JSON object an event.',
  },
  recognises(raw) {
    const record = objectAt(raw);
    return typeof record?.auditCode === 'string' && typeof record.applicationCode === 'string' && 'tenantId' in record;
  },
  read(raw, context) {
    const record = objectAt(raw);
    if (record === undefined) return dead('record: expected an object');
    const at = instantOfEpoch(record.timestamp);
    if (at === undefined) return dead('timestamp: expected milliseconds since the epoch');
    const action = context.scrub(textAt(record.action) ?? '');
    if (action === '') return dead('action: expected a non-empty string');
    const identity = whoOf(record, context);
    if (identity === undefined) return skip('userId names nobody');
    const access = accessOf(action, textAt(record.actionType) ?? '', record.applicationCode === 'IDP');
    const hasFailed = /fail|denied|refused/i.test(action) || /^error$/i.test(textAt(record.auditType) ?? '');
    // A component of CyberArk that asked in a person's place has a name there.
    const from = textAt(record.source);
    const isAddress = from !== undefined && /^[\d.]+$|:/.test(from);
    const resource = targetOf(record, context);
    return {
      status: 'read',
      activities: [
        {
          id: `cyberark:${context.scrub(textAt(record.uuid) ?? context.hashOf(record))}:${context.scrub(textAt(record.auditCode) ?? '')}`,
          at,
          tenant: context.tenant,
          identity,
          action: { name: action, service: 'cyberark', access },
          ...given({ resource }),
          source: given({ ip: isAddress ? from : undefined, workload: isAddress ? undefined : from }),
          outcome: hasFailed ? (access === 'authenticate' ? 'denied' : 'failed') : 'success',
          ...given({ change: changeOf(action, record, context) }),
        },
      ],
    };
  },
};
