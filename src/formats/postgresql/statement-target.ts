/** Finds the thing that a statement of SQL is about where the log names none: the role made, the table granted, the file copied from. */

export interface StatementTarget {
  readonly id: string;
  readonly type: string;
  /** True for what belongs to the whole server and to no database: roles, databases, tablespaces. */
  readonly isGlobal: boolean;
}

/** Only the head of a statement is searched: the object stands there. */
const HEAD = 1_024;
const GLOBAL = new Set(['role', 'user', 'group', 'database', 'tablespace', 'server file', 'program', 'system']);

const NAME = String.raw`((?:"(?:[^"]|"")*"|[\w$]+)(?:\s*\.\s*(?:"(?:[^"]|"")*"|[\w$]+))*)`;
const make = (source: string) => new RegExp(source.replaceAll('NAME', NAME), 'i');

/** First match counts. The named group `type` may be left out where the word before the name tells it. */
const RULES: readonly (readonly [RegExp, string | undefined])[] = [
  [make(String.raw`^set\s+(?:local\s+|session\s+)?role\s+(?:to\s+)?'?NAME`), 'role'],
  [make(String.raw`^set\s+(?:local\s+|session\s+)?session\s+authorization\s+'?NAME`), 'role'],
  [make(String.raw`^copy\s+(?:\(|NAME)[^;]*?\s(?:from|to)\s+program\s+'([^']+)'`), 'program'],
  [make(String.raw`^copy\s+NAME`), 'table'],
  [
    make(
      String.raw`^(?:grant|revoke)\s[^;]*?\son\s+(?:(table|schema|database|sequence|function|procedure|routine|language|type|domain|tablespace|large\s+object|foreign\s+server|foreign\s+data\s+wrapper|all\s+\w+\s+in\s+schema)\s+)?NAME`,
    ),
    undefined,
  ],
  [make(String.raw`^(?:grant|revoke(?:\s+admin\s+option\s+for)?)\s+NAME\b[^;]*?\s(?:to|from)\s`), 'role'],
  [
    make(
      String.raw`^(?:create|alter|drop|comment\s+on|security\s+label\s+on|refresh|reindex|cluster|vacuum|analyze|lock|truncate)\s+(?:or\s+replace\s+|unique\s+|temp(?:orary)?\s+|unlogged\s+|global\s+|local\s+|trusted\s+|procedural\s+|constraint\s+|full\s+|\([^)]*\)\s+)*(role|user(?!\s+mapping)|group|database|schema|table|tablespace|view|materialized\s+view|sequence|index|function|procedure|routine|aggregate|trigger|event\s+trigger|type|domain|extension|policy|publication|subscription|foreign\s+table|foreign\s+data\s+wrapper|server|language|rule|statistics|collation|cast|operator|system)\s+(?:concurrently\s+)?(?:if\s+(?:not\s+)?exists\s+)?(?:only\s+)?NAME`,
    ),
    undefined,
  ],
  [
    make(
      String.raw`^(?:insert\s+into|delete\s+from(?:\s+only)?|merge\s+into|update(?:\s+only)?|truncate|lock|vacuum|analyze|cluster)\s+NAME`,
    ),
    'table',
  ],
  [make(String.raw`^call\s+NAME`), 'procedure'],
  [make(String.raw`^(?:select|table|with)\b[^;]*?\bfrom\s+(?:only\s+|lateral\s+)?NAME`), 'table'],
];

/** Comments and blanks before the first word say nothing. */
const before = (text: string) => text.replace(/^(?:\s+|--[^\n]*\n|\/\*[\s\S]*?\*\/)+/, '');
/** Names compare in lower case, unless they are quoted. */
const bare = (name: string) =>
  name
    .split(/\s*\.\s*(?=(?:[^"]*"[^"]*")*[^"]*$)/)
    .map((part) => (part.startsWith('"') ? part.slice(1, -1).replaceAll('""', '"') : part.toLowerCase()))
    .join('.');

/** What the statement names first, or undefined where it names nothing that is known. Never throws; looks at 1 kB. */
export function statementTarget(statement: string): StatementTarget | undefined {
  const text = before(statement.slice(0, HEAD));
  for (const [rule, type] of RULES) {
    const found = rule.exec(text);
    if (found === null) continue;
    const parts = found.slice(1).filter((part) => part !== undefined);
    const name = parts.at(-1);
    if (name === undefined) continue;
    const said = (type ?? (parts.length > 1 ? parts[0]! : 'table')).toLowerCase().replace(/\s+/g, ' ');
    const kind = said === 'user' || said === 'group' ? 'role' : said.startsWith('all ') ? 'schema' : said;
    return { id: kind === 'program' ? name : bare(name), type: kind, isGlobal: GLOBAL.has(kind) };
  }
  return undefined;
}
