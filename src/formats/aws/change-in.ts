/** Reads out of a CloudTrail record of IAM whom the act is about, and which key or rights it gives: that stands in parameters and answer, not among the resources. */
import type { Activity } from '../../../schemas/activity.ts';
import { objectAt, textAt } from '../../ingest/format.ts';
import { allowing, texts } from './policy.ts';

type Fields = Readonly<Record<string, unknown>>;
type Change = NonNullable<Activity['change']>;

/** An act as CloudTrail records it. */
export interface Act {
  readonly service: string;
  readonly event: string;
  readonly parameters: Fields | undefined;
  readonly response: Fields | undefined;
  /** ARN of whoever acts: its partition and account are those of the names in the record. */
  readonly caller: Activity['identity'];
  /** Replaces secrets: called before a text is cut apart or its case is changed, which would hide them. */
  scrub(text: string): string;
}

const KINDS: readonly (readonly [RegExp, Change['kind']])[] = [
  [
    /^(?:Create(?:AccessKey|LoginProfile|ServiceSpecificCredential)|UpdateLoginProfile|Upload(?:SSHPublicKey|SigningCertificate))$/,
    'credential',
  ],
  [/^Create(?:User|Role|ServiceLinkedRole)$/, 'identity'],
  [/^(?:Attach|Put)(?:User|Role)Policy$|^(?:UpdateAssumeRolePolicy|AddUserToGroup)$/, 'right'],
];

const RIGHTS = 64;

/** IAM names are unique whatever their case, and an identity is its lower-case ARN. */
function arnOf(caller: Activity['identity'], type: 'user' | 'role', name: string): string | undefined {
  const partition = /^arn:([^:]+):/.exec(caller.id)?.[1] ?? 'aws';
  const { account = '' } = caller;
  return /^\d+$/.test(account) ? `arn:${partition}:iam::${account}:${type}/${name}`.toLowerCase() : undefined;
}

function identityOf({ event, parameters, response, caller, scrub }: Act): string | undefined {
  const made = objectAt(response?.user) ?? objectAt(response?.role);
  const arn = textAt(made?.arn);
  if (arn !== undefined) return scrub(arn).toLowerCase();
  const role = textAt(parameters?.roleName);
  if (role !== undefined) return arnOf(caller, 'role', scrub(role));
  const user = textAt(parameters?.userName) ?? textAt(objectAt(response?.accessKey)?.userName);
  if (user !== undefined) return arnOf(caller, 'user', scrub(user));
  // Without a name a user makes a key for itself.
  return event === 'CreateAccessKey' ? caller.id : undefined;
}

/** What a policy allows, each action with each pattern of resources; a pattern of all is left out, since it names none. */
function allowed(document: unknown, scrub: Act['scrub']): string[] {
  return allowing(document, scrub).flatMap((statement) => {
    const resources = texts(statement.Resource).filter((resource) => resource !== '*');
    return texts(statement.Action).flatMap((action) =>
      resources.length === 0 ? [action] : resources.map((resource) => `${action} ${resource}`),
    );
  });
}

function rightsOf({ event, parameters, scrub }: Act): string[] {
  if (event.startsWith('Attach')) return texts(parameters?.policyArn);
  if (event.startsWith('Put')) return allowed(parameters?.policyDocument, scrub).slice(0, RIGHTS);
  return event === 'AddUserToGroup' ? texts(parameters?.groupName).map((group) => `group/${group}`) : [];
}

/** The role that a task definition of ECS or a function of Lambda runs as. */
function runsAs({ service, event, parameters, response }: Act): string | undefined {
  if (service === 'ecs' && event === 'RegisterTaskDefinition')
    return textAt(parameters?.taskRoleArn) ?? textAt(objectAt(response?.taskDefinition)?.taskRoleArn);
  if (service === 'lambda' && /^(?:Create|Update)Function(?:Code|Configuration)?\d/.test(event))
    return textAt(response?.role) ?? textAt(parameters?.role);
  return undefined;
}

/** What an act of IAM makes, or which role is deployed to; undefined for every other act. */
export function changeIn(act: Act): Change | undefined {
  const { service, event, response, scrub } = act;
  const role = runsAs(act);
  if (role?.startsWith('arn:')) return { kind: 'deployment', identity: scrub(role).toLowerCase() };
  const kind = service === 'iam' ? KINDS.find(([events]) => events.test(event))?.[1] : undefined;
  if (kind === undefined) return undefined;
  const change: Change = { kind };
  const identity = identityOf(act);
  if (identity !== undefined) change.identity = identity;
  const key = textAt(objectAt(response?.accessKey)?.accessKeyId);
  if (key !== undefined) change.credential = key;
  const rights = kind === 'right' ? rightsOf(act) : [];
  if (rights.length > 0) change.rights = rights;
  return change;
}
