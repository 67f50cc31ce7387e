/** Reads out of a CloudTrail record to whom an act opens a thing: policies of resources, lists of access, shares of snapshots, images and keys, who may take on a role. */
import type { Recipient } from '../../../schemas/activity.ts';
import { EVERYBODY, type NamedRecipient, objectAt, recipientsOf, textAt } from '../../ingest/format.ts';
import type { Act } from './change-in.ts';
import { allowing, texts } from './policy.ts';

// Field map: the API references of the services, whose parameters CloudTrail spells with a small first letter, as of November 2026.

type Fields = Readonly<Record<string, unknown>>;

/** A record as it concerns whom something is opened to. */
export interface Opening extends Pick<Act, 'service' | 'event' | 'parameters' | 'scrub'> {
  /** The account whose things are opened; undefined where the record does not tell. */
  readonly account: string | undefined;
}

/** What a parameter holds: a policy, a list of access of S3, principals, or an address range. */
type Kind = 'policy' | 'principals' | 'acl' | 'ranges' | 'noAuth';

/**
 * By event of a service where it says to whom. A path leads through objects and through lists, of which every item is taken;
 * what is taken away stands elsewhere and is not read. A version behind the name of an event does not count.
 */
const TABLE: Readonly<Record<string, readonly (readonly [path: string, kind: Kind])[]>> = {
  's3:PutBucketPolicy': [['bucketPolicy', 'policy']],
  's3:PutAccessPointPolicy': [
    ['policy', 'policy'],
    ['PutAccessPointPolicyRequest.Policy', 'policy'],
  ],
  's3:PutBucketAcl': [['', 'acl']],
  's3:PutObjectAcl': [['', 'acl']],
  's3:CreateBucket': [['', 'acl']],
  'iam:CreateRole': [['assumeRolePolicyDocument', 'policy']],
  'iam:UpdateAssumeRolePolicy': [['policyDocument', 'policy']],
  'kms:PutKeyPolicy': [['policy', 'policy']],
  'kms:CreateKey': [['policy', 'policy']],
  'kms:CreateGrant': [['granteePrincipal', 'principals']],
  'lambda:AddPermission': [['principal', 'principals']],
  'lambda:AddLayerVersionPermission': [['principal', 'principals']],
  'lambda:CreateFunctionUrlConfig': [['authType', 'noAuth']],
  'lambda:UpdateFunctionUrlConfig': [['authType', 'noAuth']],
  'ec2:ModifySnapshotAttribute': [
    ['createVolumePermission.add.items.userId', 'principals'],
    ['createVolumePermission.add.items.group', 'principals'],
  ],
  'ec2:ModifyImageAttribute': [
    ['launchPermission.add.items.userId', 'principals'],
    ['launchPermission.add.items.group', 'principals'],
    ['launchPermission.add.items.organizationArn', 'principals'],
    ['launchPermission.add.items.organizationalUnitArn', 'principals'],
  ],
  'ec2:AuthorizeSecurityGroupIngress': [
    ['ipPermissions.items.ipRanges.items.cidrIp', 'ranges'],
    ['ipPermissions.items.ipv6Ranges.items.cidrIpv6', 'ranges'],
    ['cidrIp', 'ranges'],
  ],
  'ec2:ModifyVpcEndpointServicePermissions': [
    ['ModifyVpcEndpointServicePermissionsRequest.AddAllowedPrincipals.content', 'principals'],
  ],
  'rds:ModifyDBSnapshotAttribute': [['valuesToAdd', 'principals']],
  'rds:ModifyDBClusterSnapshotAttribute': [['valuesToAdd', 'principals']],
  'rds:AuthorizeDBSecurityGroupIngress': [['cIDRIP', 'ranges']],
  'redshift:AuthorizeSnapshotAccess': [['accountWithRestoreAccess', 'principals']],
  'redshift:AuthorizeDataShare': [['consumerIdentifier', 'principals']],
  'ssm:ModifyDocumentPermission': [['accountIdsToAdd', 'principals']],
  'ram:CreateResourceShare': [['principals', 'principals']],
  'ram:AssociateResourceShare': [['principals', 'principals']],
  'sqs:AddPermission': [['aWSAccountIds', 'principals']],
  'sqs:SetQueueAttributes': [['attributes.Policy', 'policy']],
  'sqs:CreateQueue': [['attributes.Policy', 'policy']],
  'sns:AddPermission': [['aWSAccountId', 'principals']],
  'sns:SetTopicAttributes': [['attributeValue', 'policy']],
  'secretsmanager:PutResourcePolicy': [['resourcePolicy', 'policy']],
  'ecr:SetRepositoryPolicy': [['policyText', 'policy']],
  'ecr:PutRegistryPolicy': [['policyText', 'policy']],
  'events:PutPermission': [
    ['principal', 'principals'],
    ['policy', 'policy'],
  ],
  'backup:PutBackupVaultAccessPolicy': [['policy', 'policy']],
  'elasticfilesystem:PutFileSystemPolicy': [['policy', 'policy']],
  'glacier:SetVaultAccessPolicy': [['policy.policy', 'policy']],
  'dynamodb:PutResourcePolicy': [['policy', 'policy']],
  'kinesis:PutResourcePolicy': [['policy', 'policy']],
  'logs:PutResourcePolicy': [['policyDocument', 'policy']],
  'es:UpdateDomainConfig': [['accessPolicies', 'policy']],
  'es:CreateDomain': [['accessPolicies', 'policy']],
};

/** Values that are read of one list; AWS takes fewer in one request, so that nobody hides behind others. */
const VALUES = 4_096;

/** The values at the end of a path; of a list those of its items. */
function at(value: unknown, path: readonly string[]): unknown[] {
  if (Array.isArray(value)) return value.slice(0, VALUES).flatMap((item) => at(item, path));
  const [step, ...rest] = path;
  if (step === undefined) return value === undefined || value === null ? [] : [value];
  return at(objectAt(value)?.[step], rest);
}

/** Groups by which the vendor calls everybody: whoever has any account of AWS may make himself one. */
const ALL = /^(?:\*|all|https?:\/\/acs\.amazonaws\.com\/groups\/global\/(?:AllUsers|AuthenticatedUsers))$/;
const LOG_DELIVERY = /^https?:\/\/acs\.amazonaws\.com\/groups\/s3\/LogDelivery$/;

/** A principal by its account where it is whole: `arn:aws:iam::111122223333:root` is the account itself. */
function principal(name: string, own: string | undefined): NamedRecipient {
  if (ALL.test(name)) return EVERYBODY;
  if (LOG_DELIVERY.test(name) || /^[a-z0-9.-]+\.amazonaws\.com(?:\.cn)?$/.test(name))
    return { id: name, kind: 'service' };
  if (name.startsWith('arn:') && /:iam::cloudfront:/.test(name)) return { id: name, kind: 'service' };
  const [, account, rest] = /^arn:[^:]*:[^:]*:[^:]*:(\d{12}):(.+)$/s.exec(name) ?? [];
  const holder = account ?? /^\d{12}$/.exec(name)?.[0];
  const id = rest === 'root' ? (account as string) : name;
  if (holder === undefined || own === undefined) return { id, kind: 'unknown' };
  // An organisation bears the number of the account that leads it, which may be another one than this.
  if (/^arn:[^:]*:organizations:/.test(name)) return { id, kind: 'unknown' };
  return { id, kind: holder === own ? 'own' : 'outside' };
}

/** Keys of a condition that leave of everybody a fixed set, by what AWS itself takes for not public; the values say who that is. */
const NARROWS =
  /^(?:aws:(?:Principal(?:OrgID|OrgPaths|Account|Arn)|Source(?:Arn|Account|Owner|OrgID|OrgPaths|Vpce?|Ip)|userid)|kms:CallerAccount|s3:DataAccessPoint(?:Arn|Account))$/i;
/** Operators by which a value is demanded; `...IfExists` and what is negated demand none. */
const DEMANDS = /^(?:ForAnyValue:)?(?:String(?:Equals|EqualsIgnoreCase|Like)|Arn(?:Equals|Like)|IpAddress)$/i;

/** An address range so wide that AWS takes it for everybody: broader than /8, of IPv6 than /32. */
function isWide(value: string): boolean {
  const [, address = '', length] = /^([0-9a-f.:]+)\/(\d+)$/i.exec(value) ?? [];
  return length !== undefined && Number(length) < (address.includes(':') ? 32 : 8);
}

/** Whether a value demands nothing of who it is: a variable, which is whatever the caller has; a wildcard in place of an account, an organisation or an id. */
function isAnybody(value: string): boolean {
  if (value.includes('${') || isWide(value)) return true;
  const hasWild = (text: string | undefined) => /[*?]/.test(text ?? '');
  if (!value.startsWith('arn:')) return hasWild(value.split(/[:/]/, 1)[0]);
  const [, , , , account, thing] = value.split(':');
  // Of some services an ARN has no account: a bucket is named by its name alone.
  return account === '' ? /^[*?]/.test(thing ?? '*') : thing === undefined ? hasWild(value) : hasWild(account);
}

/** Whom a condition leaves of everybody; empty where it leaves everybody. Any one value of a key suffices; all keys must hold. */
function leftBy(condition: unknown): string[] {
  return Object.entries(objectAt(condition) ?? {}).flatMap(([operator, keys]) =>
    DEMANDS.test(operator)
      ? Object.entries(objectAt(keys) ?? {}).flatMap(([key, values]) => {
          const named = NARROWS.test(key) ? texts(values) : [];
          return named.some(isAnybody) ? [] : named;
        })
      : [],
  );
}

/** Those that a policy lets in. */
function letIn(document: unknown, { scrub, account }: Opening): NamedRecipient[] {
  return allowing(document, scrub).flatMap((statement) => {
    const { Principal, NotPrincipal, Condition } = statement;
    if (Principal === undefined && NotPrincipal === undefined) return [];
    const named: (readonly [string, string])[] =
      NotPrincipal !== undefined
        ? [['AWS', '*']]
        : typeof Principal === 'string'
          ? [['AWS', Principal]]
          : Object.entries(objectAt(Principal) ?? {}).flatMap(([kind, ids]) =>
              texts(ids).map((id) => [kind, id] as const),
            );
    return named.flatMap(([kind, id]): NamedRecipient[] => {
      // Whoever the provider of identities vouches for, wherever that one is set up.
      if (kind === 'Federated') return [{ id, kind: 'unknown' }];
      if (kind === 'Service') return [{ id, kind: 'service' }];
      const who = principal(id, account);
      const left = who.kind === 'everybody' ? leftBy(Condition) : [];
      return left.length === 0 ? [who] : left.map((one) => principal(one, account));
    });
  });
}

/** Those whom a list of access names: a canned one, grants in headers, or grants in the body. */
function granted(parameters: Fields, { account }: Opening): NamedRecipient[] {
  const canned = texts(parameters['x-amz-acl']).some((acl) =>
    /^(?:public-read|public-read-write|authenticated-read)$/.test(acl),
  );
  const inHeaders = Object.entries(parameters)
    .filter(([name]) => name.startsWith('x-amz-grant-'))
    .flatMap(([, value]) => texts(value))
    .flatMap((text) => [...text.matchAll(/(?:uri|id|emailAddress)="?([^",\s]+)/gi)].map(([, id]) => id as string));
  const policy = objectAt(parameters.AccessControlPolicy);
  const owner = textAt(objectAt(policy?.Owner)?.ID);
  const inBody = at(policy, ['AccessControlList', 'Grant', 'Grantee']).flatMap((item) => {
    const grantee = objectAt(item);
    return textAt(grantee?.URI) ?? textAt(grantee?.EmailAddress) ?? textAt(grantee?.ID) ?? [];
  });
  const others = [...inHeaders, ...inBody].map((id): NamedRecipient => {
    if (id === owner) return { id, kind: 'own' };
    const who = principal(id, account);
    // A canonical id is an account; of any but the owner it is another.
    return /^[0-9a-f]{64}$/.test(id) && owner !== undefined ? { id, kind: 'outside' } : who;
  });
  return canned ? [EVERYBODY, ...others] : others;
}

/** The whole net; a range of it names nobody. */
const isWholeNet = (range: unknown) => range === '0.0.0.0/0' || range === '::/0';

const READ: Readonly<Record<Kind, (value: unknown, opening: Opening) => NamedRecipient[]>> = {
  policy: letIn,
  principals: (value, { account }) => texts(value).map((name) => principal(name, account)),
  acl: (value, opening) => granted(objectAt(value) ?? {}, opening),
  ranges: (value) => (isWholeNet(value) ? [EVERYBODY] : []),
  noAuth: (value) => (value === 'NONE' ? [EVERYBODY] : []),
};

/** To whom an act opens its thing; undefined where the record tells of nobody. */
export function openedTo(opening: Opening): Recipient[] | undefined {
  const { service, event, parameters } = opening;
  if (parameters === undefined) return undefined;
  const places = TABLE[`${service}:${event.replace(/\d{8}(?:v\d+)?$/, '')}`];
  return (
    places &&
    recipientsOf(
      places.flatMap(([path, kind]) =>
        at(parameters, path === '' ? [] : path.split('.')).flatMap((value) => READ[kind](value, opening)),
      ),
    )
  );
}
