/** Picks the detectors that are enabled and parses their options. */
import type { Config } from '../../schemas/config.ts';
import type { Detector } from './detector.ts';

export interface EnabledDetector {
  readonly id: string;
  readonly detector: Detector;
  readonly options: unknown;
  readonly onlyWhenFresh: boolean;
  /** The functions of the detector. They are copied out, because detectors have many shapes and V8 looks members of many shapes up slowly. */
  readonly judge: Detector['judge'];
  readonly count: Detector['count'];
  readonly learn: Detector['learn'];
  readonly observe: Detector['observe'];
}

/** Options of the detectors that are on. Throws with the detector's id when an option is not valid. */
export function enabledDetectors(
  detectors: ReadonlyMap<string, Detector>,
  settings: Config['detect'],
): EnabledDetector[] {
  const running: EnabledDetector[] = [];
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
      judge: detector.judge,
      count: detector.count,
      learn: detector.learn,
      observe: detector.observe,
    });
  }
  return running;
}
