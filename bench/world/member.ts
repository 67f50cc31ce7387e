/** One identity of a made-up company: what it usually does, from where, when, and how that changes on given dates. */
import type { Activity, Identity } from '../../schemas/activity.ts';
import type { InventoryRecord } from '../../schemas/inventory.ts';
import type { Dice } from './dice.ts';

/** An activity without its id and time; changes and attacks edit it in place. */
export type Body = Omit<Activity, 'id' | 'at' | 'tenant'>;

/** One thing an identity does. */
export interface Step {
  readonly action: Activity['action'];
  /** Resource of the act; receives dice so that a habit may have a long tail of targets. */
  readonly resource?: (dice: Dice) => NonNullable<Activity['resource']>;
  /** Median bytes and spread (sigma of the logarithm). */
  readonly bytes?: readonly [median: number, sigma: number];
  readonly records?: readonly [median: number, sigma: number];
  readonly weight?: number;
}

/** A change from one date on: edits the body and says whether this activity is the change. */
export interface Change {
  readonly id: string;
  readonly from: number;
  readonly to: number;
  readonly apply: (body: Body, at: number, dice: Dice) => boolean;
}

export interface Member {
  readonly group: string;
  readonly identity: Identity;
  /** Starting times of sessions in [from, to). */
  readonly rhythm: (from: number, to: number, dice: Dice) => number[];
  readonly steps: Step[];
  /** Acts in a session: at least, at most. */
  readonly acts: readonly [number, number];
  /** Mean pause between two acts of a session, milliseconds. */
  readonly pauseMs: number;
  /** Steps are run in their order instead of picked by weight. */
  readonly ordered: boolean;
  /** Everything about a session but action, resource and amount. */
  readonly setting: (
    at: number,
    dice: Dice,
  ) => Pick<Body, 'credential' | 'actor' | 'onBehalfOf' | 'source' | 'scopes' | 'run'>;
  /** Share of acts that fail for ordinary reasons. */
  readonly failing: number;
  /** The log keeps whole seconds only. */
  readonly wholeSeconds: boolean;
  readonly from: number;
  to: number;
  readonly changes: Change[];
  readonly inventory: Partial<InventoryRecord>;
  /** How ids of its log look. */
  readonly log: string;
}

export interface Session {
  readonly at: number;
  readonly change?: string;
  /** Repeat each step this often: a backfill. */
  readonly times?: number;
}

export interface Draft {
  readonly at: number;
  readonly member: Member;
  readonly body: Body;
  readonly changes: string[];
  scenario?: string;
}

/** One act of a member at a time, its changes applied. */
export function compose(
  member: Member,
  step: Step,
  setting: ReturnType<Member['setting']>,
  at: number,
  dice: Dice,
): Draft {
  const body: Body = {
    identity: member.identity,
    ...structuredClone(setting),
    action: step.action,
    outcome: dice.chance(member.failing) ? 'failed' : 'success',
  };
  if (step.resource) body.resource = step.resource(dice);
  const amount: NonNullable<Body['amount']> = {};
  if (step.bytes) amount.bytes = Math.round(dice.logNormal(...step.bytes));
  if (step.records) amount.records = Math.round(dice.logNormal(...step.records));
  if (step.bytes || step.records) body.amount = amount;
  if (body.outcome === 'failed')
    body.errorCode = dice.pick(['Unavailable', 'DeadlineExceeded', 'Conflict', 'NotFound']);
  const changes = member.changes
    .filter((change) => change.from <= at && at < change.to && change.apply(body, at, dice))
    .map((change) => change.id);
  return { at: member.wholeSeconds ? Math.floor(at / 1000) * 1000 : Math.floor(at), member, body, changes };
}

export function weighted(steps: readonly Step[], dice: Dice): Step {
  let left = dice.next() * steps.reduce((sum, step) => sum + (step.weight ?? 1), 0);
  for (const step of steps) {
    left -= step.weight ?? 1;
    if (left < 0) return step;
  }
  return steps[0]!;
}

/** The acts of one session. */
export function play(member: Member, session: Session, dice: Dice): Draft[] {
  const setting = member.setting(session.at, dice);
  const acts = dice.int(...member.acts);
  const order: Step[] = [];
  for (let i = 0; i < acts; i++)
    for (let n = 0; n < (session.times ?? 1); n++)
      order.push(member.ordered ? member.steps[i % member.steps.length]! : weighted(member.steps, dice));
  let at = session.at;
  return order.map((step) => {
    const draft = compose(member, step, setting, at, dice);
    if (session.change) draft.changes.push(session.change);
    at += dice.exponential(member.pauseMs) + 5;
    return draft;
  });
}
