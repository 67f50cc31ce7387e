/** What an agent is made of - model, version, configuration, tools, task - and since when: of each part a few values, the latest used last. */
import type { Activity } from '../../../schemas/activity.ts';
import { AGENT_PARTS, type AgentPart } from '../../../schemas/alert.ts';
import { DAY_MS, EXPLAINS_DAYS, RESTLESS_DAYS, RESTLESS_VALUES } from '../constants.ts';
import { type Hasher, mix } from '../hash.ts';
import type { Lexicon } from './lexicon.ts';
import { nameTools, toolSetOf } from './tool-set.ts';

/** Values kept of a part; beyond it the one not used for longest is forgotten. */
export const VALUES = 6;
/** Dimension under which the population counts who has a value of a part. */
export const partDimension = (part: AgentPart) => `made:${part}`;

const DAY_SECONDS = DAY_MS / 1_000;

/** A value of a part. Event times in whole seconds since the epoch. */
export interface PartValue {
  readonly hash: number;
  /** When it came, or came back after days of another. */
  since: number;
  last: number;
}

/** A part whose value took the place of another not long ago. */
export interface PartChange {
  readonly part: AgentPart;
  readonly to: PartValue;
  readonly from: PartValue;
}

/** Who hears of what an agent's parts become. */
export interface PartsListener {
  /** They are about to change, or to be used in another order. */
  isChanging(parts: AgentParts): void;
  /** A value that the agent was not known to have. */
  isNew(part: AgentPart, hash: number): void;
}

const UNCHANGED: readonly PartChange[] = [];
const NOBODY = {} as NonNullable<Activity['actor']>;
const NOWHERE = {} as Partial<NonNullable<Activity['run']>>;

/** Whether the activity comes from an agent: its kind says so, or it names a model. */
export const isAgent = ({ identity, actor }: Activity) => identity.kind === 'agent' || actor?.model !== undefined;

/** Whether the activity tells any part of the agent. */
const tells = ({ actor, run }: Activity) =>
  actor?.model !== undefined ||
  actor?.version !== undefined ||
  actor?.config !== undefined ||
  (run?.declared?.length ?? 0) > 0 ||
  run?.task !== undefined;

/** The parts of the agent at hand: the known ones, new ones, or none while no activity tells of any. */
export const agentPartsOf = (known: AgentParts | undefined, activity: Activity): AgentParts | undefined =>
  known ?? (tells(activity) ? new AgentParts() : undefined);

const secondsOf = (ms: number) => Math.max(0, Math.floor(ms / 1_000));

const sameTexts = (a: readonly string[], b: readonly string[]) =>
  a.length === b.length && a.every((text, i) => text === b[i]);

export class AgentParts {
  /** By part, in the order of `AGENT_PARTS`. */
  readonly values: readonly PartValue[][] = AGENT_PARTS.map(() => []);
  /** Texts of the latest values. They save a hash for each activity, change no result, and are not saved. */
  readonly #texts: (string | undefined)[] = AGENT_PARTS.map(() => undefined);
  #declared: readonly string[] | undefined;

  /** Takes what an activity tells. */
  take(activity: Activity, ms: number, hasher: Hasher, lexicon: Lexicon, heard: PartsListener): void {
    const seconds = secondsOf(ms);
    const { model, version, config } = activity.actor ?? NOBODY;
    const { declared, task } = activity.run ?? NOWHERE;
    const text = (at: number, value: string | undefined) => {
      if (value === undefined) return;
      if (value === this.#texts[at]) return this.#again(at, seconds);
      this.#texts[at] = value;
      const part = AGENT_PARTS[at] as AgentPart;
      const hash = mix(hasher.of(value), hasher.of(partDimension(part)));
      heard.isChanging(this);
      if (!this.#use(at, hash, seconds)) return;
      lexicon.put(hash, value);
      heard.isNew(part, hash);
    };
    text(0, model);
    text(1, version);
    text(2, config);
    if (declared !== undefined && declared.length > 0) {
      if (this.#declared !== undefined && sameTexts(declared, this.#declared)) this.#again(TOOLS, seconds);
      else {
        this.#declared = declared;
        const hash = toolSetOf(declared, hasher);
        heard.isChanging(this);
        if (this.#use(TOOLS, hash, seconds)) {
          nameTools(hash, declared, lexicon);
          heard.isNew('tools', hash);
        }
      }
    }
    const starter = activity.onBehalfOf?.at(-1)?.kind;
    text(4, task === undefined || starter === undefined ? task : `${task} for ${starter}`);
  }

  #again(at: number, seconds: number): void {
    const value = this.current(at) as PartValue;
    if (seconds > value.last) value.last = seconds;
  }

  /** Returns whether the value is a new one. */
  #use(at: number, hash: number, seconds: number): boolean {
    const values = this.values[at] as PartValue[];
    const known = values.findIndex((value) => value.hash === hash);
    if (known < 0) {
      if (values.length >= VALUES) values.shift();
      values.push({ hash, since: seconds, last: seconds });
      return true;
    }
    const value = values[known] as PartValue;
    const isBack = known < values.length - 1 && seconds - value.last > EXPLAINS_DAYS * DAY_SECONDS;
    if (isBack) value.since = seconds;
    value.last = Math.max(value.last, seconds);
    values.splice(known, 1);
    values.push(value);
    return false;
  }

  /** The latest value of a part. */
  current(at: number): PartValue | undefined {
    const values = this.values[at] as PartValue[];
    return values[values.length - 1];
  }

  /** Whether a part took so many values in the weeks before one of them that another tells nothing. */
  isRestless(at: number, value: PartValue): boolean {
    let others = 0;
    for (const other of this.values[at] as PartValue[]) {
      const before = value.since - other.since;
      if (other !== value && before >= 0 && before < RESTLESS_DAYS * DAY_SECONDS) others++;
    }
    return others >= RESTLESS_VALUES;
  }

  /** Parts whose latest value is new at an event time, took the place of another, and does not change all the time. */
  changes(ms: number): readonly PartChange[] {
    let found: PartChange[] | undefined;
    for (let at = 0; at < AGENT_PARTS.length; at++) {
      const values = this.values[at] as PartValue[];
      if (values.length < 2) continue;
      const [from, to] = [values[values.length - 2] as PartValue, values[values.length - 1] as PartValue];
      if (from.since >= to.since || !isFresh(to, ms) || this.isRestless(at, to)) continue;
      found ??= [];
      found.push({ part: AGENT_PARTS[at] as AgentPart, to, from });
    }
    return found ?? UNCHANGED;
  }

  /** Forgets values that came on certain days, counted from 1970, as far as others are left of the part. */
  forget(isWithin: (day: number) => boolean): void {
    this.values.forEach((values, at) => {
      const kept = values.filter(({ since }) => !isWithin(Math.floor(since / DAY_SECONDS)));
      if (kept.length === values.length || kept.length === 0) return;
      values.splice(0, values.length, ...kept);
      this.#texts[at] = undefined;
      if (at === TOOLS) this.#declared = undefined;
    });
  }
}

/** Place of the tools among the parts. */
export const TOOLS = AGENT_PARTS.indexOf('tools');

/** Whether a value is so new at an event time that it explains what is done otherwise. */
export function isFresh({ since }: PartValue, ms: number): boolean {
  const age = secondsOf(ms) - since;
  return age >= 0 && age <= EXPLAINS_DAYS * DAY_SECONDS;
}
