import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inventorySchema } from '../../schemas/inventory.ts';
import { hear } from './evidence.ts';

const CAEP = 'https://schemas.openid.net/secevent/caep/event-type/';
const WISE = 'https://schemas.openid.net/secevent/wise/event-type/';
const ISSUED = Date.parse('2026-11-02T04:00:00.000Z') / 1_000;
const bot = { format: 'opaque', id: 'bot' };
const told = (type: string, event: unknown, subject: unknown = bot) => hear(type, event, subject, ISSUED, 'acme');

describe('an event', () => {
  test.each([
    ['create', 'createdAt'],
    ['update', 'rotatedAt'],
    ['revoke', 'revokedAt'],
    ['delete', 'revokedAt'],
  ])('that a credential was changed by %s dates it in %s', (change, date) => {
    const heard = told(`${CAEP}credential-change`, {
      change_type: change,
      friendly_name: 'k',
      event_timestamp: ISSUED - 60,
    });
    expect(heard).toEqual({
      outcome: 'evidence',
      record: {
        identity: 'bot',
        tenant: 'acme',
        evidenceOnly: true,
        credentials: [{ id: 'k', [date]: '2026-11-02T03:59:00.000Z' }],
      },
    });
  });

  test.each([
    [{ format: 'complex', user: { format: 'email', email: 'a@example.com' }, application: bot }, 'bot'],
    [{ format: 'complex', workload: { format: 'uri', uri: 'spiffe://example.org/w' } }, 'spiffe://example.org/w'],
    [{ format: 'iss_sub', iss: 'https://idp.example.com', sub: 'svc' }, 'svc'],
  ])('is about whoever acts: %j', (subject, identity) =>
    expect(told(`${WISE}workload-baseline-changed`, {}, subject)).toMatchObject({ record: { identity } }),
  );

  test('whose subject or credential is not told is no evidence', () => {
    expect(told(`${WISE}credential-rotated`, {})).toEqual({ outcome: 'no-credential' });
    for (const subject of [null, 'bot', {}, { format: 'opaque', id: ' ' }, { format: 'api_key', key_id: 'k' }])
      expect(told(`${WISE}credential-rotated`, { key_id: 'k' }, subject)).toEqual({ outcome: 'no-subject' });
    for (const type of [
      `${CAEP}session-revoked`,
      'https://schemas.openid.net/secevent/risc/event-type/account-disabled',
    ])
      expect(told(type, {})).toEqual({ outcome: 'other-event' });
  });

  test('of whatever content gives a valid record of the configured tenant, or none', () => {
    const type = fc.constantFrom(
      `${CAEP}credential-change`,
      `${WISE}credential-rotated`,
      `${WISE}credential-revoked`,
      `${WISE}workload-baseline-changed`,
    );
    const event = fc.oneof(
      fc.jsonValue(),
      fc.record({
        change_type: fc.constantFrom('update', 'revoke', '__proto__', 7),
        friendly_name: fc.oneof(fc.string({ maxLength: 2_000 }), fc.jsonValue()),
        event_timestamp: fc.oneof(fc.double(), fc.jsonValue()),
        tenant: fc.string(),
      }),
    );
    const subject = fc.oneof(
      fc.jsonValue(),
      fc.record({ format: fc.constant('opaque'), id: fc.string({ maxLength: 2_000 }) }),
    );
    fc.assert(
      fc.property(type, event, subject, (type, event, subject) => {
        const heard = hear(type, event, subject, ISSUED, 'acme');
        if (heard.outcome !== 'evidence') return;
        expect(inventorySchema.parse(heard.record)).toEqual(heard.record);
        expect(heard.record.tenant).toBe('acme');
      }),
    );
  });
});
