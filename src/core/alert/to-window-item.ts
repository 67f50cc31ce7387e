/** Turns a finding into the form in which it is kept: worded and cut, so that the activity is not needed later. */
import type { Activity } from '../../../schemas/activity.ts';
import { firstDetectorId } from '../../../schemas/detector-ids.ts';
import { type Change, type Concern, changeOf } from '../change.ts';
import type { About, DetectorContext, Dimension, Finding } from '../detector.ts';
import { mix } from '../hash.ts';
import type { Act, ItemChange, WindowItem } from '../memory/window.ts';
import { recipientNames } from '../recipients.ts';
import { gravityOf, type Sensitivity } from '../sensitivity.ts';
import { thingOf } from '../thing.ts';
import { type Explainable, type Explained, mayBeAbout } from './change-explains.ts';

const nobody = { identity: 0, peers: 0, tenant: 0 };

/** Under which a finding of a detector is kept. */
export const itemKey = (id: string, key: number) => mix(key, firstDetectorId(id).length);

/** The act at hand, with the thing it is aimed at. */
export function actOf(activity: Activity, sensitivity: Sensitivity): Act {
  const thing = thingOf(activity);
  const to = recipientNames(activity);
  return {
    name: activity.action.name,
    gravity: gravityOf(sensitivity),
    outcome: activity.outcome,
    purpose: sensitivity.purpose,
    things: thing === undefined ? [] : [thing],
    ...(to !== undefined && { to }),
  };
}

/**
 * Nats of a finding if the identity had never shown its value, nor anything like it: what it has brought of late without being believed
 * in, how often it brings news, and who came after it to do the same, is left out.
 */
function untaught({ nats, untaughtNats = nats, rate, novelty }: Finding): number {
  if (novelty === undefined || novelty.weight === 0) return untaughtNats;
  const { weight, newWeight, independentNats } = novelty;
  const byOthers = rate === undefined ? Math.max(0, independentNats - novelty.nats) : 0;
  return weight === newWeight && byOthers === 0 ? nats : (nats / weight + byOthers) * newWeight;
}

/** What of a finding a change may explain. */
export const explainable = ({ novelty, group, field, nats }: Finding): Explainable => ({
  dimension: novelty?.dimension.id,
  group,
  field,
  nats,
});

/** A change as a finding keeps it. */
export function itemChange(change: Change, nats: number, identity: number): ItemChange {
  const { kind, manner, action, thing, by, name, days, everyDays, ms } = change;
  const isOwn = change.identity === identity;
  return { kind, manner, action, thing, by, name, days, everyDays, identity: change.identity, ms, isOwn, nats };
}

/** The part of a place that names what runs there. */
const lastPart = (place: string) => place.slice(place.lastIndexOf('/') + 1);

/** Whether the workload in a new cluster or namespace has the name of one in a usual place. */
const isNamesake = ({ novelty, seen }: Finding, context: ItemContext) =>
  novelty?.dimension.id === 'workload' &&
  context.values(novelty.dimension, novelty.level).some((known) => lastPart(known) === lastPart(seen));

/** Whether the identity never had a value of the kind that is new. */
const isFirst = ({ novelty, isFirst: told }: Finding, context: ItemContext) =>
  told ?? (novelty !== undefined && context.known(novelty.dimension, novelty.level) === 0);

type ItemContext = Pick<DetectorContext, 'activity' | 'ms' | 'sensitivity' | 'known'> & {
  readonly act: Act;
  values(dimension: Dimension, level: number): readonly string[];
  readonly identityHash: number;
  readonly concern: Concern;
};

export function toItem(
  id: string,
  about: About,
  finding: Finding,
  context: ItemContext,
  discountNats = 0,
  explained?: Explained,
): WindowItem {
  const { activity, ms, sensitivity } = context;
  const { novelty } = finding;
  const offNats = discountNats + (explained?.nats ?? 0);
  const nats = finding.nats - offNats;
  const untaughtNats = untaught(finding) - offNats;
  const change = explained?.change ?? finding.change;
  const changeNats = explained?.nats ?? 0;
  return {
    detector: id,
    field: finding.field,
    group: finding.group,
    seen: finding.seen.slice(0, 256),
    usual: finding.usual().slice(0, 512),
    nats,
    prevalence: finding.prevalence ?? nobody,
    key: itemKey(id, finding.key),
    kind: finding.kind ?? about.kind,
    lane: about.lane,
    techniques: finding.techniques ?? about.techniques,
    says: finding.says().slice(0, 512),
    contain: finding.contain,
    value: finding.value ?? 0,
    novelty: novelty && {
      dimension: novelty.dimension.id,
      level: novelty.level,
      popularity: novelty.popularity,
      value: novelty.value,
    },
    isFirst: isFirst(finding, context) || undefined,
    isOutside: finding.isOutside,
    isNamesake: isNamesake(finding, context) || undefined,
    weight: novelty?.weight ?? 1,
    untaughtNats: untaughtNats > nats ? untaughtNats : undefined,
    discountNats: discountNats > 0 ? discountNats : undefined,
    gravity: gravityOf(sensitivity),
    service: activity.action.service,
    act: context.act,
    change: change && itemChange(change, changeNats, context.identityHash),
    changeNats: changeNats > 0 ? changeNats : undefined,
    laterNats: undefined,
    concern: about.lane === 'statistical' && mayBeAbout(explainable(finding)) ? context.concern : undefined,
    isChange: changeOf(activity) === undefined ? undefined : true,
    ms,
    activityId: activity.id,
  };
}
