/** Reads one YAML file into a layer that knows the line and column of every key. */
import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import type { ConfigProblem } from './config-error.ts';
import { isTree, type Layer, type Tree } from './layer.ts';
import { readBounded } from './read-bounded.ts';
import type { Path } from './shape.ts';

const MAX_BYTES = 1024 * 1024;
/** Values a file may expand to: aliases of aliases grow exponentially. */
const MAX_VALUES = 100_000;
const MAX_DEPTH = 32;

const REMEDIES: Readonly<Record<string, string>> = {
  DUPLICATE_KEY: 'keep one of the two',
  TAB_AS_INDENT: 'indent with spaces',
  MULTIPLE_DOCS: 'keep one document: remove the `---` between them',
  TAG_RESOLVE_FAILED: 'remove the tag: plain values are enough here',
  BAD_INDENT: 'align the keys of one section and close every bracket',
  MISSING_CHAR: 'close the quote or bracket',
  RESOURCE_EXHAUSTION: 'this is no configuration: name the right file',
};

type Result = { readonly layer: Layer } | { readonly problems: readonly ConfigProblem[] } | { readonly absent: true };

/** Reads a configuration file; every trouble with it is a problem with a place, never an exception. */
export function readYaml(file: string): Result {
  const read = readBounded(file, MAX_BYTES);
  const whole = (wrong: string, remedy: string) => ({ problems: [{ at: file, key: '', wrong, remedy }] });
  if (read.status === 'absent') return { absent: true };
  if (read.status === 'unreadable') return whole(read.wrong, 'give this user the right to read it');
  if (read.status !== 'read') return whole(read.wrong, 'name a YAML file with the settings');
  try {
    return parseYaml(file, new TextDecoder('utf-8', { fatal: true }).decode(read.bytes));
  } catch (error) {
    if (error instanceof TypeError) return whole('is not UTF-8 text', 'save it as UTF-8, or name the right file');
    throw error;
  }
}

/** Parses text that is at hand already; messages call it by `file`. */
export function parseYaml(file: string, text: string): Exclude<Result, { absent: true }> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const problems: ConfigProblem[] = [];
  const place = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  const report = (offset: number, path: Path, wrong: string, remedy: string) => {
    problems.push({ at: place(offset), key: path.join('.'), wrong, remedy });
  };
  for (const { code, message, pos } of [...document.errors, ...document.warnings])
    report(pos[0], [], message.split('\n')[0]!, REMEDIES[code] ?? 'correct the YAML');
  if (problems.length > 0) return { problems };

  const places = new Map<string, string>();
  let values = 0;
  const plain = (node: Node | null, path: Path): unknown => {
    const offset = node?.range?.[0] ?? 0;
    if (problems.length > 0) return undefined;
    if (++values > MAX_VALUES) report(offset, path, `holds more than ${MAX_VALUES} values`, 'use fewer aliases');
    if (path.length > MAX_DEPTH) report(offset, path, 'is nested too deeply', 'no setting lies that deep');
    if (problems.length > 0 || node === null) return null;
    if (isAlias(node)) {
      const target = node.resolve(document);
      if (target === undefined) report(offset, path, 'names an anchor that does not exist', 'define it above');
      return target && plain(target, path);
    }
    if (isScalar(node)) return node.value;
    const list: unknown[] = [];
    if (isSeq(node)) {
      for (const [index, item] of (node.items as Node[]).entries()) {
        places.set(JSON.stringify([...path, index]), place(item?.range?.[0] ?? offset));
        list.push(plain(item, [...path, index]));
      }
      return list;
    }
    if (!isMap<Node, Node | null>(node)) return undefined;
    const entries: [string, unknown][] = [];
    for (const { key, value } of node.items) {
      const at = key.range?.[0] ?? offset;
      if (!isScalar(key) || key.value === null || typeof key.value === 'object') {
        report(at, path, 'has a key that is not a word', 'write `key: value`');
        continue;
      }
      const name = String(key.value);
      places.set(JSON.stringify([...path, name]), place(at));
      entries.push([name, plain(value, [...path, name])]);
    }
    return Object.fromEntries(entries);
  };

  const root = document.contents === null ? {} : plain(document.contents, []);
  if (problems.length === 0 && !isTree(root))
    report(0, [], 'is not a list of settings', 'write `section:` and its keys');
  if (problems.length > 0) return { problems };
  return { layer: { value: root as Tree, at: (path) => places.get(JSON.stringify(path)) ?? file } };
}
