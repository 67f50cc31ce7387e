import { expect, it } from 'vitest';
import { formatRig, samplesOf } from '../../test/unit/format-rig.ts';
import { format } from './google-workspace-token.ts';

const [page] = samplesOf(format);
const { reader, read } = formatRig(format);

const [record] = page.items;

it('the app is the identity, whoever agreed to it the person it acts for', () => {
  const outcome = reader.readParsed(page)[0]!;
  expect(outcome.status === 'read' && outcome.activities).toEqual([
    {
      id: 'workspace:C00example:2026-03-01T10:15:30.120Z:-1234567890123456789:0',
      at: '2026-03-01T10:15:30.120Z',
      tenant: 'default',
      identity: {
        id: '123456789012-example.apps.googleusercontent.com',
        kind: 'oauth-app',
        provider: 'google-workspace',
        name: 'Mail Helper',
        account: 'C00example',
      },
      onBehalfOf: [{ id: 'ada@example.com', kind: 'human' }],
      action: { name: 'oauth:authorize', service: 'oauth', access: 'admin' },
      source: { ip: '192.0.2.50', asn: 64_500, country: 'NL' },
      outcome: 'success',
      scopes: ['https://www.googleapis.com/auth/gmail.readonly', 'https://www.googleapis.com/auth/drive'],
    },
    expect.objectContaining({
      id: 'workspace:C00example:2026-03-01T10:15:30.120Z:-1234567890123456789:1',
      action: { name: 'activity:gmail.users.messages.list', service: 'gmail', access: 'read' },
      resource: { id: 'GMAIL', type: 'product' },
      amount: { bytes: 512 },
    }),
  ]);
});

it('an event that an exporter flattened is read alike', () => {
  const { events: _, ...rest } = record;
  const flat = { ...rest, name: 'revoke', parameters: { client_id: 'c1', app_name: 'x', scope: ['s'] } };
  expect(read(flat)).toMatchObject({
    identity: { id: 'c1' },
    action: { name: 'oauth:revoke', access: 'admin' },
    scopes: ['s'],
  });
});

it('other applications are skipped, and so is an event without an app', () => {
  expect(reader.readParsed({ ...record, id: { ...record.id, applicationName: 'drive' } })[0]?.status).toBe('skip');
  expect(reader.readParsed({ ...record, events: [{ name: 'authorize', parameters: [] }] })[0]).toMatchObject({
    status: 'skip',
    reason: 'events.parameters.client_id names no app',
  });
});

it('a single event may stand as an object instead of a list', () => {
  expect(reader.readParsed({ ...record, events: record.events[0] })).toEqual(
    reader.readParsed({ ...record, events: [record.events[0]] }),
  );
});
