/** The configurations of docs/syslog.md, as printed there, in the real programs: each record arrives once, and one that was cut is told as cut. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { identityPageSchema } from '../../schemas/api-identities.ts';
import { deadLettersSchema } from '../../schemas/api-records.ts';
import { build, embeddedMissing, type House, type Running } from '../engines/console-rig.ts';
import { Answer } from '../engines/harness/answer.ts';
import { until } from '../engines/harness/kafka-worker-process.ts';
import { selfSigned } from '../unit/self-signed.ts';
import { skipped, startProgram, type Unpacked, unpackDebian } from './harness/debian.ts';

const page = readFileSync(new URL('../../docs/syslog.md', import.meta.url), 'utf8');
const blocksOf = (language: string) =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(([, block]) => block!);
const only = (language: string, word: string) => blocksOf(language).find((block) => block.includes(word)) ?? '';

const RECORDS = 200;
const recordOf = (n: number, more: object = {}) =>
  JSON.stringify({
    id: `sent-${n}`,
    at: '2026-03-01T00:00:00.000Z',
    identity: { id: `bot-${n % 4}`, kind: 'bot', provider: 'acme' },
    action: { name: 'docs.read', service: 'docs', access: 'read' },
    outcome: 'success',
    ...more,
  });
/** With quotes, brackets, percent signs and letters beyond ASCII: whatever a template could trip over. */
const odd = (n: number) => recordOf(n, { resource: { id: `wörk]/"${n}"\\%d` } });

const noEmbedded = await embeddedMissing();

describe.skipIf(noEmbedded !== undefined)('senders of syslog', () => {
  const { key, certFile } = selfSigned(['localhost'], ['127.0.0.1']);
  let directory: string;
  let house: House;
  let running: Running;
  let token: string;
  let viewer: string;

  const start = async (tls: boolean) => {
    const keyFile = join(directory, 'key.pem');
    writeFileSync(keyFile, key, { mode: 0o600 });
    running = await house.start({
      syslog: { serve: true, port: 0, messageMaxBytes: 262_144, ...(tls && { certFile, keyFile }) },
    });
  };
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'tidemark-senders-'));
    house = build();
    token = house.admit({ name: 'edge', scope: 'ingest', tenant: 'acme' });
    viewer = house.admit({ name: 'eye', scope: 'analyst', tenant: 'acme' });
  });
  afterEach(async () => {
    await running?.stop();
    house.remove();
    rmSync(directory, { recursive: true, force: true });
  });

  const get = async (path: string) =>
    Answer.of(await fetch(`${running.url}${path}`, { headers: { authorization: `Bearer ${viewer}` } }));
  const stored = async () => {
    const { identities } = (await get('/v1/identities')).as(identityPageSchema);
    return identities.reduce((sum, { activities }) => sum + activities, 0);
  };
  const reasons = async () =>
    (await get('/v1/dead-letters')).as(deadLettersSchema).deadLetters.map(({ reason }) => reason);
  const records = (path: string) =>
    writeFileSync(path, `${Array.from({ length: RECORDS }, (_, n) => odd(n)).join('\n')}\n`);
  /** The page's configuration with what differs from host to host put in. */
  const here = (block: string, replaced: Readonly<Record<string, string>>) => {
    const all = { TOKEN: token, '6514': running.syslog!.split(':')[1]!, ...replaced };
    return Object.entries(all).reduce((text, [from, to]) => {
      expect(block).toContain(from);
      return text.replaceAll(from, to);
    }, block);
  };

  test('logger sends each line once, and what it cuts is told as cut', async () => {
    await start(false);
    const file = join(directory, 'audit.ndjson');
    records(file);
    const command = here(only('sh', 'logger --server'), {
      '/var/log/agents/audit.ndjson': file,
    });
    await promisify(execFile)('bash', ['-c', command]);
    await until('all are stored', async () => (await stored()) === RECORDS);
    expect(await reasons()).toEqual([]);

    writeFileSync(file, `${recordOf(RECORDS, { resource: { id: 'x'.repeat(3_000) } })}\n`);
    await promisify(execFile)('bash', ['-c', command.replace('--size 256KiB', '--size 1KiB')]);
    await until('all parts are set aside', async () => (await reasons()).length === 4);
    // logger sends what is left of a line as further messages: only the first begins like a record.
    expect((await reasons()).filter((reason) => reason.includes('ends in the middle'))).toHaveLength(1);
  });

  describe('rsyslog', () => {
    let debian: Unpacked | string;
    beforeAll(async () => {
      debian = await unpackDebian(['rsyslog', 'rsyslog-openssl']);
      if (typeof debian === 'string') skipped(debian);
    });
    afterAll(() => typeof debian !== 'string' && debian.remove());

    test('sends each line of a file once over TLS', async ({ skip }) => {
      if (typeof debian === 'string') return skip(debian);
      await start(true);
      const file = join(directory, 'audit.ndjson');
      records(file);
      const block = here(only('rsyslog', 'omfwd'), {
        'tidemark.example': 'localhost',
        '/etc/rsyslog.d/tidemark-ca.crt': certFile,
        '/var/log/agents/audit.ndjson': file,
      });
      const config = join(directory, 'rsyslog.conf');
      writeFileSync(config, `global(workDirectory="${directory}")\n${block}`);
      const modules = join(debian.env.LD_LIBRARY_PATH!.split(':')[0]!, 'rsyslog');
      const args = ['-n', '-f', config, '-i', join(directory, 'pid'), '-M', modules];
      const rsyslog = startProgram(debian.path('usr/sbin/rsyslogd'), args, debian.env);
      try {
        await until('all are stored', async () => (await stored()) === RECORDS, 60_000).catch((error) => {
          throw new Error(`${error.message}\n${rsyslog.output()}\n${running.log().slice(-2_000)}`);
        });
      } finally {
        await rsyslog.stop();
      }
      expect(await reasons()).toEqual([]);
      expect(running.log()).not.toContain(token);
    });
  });

  describe('syslog-ng', () => {
    let debian: Unpacked | string;
    beforeAll(async () => {
      debian = await unpackDebian(['syslog-ng-core'], ['usr/lib/syslog-ng']);
      if (typeof debian === 'string') skipped(debian);
    });
    afterAll(() => typeof debian !== 'string' && debian.remove());

    test('sends each line of a file once over TLS', async ({ skip }) => {
      if (typeof debian === 'string') return skip(debian);
      await start(true);
      const file = join(directory, 'audit.ndjson');
      records(file);
      const block = here(only('syslog-ng', 'syslog('), {
        'tidemark.example': 'localhost',
        '/etc/syslog-ng/tidemark-ca.crt': certFile,
        '/var/log/agents/audit.ndjson': file,
      });
      const config = join(directory, 'syslog-ng.conf');
      // Its plugins lie where the package was unpacked.
      const home = debian.path('usr/lib/syslog-ng');
      const version = readdirSync(home).find((name) => /^\d+\.\d+$/.test(name))!;
      writeFileSync(config, `@version: ${version}\n${block}`);
      const place = (name: string) => join(directory, name);
      const args = [
        '-F',
        '-f',
        config,
        '-p',
        place('pid'),
        '-R',
        place('persist'),
        '-c',
        place('control'),
        '--module-path',
        join(home, version),
      ];
      const syslogNg = startProgram(debian.path('usr/sbin/syslog-ng'), args, debian.env);
      try {
        await until('all are stored', async () => (await stored()) === RECORDS, 60_000).catch((error) => {
          throw new Error(`${error.message}\n${syslogNg.output()}\n${running.log().slice(-2_000)}`);
        });
      } finally {
        await syslogNg.stop();
      }
      expect(await reasons()).toEqual([]);
      expect(running.log()).not.toContain(token);
    });
  });
});
