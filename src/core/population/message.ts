/** What engines tell the population: eleven kinds of message, each written into and read from the stored row here and nowhere else. */
import { CHANGE_KINDS } from '../../../schemas/activity.ts';
import { CHANGE_MANNERS, type ToldChange } from '../change.ts';
import type { Contribution } from '../engine-contract.ts';

export type PopulationMessage =
  /**
   * An identity was active on a day; `days` is 1, or 0 while it still learns. `origin` says whose it is and by which input it came, in
   * 16 bits each, 0 where that is not known: neither can be chosen by whoever writes records.
   */
  | { readonly kind: 'active'; readonly days: number; readonly origin: number }
  /** It had, for the first time on a day, a novelty or finding that is counted under a name. */
  | { readonly kind: 'rate'; readonly name: string; readonly days: number }
  /** The highest joint surprise of its day so far, in nats. */
  | { readonly kind: 'score'; readonly nats: number }
  /** An alert was raised, for a cause (0: none) that others may share, and counts as such a share of a false one. */
  | { readonly kind: 'raised'; readonly cause: number; readonly falseShare: number }
  /** A verdict changes what an alert without a cause counts as, on the day (since 1970) on which it was raised. */
  | { readonly kind: 'amended'; readonly day: number; readonly change: number }
  /** The same for an alert with a cause. */
  | { readonly kind: 'cause-amended'; readonly cause: number; readonly change: number }
  /** It met a value while under an alert: nobody's habit yet, but many peers under the same suspicion are a roll-out. */
  | { readonly kind: 'suspect'; readonly value: number; readonly amount: number }
  /** Somebody called an alert of a day (since 1970) an attack, or benign; `times` is -1 where that is taken back. */
  | { readonly kind: 'judged'; readonly as: 'attack' | 'benign'; readonly day: number; readonly times: number }
  /** It made a key, an identity, a right or a deployment at an event time in ms; `subject` is the hash under which those it is about look. */
  | { readonly kind: 'changed'; readonly subject: number; readonly ms: number; readonly change: ToldChange }
  /** Its alert belongs to the run of alerts for a cause that began in an hour, however long ago the last of them was. */
  | { readonly kind: 'joined'; readonly cause: number; readonly since: number; readonly falseShare: number }
  /** It has a value of a dimension; `amount` is 0 where only the class hears of it that the identity has joined. */
  | { readonly kind: 'holds'; readonly dimension: string; readonly value: number; readonly amount: number };

/** What a message takes of a row. */
export type MessageCells = Pick<Contribution, 'dimension' | 'value' | 'amount'>;

/** What stands in the column `dimension` of messages that name none. Stored for good: a row of any age keeps its meaning. */
const DAY = '~day';
const RATE = '~rate:';
const SCORE = '~score';
const RAISED = '~raised';
const AMENDED = '~amended';
const CAUSE_AMENDED = '~cause-amended';
const SUSPECT = '~suspect';
const CONFIRMED = '~true';
const REFUTED = '~benign';
const CHANGED = '~changed:';
const JOINED = '~joined:';

/** The cells of the stored row. */
export function encodeMessage(message: PopulationMessage): MessageCells {
  switch (message.kind) {
    case 'active':
      return { dimension: DAY, value: message.origin, amount: message.days };
    case 'rate':
      return { dimension: `${RATE}${message.name}`, value: 0, amount: message.days };
    case 'score':
      return { dimension: SCORE, value: 0, amount: message.nats };
    case 'raised':
      return { dimension: RAISED, value: message.cause, amount: message.falseShare };
    case 'amended':
      return { dimension: AMENDED, value: message.day, amount: message.change };
    case 'cause-amended':
      return { dimension: CAUSE_AMENDED, value: message.cause, amount: message.change };
    case 'suspect':
      return { dimension: SUSPECT, value: message.value, amount: message.amount };
    case 'judged':
      return { dimension: message.as === 'attack' ? CONFIRMED : REFUTED, value: message.day, amount: message.times };
    case 'changed':
      return { dimension: `${CHANGED}${changeText(message.change)}`, value: message.subject, amount: message.ms };
    case 'joined':
      return { dimension: `${JOINED}${message.since}`, value: message.cause, amount: message.falseShare };
    case 'holds':
      return { dimension: message.dimension, value: message.value, amount: message.amount };
  }
}

/** What a stored row says. */
export function decodeMessage({ dimension, value, amount }: MessageCells): PopulationMessage {
  // Most rows tell of a value that is held, and no dimension begins like this.
  if (!dimension.startsWith('~')) return { kind: 'holds', dimension, value, amount };
  if (dimension.startsWith(RATE)) return { kind: 'rate', name: dimension.slice(RATE.length), days: amount };
  if (dimension.startsWith(JOINED))
    return { kind: 'joined', cause: value, since: Number(dimension.slice(JOINED.length)), falseShare: amount };
  if (dimension.startsWith(CHANGED)) {
    const change = changeIn(dimension.slice(CHANGED.length));
    if (change !== undefined) return { kind: 'changed', subject: value, ms: amount, change };
  }
  switch (dimension) {
    case DAY:
      return { kind: 'active', days: amount, origin: value };
    case SCORE:
      return { kind: 'score', nats: amount };
    case RAISED:
      return { kind: 'raised', cause: value, falseShare: amount };
    case AMENDED:
      return { kind: 'amended', day: value, change: amount };
    case CAUSE_AMENDED:
      return { kind: 'cause-amended', cause: value, change: amount };
    case SUSPECT:
      return { kind: 'suspect', value, amount };
    case CONFIRMED:
    case REFUTED:
      return { kind: 'judged', as: dimension === CONFIRMED ? 'attack' : 'benign', day: value, times: amount };
    default:
      // Of a later version, or of a dimension with an odd name: counted as the value it is.
      return { kind: 'holds', dimension, value, amount };
  }
}

/** A change as text: a list, because names would stand in every row. */
function changeText(change: ToldChange): string {
  const { kind, manner, action, thing, by, name, rights, days, everyDays, credential, address, chain } = change;
  return JSON.stringify([kind, manner, action, thing, by, name, rights, days, everyDays, credential, address, chain]);
}

/** The change in a text; undefined where a later version wrote something else. */
function changeIn(text: string): ToldChange | undefined {
  let cells: unknown;
  try {
    cells = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!Array.isArray(cells)) return undefined;
  const [kind, manner, action, thing, by, name, rights, days, everyDays, credential, address, chain] = cells;
  const isKnown = CHANGE_KINDS.includes(kind) && CHANGE_MANNERS.includes(manner);
  const areLists = Array.isArray(rights) && Array.isArray(chain);
  if (!isKnown || !areLists || typeof by !== 'string') return undefined;
  return { kind, manner, action, thing, by, name, rights, days, everyDays, credential, address, chain };
}
