/** Shows the keys of a schema as a Markdown table: key, what it takes, default, meaning. */
import { inWords } from '../config/find-problems.ts';
import { envName } from '../config/read-env.ts';
import { branches, type Shape } from '../config/shape.ts';

export interface Option {
  /** Dotted key; `[]` marks the items of a list, `<name>` a name of one's own. */
  readonly key: string;
  readonly takes: string;
  readonly byDefault: string;
  readonly means: string;
  /** Environment variable, where one can set it. */
  readonly env?: string;
}

const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const isSection = (shape: Shape) => branches(shape).some(({ properties }) => properties !== undefined);

/** Every key below a shape that takes a value, in the order of the schema. */
export function optionsOf(shape: Shape, path: readonly string[] = [], settable = true): Option[] {
  const rows = new Map<string, Option>();
  for (const branch of branches(shape)) {
    for (const [key, child] of Object.entries(branch.properties ?? {})) {
      const here = [...path, key];
      const needed = branch.required?.includes(key) && child.default === undefined;
      const found: Option[] = isSection(child)
        ? optionsOf(child, here, settable)
        : [
            {
              key: here.join('.'),
              takes: inWords(child),
              byDefault: needed ? 'required' : child.default === undefined ? '' : JSON.stringify(child.default),
              means: child.description ?? '',
              ...(settable && { env: envName(here) }),
            },
            ...(child.items && isSection(child.items) ? optionsOf(child.items, [...path, `${key}[]`], false) : []),
            ...(child.additionalProperties && isSection(child.additionalProperties)
              ? optionsOf(child.additionalProperties, [...here, '<name>'], settable)
              : []),
          ];
      for (const option of found) {
        const same = rows.get(option.key);
        const takes =
          same && same.takes !== option.takes ? `${same.takes}, ${option.takes.replace(/^one of /, '')}` : option.takes;
        rows.set(option.key, { ...option, takes });
      }
    }
  }
  return [...rows.values()];
}

/** The table itself; `withEnv` adds a column of environment variables. */
export function optionsTable(options: readonly Option[], withEnv = false): string {
  if (options.length === 0) return 'No options.\n';
  const head = ['key', 'takes', 'default', 'meaning', ...(withEnv ? ['environment variable'] : [])];
  const rows = options.map(({ key, takes, byDefault, means, env }) => [
    `\`${key}\``,
    takes,
    byDefault === '' || byDefault === 'required' ? byDefault : `\`${byDefault}\``,
    means,
    ...(withEnv ? [env === undefined ? '' : `\`${env}\``] : []),
  ]);
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |\n`;
  return [head, head.map(() => '---'), ...rows].map(line).join('');
}
