import { describe, expect, it } from 'vitest';
import { formatRig, samplesOf } from '../../test/unit/format-rig.ts';
import { format } from './jfrog.ts';

const [refused, request, token] = samplesOf(format);
const rig = formatRig(format);
const reader = formatRig(format, 'auto').reader;

it('what was refused, of which file and to whom', () => {
  expect(rig.read(refused)).toMatchObject({
    at: '2026-03-01T10:15:30.120Z',
    identity: { id: 'ci-shop', kind: 'unknown', provider: 'jfrog', account: 'example-0' },
    action: { name: 'DEPLOY', service: 'artifactory', access: 'write' },
    resource: { id: 'libs-release:org/example/shop/1.0/shop-1.0.jar', type: 'artifact' },
    source: { ip: '192.0.2.51' },
    outcome: 'denied',
  });
});

it('a request, with what it moved and by which program', () => {
  expect(rig.read(request)).toMatchObject({
    action: { name: 'request:GET', access: 'read' },
    resource: { id: '/api/npm/npm/left-pad', type: 'path' },
    source: { ip: '192.0.2.51', userAgent: 'npm/10.2.0' },
    amount: { bytes: 5120 },
    outcome: 'success',
  });
  const message = {
    ...request.message,
    request_method: 'POST',
    request_url: '/access/api/v1/tokens',
    return_status: '403',
  };
  expect(rig.read({ ...request, message })).toMatchObject({
    action: { access: 'admin' },
    outcome: 'denied',
    errorCode: '403',
  });
});

it('a token is made by a person', () => {
  expect(rig.read(token)).toMatchObject({
    identity: { id: 'ada@example.com', kind: 'human' },
    action: { name: 'token.create', access: 'admin' },
    resource: { id: 'ci-shop', type: 'token' },
  });
});

describe('lines of a server of one’s own', () => {
  const read = (line: string) => {
    const [outcome] = reader.read(Buffer.from(line));
    return outcome?.status === 'read' ? outcome.activities[0] : outcome;
  };

  it('of the access log', () => {
    const line =
      '2026-03-01 10:15:30,120 [4b1b8a0b04e31b80] [ACCEPTED DOWNLOAD] libs:org/example/a.jar for ci-shop/192.0.2.51.';
    expect(read(line)).toMatchObject({
      at: '2026-03-01T10:15:30.120Z',
      identity: { id: 'ci-shop' },
      action: { name: 'DOWNLOAD', access: 'read' },
      resource: { id: 'libs:org/example/a.jar' },
      source: { ip: '192.0.2.51' },
    });
    expect(
      read('2026-03-01T10:15:30.120Z [4b1b8a0b04e31b80] [DENIED LOGIN] for client : ci-shop / 192.0.2.51 [token]'),
    ).toMatchObject({
      action: { name: 'LOGIN', access: 'authenticate' },
      outcome: 'denied',
    });
  });

  it('of the request log', () => {
    const line =
      '2026-03-01T10:15:30.120Z|40ea218a769325db|192.0.2.51|ci-shop|PUT|/libs/org/example/a.jar|201|900|0|80|maven/3.9';
    expect(read(line)).toMatchObject({
      action: { name: 'request:PUT', access: 'write' },
      amount: { bytes: 900 },
      outcome: 'success',
    });
  });

  it('of the audit trail, where what acted by itself is nobody', () => {
    const line =
      '2026-03-01T10:15:30.120Z|7b8029fec93e9189|192.0.2.51|admin|jfrt@01h1h4qav5zhce1w9en5hf05h4|sample|D|USR|{"removed":{"a":"x|y"}}';
    expect(read(line)).toMatchObject({
      identity: { id: 'admin' },
      action: { name: 'user.delete' },
      resource: { id: 'sample' },
    });
    expect(read(line.replace('192.0.2.51|admin', 'UNKNOWN|UNKNOWN'))).toMatchObject({ status: 'skip' });
  });
});

it('who did not say his name is skipped', () => {
  const message = { ...refused.message, user_name: 'anonymous' };
  expect(reader.readParsed({ ...refused, message })).toMatchObject([{ status: 'skip' }]);
});

it('the life of a token is for whom it is', () => {
  const made = {
    service: 'jfrog.saas.rt.access.audit',
    message: {
      log_timestamp: '2026-03-01T10:15:30.120Z',
      event: 'created',
      token_id: '0634d4e8-0000-4000-8000-000000000001',
      subject: 'ci-shop',
      user_name: 'admin',
    },
  };
  expect(reader.readParsed(made)[0]).toMatchObject({
    status: 'read',
    activities: [
      {
        identity: { id: 'admin' },
        action: { name: 'token.created', access: 'admin' },
        resource: { id: 'ci-shop', type: 'token' },
        change: { kind: 'credential', identity: 'ci-shop', credential: '0634d4e8-0000-4000-8000-000000000001' },
      },
    ],
  });
});

it('what a shipper calls by other names is the same, and logs of the services are no acts', () => {
  const shipped = {
    '@timestamp': '2026-03-01T10:15:30.120Z',
    log_source: 'jfrog.rt.artifactory.access',
    action_response: 'ACCEPTED LOGIN',
    username: 'admin ',
    ip: ' 192.0.2.51',
    repo_path: ' ',
  };
  expect(rig.read(shipped)).toMatchObject({ identity: { id: 'admin' }, source: { ip: '192.0.2.51' } });
  expect(rig.read(shipped)).not.toHaveProperty('resource');
  const own = { log_timestamp: '2026-03-01T10:15:30.120Z', log_source: 'jfrog.rt.router.service', message: 'up' };
  expect(reader.readParsed(own)[0]).toMatchObject({ status: 'skip' });
});

it('leaves requests that other products log to their own formats', () => {
  const nginx = {
    timestamp: '2026-03-01T10:16:30+00:00',
    request_method: 'GET',
    response_status: 404,
    request: 'GET /',
  };
  const other = {
    '@timestamp': '2026-03-01T10:16:30Z',
    request_method: 'POST',
    request_path: '/api/login',
    username: 'ada',
  };
  for (const record of [nginx, other]) expect(format.recognises(record)).toBe(false);
});
