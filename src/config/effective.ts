/** The configuration as it is in force, for `tidemark config show --effective`: every key, its value with secrets taken out, and where it was said. */
import { isTree } from './layer.ts';
import type { Path } from './shape.ts';

export interface EffectiveSetting {
  /** Dotted key, such as `kafka.groupId`. */
  readonly key: string;
  readonly value: unknown;
  /** `default`, `file:line:column`, `env NAME` or `command line`. */
  readonly origin: string;
}

export const REDACTED = '[redacted]';
/** Keys whose value could be a secret; the name of a file that holds one is not. */
const SECRET = /(password|passphrase|secret|token|pepper|apikey|authorization|cookie|credential)s?$/i;

/** Plain values, lists and empty sections of a configuration, each with its path. */
export function leaves(value: unknown, path: Path = []): { path: Path; value: unknown }[] {
  if (!isTree(value) || Object.keys(value).length === 0) return value === undefined ? [] : [{ path, value }];
  return Object.entries(value).flatMap(([key, child]) => leaves(child, [...path, key]));
}

function redact(key: string, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => redact(key, item));
  if (isTree(value))
    return Object.fromEntries(Object.entries(value).map(([name, child]) => [name, redact(name, child)]));
  if (value !== undefined && SECRET.test(key)) return REDACTED;
  return typeof value === 'string' ? value.replace(/(:\/\/)[^/?#\s]*@/, `$1${REDACTED}@`) : value;
}

/** Every setting in force, in the order of the schema. */
export function effective(config: object, origins: ReadonlyMap<string, string>): EffectiveSetting[] {
  return leaves(config).map(({ path, value }) => ({
    key: path.join('.'),
    value: redact(String(path.at(-1)), value),
    origin: origins.get(path.join('.')) ?? 'default',
  }));
}
