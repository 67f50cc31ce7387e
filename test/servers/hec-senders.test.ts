/** Splunk's own logger for Node and the `splunk_handler` of Python send to the event collector as they come from their registries: each record arrives once. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { identityPageSchema } from '../../schemas/api-identities.ts';
import { deadLettersSchema } from '../../schemas/api-records.ts';
import { build, embeddedMissing, type House, type Running } from '../engines/console-rig.ts';
import { Answer } from '../engines/harness/answer.ts';
import { until } from '../engines/harness/kafka-worker-process.ts';
import { skipped } from './harness/debian.ts';

const run = promisify(execFile);
const FETCH_MS = 120_000;
const RECORDS = 50;

const folder = mkdtempSync(join(tmpdir(), 'tidemark-hec-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Fetches a package of a registry into the folder; a text says why it cannot be had here. */
async function fetched(command: string, args: readonly string[]): Promise<string | undefined> {
  try {
    await run(command, args, { cwd: folder, timeout: FETCH_MS });
    return undefined;
  } catch (error) {
    const { stderr, message } = error as { stderr?: string; message: string };
    return `no ${args.at(-1)} from ${command}: ${(stderr || message).trim().split('\n').at(-1)}`;
  }
}

const recordOf = (n: number, from: string) => ({
  id: `${from}-${n}`,
  at: '2026-03-01T00:00:00.000Z',
  identity: { id: `bot-${n % 4}`, kind: 'bot', provider: 'acme' },
  action: { name: 'docs.read', service: 'docs', access: 'read' },
  resource: { id: `wörk]/"${n}"\\%d` },
  outcome: 'success',
});

const noEmbedded = skipped(await embeddedMissing());

describe.skipIf(noEmbedded !== undefined)('loggers that speak HEC', () => {
  let house: House;
  let running: Running;
  let token: string;
  let viewer: string;
  let expected = 0;
  beforeAll(async () => {
    house = build();
    token = house.admit({ name: 'edge', scope: 'ingest', tenant: 'acme' });
    viewer = house.admit({ name: 'eye', scope: 'analyst', tenant: 'acme' });
    running = await house.start({});
  });
  afterAll(async () => {
    await running?.stop();
    house.remove();
  });

  const get = async (path: string) =>
    Answer.of(await fetch(`${running.url}${path}`, { headers: { authorization: `Bearer ${viewer}` } }));
  async function arrived(): Promise<void> {
    expected += RECORDS;
    const all = async () => {
      const { identities } = (await get('/v1/identities')).as(identityPageSchema);
      return identities.reduce((sum, { activities }) => sum + activities, 0) === expected;
    };
    await until('all are stored', all, 60_000);
    expect((await get('/v1/dead-letters')).as(deadLettersSchema).deadLetters).toEqual([]);
    expect(running.log()).not.toContain(token);
  }

  test("Splunk's logger for Node, as it is", async ({ skip }) => {
    const missing = await fetched('npm', [
      'install',
      '--no-audit',
      '--no-fund',
      '--prefix',
      folder,
      'splunk-logging@0.11.1',
    ]);
    if (missing !== undefined) return skip(skipped(missing));
    const records = Array.from({ length: RECORDS }, (_, n) => recordOf(n, 'node'));
    writeFileSync(
      join(folder, 'send.cjs'),
      `const { Logger } = require('splunk-logging');
       const logger = new Logger({ url: ${JSON.stringify(running.url)}, token: ${JSON.stringify(token)}, maxBatchCount: 10 });
       logger.error = (error) => { console.error(error); process.exitCode = 1; };
       for (const message of ${JSON.stringify(records)}) logger.send({ message, severity: 'info' });`,
    );
    await run(process.execPath, [join(folder, 'send.cjs')], { timeout: FETCH_MS });
    await arrived();
  });

  test('splunk_handler of Python, as it is', async ({ skip }) => {
    const python = join(folder, 'python');
    const missing = await fetched('python3', [
      '-m',
      'pip',
      'install',
      '-q',
      '--target',
      python,
      'splunk-handler==3.0.0',
    ]);
    if (missing !== undefined) return skip(skipped(missing));
    const lines = Array.from({ length: RECORDS }, (_, n) => JSON.stringify(recordOf(n, 'python')));
    writeFileSync(join(folder, 'lines.json'), JSON.stringify(lines));
    writeFileSync(
      join(folder, 'send.py'),
      `import json, logging, sys
from splunk_handler import SplunkHandler
handler = SplunkHandler(host="127.0.0.1", port="0", index="main", token=${JSON.stringify(token)}, url=${JSON.stringify(`${running.url}/services/collector/event`)}, verify=False, flush_interval=1)
logger = logging.getLogger("agents")
logger.setLevel(logging.INFO)
logger.addHandler(handler)
for line in json.load(open("lines.json", encoding="utf-8")):
    logger.info("%s", line)
logging.shutdown()
`,
    );
    await run('python3', [join(folder, 'send.py')], {
      cwd: folder,
      env: { ...process.env, PYTHONPATH: python },
      timeout: FETCH_MS,
    });
    await arrived();
  });
});
