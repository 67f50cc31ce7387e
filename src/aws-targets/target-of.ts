/** Finds what a CloudTrail record is about where the record lists no resources: by the models of AWS, else by the names of its parameters. */
import { OPERATION_TARGETS } from './operation-targets.ts';
import { describes, type OperationName, operationOf, plain, rank } from './target-rules.ts';

type Fields = Readonly<Record<string, unknown>>;

export interface Target {
  readonly id: string;
  readonly type: string;
}

interface Operation extends OperationName {
  /** Parameters that the models name for it, best first; undefined where the rules suffice. */
  readonly listed: readonly string[] | undefined;
  /** The keys met so far: every record of an operation has the same few. */
  readonly keys: Map<string, Key>;
}

/** What a key says for an operation, whatever stands under it. */
interface Key {
  readonly rank: number;
  /** Spelled as most operations spell it. */
  readonly name: string;
  /** True for what describes, bounds or tags: nothing in it is a thing. */
  readonly describes: boolean;
  /** True for what only wraps the request itself: `DeleteFlowLogsRequest`, as newer operations of EC2 are logged. */
  readonly wraps: boolean;
}

/** Operations and keys remembered; when full the memory starts again, which changes nothing but speed. */
const OPERATIONS = 4_096;
const KEYS = 256;
/** Objects inside objects that are searched, and keys looked at in one record. */
const DEPTH = 3;
const LOOKED_AT = 256;
/** From here on a key names what the operation is about, not something beside it: the owner, the network. */
const OF_ITS_KIND = 20;
/** A parameter that a model names goes before all that rules find. */
const BY_MODEL = 1_000;

const tables = new Map<string, ReadonlyMap<string, readonly string[]>>();
const known = new Map<string, Map<string, Operation>>();
let held = 0;

/** The table of one event source, unpacked when its first record comes. */
function tableOf(service: string): ReadonlyMap<string, readonly string[]> {
  const ready = tables.get(service);
  if (ready !== undefined) return ready;
  const packed = OPERATION_TARGETS.get(service);
  const table = new Map<string, readonly string[]>();
  for (const group of packed?.split(';') ?? []) {
    const colon = group.indexOf(':');
    const names = group
      .slice(0, colon)
      .split(',')
      .filter((name) => name !== '');
    for (const event of group.slice(colon + 1).split(' ')) table.set(event, names);
  }
  if (packed !== undefined) tables.set(service, table);
  return table;
}

function operation(service: string, event: string): Operation {
  const ready = known.get(service)?.get(event);
  if (ready !== undefined) return ready;
  const parsed = operationOf(event);
  const made = { ...parsed, listed: tableOf(service).get(parsed.name), keys: new Map<string, Key>() };
  if (held++ >= OPERATIONS) {
    known.clear();
    held = 1;
  }
  const events = known.get(service) ?? new Map<string, Operation>();
  known.set(service, events.set(event, made));
  return made;
}

function keyOf(of: Operation, key: string): Key {
  const ready = of.keys.get(key);
  if (ready !== undefined) return ready;
  const at = of.listed?.indexOf(plain(key)) ?? -1;
  const made = {
    rank: at === -1 ? (of.listed?.length === 0 ? 0 : rank(of, key)) : BY_MODEL - at,
    name: lower(key),
    describes: describes(key),
    wraps: key.endsWith('Request'),
  };
  if (of.keys.size >= KEYS) of.keys.clear();
  of.keys.set(key, made);
  return made;
}

const lower = (key: string) => key.charAt(0).toLowerCase() + key.slice(1);
const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The name in a value: the first of a list, what an XML element holds, the values of a `targets` entry that is no tag. */
function nameIn(value: unknown, depth = DEPTH): string | undefined {
  if (typeof value === 'string')
    return value === '' || value === '*' || value.startsWith('HIDDEN_') ? undefined : value;
  if (typeof value === 'number') return String(value);
  if (depth === 0) return undefined;
  if (Array.isArray(value)) return nameIn(value[0], depth - 1);
  if (!isObject(value)) return undefined;
  if (value.content !== undefined) return nameIn(value.content, depth - 1);
  if (value.items !== undefined) return nameIn(value.items, depth - 1);
  const filter = value.key ?? value.Key;
  if (typeof filter === 'string' && !/^(?:tag|resource-groups)/i.test(filter))
    return nameIn(value.values ?? value.Values, depth - 1);
  return undefined;
}

/** EC2 lists values as `valueSet: {items: [{value}]}`. */
function valuesIn(set: unknown): unknown {
  const [first] = isObject(set) && Array.isArray(set.items) ? set.items : [];
  return isObject(first) ? first.value : undefined;
}

interface Found {
  readonly key: string;
  readonly id: string;
  readonly rank: number;
}

/** The better of two: of equals the one whose key comes first in the alphabet, so that the order of keys never counts. */
const better = (a: Found | undefined, b: Found) =>
  a === undefined || b.rank > a.rank || (b.rank === a.rank && b.key < a.key) ? b : a;

class Search {
  #left = LOOKED_AT;
  readonly #of: Operation;
  constructor(of: Operation) {
    this.#of = of;
  }

  /** The best of the parameters themselves; what was found to lie deeper is left in `deeper`. */
  level(fields: Fields, deeper: Fields[]): Found | undefined {
    let best: Found | undefined;
    for (const key in fields) {
      if (--this.#left < 0) return best;
      const value = fields[key];
      if (value === null || value === undefined) continue;
      const facts = keyOf(this.#of, key);
      if (facts.rank === 0 && (facts.describes || typeof value === 'boolean')) continue;
      if (facts.wraps && isObject(value)) {
        const inside = this.level(value, deeper);
        if (inside !== undefined) best = better(best, inside);
        continue;
      }
      if (facts.rank > 0) {
        const isWorse = best !== undefined && best.rank > facts.rank;
        const id = isWorse ? undefined : nameIn(value);
        if (id !== undefined) best = better(best, { key: facts.name, id, rank: facts.rank });
        if (id !== undefined || isWorse) continue;
      } else if (typeof value === 'string') {
        if (value.startsWith('arn:') && this.#of.listed?.length !== 0)
          best = better(best, { key: facts.name, id: value, rank: 1 });
        continue;
      }
      if (facts.describes) continue;
      // EC2 lists things as `instancesSet: {items: [{instanceId}]}`: those are parameters too.
      const items = isObject(value) ? value.items : undefined;
      const first = Array.isArray(items) ? items[0] : Array.isArray(value) ? value[0] : value;
      if (!isObject(first)) continue;
      if (items === undefined) deeper.push(first);
      else {
        const inside = this.level(first, deeper);
        if (inside !== undefined) best = better(best, inside);
      }
    }
    return best;
  }

  /** What a filter asks for, of the kind that the operation is about, where nothing else names a thing: `filters: [{key: 'InstanceIds', values: [...]}]`. Tags name none. */
  filtered(parameters: Fields): Found | undefined {
    let best: Found | undefined;
    for (const key in parameters) {
      if (--this.#left < 0) return best;
      if (!/filter(?:s|set|list)?$/i.test(key)) continue;
      const told = parameters[key];
      const list = isObject(told) ? told.items : told;
      for (const item of Array.isArray(list) ? list : []) {
        if (--this.#left < 0 || !isObject(item)) return best;
        const name = item.key ?? item.Key ?? item.name ?? item.Name;
        if (typeof name !== 'string' || !/[a-z](?:id|ids|-id|arn|arns)$/i.test(name)) continue;
        const facts = keyOf(this.#of, name.replaceAll('-', ''));
        const id =
          facts.rank >= OF_ITS_KIND ? nameIn(item.values ?? item.Values ?? valuesIn(item.valueSet)) : undefined;
        if (id !== undefined) best = better(best, { key: facts.name, id, rank: facts.rank });
      }
    }
    return best;
  }

  best(parameters: Fields): Found | undefined {
    let layer: Fields[] = [parameters];
    for (let depth = 0; depth <= DEPTH && layer.length > 0; depth++) {
      const deeper: Fields[] = [];
      let best: Found | undefined;
      for (const fields of layer) {
        const found = this.level(fields, deeper);
        if (found !== undefined) best = better(best, found);
      }
      if (best !== undefined) return best;
      layer = deeper;
    }
    return this.filtered(parameters);
  }
}

/** What the answer calls the thing that has just been made, and nothing that it belongs to: an ARN ranks 3 and 2, an id 1. */
function made(of: Operation, answer: Fields, depth: number, parent: string): Found | undefined {
  let best: Found | undefined;
  let looked = 0;
  for (const key in answer) {
    if (++looked > LOOKED_AT) break;
    const value = answer[key];
    if (typeof value === 'string') {
      const ending = /(?:arn|id)$/.exec(plain(key))?.[0];
      const isArn = value.startsWith('arn:');
      if (value === '' || (ending === undefined && !isArn)) continue;
      const stem = plain(key).slice(0, ending === undefined ? undefined : -ending.length);
      const isOwn = stem === of.noun || (stem === '' && (parent === '' || parent === of.noun));
      const isNear = stem === '' && parent.startsWith(of.noun);
      if (isArn && (isOwn || isNear)) best = better(best, { key: lower(key), id: value, rank: isOwn ? 3 : 2 });
      else if (isOwn || (of.noun === 'address' && stem === 'allocation'))
        best = better(best, { key: lower(key), id: value, rank: 1 });
    } else if (depth > 0) {
      const inside = Array.isArray(value) ? value[0] : value;
      const found = isObject(inside) ? made(of, inside, depth - 1, plain(key)) : undefined;
      if (found !== undefined) best = better(best, found);
    }
  }
  return best;
}

/** Names within a cluster are told with it, as the ARNs of ECS spell them. */
function within(service: string, found: Found, parameters: Fields): string {
  if (service !== 'ecs' || !/^(?:tasks?|services?|containerInstances?)$/.test(found.key)) return found.id;
  const cluster = nameIn(parameters.cluster);
  return cluster === undefined || found.id.startsWith('arn:')
    ? found.id
    : `${cluster.slice(cluster.lastIndexOf('/') + 1)}/${found.id}`;
}

/** A machine that runs a document of SSM is one that runs this document: the kind of the target tells which. */
function kindOf(service: string, event: string, { key }: Found, parameters: Fields): string {
  const document = service === 'ssm' && event === 'SendCommand' ? nameIn(parameters.documentName) : undefined;
  return document === undefined || key.startsWith('document') ? key : `${key}/${document}`;
}

/**
 * The target of one request: the ARN of what it made where the answer tells it, else the parameter that names it, else the id
 * that the answer gives.
 */
export function targetOf(
  service: string,
  event: string,
  parameters: Fields | undefined,
  answer: Fields | undefined,
): Target | undefined {
  const of = operation(service, event);
  const own = of.makes && answer !== undefined ? made(of, answer, DEPTH, '') : undefined;
  if (own !== undefined && own.rank > 1) return { id: own.id, type: own.key };
  const found = parameters === undefined ? undefined : new Search(of).best(parameters);
  if (found !== undefined)
    return { id: within(service, found, parameters!), type: kindOf(service, event, found, parameters!) };
  return own === undefined ? undefined : { id: own.id, type: own.key };
}
