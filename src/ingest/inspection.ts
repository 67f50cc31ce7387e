/** Counts what a reader makes of records, so that a person sees whether a log is read right; bounded, however much is read. */
import { createHash } from 'node:crypto';
import type { Activity } from '../../schemas/activity.ts';
import type { ReadOutcome } from './reader.ts';

/** Identities, targets and actions that are told apart, of all formats together; those beyond are counted with the others only. */
export const DISTINCT_MAX = 50_000;
/** Reasons told apart by format and outcome; the rest share one, so that hostile input cannot fill the memory. */
const REASONS_MAX = 200;
const FORMATS_MAX = 256;
/** A longer text is told apart by its hash. */
const KEY_MAX_CHARS = 128;
/** Ids of one shape from which they may be called unstable, and the share of them that never came back. */
const UNSTABLE_MIN = 20;
const UNSTABLE_SHARE = 0.8;
/** What lasted less than this part of all the time that was read did not come back. */
const MOMENT_PART = 1 / 50;

/** Where a record stands, in words, and how it begins without its secrets. */
export interface Example {
  readonly place: string;
  readonly record: string;
}

/** Why records came to nothing. */
export interface ReasonCount {
  readonly reason: string;
  readonly records: number;
  readonly example: Example | undefined;
}

export interface IdentityCount extends Pick<Activity['identity'], 'id' | 'kind' | 'provider' | 'name' | 'account'> {
  readonly acts: number;
}

export interface ActionCount {
  readonly name: string;
  readonly acts: number;
  readonly withTarget: number;
}

/** Ids of one shape that were each seen for a moment only. */
export interface UnstableIds {
  /** The id with what varies replaced, such as `agent-{uuid}`. */
  readonly shape: string;
  readonly identities: number;
  readonly example: string;
}

/** Acts that tell a thing, of all acts of a format. */
export type Told = 'target' | 'address' | 'credential' | 'client' | 'account' | 'actor' | 'delegator' | 'scopes';
const TELLS: Readonly<Record<Told, (a: Activity) => unknown>> = {
  target: (a) => a.resource,
  address: (a) => a.source.ip,
  credential: (a) => a.credential,
  client: (a) => a.source.userAgent,
  account: (a) => a.identity.account,
  actor: (a) => a.actor,
  delegator: (a) => a.onBehalfOf,
  scopes: (a) => a.scopes,
};

/** What records of one format came to. */
export interface FormatInspection {
  /** `auto` where no format knew the records. */
  readonly format: string;
  readonly read: number;
  readonly skipped: number;
  readonly dead: number;
  readonly acts: number;
  readonly first: string | undefined;
  readonly last: string | undefined;
  readonly identities: number;
  readonly targets: number;
  readonly kinds: Readonly<Record<string, number>>;
  readonly told: Readonly<Record<Told, number>>;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly accesses: Readonly<Record<string, number>>;
  readonly topIdentities: readonly IdentityCount[];
  readonly topActions: readonly ActionCount[];
  /** Actions that most often came without a target. */
  readonly targetless: readonly ActionCount[];
  readonly unstable: readonly UnstableIds[];
  /** Acts read without the record above them that would have said who acted. */
  readonly unjoined: number;
  readonly skips: readonly ReasonCount[];
  readonly deaths: readonly ReasonCount[];
  /** What a person should look at, a sentence each. */
  readonly hints: readonly string[];
}

export interface Inspection {
  readonly records: number;
  /** More was seen than is told apart: numbers of identities and targets are at least these. */
  readonly isCapped: boolean;
  readonly formats: readonly FormatInspection[];
}

interface SeenIdentity extends IdentityCount {
  acts: number;
  first: string;
  last: string;
}

interface Tally {
  read: number;
  skipped: number;
  dead: number;
  acts: number;
  unjoined: number;
  first: string | undefined;
  last: string | undefined;
  readonly identities: Map<string, SeenIdentity>;
  readonly targets: Set<string>;
  readonly actions: Map<string, { name: string; acts: number; withTarget: number }>;
  readonly told: Record<Told, number>;
  readonly outcomes: Record<string, number>;
  readonly accesses: Record<string, number>;
  readonly skips: Map<string, { records: number; example: Example | undefined }>;
  readonly deaths: Map<string, { records: number; example: Example | undefined }>;
}

const keyOf = (text: string) =>
  text.length <= KEY_MAX_CHARS ? text : createHash('sha256').update(text).digest('base64');

/** The id with what programs generate replaced by a word for it; undefined where nothing looks generated. */
export function shapeOf(id: string): string | undefined {
  const shape = id
    .replace(/[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/gi, '{uuid}')
    .replace(/(?<![a-z0-9{])(?=[a-z]*\d)(?=\d*[a-z])[a-z0-9]{8,}(?![a-z0-9}])/gi, '{key}')
    .replace(/\d{4,}/g, '{n}');
  return shape === id ? undefined : shape;
}

/** Collects what became of records; `rows` of each list are told. */
export function createInspection(rows: number) {
  const formats = new Map<string, Tally>();
  let records = 0;
  const distinct = { identities: 0, targets: 0, actions: 0 };
  let isCapped = false;

  function tallyOf(format: string): Tally {
    const key = formats.has(format) || formats.size < FORMATS_MAX ? format : 'auto';
    const known = formats.get(key);
    if (known !== undefined) return known;
    const made: Tally = {
      read: 0,
      skipped: 0,
      dead: 0,
      acts: 0,
      unjoined: 0,
      first: undefined,
      last: undefined,
      identities: new Map(),
      targets: new Set(),
      actions: new Map(),
      told: { target: 0, address: 0, credential: 0, client: 0, account: 0, actor: 0, delegator: 0, scopes: 0 },
      outcomes: {},
      accesses: {},
      skips: new Map(),
      deaths: new Map(),
    };
    formats.set(key, made);
    return made;
  }

  /** True while another one may be told apart. */
  function room(of: keyof typeof distinct): boolean {
    if (distinct[of] >= DISTINCT_MAX) {
      isCapped = true;
      return false;
    }
    distinct[of]++;
    return true;
  }

  function addAct(tally: Tally, act: Activity): void {
    tally.acts++;
    if (tally.first === undefined || act.at < tally.first) tally.first = act.at;
    if (tally.last === undefined || act.at > tally.last) tally.last = act.at;
    for (const [told, of] of Object.entries(TELLS)) if (of(act) !== undefined) tally.told[told as Told]++;
    tally.outcomes[act.outcome] = (tally.outcomes[act.outcome] ?? 0) + 1;
    tally.accesses[act.action.access] = (tally.accesses[act.action.access] ?? 0) + 1;
    const { id, kind, provider, name, account } = act.identity;
    const key = keyOf(JSON.stringify([act.tenant, provider, account, id]));
    const seen = tally.identities.get(key);
    if (seen !== undefined) {
      seen.acts++;
      if (act.at < seen.first) seen.first = act.at;
      if (act.at > seen.last) seen.last = act.at;
    } else if (room('identities'))
      tally.identities.set(key, {
        id,
        kind,
        provider,
        ...(name !== undefined && { name }),
        ...(account !== undefined && { account }),
        acts: 1,
        first: act.at,
        last: act.at,
      });
    const target = act.resource === undefined ? undefined : keyOf(act.resource.id);
    if (target !== undefined && !tally.targets.has(target) && room('targets')) tally.targets.add(target);
    const actionKey = keyOf(act.action.name);
    const action = tally.actions.get(actionKey);
    if (action !== undefined) {
      action.acts++;
      if (target !== undefined) action.withTarget++;
    } else if (room('actions'))
      tally.actions.set(actionKey, { name: act.action.name, acts: 1, withTarget: target === undefined ? 0 : 1 });
  }

  return {
    /** `exampleOf` is asked once a reason. */
    add(outcome: ReadOutcome, exampleOf: () => Example): void {
      records++;
      const tally = tallyOf(outcome.format);
      if (outcome.status === 'read') {
        tally.read++;
        for (const act of outcome.activities) addAct(tally, act);
        return;
      }
      if (outcome.status === 'skip') tally.skipped++;
      else tally.dead++;
      const reasons = outcome.status === 'skip' ? tally.skips : tally.deaths;
      const reason = reasons.has(outcome.reason) || reasons.size < REASONS_MAX ? outcome.reason : 'other reasons';
      const known = reasons.get(reason);
      if (known !== undefined) known.records++;
      else reasons.set(reason, { records: 1, example: exampleOf() });
    },
    /** Notes an act that was read without the record above it. */
    addUnjoined(format: string): void {
      tallyOf(format).unjoined++;
    },
    result(): Inspection {
      const inspected = [...formats].map(([format, tally]) => inspectionOf(format, tally, rows));
      inspected.sort((a, b) => sizeOf(b) - sizeOf(a) || (a.format < b.format ? -1 : 1));
      return { records, isCapped, formats: inspected };
    },
  };
}

const sizeOf = ({ read, skipped, dead }: FormatInspection) => read + skipped + dead;

/** The largest first, at the same size in order of name, so that the same input gives the same text. */
function top<T>(of: Iterable<T>, size: (one: T) => number, name: (one: T) => string, rows: number): T[] {
  return [...of].sort((a, b) => size(b) - size(a) || (name(a) < name(b) ? -1 : 1)).slice(0, rows);
}

function inspectionOf(format: string, tally: Tally, rows: number): FormatInspection {
  const { identities, targets, actions, skips, deaths, first, last, ...counts } = tally;
  const kinds: Record<string, number> = {};
  for (const { kind } of identities.values()) kinds[kind] = (kinds[kind] ?? 0) + 1;
  const reasons = (of: Tally['skips']): ReasonCount[] =>
    top(
      [...of].map(([reason, count]) => ({ reason, ...count })),
      (one) => one.records,
      (one) => one.reason,
      rows,
    );
  const lacking = [...actions.values()].filter(({ acts, withTarget }) => withTarget < acts);
  const found = {
    format,
    ...counts,
    first,
    last,
    identities: identities.size,
    targets: targets.size,
    kinds,
    topIdentities: top(
      identities.values(),
      (one) => one.acts,
      (one) => one.id,
      rows,
    ).map(({ first: _, last: __, ...one }) => one),
    topActions: top(
      actions.values(),
      (one) => one.acts,
      (one) => one.name,
      rows,
    ),
    targetless: top(
      lacking,
      (one) => one.acts - one.withTarget,
      (one) => one.name,
      rows,
    ),
    unstable: unstableOf(tally, rows),
    skips: reasons(skips),
    deaths: reasons(deaths),
  };
  return { ...found, hints: hintsOf(found) };
}

/** Ids that look generated and of which hardly any ever came back. People come and go; their ids stay. */
function unstableOf({ identities, first, last }: Tally, rows: number): UnstableIds[] {
  const span = first === undefined || last === undefined ? 0 : Date.parse(last) - Date.parse(first);
  if (span === 0) return [];
  const shapes = new Map<string, { identities: number; gone: number; example: string }>();
  for (const { id, kind, provider, first: from, last: to } of identities.values()) {
    const shape = kind === 'human' ? undefined : shapeOf(id);
    if (shape === undefined) continue;
    const key = `${provider}\u0000${shape}`;
    const one = shapes.get(key) ?? { identities: 0, gone: 0, example: id };
    shapes.set(key, one);
    one.identities++;
    if (Date.parse(to) - Date.parse(from) <= span * MOMENT_PART) one.gone++;
  }
  const found = [...shapes].flatMap(([key, { identities: count, gone, example }]) =>
    count >= UNSTABLE_MIN && gone >= count * UNSTABLE_SHARE
      ? [{ shape: key.slice(key.indexOf('\u0000') + 1), identities: count, example }]
      : [],
  );
  return top(
    found,
    (one) => one.identities,
    (one) => one.shape,
    rows,
  );
}

const n = (value: number) => value.toLocaleString('en');

/** Below this many acts or records a share says nothing. */
const HINT_MIN = 10;

function hintsOf(found: Omit<FormatInspection, 'hints'>): string[] {
  const { format, read, skipped, dead, acts, told, accesses, kinds, identities, unstable, unjoined } = found;
  const hints: string[] = [];
  const records = read + skipped + dead;
  const percent = (part: number, of: number) => `${Math.round((part / of) * 100)} %`;
  if (dead > 0)
    hints.push(
      format === 'auto'
        ? `${dead === 1 ? '1 record is' : `${dead.toLocaleString('en')} records are`} of no known format: see the reasons under dead.`
        : `${percent(dead, records)} of the records are dead: see the reasons under dead.`,
    );
  if (records >= HINT_MIN && read === 0 && skipped > 0)
    hints.push('Every record was skipped: this log tells of no acts.');
  for (const { shape, identities: count } of unstable)
    hints.push(
      `${count.toLocaleString('en')} ids such as ${shape} were each seen for a moment only: nothing can be learned of them. Send a name that stays the same from run to run.`,
    );
  if (unjoined > 0)
    hints.push(
      `In ${n(unjoined)} acts the span above is missing that would say who acted: they may stand under their service. Send whole traces, to one Tidemark, and to Kafka keyed by trace.`,
    );
  if (acts < HINT_MIN) return hints;
  if (told.target < acts / 2)
    hints.push(`Only ${percent(told.target, acts)} of the acts have a target: see the actions without one.`);
  if (told.address === 0) hints.push('No act has an address: a stolen credential is harder to see.');
  if (told.credential === 0) hints.push('No act names its credential: which key was taken cannot be told.');
  if ((accesses.unknown ?? 0) > acts / 2)
    hints.push(`Of ${percent(accesses.unknown!, acts)} of the acts it is not known whether they read or write.`);
  if (identities === 1) hints.push('All acts are of one identity: is the field that tells who acted the right one?');
  if ((kinds.unknown ?? 0) > identities / 2)
    hints.push(
      `Of ${percent(kinds.unknown!, identities)} of the identities it is not known what they are: they are compared with one another.`,
    );
  return hints;
}
