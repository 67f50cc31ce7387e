/** Tells the population which identities, keys, rights and deployments an act changes, and takes what such a change explains from the findings of those it is about. */
import type { ActivityContext } from './activity-context.ts';
import { bestChange, type Explained } from './alert/change-explains.ts';
import { explainable, itemChange } from './alert/to-window-item.ts';
import { type ChangeManner, changeOf, thingChanged } from './change.ts';
import {
  CHANGE_DOUBT_HOURS,
  CHANGES_TOLD,
  ODD_CHANGE_NATS,
  USUAL_CHANGE_DAYS,
  USUAL_CHANGE_NATS,
} from './constants.ts';
import type { Contributions } from './contributions.ts';
import type { Finding } from './detector.ts';
import type { Hasher } from './hash.ts';
import { hourOf } from './instant.ts';
import { TRUSTED } from './memory/habits.ts';
import type { ItemChange, WindowItem } from './memory/window.ts';
import { action, resource, target } from './novelty/dimensions.ts';
import type { Population } from './population/population.ts';

/** Texts of a change that are told, in UTF-16 units; longer ones are cut. */
const TEXT_UNITS = 256;
/** Delegators of the act that are told. */
const CHAIN = 4;

const cut = (text: string) => text.slice(0, TEXT_UNITS);

/** Whether a finding says that a thing of a known type is new: who makes keys makes them for one identity after the other. */
export const isOfThing = ({ novelty }: Finding): boolean =>
  novelty !== undefined && novelty.level > 0 && (novelty.dimension === resource || novelty.dimension === target);

export interface WhoChangedOptions {
  /** It is bound to the activity at hand before anything is asked of this class. */
  readonly context: ActivityContext;
  readonly population: Population;
  readonly contributions: Contributions;
  readonly hasher: Hasher;
}

export class WhoChanged {
  readonly #context: ActivityContext;
  readonly #population: Population;
  readonly #contributions: Contributions;
  readonly #hasher: Hasher;

  constructor({ context, population, contributions, hasher }: WhoChangedOptions) {
    this.#context = context;
    this.#population = population;
    this.#contributions = contributions;
    this.#hasher = hasher;
  }

  /** Tells of what the activity at hand changes, before it is learned; `oddness` are the nats of the strongest finding that is not about its thing. */
  note(oddness: number, isGated: boolean): void {
    const { activity, memory, ms } = this.#context;
    const act = changeOf(activity);
    if (act === undefined || memory.today.size >= CHANGES_TOLD) return;
    const manner = this.#mannerOf(oddness, isGated);
    const told = this.#hasher.of(`changed ${act.kind} ${act.key} ${manner}`);
    if (memory.today.has(told)) return;
    memory.today.add(told);
    const { identity, onBehalfOf = [], source } = activity;
    const { days, everyDays } = this.#habit();
    this.#contributions.add({
      kind: 'changed',
      subject: this.#hasher.of(act.key),
      ms,
      change: {
        kind: act.kind,
        manner,
        action: cut(activity.action.name),
        thing: cut(thingChanged(activity, act)),
        rights: act.rights.map(cut),
        by: cut(identity.id),
        name: cut(identity.name ?? identity.id.replace(/^arn:[^:]*:[^:]*:[^:]*:[^:]*:/, '')),
        days,
        everyDays,
        credential: this.#context.credentialHash,
        address: source.ip === undefined ? 0 : this.#hasher.of(source.ip),
        chain: onBehalfOf.slice(0, CHAIN).map(({ id }) => this.#hasher.of(id.toLowerCase())),
      },
    });
  }

  #mannerOf(oddness: number, isGated: boolean): ChangeManner {
    const { memory, maturity, day } = this.#context;
    const place = this.#place();
    const { habits } = memory;
    const isNew = place < 0 || habits.first(place) === day;
    if (isNew && oddness >= ODD_CHANGE_NATS) return 'first';
    if (isGated) return 'suspect';
    if (oddness >= ODD_CHANGE_NATS) return 'odd';
    const isHabit = !isNew && habits.state(place) === TRUSTED && day - habits.first(place) >= USUAL_CHANGE_DAYS;
    return isHabit && maturity >= 1 && oddness < USUAL_CHANGE_NATS ? 'usual' : 'other';
  }

  /** Where the act lies among the habits, -1 for nowhere. */
  #place(): number {
    const axis = this.#context.axes.find(({ dimension }) => dimension === action);
    return axis === undefined ? -1 : this.#context.memory.habits.find(axis.index, this.#context.value(action));
  }

  #habit(): { days: number; everyDays: number } {
    const place = this.#place();
    if (place < 0) return { days: 0, everyDays: 0 };
    const { habits } = this.#context.memory;
    const days = habits.days(place);
    const span = habits.last(place) - habits.first(place);
    return { days, everyDays: days < 2 ? 0 : Math.round((span / (days - 1)) * 10) / 10 };
  }

  /** Tells the change that a finding of the activity at hand is about, and what it explains of so many nats; undefined where there is none. */
  explain(finding: Finding, nats: number): Explained | undefined {
    const { changes, identityHash } = this.#context;
    if (changes.length === 0 || finding.change !== undefined) return undefined;
    return bestChange(changes, this.#context.concern, { ...explainable(finding), nats }, identityHash);
  }

  /**
   * Looks at findings again when an hour was closed: what was changed in the hour of a finding is known by then, and who came under
   * an alert since explains no more. Of a window the nats are those of now. Returns whether anything is different.
   */
  revisit(items: WindowItem[], isWindow: boolean): boolean {
    const { tenant, identityHash } = this.#context;
    if (this.#population.isUnchanged(tenant)) return false;
    let isDifferent = false;
    for (const [at, item] of items.entries()) {
      const { concern, changeNats = 0 } = item;
      if (concern === undefined || this.#population.epoch - hourOf(item.ms) > CHANGE_DOUBT_HOURS) continue;
      const whole = {
        dimension: item.novelty?.dimension,
        group: item.group,
        field: item.field,
        nats: item.nats + changeNats,
      };
      const best = bestChange(this.#context.changesAbout(concern, item.ms), concern, whole, identityHash);
      const change = best && itemChange(best.change, best.nats, identityHash);
      if (isSame(change, item.change)) continue;
      items[at] = isWindow ? eased(item, change, whole.nats) : easedLater(item, change);
      isDifferent = true;
    }
    return isDifferent;
  }
}

const isSame = (a: ItemChange | undefined, b: ItemChange | undefined) =>
  a?.nats === b?.nats && a?.manner === b?.manner && a?.ms === b?.ms && a?.by === b?.by;

/** A finding of the window, as if the change had been known when it was made. */
function eased(item: WindowItem, change: ItemChange | undefined, nats: number): WindowItem {
  const changeNats = change?.nats ?? 0;
  return { ...item, nats: nats - changeNats, changeNats: changeNats > 0 ? changeNats : undefined, change };
}

/** A finding of an alert keeps its nats; what is explained later is taken off where the alert is worded. */
function easedLater(item: WindowItem, change: ItemChange | undefined): WindowItem {
  const laterNats = (change?.nats ?? 0) - (item.changeNats ?? 0);
  return { ...item, laterNats: laterNats > 0 ? laterNats : undefined, change };
}
