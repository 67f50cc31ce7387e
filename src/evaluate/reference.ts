/** The door for reference detectors: what `evaluate --compare` runs beside the engine, on the same activities, under the same judge. */
import type { Activity } from '../../schemas/activity.ts';
import type { JudgedAlert } from './judged-alert.ts';

export interface ReferenceDetector {
  readonly id: string;
  /** What it is and where it is published. */
  readonly about: string;
  /** Activities come in time order. */
  observe(activity: Activity): void;
  /** All alerts, once the last activity was seen. */
  finish(): readonly JudgedAlert[];
}

/** What a module given to `--compare` must export. */
export interface ReferenceModule {
  /** New detectors, without a past. `learnS`: end of the learning period, seconds since the epoch. */
  references(learnS: number): readonly ReferenceDetector[];
}

/** Plays `events` once through all references. */
export async function runReferences(
  module: ReferenceModule,
  events: AsyncIterable<Activity>,
  learnS: number,
): Promise<readonly { readonly id: string; readonly about: string; readonly alerts: readonly JudgedAlert[] }[]> {
  const detectors = module.references(learnS);
  for await (const activity of events) for (const detector of detectors) detector.observe(activity);
  return detectors.map((detector) => ({ id: detector.id, about: detector.about, alerts: detector.finish() }));
}
