/** The sentence of an alert: who, the gravest acts with the very things they were aimed at, what else was odd, and how much so far. */
import { GRAVE_FROM } from '../constants.ts';
import type { Episode } from '../memory/episode.ts';
import { type Act, isCertain, joinedAct, type WindowItem } from '../memory/window.ts';
import { inUnits } from '../thing.ts';

/** Clauses of the sentence besides the acts it leads with: a person reads no longer one. It moves no alert. */
const CLAUSES = 3;
/** Grave acts, and things of one act, that the sentence names; of more it says how many. */
const ACTS_NAMED = 4;
const THINGS_NAMED = 5;

/** Fields of findings that tell of the act itself: where the sentence has named the act, they add nothing. */
const OF_THE_ACT = new Set(['action.name', 'action.access', 'resource.id', 'run.declared', 'recipients']);
/** Whether a finding says that the act itself, or its thing, is new: another order of usual acts is no new act. */
const isNewAct = ({ field, group }: WindowItem) => OF_THE_ACT.has(field) && group !== 'sequence';

/** `a, b and c`, or beyond `most` names `a, b and 3 more`. */
export function listed(names: readonly string[], most = names.length, isMore = false): string {
  const rest = names.length - most;
  if (rest > 0) return `${names.slice(0, most).join(', ')} and ${rest}${isMore ? ' or' : ''} more`;
  if (isMore) return `${names.join(', ')} and more`;
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

const DONE = { success: 'did', denied: 'tried', failed: 'tried' } as const;

/** What was done to which things: `did iam:CreateUser on user/backup-admin`. */
export function says({ name, outcome, things, more, to }: Act): string {
  const verb = DONE[outcome];
  const many = things.length > THINGS_NAMED ? `${things.length}${more === true ? ' and more' : ''} things: ` : '';
  const on = things.length === 0 ? '' : ` on ${many}${listed(things, THINGS_NAMED, more)}`;
  const opened = to === undefined ? '' : `, for ${listed(to, THINGS_NAMED)}`;
  const end = outcome === 'success' ? '' : outcome === 'denied' ? ', which was refused' : ', which went wrong';
  return `${verb} ${name}${on}${opened}${end}`;
}

/** An act that the sentence may lead with. */
interface Lead {
  readonly act: Act;
  /** A finding says that the act itself, or its thing, is new. */
  readonly isNew: boolean;
  /** What a finding says of whom it opened things to, which tells more than the act. */
  readonly opens?: string;
}

/** What is grave even where the identity does it every day: it gives rights, opens secrets, hides traces. */
const GRAVE_IF_USUAL: ReadonlySet<Act['purpose']> = new Set(['grant', 'secret', 'evidence']);

/** The grave acts of the findings, each once, the gravest first; usual work leads only where a thief could do lasting harm by it. */
export function graveActs(items: readonly WindowItem[]): Lead[] {
  const acts = new Map<string, Lead>();
  for (const item of items) {
    const { act } = item;
    if (act === undefined || gravityOf(act) < GRAVE_FROM) continue;
    const isNew = isNewAct(item);
    if (!isNew && !GRAVE_IF_USUAL.has(act.purpose)) continue;
    const known = acts.get(act.name);
    const opens = item.field === 'recipients' ? item.says : known?.opens;
    acts.set(act.name, {
      act: joinedAct(known?.act, act) as Act,
      isNew: isNew || known?.isNew === true,
      ...(opens !== undefined && { opens }),
    });
  }
  return [...acts.values()].sort((a, b) => gravityOf(b.act) - gravityOf(a.act) || (a.act.name < b.act.name ? -1 : 1));
}

/** An act that did not go through is half as grave. */
const gravityOf = ({ gravity, outcome }: Act) => (outcome === 'success' ? gravity : gravity / 2);

/** How well the identity is known. */
export interface Known {
  /** Days since it was first seen. */
  readonly ageDays: number;
  /** From 1 on its habits are learned, so that what no finding calls new is not new to it. */
  readonly maturity: number;
}

/** `items` are the findings, the strongest first. */
export function sentence(
  name: string,
  items: readonly WindowItem[],
  { ageDays, maturity }: Known,
  episode: Episode,
): string {
  const leading = leadingOf(maturity >= 1);
  const grave = graveActs(items);
  const lead = grave.slice(0, ACTS_NAMED);
  const clauses: Clause[] = lead.filter(({ isNew }) => isNew).map(leading);
  const usual: Clause[] = lead.filter(({ isNew }) => !isNew).map(leading);
  const opensRights = lead.some(({ act, isNew }) => !isNew && act.purpose !== 'secret');
  const others = grave.length - lead.length;
  if (others > 0) usual.push({ text: `did ${others} more grave ${others === 1 ? 'act' : 'acts'}` });
  const told = new Set(grave.map(({ act }) => act.name));
  const groups = new Set<string>();
  let left = 0;
  for (const item of items) {
    if (groups.has(item.group) || (OF_THE_ACT.has(item.field) && told.has(item.act?.name ?? ''))) continue;
    groups.add(item.group);
    // What it does every day comes after what is certain. Whoever reads a secret daily is not told of for that: something else comes first.
    if (!isCertain(item) && (clauses.length > 0 || opensRights)) clauses.push(...usual.splice(0));
    if (groups.size > CLAUSES) left++;
    else clauses.push(clauseOf(item));
  }
  clauses.push(...usual);
  if (left > 0) clauses.push({ text: `${left} more ${left === 1 ? 'kind' : 'kinds'} of evidence` });
  const days = Math.floor(ageDays);
  const history = days >= 1 ? ` (${days} ${days === 1 ? 'day' : 'days'} of habits)` : '';
  return `${name}${history} ${inOrder(clauses).join('; also ')}${amount(episode)}.`;
}

/** The clause of an act that leads. Whoever reads of a grave act takes it for news, unless the clause says that it is none. */
const leadingOf =
  (isLearned: boolean) =>
  ({ act, isNew, opens }: Lead): Clause => ({
    text: opens ?? `${says(act)}${isNew ? ', new to it' : isLearned ? ', not new to it' : ''}`,
    ...(isNew && { done: act.outcome === 'success' }),
  });

/** A part of the sentence. */
interface Clause {
  readonly text: string;
  /** Of a new act: whether it went through. */
  readonly done?: boolean;
}

/** What was refused does not lead where something went through. */
function inOrder(clauses: readonly Clause[]): string[] {
  const texts = clauses.map(({ text }) => text);
  const done = clauses.findIndex((clause) => clause.done === true);
  if (clauses[0]?.done !== false || done < 0) return texts;
  return [texts[done] as string, ...texts.filter((_, at) => at !== done)];
}

/** What a finding says; of an act that was refused at first and went through later, the latter. */
function clauseOf(item: WindowItem): Clause {
  const { field, group, says: said, act } = item;
  const wentThrough = OF_THE_ACT.has(field) && act?.outcome === 'success' && said.startsWith(`${DONE.denied} `);
  if (wentThrough) return { text: `${says(act)}, new to it`, done: true };
  const ofAct = isNewAct(item) || group === 'refusal';
  return ofAct ? { text: said, done: act?.outcome === 'success' && group !== 'refusal' } : { text: said };
}

/** How much the alert has come to. */
function amount({ activityCount, bytes = 0 }: Episode): string {
  if (activityCount < 2 && bytes === 0) return '';
  const moved = bytes > 0 ? ` and ${inUnits(bytes)}` : '';
  return `; so far ${activityCount} ${activityCount === 1 ? 'activity' : 'activities'}${moved}`;
}
