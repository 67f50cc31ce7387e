import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { openTokens } from '../../src/api/tokens.ts';
import { loadConfig } from '../../src/config/load-config.ts';

interface Service {
  readonly image: string;
  readonly environment?: Record<string, string | number>;
  readonly ports?: string[];
  readonly command?: string[];
  readonly restart?: string;
  readonly healthcheck?: { test: string[] };
  readonly configs?: { source: string; target: string }[];
  readonly depends_on?: Record<string, { condition: string }>;
  readonly stop_grace_period?: string;
  readonly volumes?: string[];
}
interface Compose {
  readonly services: Record<'kafka' | 'raw-topics' | 'clickhouse' | 'tidemark', Service>;
  readonly configs: Record<string, { file?: string; content?: string }>;
  readonly volumes: Record<string, unknown>;
}

const root = new URL('../../', import.meta.url);
const read = (file: string) => readFileSync(new URL(file, root), 'utf8');
/** What compose makes of `${NAME:-default}` where NAME is not set. */
const withDefaults = (text: string) => text.replaceAll(/\$\{\w+:-([^}]*)\}/g, '$1');
const { services, configs, volumes }: Compose = parse(withDefaults(read('docker-compose.yml')));
const { kafka, clickhouse, tidemark } = services;

const path = fileURLToPath(new URL('tidemark.example.yaml', root));
const onThisMachine = loadConfig({ path, env: {} }).config;
const environment = Object.entries(tidemark.environment!).map(([name, value]) => [name, String(value)]);
const inside = loadConfig({ path, env: Object.fromEntries(environment) }).config;

/** Listener name -> host:port, as in Kafka's settings. */
const listeners = (text: unknown) =>
  Object.fromEntries(
    String(text)
      .split(',')
      .map((one) => one.split('://') as [string, string]),
  );
const published = (service: Service) => service.ports!.map((port) => port.split(':').slice(1).join(':'));

describe('docker-compose.yml and tidemark.example.yaml', () => {
  test('Tidemark finds the broker by the address it advertises, inside and on this machine', () => {
    const advertised = listeners(kafka.environment!.KAFKA_ADVERTISED_LISTENERS);
    expect(inside.kafka!.brokers).toEqual([advertised.INSIDE]);
    expect(onThisMachine.kafka!.brokers).toEqual([advertised.HOST]);
    const ports = Object.fromEntries(
      Object.entries(listeners(kafka.environment!.KAFKA_LISTENERS)).map(([name, address]) => [
        name,
        address.split(':').at(-1),
      ]),
    );
    expect(advertised.INSIDE).toBe(`kafka:${ports.INSIDE}`);
    expect(advertised.HOST).toBe(`localhost:${ports.HOST}`);
    expect(published(kafka)).toEqual([`${ports.HOST}:${ports.HOST}`]);
    expect(kafka.environment!.KAFKA_CONTROLLER_QUORUM_VOTERS).toBe(
      `1@${listeners(kafka.environment!.KAFKA_LISTENERS).CONTROLLER}`,
    );
  });

  test('every raw topic that is read is made, and the broker makes none by itself', () => {
    const { command } = services['raw-topics'];
    expect(onThisMachine.kafka!.inputs.map(({ topic }) => topic)).toEqual([command![command!.indexOf('--topic') + 1]]);
    expect(String(kafka.environment!.KAFKA_AUTO_CREATE_TOPICS_ENABLE)).toBe('false');
  });

  test('Tidemark finds ClickHouse by its name, with the user and password it was given', () => {
    expect(inside.store.url).toBe('http://clickhouse:8123');
    expect(onThisMachine.store.url).toBe('http://localhost:8123');
    expect(published(clickhouse)).toEqual(['8123:8123']);
    expect(inside.store.username).toBe(clickhouse.environment!.CLICKHOUSE_USER);
    const mounted = tidemark.configs!.find(({ target }) => target === inside.store.passwordFile)!;
    expect(configs[mounted.source]!.content).toBe(clickhouse.environment!.CLICKHOUSE_PASSWORD);
  });

  test('the example is the file Tidemark runs with, and alerts leave by a topic', () => {
    const mounted = tidemark.configs!.find(({ target }) => target === '/etc/tidemark/tidemark.yaml')!;
    expect(configs[mounted.source]).toEqual({ file: './tidemark.example.yaml' });
    expect(read('Dockerfile')).toContain('"/etc/tidemark/tidemark.yaml"');
    expect(Object.values(inside.sinks).map(({ type }) => type)).toEqual(['kafka']);
  });

  test('health is asked where it is served, and a stop is longer than the drain', () => {
    const { port, host, drainMs } = inside.telemetry;
    expect(published(tidemark)).toContain(`${port}:${port}`);
    expect(host).toBe('0.0.0.0');
    expect(tidemark.healthcheck!.test.join(' ')).toContain(`http://127.0.0.1:${port}/livez`);
    expect(Number.parseInt(tidemark.stop_grace_period!, 10) * 1_000).toBeGreaterThan(drainMs);
    for (const service of [kafka, clickhouse, tidemark]) expect(service.healthcheck).toBeDefined();
    expect(tidemark.depends_on).toEqual({
      kafka: { condition: 'service_healthy' },
      'raw-topics': { condition: 'service_completed_successfully' },
      clickhouse: { condition: 'service_healthy' },
    });
  });

  test('the API and the console are served beside Kafka, and let nobody in before a token was made', () => {
    expect(onThisMachine.http).toMatchObject({ serve: 'always', host: '127.0.0.1', tokensFile: 'tidemark.tokens' });
    const { serve, host, port, tokensFile, certFile, allowPlaintext } = inside.http;
    // In the clear only because nobody but this machine reaches it.
    expect({ serve, host, certFile, allowPlaintext }).toEqual({
      serve: 'always',
      host: '0.0.0.0',
      certFile: undefined,
      allowPlaintext: true,
    });
    expect(published(tidemark)).toContain(`${port}:${port}`);
    const [volume, directory] = tidemark.volumes![0]!.split(':');
    expect([volume, dirname(tokensFile!)]).toEqual(['tidemark', directory]);
    // The image has the file, empty, of the user who runs: a named volume begins with it.
    expect(read('Dockerfile')).toContain(`install -o node -g node -m 600 /dev/null ${tokensFile}`);
    expect(openTokens('/dev/null', Date.now, () => {}).find('tdm_x')).toBeUndefined();
    expect(read('docker-compose.yml').replaceAll(/\s*\\\n#\s*/g, ' ')).toContain(`--file ${tokensFile}`);
  });

  test('nothing is reachable from another machine, and every image has a version', () => {
    for (const { ports = [], image } of Object.values(services)) {
      for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
      expect(image).toMatch(/^(apache\/kafka:4\.\d+\.\d+|clickhouse\/clickhouse-server:\d+\.\d+|tidemark:local)$/);
    }
    const named = [kafka, clickhouse, tidemark].flatMap(({ volumes: mounts = [] }) =>
      mounts.map((mount) => mount.split(':')[0]!),
    );
    expect(Object.keys(volumes)).toEqual(named);
  });

  test('the image holds only what running needs and does not run as root', () => {
    const stage = read('Dockerfile')
      .split(/^FROM /m)
      .at(-1)!;
    expect(stage).toMatch(/^node:22-slim/);
    expect(stage).toContain('npm ci --omit=dev');
    expect(stage).toMatch(/^USER node$/m);
    expect(read('.dockerignore').split('\n')).toContain('node_modules');
  });
});
