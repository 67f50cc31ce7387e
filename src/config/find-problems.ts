/** Everything that is wrong with the merged settings, each with what to do about it; values never appear, since one may be a secret. */
import type { ZodType, z } from 'zod';
import { configSchema } from '../../schemas/config.ts';
import { isTree, type Tree } from './layer.ts';
import { nearest } from './nearest.ts';
import { branches, branchFor, childOf, type Parts, type Path, type Shape, shapeAt } from './shape.ts';

export interface ConfigFinding {
  readonly path: Path;
  readonly wrong: string;
  readonly remedy: string;
}

const suggestion = (word: string, known: readonly string[]) => {
  const meant = nearest(word, known);
  return meant === undefined ? undefined : `did you mean ${meant}?`;
};

/** Says in words what a key takes: its type, bounds and default. */
export function inWords(shape: Shape | undefined): string {
  if (shape === undefined) return 'a value';
  const listed = [
    ...new Set(branches(shape).flatMap(({ const: only, enum: some }) => (only === undefined ? (some ?? []) : [only]))),
  ];
  const { minimum: low = shape.minLength ?? shape.minItems, maximum: high = shape.maxLength ?? shape.maxItems } = shape;
  const noun = { array: 'a list', object: 'a section', string: 'text', number: 'a number', integer: 'a whole number' };
  const type = shape.type === undefined ? 'a value' : shape.type === 'boolean' ? 'true or false' : noun[shape.type];
  const unit = shape.type === 'string' ? ' characters' : shape.type === 'array' ? ' items' : '';
  const bounds =
    low === undefined && high === undefined
      ? ''
      : high === undefined
        ? `, at least ${low}${unit}`
        : low === undefined
          ? `, at most ${high}${unit}`
          : `, ${low} to ${high}${unit}`;
  return listed.length > 0 ? `one of ${listed.join(', ')}` : `${type}${bounds}`;
}

/** Keys nobody would read, at any depth: a typo must not silently mean the default. */
function unknownKeys(value: unknown, shape: Shape | undefined, path: Path): ConfigFinding[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => unknownKeys(item, shape?.items, [...path, index]));
  const branch = shape && branchFor(shape, value);
  if (!isTree(value) || branch === undefined || (branch.type !== 'object' && branch.properties === undefined))
    return [];
  const known = Object.keys(branch.properties ?? {});
  return Object.entries(value).flatMap(([key, child]): ConfigFinding[] => {
    const childShape = childOf(branch, key);
    if (childShape !== undefined) return unknownKeys(child, childShape, [...path, key]);
    if (branch.properties === undefined && branch.additionalProperties === undefined) return [];
    const wrong = 'is not a known key';
    if (known.includes(`${key}File`)) {
      const remedy = `a secret never stands in the configuration: put it into a file and name that in ${key}File`;
      return [{ path: [...path, key], wrong, remedy }];
    }
    const list = known.length > 0 && known.length <= 20 ? `known here: ${known.join(', ')}` : 'remove it';
    return [{ path: [...path, key], wrong, remedy: suggestion(key, known) ?? list }];
  });
}

function fromSchema(schema: ZodType, value: unknown, prefix: Path, root: Shape, whole: Tree): ConfigFinding[] {
  const result = schema.safeParse(value);
  if (result.success) return [];
  return result.error.issues.flatMap((issue: z.core.$ZodIssue): ConfigFinding[] => {
    if (issue.code === 'unrecognized_keys') return [];
    const path = [...prefix, ...issue.path.filter((step) => typeof step !== 'symbol')];
    const given = path.reduce<unknown>(
      (here, step) => (typeof here === 'object' && here !== null ? Reflect.get(here, step) : undefined),
      whole,
    );
    const shape = shapeAt(root, whole, path);
    if (issue.code === 'invalid_key')
      return [{ path, wrong: 'is not a valid name', remedy: 'use a-z, 0-9 and -, at most 63 characters' }];
    if (issue.code === 'invalid_union' && 'options' in issue && Array.isArray(issue.options))
      return [{ path, wrong: 'has no such kind', remedy: hint(given, issue.options.map(String)) }];
    if (given === undefined) {
      const [sentence = ''] = shape?.description?.split(/\.(?: |$)/, 1) ?? [];
      const about = sentence === '' ? '' : `: ${sentence}`;
      return [{ path, wrong: 'is missing', remedy: `give ${inWords(shape)}${about}` }];
    }
    if (issue.code === 'invalid_value')
      return [{ path, wrong: 'is not one of its values', remedy: hint(given, issue.values.map(String)) }];
    const wrong = issue.message.replace(/^Invalid (input|string): /, '');
    return [{ path, wrong: wrong.charAt(0).toLowerCase() + wrong.slice(1), remedy: `give ${inWords(shape)}` }];
  });
}

const hint = (given: unknown, values: readonly string[]) =>
  `${typeof given === 'string' ? `${suggestion(given, values) ?? ''} ` : ''}one of ${values.join(', ')}`.trim();

/** `scheme://user:password@host`: a URL goes into logs and messages, so it must not carry a secret. */
const WITH_CREDENTIALS = /^[a-z][a-z0-9+.-]*:\/\/[^/?#\s]*@/i;

function credentialsInUrls(value: unknown, path: Path): ConfigFinding[] {
  if (typeof value === 'string' && WITH_CREDENTIALS.test(value))
    return [{ path, wrong: 'holds credentials', remedy: 'keep them out of the URL: use the key ending in File' }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) =>
    credentialsInUrls(child, [...path, Array.isArray(value) ? Number(key) : key]),
  );
}

/** A responder that is named but not there would be noticed only when something must be contained. */
function unknownResponders({ respond }: Tree): ConfigFinding[] {
  if (!isTree(respond)) return [];
  const known = isTree(respond.responders) ? Object.keys(respond.responders) : [];
  const policies: readonly unknown[] = Array.isArray(respond.policies) ? respond.policies : [];
  const named: [Path, unknown][] = [
    [['respond', 'responder'], respond.responder],
    ...policies.map((policy, index): [Path, unknown] => [
      ['respond', 'policies', index, 'responder'],
      isTree(policy) ? policy.responder : undefined,
    ]),
  ];
  return named
    .filter(([, name]) => typeof name === 'string' && !known.includes(name))
    .map(([path, name]) => ({
      path,
      wrong: 'names no responder',
      remedy: known.length === 0 ? 'describe it under respond.responders' : hint(name, known),
    }));
}

const without = (tree: Tree, ...keys: readonly string[]) =>
  Object.fromEntries(Object.entries(tree).filter(([key]) => !keys.includes(key)));

/** Options of the parts that are configured, each held against its own schema. */
function partProblems(
  whole: Tree,
  root: Shape,
  detectors: Parts | undefined,
  sinks: Parts | undefined,
): ConfigFinding[] {
  const found: ConfigFinding[] = [];
  const detect = isTree(whole.detect) && isTree(whole.detect.detectors) ? whole.detect.detectors : {};
  for (const [id, options] of Object.entries(detect)) {
    const part = detectors?.get(id);
    if (part && isTree(options))
      found.push(...fromSchema(part.options, without(options, 'enabled'), ['detect', 'detectors', id], root, whole));
    if (part && isTree(options) && options.enabled !== undefined && typeof options.enabled !== 'boolean')
      found.push({
        path: ['detect', 'detectors', id, 'enabled'],
        wrong: 'is no boolean',
        remedy: 'give true or false',
      });
  }
  for (const [name, sink] of Object.entries(isTree(whole.sinks) ? whole.sinks : {})) {
    if (sinks === undefined || !isTree(sink) || typeof sink.type !== 'string') continue;
    const part = sinks.get(sink.type);
    if (part) found.push(...fromSchema(part.options, without(sink, 'type', 'filter'), ['sinks', name], root, whole));
    else
      found.push({
        path: ['sinks', name, 'type'],
        wrong: 'is no sink type',
        remedy: hint(sink.type, [...sinks.keys()]),
      });
  }
  return found;
}

/** All findings, in no particular order; empty when the settings are good. */
export function findProblems(whole: Tree, root: Shape, detectors?: Parts, sinks?: Parts): ConfigFinding[] {
  return [
    ...unknownKeys(whole, root, []),
    ...fromSchema(configSchema, whole, [], root, whole),
    ...partProblems(whole, root, detectors, sinks),
    ...credentialsInUrls(whole, []),
    ...unknownResponders(whole),
  ];
}
