/** A log line for a person at a terminal; the JSON of the same line is for machines. */
import { visible } from '../render/visible.ts';

/** What a line begins with, or says in another place. */
const OWN = new Set(['level', 'time', 'pid', 'hostname', 'event', 'msg']);
const LEVEL_WIDTH = 5;
const PLAIN = /^[^\s"'=\\]+$/;

const quoted = (value: unknown) => {
  const text = typeof value === 'string' ? value : String(JSON.stringify(value));
  return PLAIN.test(text) ? text : `"${text.replaceAll('"', "'")}"`;
};

interface Described {
  readonly type?: string;
  readonly message: string;
  readonly remedy?: string;
  readonly stack?: string;
}

const isDescribed = (value: unknown): value is Described =>
  typeof value === 'object' && value !== null && typeof (value as Described).message === 'string';

/** What went wrong, beneath its line: the message, then its remedy, or for a bug where it came from. */
function* beneath({ message, remedy, stack }: Described): Generator<string> {
  yield message;
  if (remedy !== undefined && remedy !== '') yield remedy;
  for (const place of stack?.split('\n') ?? []) if (/^\s+at /.test(place)) yield place.trim();
}

/** One line of the log as text, its end included; a line of no known form stays as it is, but made visible. */
export function readable(json: string): string {
  let line: Record<string, unknown>;
  try {
    line = JSON.parse(json) as Record<string, unknown>;
  } catch {
    return `${visible(json.trimEnd())}\n`;
  }
  const entries = Object.entries(line).filter(([name]) => !OWN.has(name));
  const fields = entries.flatMap(([name, value]) => (isDescribed(value) ? [] : [`${name}=${quoted(value)}`]));
  const faults = entries.flatMap(([, value]) => (isDescribed(value) ? [...beneath(value)] : []));
  const time = String(line.time).replace(/\.\d+Z$/, 'Z');
  const head = [time, String(line.level).padEnd(LEVEL_WIDTH), String(line.msg), ...fields].join(' ');
  return [head, ...faults.map((text) => `    ${text}`)].map((text) => `${visible(text)}\n`).join('');
}
