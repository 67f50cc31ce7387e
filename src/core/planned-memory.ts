/** What the detectors that run ask to be remembered of each identity: dimensions, sketches, and how long each of them has learned. */
import type { Dimension, SketchPlan } from './detector.ts';
import type { EnabledDetector } from './enabled-detectors.ts';
import { DetectorAges } from './memory/detector-ages.ts';
import { Layout } from './memory/layout.ts';
import { format7Layouts } from './memory/saved-layout.ts';
import type { SketchTable } from './memory/sketch-tables.ts';
import { weekSketch } from './memory/week-record.ts';

export interface PlannedMemory {
  /** In order of their ids. */
  readonly dimensions: readonly Dimension[];
  readonly layout: Layout;
  /** Absent where no weeks are kept. */
  readonly weeks: SketchTable | undefined;
  readonly ages: DetectorAges;
}

/** `driftWeeks`: how many weeks are kept of each identity; 0 keeps none. */
export function planMemory(running: readonly EnabledDetector[], driftWeeks: number): PlannedMemory {
  const dimensions = new Map<string, Dimension>();
  const sketches = new Map<string, SketchPlan>();
  const weeks = weekSketch(driftWeeks);
  if (driftWeeks > 0) sketches.set(weeks.name, weeks);
  for (const { detector } of running) {
    for (const d of detector.dimensions) dimensions.set(d.id, d);
    for (const s of detector.sketches) sketches.set(s.name, s);
  }
  const inOrder = <T>(of: ReadonlyMap<string, T>) =>
    [...of].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value);
  const ordered = inOrder(dimensions);
  const layout = new Layout(ordered, inOrder(sketches), format7Layouts(running.map(({ id }) => id)));
  return {
    dimensions: ordered,
    layout,
    weeks: layout.tables.find(({ plan }) => plan.serial === weeks.serial),
    ages: new DetectorAges(running.map(({ id, detector: { about } }) => ({ id, learningDays: about.learningDays }))),
  };
}
