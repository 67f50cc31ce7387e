/** Turns a finding into the form in which it is kept: worded and cut, so that the activity is not needed later. */
import type { Activity } from '../../../schemas/activity.ts';
import { firstDetectorId } from '../../../schemas/detector-ids.ts';
import type { About, DetectorContext, Finding } from '../detector.ts';
import { mix } from '../hash.ts';
import type { Act, WindowItem } from '../memory/window.ts';
import { gravityOf, type Sensitivity } from '../sensitivity.ts';
import { thingOf } from '../thing.ts';

const nobody = { identity: 0, peers: 0, tenant: 0 };

/** Under which a finding of a detector is kept. */
export const itemKey = (id: string, key: number) => mix(key, firstDetectorId(id).length);

/** The act at hand, with the thing it is aimed at. */
export function actOf(activity: Activity, sensitivity: Sensitivity): Act {
  const thing = thingOf(activity);
  return {
    name: activity.action.name,
    gravity: gravityOf(sensitivity),
    outcome: activity.outcome,
    purpose: sensitivity.purpose,
    things: thing === undefined ? [] : [thing],
  };
}

export function toItem(
  id: string,
  about: About,
  finding: Finding,
  { activity, ms, sensitivity }: Pick<DetectorContext, 'activity' | 'ms' | 'sensitivity'>,
  discountNats = 0,
): WindowItem {
  return {
    detector: id,
    field: finding.field,
    group: finding.group,
    seen: finding.seen.slice(0, 256),
    usual: finding.usual().slice(0, 512),
    nats: finding.nats - discountNats,
    prevalence: finding.prevalence ?? nobody,
    key: itemKey(id, finding.key),
    kind: finding.kind ?? about.kind,
    lane: about.lane,
    techniques: finding.techniques ?? about.techniques,
    says: finding.says().slice(0, 512),
    contain: finding.contain,
    value: finding.value ?? 0,
    novelty:
      finding.novelty === undefined
        ? undefined
        : {
            dimension: finding.novelty.dimension.id,
            level: finding.novelty.level,
            popularity: finding.novelty.popularity,
            value: finding.novelty.value,
          },
    weight: finding.novelty?.weight ?? 1,
    ...(discountNats > 0 && { discountNats }),
    gravity: gravityOf(sensitivity),
    service: activity.action.service,
    act: actOf(activity, sensitivity),
    ms,
    activityId: activity.id,
  };
}
