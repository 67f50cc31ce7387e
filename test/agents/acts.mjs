/**
 * Prints what the product makes of exports, and says which tool calls went astray.
 *
 * Usage: acts.mjs FILE...   (after `npm run build`) A file holds what one set-up exported; the programs plant `desk-agent`, its tools and
 * their targets.
 */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';

const dist = new URL('../../dist/', import.meta.url);
const { configSchema } = await import(new URL('schemas/config.js', dist));
const { discover, SHELVES } = await import(new URL('src/app/shelves.js', dist));
const { createReader } = await import(new URL('src/ingest/reader.js', dist));
const { createHistory } = await import(new URL('src/ingest/history.js', dist));

const TARGETS = { search_tickets: 'acct-7', send_payment: 'till-99' };
const { ingest } = configSchema.parse({});
const formats = await discover(SHELVES.formats, 'format');
let astray = 0;
const print = (text) => process.stdout.write(`${text}\n`);

for (const file of process.argv.slice(2)) {
  const reader = createReader({ formats, format: 'auto', tenant: 'default', limits: ingest });
  const others = new Map();
  const history = createHistory({
    reader,
    reorder: { windowMs: Number.POSITIVE_INFINITY, rows: ingest.reorderRows },
    traces: ingest.traces,
    onOutcome({ status, reason }) {
      if (status !== 'read') others.set(`${status}: ${reason}`, (others.get(`${status}: ${reason}`) ?? 0) + 1);
    },
  });
  const acts = [];
  for (const line of readFileSync(file, 'utf8').split('\n'))
    if (line !== '') acts.push(...history.take(Buffer.from(line), undefined));
  acts.push(...history.flush());
  print(`## ${basename(file, '.ndjson')}`);
  const lines = new Map();
  const calls = { search_tickets: 0, send_payment: 0 };
  const ids = new Set();
  // What has the same id counts once.
  for (const { id, identity, action, resource, outcome, actor, run, onBehalfOf } of acts) {
    if (ids.has(id)) continue;
    ids.add(id);
    const tool = Object.keys(TARGETS).find((one) => action.name.endsWith(one));
    const faults = [];
    if (tool !== undefined) {
      calls[tool]++;
      if (!/^desk[-_ ]?agent$/i.test(identity.id)) faults.push('IDENTITY');
      if (resource?.id !== TARGETS[tool]) faults.push('TARGET');
      if ((outcome === 'success') !== (tool === 'search_tickets')) faults.push('OUTCOME');
    }
    astray += faults.length;
    const who = `${identity.account === undefined ? '' : `${identity.account}/`}${identity.id} (${identity.kind})`;
    const of = onBehalfOf?.map(({ id }) => id).join(' < ');
    const made = `model ${actor?.model ?? '-'}, version ${actor?.version ?? '-'}`;
    const runs = run === undefined ? 'no run' : run.id === 'conv-42' ? 'its run' : 'a run';
    const told = [who, action.name, resource?.id ?? '-', outcome, runs, made, `for ${of ?? '-'}`, ...faults].join(
      ' | ',
    );
    lines.set(told, (lines.get(told) ?? 0) + 1);
  }
  for (const [told, count] of lines) print(`${count} x ${told}`);
  print(`calls: ${JSON.stringify(calls)}`);
  for (const [reason, count] of others) print(`  ${count} ${reason}`);
}
if (astray > 0) {
  process.stderr.write(`${astray} things of tool calls went astray\n`);
  process.exitCode = 1;
}
