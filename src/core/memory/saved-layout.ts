/** The names of the tables that a memory was saved with: kept once a partition, so that memories with other tables can still be read. */
import { z } from 'zod';

const name = z.string().min(1).max(256);
const size = z.int().min(0).max(1_000_000);

export const savedLayoutSchema = z.object({
  /** Dimensions whose values it holds, in the order of the tables. */
  dimensions: z.array(z.object({ id: name, depth: size, cap: size })).max(255),
  /** Sketches of detectors, in the order of the tables. */
  sketches: z.array(z.object({ name, fields: size, cap: size })).max(255),
  /** Parts of an agent, in the order in which they are written. */
  parts: z.array(name).max(64),
});
export type SavedLayout = z.infer<typeof savedLayoutSchema>;

/** Whether memories of one are written exactly as memories of the other. */
export const isSameLayout = (a: SavedLayout, b: SavedLayout): boolean =>
  JSON.stringify(savedLayoutSchema.parse(a)) === JSON.stringify(savedLayoutSchema.parse(b));

/** Tables of a detector: dimensions as `id:depth:cap`, sketches as `name:fields:cap`. */
type Tables = readonly [dimensions: string, sketches: string];

/** What the detectors remembered in format 7, which saved no names (the format of commit 3488d45). Never to be changed. */
const FORMAT_7: Readonly<Record<string, Tables>> = {
  'broken-delegation': ['delegator:4:40 initiator:4:40', 'chain-depth:2:1'],
  'concurrent-use': ['key:1:10 workload-name:1:10 network:3:36', 'places:5:1'],
  'credential-off-platform': ['network:3:36 client:3:24', 'session-sites:5:8 session-moves:2:1'],
  'retired-identity-activity': ['', 'retired-silences:1:1'],
  'revoked-credential-use': ['', 'credential-ledger:3:12'],
  sequence: ['action:2:80', 'steps:0:96 last-step:3:1'],
  'shared-source': ['network:3:36', ''],
  'slow-drift': ['action:2:80 delegator:4:40 account:1:12 refusal:2:24', ''],
  'undeclared-action': ['action:2:80', ''],
  'unowned-privilege': ['action:2:80', ''],
  volume: ['action:2:80 target:2:64', 'pace:5:16 sizes:5:10 breadth:10:1'],
  what: ['action:2:80 resource:4:72 target:2:64 account:1:12 refusal:2:24', ''],
  when: ['', 'silences:26:1'],
  where: ['network:3:36 reach:1:6 country:1:12 region:1:10 client:3:24 workload:2:12 credential:2:12', ''],
  who: ['chain:2:12 delegator:4:40 initiator:4:40 actor:2:12 scopes:1:10', ''],
};

/** Detectors of which format 7 saved something. */
export const FORMAT_7_DETECTORS: readonly string[] = Object.keys(FORMAT_7);

/** Each named table once, in the order of names, as format 7 wrote them. */
function inOrder(tables: readonly string[]): readonly (readonly [string, number, number])[] {
  const rows = new Set(tables.flatMap((text) => text.split(' ')).filter((text) => text !== ''));
  return [...rows]
    .map((row) => {
      const [named, numbers, cap] = row.split(':') as [string, string, string];
      return [named, Number(numbers), Number(cap)] as const;
    })
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

/** The layout of a memory of format 7 that these detectors made. */
function format7Layout(detectors: readonly string[]): SavedLayout {
  const tables = detectors.map((id) => FORMAT_7[id] ?? (['', ''] as const));
  return {
    dimensions: inOrder(tables.map(([dimensions]) => dimensions)).map(([id, depth, cap]) => ({ id, depth, cap })),
    sketches: inOrder(tables.map(([, sketches]) => sketches)).map(([named, fields, cap]) => {
      return { name: named, fields, cap };
    }),
    parts: ['model', 'version', 'configuration', 'tools', 'task'],
  };
}

/** A layout that memories of format 7 may have, with the detectors that made it. */
export interface Format7Layout {
  readonly detectors: readonly string[];
  readonly layout: SavedLayout;
}

/**
 * Layouts to try on memories of format 7, the likeliest first: of the detectors that are on now, of all that there were, of all but
 * one, and of those on now with one more. Which one it was shows when memories are read: with another one they do not come out even.
 */
export function format7Layouts(enabled: readonly string[]): readonly Format7Layout[] {
  const now = FORMAT_7_DETECTORS.filter((id) => enabled.includes(id));
  const sets = [
    now,
    FORMAT_7_DETECTORS,
    ...FORMAT_7_DETECTORS.map((left) => FORMAT_7_DETECTORS.filter((id) => id !== left)),
    ...FORMAT_7_DETECTORS.filter((id) => !now.includes(id)).map((more) =>
      FORMAT_7_DETECTORS.filter((id) => id === more || now.includes(id)),
    ),
  ];
  const known = new Set<string>();
  return sets
    .map((detectors) => ({ detectors, layout: format7Layout(detectors) }))
    .filter(({ layout }) => {
      const text = JSON.stringify(layout);
      return !known.has(text) && known.add(text) !== undefined;
    });
}
