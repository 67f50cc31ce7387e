/** How an activity lies in the `activity` table, and how it is read back unchanged. */
import type { Activity } from '../../../schemas/activity.ts';
import type { Located } from '../../core/engine-contract.ts';
import { ACTIVITY_FIELDS, FIELD_GROUPS, type Field } from '../../ingest/activity-fields.ts';
import type { Span } from '../../ports/stream.ts';
import {
  type Column,
  instant,
  itself,
  maybeFlag,
  maybeInstant,
  maybeNumber,
  number,
  text,
  word,
  words,
} from './native.ts';

/** What '' and [] cannot tell: whether an optional list or object, perhaps empty, was there at all. */
const PRESENT: Readonly<Record<string, number>> = {
  onBehalfOf: 1,
  scopes: 2,
  'run.declared': 4,
  amount: 8,
  change: 16,
  'change.rights': 32,
  recipients: 64,
};

const NOBODY: readonly string[] = [];

/** `onBehalfOf[].id` lies in `on_behalf_of_id`. */
const columnName = (path: string) =>
  path
    .replace(/\[\]$/, '')
    .replace('[]', '')
    .replaceAll('.', '_')
    .replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

function columnOf(path: string, { kind, spread, isRequired, key, get }: Field): Column<Located> {
  const name = columnName(path);
  const of =
    <Value>() =>
    (row: Located) =>
      get(row.activity) as Value;
  if (path.endsWith('[]')) return words(name, of<readonly string[] | undefined>(), itself);
  if (path.includes('[]'))
    return words(name, of<readonly Record<string, string>[] | undefined>(), (item) => item[key]!);
  switch (kind) {
    case 'instant':
      return isRequired ? instant(name, of<string>()) : maybeInstant(name, of<string | undefined>());
    case 'flag':
      return maybeFlag(name, of<boolean | undefined>());
    case 'integer':
      return maybeNumber(name, 'UInt32', of<number | undefined>());
    case 'number':
      return maybeNumber(name, 'Float64', of<number | undefined>());
    default:
      return (spread === 'few' ? word : text)(name, of<string | undefined>());
  }
}

const FIELD_COLUMNS = [...ACTIVITY_FIELDS].map(([path, field]) => columnOf(path, field));

/** Columns of one chunk. Text is absent where it is ''; the schema forbids empty text. */
export function activityColumns(span: Pick<Span, 'topic' | 'partition'>): readonly Column<Located>[] {
  return [
    ...FIELD_COLUMNS,
    word('identity_home', ({ activity: { identity } }) => homeKey(identity)),
    number('present', 'UInt8', (row) => presence(row.activity)),
    word('topic', () => span.topic),
    number('partition', 'UInt32', () => span.partition),
    number('offset', 'Int64', (row) => row.offset),
    number('first_offset', 'Int64', (row) => row.offset),
  ];
}

/** What one act has that another one has not, for `LIMIT 1 BY`: an id and a moment may be those of several. As `keyOfAct` tells them apart. */
export const EACH_ACT = ['tenant', 'id', 'identity_id', 'identity_provider', 'identity_account', 'at']
  .concat(['action_name', 'resource_id', 'outcome', 'source_ip'])
  .map((name) => `activity.${name}`)
  .join(', ');

/** Of two accounts that use one name and one id of an event, each keeps its row. */
const homeKey = ({ provider, account }: Activity['identity']) =>
  account === undefined ? provider : `${provider}\u0000${account}`;

function presence({ onBehalfOf, scopes, run, amount, change, recipients }: Activity): number {
  return (
    (onBehalfOf === undefined ? 0 : PRESENT.onBehalfOf!) |
    (scopes === undefined ? 0 : PRESENT.scopes!) |
    (run?.declared === undefined ? 0 : PRESENT['run.declared']!) |
    (amount === undefined ? 0 : PRESENT.amount!) |
    (change === undefined ? 0 : PRESENT.change!) |
    (change?.rights === undefined ? 0 : PRESENT['change.rights']!) |
    (recipients === undefined ? 0 : PRESENT.recipients!)
  );
}

const INSTANTS = new Set(
  [...ACTIVITY_FIELDS].filter(([, { kind }]) => kind === 'instant').map(([path]) => columnName(path)),
);
const names = [...FIELD_COLUMNS.map(({ name }) => name), 'present'];

/** What to select so that `toActivity` can read the row; instants as milliseconds. */
export const ACTIVITY_SELECT = names
  .map((name) => (INSTANTS.has(name) ? `toUnixTimestamp64Milli(activity.${name})` : `activity.${name}`))
  .join(', ');

/** Where the value of each field lies in a selected row. */
const AT = new Map([...ACTIVITY_FIELDS.values()].map((field, index) => [field, index]));

function fromCell({ kind }: Field, cell: unknown): unknown {
  switch (kind) {
    case 'instant':
      return cell === null ? undefined : new Date(Number(cell)).toISOString();
    case 'integer':
    case 'number':
      return cell === null ? undefined : Number(cell);
    case 'flag':
      return cell ?? undefined;
    default:
      return cell === '' ? undefined : cell;
  }
}

/** A row selected by `ACTIVITY_SELECT` as the activity it was. */
export function toActivity(row: readonly unknown[]): Activity {
  const present = Number(row[names.length - 1]);
  const cellOf = (field: Field) => row[AT.get(field)!];
  const activity: Record<string, unknown> = {};
  for (const { key, isRequired, fields, lists } of FIELD_GROUPS) {
    const into: Record<string, unknown> = key === '' ? activity : {};
    for (const field of fields) {
      const value = fromCell(field, cellOf(field));
      if (value !== undefined) into[field.key] = value;
    }
    for (const list of lists) {
      if (!(present & PRESENT[list.name]!)) continue;
      const cells = list.fields.map((field) => (cellOf(field) as readonly string[] | undefined) ?? NOBODY);
      into[list.key] =
        list.fields[0]!.key === ''
          ? cells[0]
          : cells[0]!.map((_, item) =>
              Object.fromEntries(list.fields.map((field, at) => [field.key, cells[at]![item]])),
            );
    }
    if (key === '') continue;
    // An object whose id is required is there when its id is; others say it by a bit, but for `source`, which is always there.
    const isThere = isRequired || key === 'source' || ('id' in into ? true : (present & (PRESENT[key] ?? 0)) > 0);
    if (isThere) activity[key] = into;
  }
  return activity as Activity;
}

for (const { key, isRequired, fields, lists } of FIELD_GROUPS) {
  const tells =
    key === '' || key === 'source' || isRequired || fields.some((field) => field.key === 'id' && field.isRequired);
  for (const name of [...(tells ? [] : [key]), ...lists.map((list) => list.name)])
    if (PRESENT[name] === undefined)
      throw new Error(`${name} needs a bit in PRESENT: empty and absent look alike in the store`);
}
