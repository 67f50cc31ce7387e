/** Protobuf as JSON, with names as the schema spells them; well-known types as protobuf's own JSON has them. */
import protobuf from 'protobufjs';
import { textOfBytes } from './schema-registry-bytes.ts';
import type { Decoder, Schema } from './schema-registry-schema.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Puts a file and all that it imports into one root. `loaded`: names of files that are there; several may import the same. */
function load(root: protobuf.Root, { text, references }: Schema, loaded: Set<string>): void {
  for (const { name, schema } of references) {
    if (loaded.has(name)) continue;
    loaded.add(name);
    load(root, schema, loaded);
  }
  const parsed = protobuf.parse(text, root, { keepCase: true });
  for (const name of [...(parsed.imports ?? []), ...(parsed.weakImports ?? [])]) {
    const common = loaded.has(name) ? null : protobuf.common.get(name);
    loaded.add(name);
    if (common?.nested !== undefined) root.addJSON(common.nested);
  }
}

const messagesOf = (of: protobuf.NamespaceBase) =>
  of.nestedArray.filter((one): one is protobuf.Type => one instanceof protobuf.Type);

/** Throws when the schema is no Protobuf schema. */
export function protobufDecoder(schema: Schema): Decoder {
  const root = new protobuf.Root();
  // The messages of the file itself, in its order, beside those of other files in the same package.
  const own = new protobuf.Root();
  const parsed = protobuf.parse(schema.text, own, { keepCase: true });
  load(root, schema, new Set());
  root.resolveAll();
  const within = parsed.package === undefined ? own : own.lookup(parsed.package);
  const tops = within === null ? [] : messagesOf(within as protobuf.NamespaceBase);
  return (payload) => {
    const reader = protobuf.Reader.create(payload);
    const [top = 0, ...inside] = indexesIn(reader);
    let name = tops[top]?.fullName;
    let at: protobuf.Type | undefined = tops[top];
    for (const index of inside) {
      at = at === undefined ? undefined : messagesOf(at)[index];
      name = at?.fullName;
    }
    if (name === undefined) throw new Error('no such message in the schema');
    const type = root.lookupType(name);
    return JSON.stringify(plainOf(type.decode(payload.subarray(reader.pos)) as unknown as Fields, type));
  };
}

/** Which message of the file it is: a row of positions, each within the one before; a single zero stands for the first. */
function indexesIn(reader: protobuf.Reader): number[] {
  const count = reader.sint32();
  if (count < 0 || count > reader.len) throw new Error('no row of positions');
  return Array.from({ length: count }, () => reader.sint32());
}

const numberOf = (value: unknown) => (typeof value === 'object' && value !== null ? Number(String(value)) : value);

function plainOf(message: Fields, type: protobuf.Type): unknown {
  switch (type.fullName) {
    case '.google.protobuf.Timestamp':
      return momentOf(message);
    case '.google.protobuf.Struct':
      return objectOf(message.fields, (value) => jsonOf(value as Fields));
    case '.google.protobuf.Value':
      return jsonOf(message);
    case '.google.protobuf.ListValue':
      return listOf(message.values).map((value) => jsonOf(value as Fields));
  }
  if (/^\.google\.protobuf\.(?:(?:Double|Float|U?Int(?:32|64)|Bool|String)Value)$/.test(type.fullName))
    return numberOf(message.value) ?? null;
  const plain: [string, unknown][] = [];
  for (const field of type.fieldsArray) {
    if (!Object.hasOwn(message, field.name)) continue;
    const value = message[field.name];
    if (field instanceof protobuf.MapField) plain.push([field.name, objectOf(value, (one) => single(one, field))]);
    else
      plain.push([field.name, field.repeated ? listOf(value).map((one) => single(one, field)) : single(value, field)]);
  }
  return Object.fromEntries(plain);
}

function single(value: unknown, field: protobuf.FieldBase): unknown {
  const { resolvedType } = field;
  if (resolvedType instanceof protobuf.Enum) return resolvedType.valuesById[value as number] ?? value;
  if (resolvedType instanceof protobuf.Type) return plainOf(value as Fields, resolvedType);
  return value instanceof Uint8Array ? textOfBytes(value) : numberOf(value);
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const objectOf = (value: unknown, of: (one: unknown) => unknown) =>
  Object.fromEntries(Object.entries((value ?? {}) as Fields).map(([key, one]) => [key, of(one)]));

function momentOf({ seconds, nanos }: Fields): unknown {
  const date = new Date(Number(String(seconds ?? 0)) * 1_000 + Math.floor(Number(nanos ?? 0) / 1_000_000));
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

/** `google.protobuf.Value`, which is any JSON. */
function jsonOf(value: Fields): unknown {
  // A registry may bring the file along, whose names are then spelled as in it.
  const own = (camel: string, snake: string) =>
    Object.hasOwn(value, camel) ? value[camel] : Object.hasOwn(value, snake) ? value[snake] : undefined;
  const struct = own('structValue', 'struct_value') as Fields | undefined;
  if (struct) return objectOf(struct.fields, (one) => jsonOf(one as Fields));
  const list = own('listValue', 'list_value') as Fields | undefined;
  if (list) return listOf(list.values).map((one) => jsonOf(one as Fields));
  return (
    own('stringValue', 'string_value') ?? own('numberValue', 'number_value') ?? own('boolValue', 'bool_value') ?? null
  );
}
