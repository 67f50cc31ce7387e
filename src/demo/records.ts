/** Writes what somebody did in AWS as CloudTrail records it (event version 1.11). */
import type { Dice } from './dice.ts';

export const ACCOUNT = '111122223333';
export const REGION = 'eu-west-1';
const SESSION_MS = 6 * 3_600_000;

/** One call, before it is put into CloudTrail's words. */
export interface AwsDeed {
  readonly at: number;
  readonly ip: string;
  readonly agent: string;
  /** `role/name` or `user/name`. */
  readonly principal: string;
  /** Session name of a role; one that begins with `i-` is an instance. */
  readonly session?: string;
  /** When the session began; default: the last quarter of a day. */
  readonly openedAt?: number;
  readonly key: string;
  readonly service: string;
  readonly call: string;
  readonly readOnly: boolean;
  /** ARN of what it was done to. */
  readonly resource?: string;
  readonly region?: string;
  /** Sent out to the caller; S3 objects only. */
  readonly bytes?: number;
  readonly error?: string;
}

/** Calls that CloudTrail logs as data events, with the type of what they touch. */
const DATA: Readonly<Record<string, string>> = {
  s3: 'AWS::S3::Object',
  dynamodb: 'AWS::DynamoDB::Table',
  sqs: 'AWS::SQS::Queue',
  lambda: 'AWS::Lambda::Function',
};
const MANAGED: Readonly<Record<string, string>> = {
  secretsmanager: 'AWS::SecretsManager::Secret',
  ecr: 'AWS::ECR::Repository',
};
const CIPHER = 'TLS_AES_128_GCM_SHA256';

export function cloudTrail(deed: AwsDeed, dice: Dice): object {
  const { service, resource } = deed;
  const region = deed.region ?? REGION;
  const toObject = service === 's3' && resource !== undefined && resource.includes('/');
  const isData = service === 's3' ? toObject : service in DATA && resource !== undefined;
  const host = toObject ? `${bucketOf(resource)}.s3.${region}.amazonaws.com` : `${service}.${region}.amazonaws.com`;
  return {
    eventVersion: '1.11',
    userIdentity: deed.principal.startsWith('role/') ? sessionOf(deed) : userOf(deed),
    eventTime: seconds(deed.at),
    eventSource: `${service}.amazonaws.com`,
    eventName: deed.call,
    awsRegion: region,
    sourceIPAddress: deed.ip,
    userAgent: service === 's3' ? `[${deed.agent}]` : deed.agent,
    ...(deed.error !== undefined && { errorCode: deed.error, errorMessage: 'Rate exceeded' }),
    requestParameters: resource === undefined ? null : parametersOf(deed.call, service, resource, host, dice),
    responseElements: null,
    ...(toObject && {
      additionalEventData: {
        SignatureVersion: 'SigV4',
        CipherSuite: CIPHER,
        bytesTransferredIn: deed.readOnly ? 0 : (deed.bytes ?? 0),
        AuthenticationMethod: 'AuthHeader',
        'x-amz-id-2': `${dice.hex(40)}=`,
        bytesTransferredOut: deed.readOnly ? (deed.bytes ?? 0) : 0,
      },
    }),
    requestID: service === 's3' ? dice.hex(16).toUpperCase() : dice.uuid(),
    eventID: dice.uuid(),
    readOnly: deed.readOnly,
    ...resourcesOf(service, resource, toObject),
    eventType: 'AwsApiCall',
    ...(service === 'dynamodb' && { apiVersion: '2012-08-10' }),
    managementEvent: !isData,
    recipientAccountId: ACCOUNT,
    eventCategory: isData ? 'Data' : 'Management',
    tlsDetails: { tlsVersion: 'TLSv1.3', cipherSuite: CIPHER, clientProvidedHostHeader: host },
  };
}

const seconds = (at: number) => `${new Date(at).toISOString().slice(0, 19)}Z`;
const bucketOf = (arn: string) => arn.slice('arn:aws:s3:::'.length).split('/', 1)[0]!;
const lastOf = (arn: string) => arn.slice(Math.max(arn.lastIndexOf('/'), arn.lastIndexOf(':')) + 1);

/** The unique id behind a name: four letters that tell the kind, seventeen that tell nothing. */
function principalIdOf(kind: 'AROA' | 'AIDA', name: string): string {
  const letters = name.toUpperCase().replace(/[^A-Z]/g, '');
  return `${kind}${letters.padEnd(17, 'EXAMPLE').slice(0, 17)}`;
}

function sessionOf({ principal, session, key, at, openedAt = at - (at % SESSION_MS) }: AwsDeed): object {
  const name = principal.slice('role/'.length);
  const principalId = principalIdOf('AROA', name);
  return {
    type: 'AssumedRole',
    principalId: `${principalId}:${session}`,
    arn: `arn:aws:sts::${ACCOUNT}:assumed-role/${name}/${session}`,
    accountId: ACCOUNT,
    accessKeyId: key,
    sessionContext: {
      sessionIssuer: {
        type: 'Role',
        principalId,
        arn: `arn:aws:iam::${ACCOUNT}:${principal}`,
        accountId: ACCOUNT,
        userName: name,
      },
      attributes: { creationDate: seconds(openedAt), mfaAuthenticated: 'false' },
      ...(session?.startsWith('i-') && { ec2RoleDelivery: '2.0' }),
    },
  };
}

function userOf({ principal, key }: AwsDeed): object {
  const userName = principal.slice('user/'.length);
  return {
    type: 'IAMUser',
    principalId: principalIdOf('AIDA', userName),
    arn: `arn:aws:iam::${ACCOUNT}:${principal}`,
    accountId: ACCOUNT,
    accessKeyId: key,
    userName,
  };
}

/** What the caller asked for; what is sensitive is hidden by the vendor. */
function parametersOf(call: string, service: string, arn: string, host: string, dice: Dice): object {
  const name = lastOf(arn);
  switch (service) {
    case 's3':
      return arn.includes('/')
        ? { bucketName: bucketOf(arn), Host: host, key: arn.slice(arn.indexOf('/') + 1) }
        : { bucketName: name, Host: host };
    case 'dynamodb':
      return { tableName: name, key: { id: dice.hex(12) }, consistentRead: false };
    case 'sqs':
      return {
        queueUrl: `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/${name}`,
        messageBody: 'HIDDEN_DUE_TO_SECURITY_REASONS',
      };
    case 'secretsmanager':
      return { secretId: arn };
    case 'lambda':
      return { functionName: arn };
    case 'ecr':
      return { repositoryName: arn.slice(arn.indexOf('/') + 1), imageTag: dice.hex(8), registryId: ACCOUNT };
    case 'ecs':
      return { cluster: 'prod', service: name, forceNewDeployment: true };
    case 'rds':
      return { dBInstanceIdentifier: name, dBSnapshotIdentifier: `${name}-${dice.hex(6)}` };
    case 'iam':
      return {
        userName: name,
        ...(call === 'AttachUserPolicy' && { policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' }),
      };
    default:
      return { name: arn };
  }
}

/** S3 names the object and its bucket; other data events and some management events the one thing; the rest nothing. */
function resourcesOf(service: string, arn: string | undefined, toObject: boolean): { resources?: object[] } {
  if (arn === undefined) return {};
  if (toObject)
    return {
      resources: [
        { type: 'AWS::S3::Object', ARN: arn },
        { accountId: ACCOUNT, type: 'AWS::S3::Bucket', ARN: `arn:aws:s3:::${bucketOf(arn)}` },
      ],
    };
  const type = service === 's3' ? 'AWS::S3::Bucket' : (DATA[service] ?? MANAGED[service]);
  return type === undefined ? {} : { resources: [{ accountId: ACCOUNT, type, ARN: arn }] };
}
