/** A labelled set built in memory from records somebody else made. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { Activity } from '../../schemas/activity.ts';

export interface LabelledSet {
  readonly name: string;
  readonly events: readonly Activity[];
  /** In the shape of the benchmark's truth.json. */
  readonly truth: {
    readonly set: string;
    readonly seed: number;
    readonly learnUntil: string;
    readonly end: string;
    readonly identities: Record<string, { kind: string; group: string }>;
    readonly scenarios: object[];
    readonly hardNegatives: object[];
  };
}

export function readRecords<T>(path: string): T[] {
  const bytes = readFileSync(path);
  const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
}

export const iso = (ms: number) => new Date(Math.floor(ms)).toISOString();

/** In time order; activities of one moment keep their order. */
export const inOrder = (events: readonly Activity[]): Activity[] =>
  [...events].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));

/** A scenario of the given activities, all of one victim. */
export function scenario(
  id: string,
  kind: string,
  category: string,
  variant: string,
  acts: readonly Activity[],
  action = 'observe',
) {
  return {
    id,
    kind,
    category,
    variant,
    source: kind.split(':')[0],
    victim: acts[0]!.identity.id,
    identities: [acts[0]!.identity.id],
    start: acts[0]!.at,
    activityIds: acts.map((activity) => activity.id),
    activityAt: acts.map((activity) => activity.at),
    expect: { action },
  };
}

export const peopleOf = (events: readonly Activity[], group: (activity: Activity) => string) =>
  Object.fromEntries(
    events.map((activity) => [activity.identity.id, { kind: activity.identity.kind, group: group(activity) }]),
  );
