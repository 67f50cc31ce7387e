/** Names that detectors had before: what was configured, stored or suppressed under one of them still means the same detector. */

/** Former id -> id of today. An id is added here when a detector is renamed, and never taken out. */
const RENAMED: ReadonlyMap<string, string> = new Map([['concurrency', 'concurrent-use']]);

/** Today's id of a detector that is named by this or a former id. */
export const detectorId = (id: string): string => RENAMED.get(id) ?? id;

/** The same of many, each once. */
export const detectorIds = (ids: readonly string[]): string[] => [...new Set(ids.map(detectorId))];

/** The id under which a detector was first published: what was counted under it stays under it. */
export function firstDetectorId(id: string): string {
  for (const [former, now] of RENAMED) if (now === id) return former;
  return id;
}

/** Former ids of detectors, with those of today. */
export const formerDetectorIds = (): ReadonlyMap<string, string> => RENAMED;
