/** Reads settings from environment variables: `TIDEMARK_KAFKA__GROUP_ID` is `kafka.groupId`. */
import type { ConfigProblem } from './config-error.ts';
import { isTree, type Layer, type Tree } from './layer.ts';
import { nearest } from './nearest.ts';
import { branches, type Path, type Shape } from './shape.ts';

const PREFIX = 'TIDEMARK_';

const upper = (step: string | number) => String(step).replaceAll(/[A-Z]/g, '_$&').replaceAll('-', '_').toUpperCase();

/** Name of the variable that sets a key. */
export const envName = (path: Path): string => PREFIX + path.map(upper).join('__');

/** The key a segment names in an object: one it may have, one that is there already, or a new one where any name will do. */
function keyNamed(segment: string, shape: Shape, existing: unknown): string | undefined {
  const known = branches(shape).flatMap((branch) => Object.keys(branch.properties ?? {}));
  const present = isTree(existing) ? Object.keys(existing) : [];
  const match = [...known, ...present].find((key) => upper(key) === segment);
  const open = branches(shape).some((branch) => branch.additionalProperties && branch.properties === undefined);
  return match ?? (open ? segment.toLowerCase().replaceAll('_', '-') : undefined);
}

/** Every alternative meaning of a key of an object, alternatives of the object included. */
function childShape(shape: Shape, key: string): Shape | undefined {
  const children = branches(shape).flatMap((branch) => {
    const child = branch.properties?.[key] ?? (branch.additionalProperties || undefined);
    return child === undefined ? [] : [child];
  });
  return children.length > 1 ? { oneOf: children } : children[0];
}

const WRONG = Symbol('wrong');

/** A variable's text as the type its key has; text that is no such value is left for the schema to refuse. */
function typed(text: string, shape: Shape): unknown {
  const types = new Set(branches(shape).map(({ type }) => type));
  const json = () => {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      return WRONG;
    }
  };
  if (types.has('array')) {
    if (text.trimStart().startsWith('[')) return json();
    return text
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '');
  }
  if (types.has('string')) return text;
  if (types.has('object')) return json();
  if (/^(true|false)$/.test(text)) return text === 'true';
  if (/^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text)) return Number(text);
  return text;
}

function leafNames(shape: Shape, path: Path): string[] {
  const children = branches(shape).flatMap((branch) => Object.entries(branch.properties ?? {}));
  return children.length === 0 ? [envName(path)] : children.flatMap(([key, child]) => leafNames(child, [...path, key]));
}

/**
 * The layer of all `TIDEMARK_...` variables with a double underscore or a section's name; others are not settings. An empty variable counts as absent.
 * `below` is what the files say: its keys give names their spelling.
 */
export function readEnv(
  env: Readonly<Record<string, string | undefined>>,
  root: Shape,
  below: Tree,
): { layer: Layer; problems: readonly ConfigProblem[] } {
  const problems: ConfigProblem[] = [];
  const names = new Map<string, string>();
  const value: Record<string, unknown> = {};
  for (const name of Object.keys(env).sort()) {
    const text = env[name];
    const segments = name.slice(PREFIX.length).split('__');
    if (!name.startsWith(PREFIX) || text === undefined || text === '') continue;
    if (segments.length === 1 && keyNamed(segments[0]!, root, undefined) === undefined) continue;
    const path: string[] = [];
    let shape: Shape | undefined = root;
    let existing: unknown = below;
    for (const segment of segments) {
      const key: string | undefined = shape && keyNamed(segment, shape, existing);
      if (key === undefined) shape = undefined;
      if (key === undefined || shape === undefined) break;
      path.push(key);
      shape = childShape(shape, key);
      existing = isTree(existing) && Object.hasOwn(existing, key) ? existing[key] : undefined;
    }
    const parsed = shape === undefined ? WRONG : typed(text, shape);
    if (parsed === WRONG) {
      const meant = nearest(name, leafNames(root, []));
      problems.push({
        at: `env ${name}`,
        key: '',
        wrong: shape === undefined ? 'is no setting' : 'is not JSON',
        remedy:
          shape === undefined
            ? `${meant ? `did you mean ${meant}? ` : ''}Names are TIDEMARK_SECTION__KEY, and a secret goes into a file named by ..._FILE`
            : 'write it as JSON, or set its keys one by one',
      });
      continue;
    }
    names.set(JSON.stringify(path), name);
    let here = value;
    for (const step of path.slice(0, -1)) {
      const next = isTree(here[step]) ? (here[step] as Record<string, unknown>) : {};
      here[step] = next;
      here = next;
    }
    here[path.at(-1)!] = parsed;
  }
  return {
    layer: {
      value,
      at: (path) => {
        for (let length = path.length; length > 0; length--) {
          const name = names.get(JSON.stringify(path.slice(0, length)));
          if (name !== undefined) return `env ${name}`;
        }
        return `env ${envName(path)}`;
      },
    },
    problems,
  };
}
