/** The verifying code in docs/webhooks.md works as printed. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sink } from '../../src/sinks/webhook.ts';
import { exampleAlert } from './example-alert.ts';
import { type HttpReceiver, httpReceiver } from './http-receiver.ts';
import { deliveryOf, sinkContext } from './sink-context.ts';

const guide = readFileSync(new URL('../../docs/webhooks.md', import.meta.url), 'utf8');
const codeIn = (language: string) => new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(guide)?.[1] ?? '';

const SECRET = `whsec_${Buffer.alloc(32, 'k').toString('base64')}`;
const OTHER = `whsec_${Buffer.alloc(32, 'x').toString('base64')}`;
const dir = mkdtempSync(join(tmpdir(), 'tidemark-guide-'));
let request: HttpReceiver['received'][0];

beforeAll(async () => {
  const receiver = await httpReceiver();
  const context = sinkContext({ now: SECRET, before: OTHER });
  const options = { url: receiver.url, secretFile: 'now', previousSecretFile: 'before' };
  const opened = await sink.open(options, context);
  await opened.deliver(deliveryOf(exampleAlert(), sink.encode(exampleAlert(), options)), AbortSignal.timeout(10_000));
  request = receiver.received[0]!;
  await context.close();
  await receiver.close();
});
afterAll(() => rmSync(dir, { recursive: true }));

describe('the guide for receivers', () => {
  it('verifies in JavaScript, and turns down what is changed, old or unsigned', async () => {
    const file = join(dir, 'verify.mjs');
    writeFileSync(file, codeIn('js'));
    const { verify } = await import(pathToFileURL(file).href);
    const { headers, body } = request;
    expect(verify(SECRET, headers, body)).toMatchObject({ type: 'alert.raised', data: { id: exampleAlert().id } });
    expect(verify(OTHER, headers, body)).toMatchObject({ type: 'alert.raised' });
    expect(verify(`whsec_${Buffer.alloc(32, 'z').toString('base64')}`, headers, body)).toBeUndefined();
    expect(verify(SECRET, headers, `${body} `)).toBeUndefined();
    expect(verify(SECRET, headers, body, Date.now() + 301_000)).toBeUndefined();
    expect(verify(SECRET, { ...headers, 'webhook-signature': undefined }, body)).toBeUndefined();
    expect(verify(SECRET, { ...headers, 'webhook-signature': 'v1, v1,!! v2,x' }, body)).toBeUndefined();
  });

  it.skipIf(spawnSync('python3', ['--version']).status !== 0)('verifies in Python', () => {
    const file = join(dir, 'verify.py');
    const check = `
import sys
given = json.load(sys.stdin)
body = given["body"].encode()
print(verify(given["secret"], given["headers"], body)["type"], verify(given["secret"], given["headers"], body + b" "))
`;
    writeFileSync(file, codeIn('python') + check);
    const input = JSON.stringify({ secret: SECRET, headers: request.headers, body: request.body });
    expect(execFileSync('python3', [file], { input, encoding: 'utf8' }).trim()).toBe('alert.raised None');
  });
});
