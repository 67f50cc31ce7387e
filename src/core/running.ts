/** The detectors that are on, with their options. */
import type { Config } from '../../schemas/config.ts';
import type { Detector } from './detector.ts';

export interface Running {
  readonly id: string;
  readonly detector: Detector;
  readonly options: unknown;
  readonly onlyWhenFresh: boolean;
  readonly counts: boolean;
  readonly learns: boolean;
}

/** Options of the detectors that are on. Throws with the detector's id when an option is not valid. */
export function runningOf(detectors: ReadonlyMap<string, Detector>, settings: Config['detect']): Running[] {
  const running: Running[] = [];
  for (const [id, detector] of [...detectors].sort((a, b) => (a[0] < b[0] ? -1 : 1))) {
    const { enabled, ...own } = settings.detectors[id] ?? {};
    if (enabled === false) continue;
    const parsed = detector.options.safeParse(own);
    if (!parsed.success)
      throw new Error(
        `detect.detectors.${id}: ${parsed.error.issues.map((i) => `${i.path.join('.')}: ${i.message}`).join('; ')}`,
      );
    running.push({
      id,
      detector,
      options: parsed.data,
      onlyWhenFresh: detector.onlyWhenFresh ?? false,
      counts: detector.count !== undefined,
      learns: detector.learn !== undefined,
    });
  }
  return running;
}
