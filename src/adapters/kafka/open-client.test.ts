import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { configSchema } from '../../../schemas/config.ts';
import type { KafkaError } from './kafka-error.ts';
import { openClient } from './open-client.ts';

const settings = (kafka: object) => configSchema.parse({ kafka: { brokers: ['127.0.0.1:9092'], ...kafka } }).kafka!;

function refusal(kafka: object): KafkaError {
  try {
    openClient(settings(kafka), { patient: false });
  } catch (error) {
    return error as KafkaError;
  }
  throw new Error('it was not refused');
}

describe('the client', () => {
  let folder: string;
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tidemark-client-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each([
    '10.0.0.1:9092',
    'kafka:9092',
    '0.0.0.0:9092',
    '127.0.0.1.example.org:9092',
    'localhost.example.org:9092',
  ])('does not speak in the clear to %s', (broker) => {
    expect(refusal({ brokers: ['127.0.0.1:9092', broker] })).toMatchObject({
      kind: 'plaintext',
      remedy: expect.stringContaining('kafka.tls'),
    });
  });

  test.each([
    { brokers: ['localhost:9092', '127.3.2.1:9092'] },
    { brokers: ['kafka:9092'], allowPlaintext: true },
    { brokers: ['kafka:9092'], tls: { enabled: true } },
  ])('opens for %j', (kafka) => {
    expect(openClient(settings(kafka), { patient: false })).toBeDefined();
  });

  test.each(['kafka', 'kafka:', ':9092', 'kafka:port', '::1:9092', 'a b:1'])(
    'refuses the broker address "%s"',
    (broker) => {
      expect(refusal({ brokers: [broker] }).kind).toBe('settings');
    },
  );

  test('a secret or certificate that cannot be read is one line naming the option and the file', () => {
    const absent = join(folder, 'absent');
    for (const kafka of [
      { sasl: { mechanism: 'plain', username: 'u', passwordFile: absent } },
      { sasl: { mechanism: 'scram-sha-512', username: 'u', passwordFile: absent } },
      { sasl: { mechanism: 'oauthbearer', tokenFile: absent } },
      { tls: { enabled: true, caFile: absent } },
    ]) {
      const { kind, message } = refusal(kafka);
      expect(kind).toBe('settings');
      expect(message).toMatch(/^kafka\.(sasl|tls)\.\w+File: cannot read .*absent \(ENOENT\)$/);
    }
  });

  test('an empty secret is refused, and only the first line is the secret', () => {
    expect(
      refusal({ sasl: { mechanism: 'plain', username: 'u', passwordFile: file('empty', '\nsecond\n') } }).message,
    ).toContain('is empty');
    expect(
      openClient(settings({ sasl: { mechanism: 'plain', username: 'u', passwordFile: file('good', 'secret\n') } }), {
        patient: false,
      }),
    ).toBeDefined();
  });
});
