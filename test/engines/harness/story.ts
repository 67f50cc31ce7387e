/** Ten quiet days of three roles in CloudTrail records, and one stolen session at the end: made up, and the same every time. */

const ACCOUNT = '111122223333';
const START = Date.parse('2026-03-01T00:00:00Z');
const HOUR = 3_600_000;

interface Call {
  readonly role: string;
  readonly session: string;
  readonly key: string;
  readonly at: number;
  readonly service: string;
  readonly name: string;
  readonly readOnly: boolean;
  readonly ip: string;
  readonly agent: string;
  readonly bucket?: string;
}

let serial = 0;

function record({ role, session, key, at, service, name, readOnly, ip, agent, bucket }: Call): object {
  const arn = `arn:aws:sts::${ACCOUNT}:assumed-role/${role}/${session}`;
  return {
    eventVersion: '1.09',
    userIdentity: {
      type: 'AssumedRole',
      principalId: `AROA${role.toUpperCase().replaceAll('-', '')}:${session}`,
      arn,
      accountId: ACCOUNT,
      accessKeyId: key,
      sessionContext: {
        sessionIssuer: {
          type: 'Role',
          principalId: `AROA${role.toUpperCase().replaceAll('-', '')}`,
          arn: `arn:aws:iam::${ACCOUNT}:role/${role}`,
          accountId: ACCOUNT,
          userName: role,
        },
        attributes: { creationDate: new Date(at - (at % (6 * HOUR))).toISOString().replace('.000', '') },
      },
    },
    eventTime: new Date(at).toISOString().replace(/\.\d{3}/, ''),
    eventSource: `${service}.amazonaws.com`,
    eventName: name,
    awsRegion: 'eu-west-1',
    sourceIPAddress: ip,
    userAgent: agent,
    requestParameters: bucket === undefined ? null : { bucketName: bucket },
    responseElements: null,
    eventID: `00000000-0000-4000-8000-${String(++serial).padStart(12, '0')}`,
    readOnly,
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: ACCOUNT,
  };
}

/** The role whose session is stolen. */
export const VICTIM = `arn:aws:iam::${ACCOUNT}:role/orders-worker`;

/** Raw records in time order; about 2,200. */
export function story(): string[] {
  serial = 0;
  const calls: Call[] = [];
  const agent = 'aws-sdk-go-v2/1.30.3 os/linux lang/go#1.22.4';
  for (let hour = 0; hour < 10 * 24; hour++)
    for (const [index, role] of ['orders-worker', 'stock-worker', 'mail-worker'].entries())
      for (let call = 0; call < 3; call++)
        calls.push({
          role,
          session: `i-0${index}abc`,
          key: `ASIAEXAMPLE${index}${String(Math.floor(hour / 6)).padStart(4, '0')}`,
          at: START + hour * HOUR + call * 17 * 60_000 + index * 1_000,
          service: call === 2 ? 'sqs' : 's3',
          name: ['GetObject', 'PutObject', 'ReceiveMessage'][call]!,
          readOnly: call === 0,
          ip: `10.0.${index}.7`,
          agent,
          ...(call < 2 && { bucket: `shop-${role}` }),
        });
  const stolen = { role: 'orders-worker', session: 'i-00abc', key: 'ASIAEXAMPLE00039', ip: '203.0.113.66' };
  const at = START + (9 * 24 + 20) * HOUR + 5 * 60_000;
  for (const [minute, [service, name, readOnly]] of (
    [
      ['sts', 'GetCallerIdentity', true],
      ['iam', 'ListRoles', true],
      ['secretsmanager', 'ListSecrets', true],
      ['secretsmanager', 'GetSecretValue', true],
      ['iam', 'CreateUser', false],
      ['iam', 'CreateAccessKey', false],
    ] as const
  ).entries())
    calls.push({ ...stolen, at: at + minute * 60_000, service, name, readOnly, agent: 'curl/8.5.0' });
  return calls.sort((a, b) => a.at - b.at).map((call) => JSON.stringify(record(call)));
}

/** The same story up to the last act of the theft, which comes at wall time `endMs`. */
export function storyUntil(endMs: number): string[] {
  const lines = story();
  const timeOf = (line: string) => Date.parse(JSON.parse(line).eventTime);
  const theft = Math.max(...lines.filter((line) => line.includes('curl')).map(timeOf));
  const shift = Math.floor(endMs / 1_000) * 1_000 - theft;
  const moved = (at: string) => new Date(Date.parse(at) + shift).toISOString().replace('.000', '');
  return lines
    .filter((line) => timeOf(line) <= theft)
    .map((line) => line.replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, moved));
}
