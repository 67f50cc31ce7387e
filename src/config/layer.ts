/** One place settings come from, and how several places make one configuration. */
import type { Path } from './shape.ts';

export type Tree = Readonly<Record<string, unknown>>;

export interface Layer {
  readonly value: Tree;
  /** Where this layer says what stands at `path`, which it has: `file:line:column`, `env NAME`, `command line`. */
  at(path: Path): string;
}

export const isTree = (value: unknown): value is Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function merge(low: Tree, high: Tree): Tree {
  const merged = new Map(Object.entries(low));
  for (const [key, value] of Object.entries(high)) {
    const below = merged.get(key);
    if (value !== undefined) merged.set(key, isTree(below) && isTree(value) ? merge(below, value) : value);
  }
  // fromEntries defines own keys, so that a key called __proto__ stays a key and is reported as unknown.
  return Object.fromEntries(merged);
}

/** Later layers win, key by key; a list or a plain value replaces what is below it whole. */
export const mergeLayers = (layers: readonly Layer[]): Tree =>
  layers.reduce<Tree>((low, { value }) => merge(low, value), {});

/** How many steps of `path` exist in `value`, and whether a list or plain value on the way hides the layers below. */
function reach(value: unknown, path: Path): { depth: number; hides: boolean } {
  let here = value;
  let hides = false;
  for (const [depth, step] of path.entries()) {
    hides ||= !isTree(here);
    if (typeof here !== 'object' || here === null) return { depth, hides };
    if (!Object.hasOwn(here, step) || Reflect.get(here, step) === undefined) return { depth, hides };
    here = Reflect.get(here, step);
  }
  return { depth: path.length, hides: hides || !isTree(here) };
}

/** Where what stands at `path` was said, or, when it was said nowhere, its nearest parent. */
export function originOf(layers: readonly Layer[], path: Path): { at: string; exact: boolean } {
  let best: { depth: number; layer: Layer } | undefined;
  for (const layer of layers.toReversed()) {
    const { depth, hides } = reach(layer.value, path);
    if (depth > (best?.depth ?? 0)) best = { depth, layer };
    if (hides) break;
  }
  if (best === undefined) return { at: 'default', exact: false };
  return { at: best.layer.at(path.slice(0, best.depth)), exact: best.depth === path.length };
}
