/**
 * A store as commit 3488d45 left it, with what that build made of the activities that came next. It was made with its own command
 * line: `tidemark replay history.ndjson --store DIR` over 7,000 activities of 27 identities of the demo's fleet, cut at 09:20 on
 * 30 March while two attacks were under way; then that build read its rows back and judged 1,094 activities more.
 */
import { readFileSync } from 'node:fs';
import { brotliDecompressSync } from 'node:zlib';
import type { Activity } from '../../schemas/activity.ts';
import type { Alert } from '../../schemas/alert.ts';
import { configSchema } from '../../schemas/config.ts';
import { detectorId, detectorIds } from '../../schemas/detector-ids.ts';
import type { InventoryRecord } from '../../schemas/inventory.ts';
import { discover, SHELVES } from '../../src/app/shelves.ts';
import type { Detector } from '../../src/core/detector.ts';
import { createEngine } from '../../src/core/engine.ts';
import type { Contribution, Engine, Located, MemoryRow } from '../../src/core/engine-contract.ts';
import { createPopulation } from '../../src/core/population/population.ts';

interface Saved {
  readonly falsePerDay: number;
  readonly learnUntil: string;
  readonly offset: number;
  readonly memories: readonly { readonly key: string; readonly offset: number; readonly bytes: string }[];
  readonly contributions: readonly Contribution[];
  readonly inventory: readonly InventoryRecord[];
  /** Prefixes of the declared networks, such as `10.20.0.0/16`. */
  readonly declared: readonly string[];
  /** Activities that came next, and every alert in its last version after them. */
  readonly after: readonly Activity[];
  readonly expected: readonly Alert[];
  /** Alerts that the store held. */
  readonly stored: readonly Alert[];
}

const path = new URL('../fixtures/store-of-format-7.json.br', import.meta.url);
export const saved = JSON.parse(brotliDecompressSync(readFileSync(path)).toString()) as Saved;

export const rows: readonly MemoryRow[] = saved.memories.map(({ key, offset, bytes }) => ({
  key,
  offset,
  bytes: new Uint8Array(Buffer.from(bytes, 'base64')),
}));

/** The activities that came next, in their places. */
export const next: readonly Located[] = saved.after.map((activity, n) => ({ activity, offset: saved.offset + 1 + n }));

const starts = saved.declared.map((prefix) => prefix.replace(/0\.0\/16$|0\/\d+$/, ''));
const declared = (ip: string) => starts.some((start) => ip.startsWith(start));

export const shelf = await discover<Detector>(SHELVES.detectors, 'detector');

/** An engine that took up what was saved. `off`: detectors that are off; `since`: what was contributed since the store was saved. */
export function engineOn(
  from: readonly MemoryRow[],
  {
    off = [],
    detectors = shelf,
    since = [],
  }: { off?: readonly string[]; detectors?: ReadonlyMap<string, Detector>; since?: readonly Contribution[] } = {},
): Engine {
  const population = createPopulation();
  population.replay([...saved.contributions, ...since]);
  const settings = configSchema.parse({
    alerts: { falsePerDay: saved.falsePerDay },
    detect: { detectors: Object.fromEntries(off.map((id) => [id, { enabled: false }])) },
  });
  const engine = createEngine({
    detectors,
    settings,
    population,
    inventory: saved.inventory,
    learnUntil: saved.learnUntil,
    declared,
  });
  for (const row of from) engine.restore(row);
  return engine;
}

/** Judges activities in batches; every alert in its last version, in order of raising. `told` gets what was contributed. */
export function judge(engine: Engine, located: readonly Located[], told: Contribution[] = []): Alert[] {
  const alerts = new Map<string, Alert>();
  for (let from = 0; from < located.length; from += 50) {
    const outcome = engine.process(located.slice(from, from + 50));
    told.push(...outcome.contributions);
    for (const alert of outcome.alerts) alerts.set(alert.id, alert);
  }
  return [...alerts.values()];
}

/** An alert with the names that its detectors have today. */
export const withCurrentNames = (alert: Alert): Alert => ({
  ...alert,
  detectors: detectorIds(alert.detectors),
  evidence: alert.evidence.map((item) => ({
    ...item,
    detector: detectorId(item.detector),
    group: detectorId(item.group),
  })),
});

/** The newest row of every key, as a store would give them back: in order of keys. */
export function newest(...snapshots: readonly (readonly MemoryRow[])[]): MemoryRow[] {
  const all = new Map<string, MemoryRow>();
  for (const row of snapshots.flat()) all.set(row.key, row);
  return [...all.values()].sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)));
}
