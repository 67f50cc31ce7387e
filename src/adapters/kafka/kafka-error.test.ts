import kafkajs from 'kafkajs';
import { describe, expect, test } from 'vitest';
import { isFault } from '../../fault.ts';
import { isFenced, isPassing, KafkaError, toKafkaError } from './kafka-error.ts';

const error = (name: string, fields: object = {}) => Object.assign(new Error('detail'), { name, ...fields });

describe('errors of the client', () => {
  test.each([
    ['authentication', error('KafkaJSSASLAuthenticationError')],
    ['tls', error('KafkaJSConnectionError', { code: 'SELF_SIGNED_CERT_IN_CHAIN' })],
    ['unreachable', error('KafkaJSConnectionError', { code: 'ECONNREFUSED' })],
    ['unreachable', error('KafkaJSRequestTimeoutError')],
    ['authorization', error('KafkaJSProtocolError', { type: 'GROUP_AUTHORIZATION_FAILED' })],
    ['missing-topic', error('KafkaJSProtocolError', { type: 'UNKNOWN_TOPIC_OR_PARTITION' })],
    ['too-large', error('KafkaJSProtocolError', { type: 'MESSAGE_TOO_LARGE' })],
    ['settings', new AggregateError([error('KafkaJSProtocolError', { type: 'INVALID_REPLICATION_FACTOR' })])],
    ['other', error('KafkaJSError')],
    ['other', 'a string'],
  ])('%s is told from its class, through any number of wrappings, with a remedy', (kind, raw) => {
    const wrapped = error('KafkaJSNumberOfRetriesExceeded', {
      cause: error('KafkaJSNonRetriableError', { cause: raw }),
    });
    for (const given of typeof raw === 'string' ? [raw] : [raw, wrapped]) {
      const told = toKafkaError(given, 'reading t');
      expect(told).toBeInstanceOf(KafkaError);
      expect(told.kind).toBe(kind);
      expect(isFault(told) && told.remedy).toMatch(/\w/);
      expect(told.message).toContain('reading t');
    }
  });

  test('one that is already told apart stays as it is', () => {
    const own = new KafkaError('revoked', 'm', 'r');
    expect(toKafkaError(own, 'x')).toBe(own);
  });

  test('a cause that leads back to itself is looked at once', () => {
    const circular = error('KafkaJSError');
    Object.assign(circular, { cause: circular });
    expect(toKafkaError(circular, 'x').kind).toBe('other');
  });

  test('a lost connection passes, a fenced commit waits for the next assignment, a refused one does neither', () => {
    expect(isPassing(new kafkajs.KafkaJSConnectionError('lost'))).toBe(true);
    expect(isFenced(error('KafkaJSProtocolError', { type: 'ILLEGAL_GENERATION', retriable: false }))).toBe(true);
    const refused = error('KafkaJSProtocolError', { type: 'OFFSET_METADATA_TOO_LARGE', retriable: false });
    expect([isPassing(refused), isFenced(refused)]).toEqual([false, false]);
  });
});
