/** What the configuration may hold, as JSON Schema: the one description behind typo hints, environment variables and the reference. */
import { type ZodType, z } from 'zod';
import { configSchema } from '../../schemas/config.ts';

/** The part of JSON Schema that zod emits for our schemas. */
export interface Shape {
  readonly type?: 'object' | 'array' | 'string' | 'number' | 'integer' | 'boolean';
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Shape | false;
  readonly items?: Shape;
  readonly oneOf?: readonly Shape[];
  readonly anyOf?: readonly Shape[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly pattern?: string;
}

/** Parts whose options belong to the configuration: a detector or a sink type, by id. */
export type Parts = ReadonlyMap<string, { readonly options: ZodType }>;

/** A key as a list of steps; a number is a place in a list. */
export type Path = readonly (string | number)[];

/** Shape of what a user may write for `schema`, references resolved. */
export function shapeOf(schema: ZodType): Shape {
  const { $defs, ...root } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Record<string, unknown>;
  const definitions = ($defs ?? {}) as Record<string, unknown>;
  const resolve = (node: unknown, depth: number): unknown => {
    if (typeof node !== 'object' || node === null || depth > 32) return depth > 32 ? {} : node;
    if (Array.isArray(node)) return node.map((item) => resolve(item, depth + 1));
    const { $ref, ...rest } = node as Record<string, unknown>;
    const target = typeof $ref === 'string' ? definitions[$ref.slice($ref.lastIndexOf('/') + 1)] : undefined;
    const whole = { ...(target as object | undefined), ...rest };
    return Object.fromEntries(Object.entries(whole).map(([key, value]) => [key, resolve(value, depth + 1)]));
  };
  return resolve(root, 0) as Shape;
}

/** The alternatives of a shape; itself when it has none. */
export const branches = (shape: Shape): readonly Shape[] => shape.oneOf ?? shape.anyOf ?? [shape];

/** Options of one part plus the keys every part has; a key outside them is a mistake unless the part says it takes any. */
const withKeys = (options: ZodType, keys: Record<string, Shape>): Shape[] =>
  branches(shapeOf(options)).map((branch) => ({
    ...branch,
    type: 'object',
    properties: { ...keys, ...branch.properties },
    additionalProperties: branch.additionalProperties ?? false,
    ...(keys.type && { required: ['type', ...(branch.required ?? [])] }),
  }));

/** Shape of the whole configuration, with the options of the given detectors and sink types in their places. */
export function configShape(detectors?: Parts, sinks?: Parts): Shape {
  const root = shapeOf(configSchema);
  const { detect, sinks: sinkRecord } = root.properties as { detect: Shape; sinks: Shape };
  const sink = sinkRecord.additionalProperties as Shape;
  return {
    ...root,
    properties: {
      ...root.properties,
      ...(detectors && {
        detect: {
          ...detect,
          properties: {
            ...detect.properties,
            detectors: {
              ...detect.properties?.detectors,
              properties: Object.fromEntries(
                [...detectors].map(([id, { options }]) => [
                  id,
                  withKeys(options, { enabled: { type: 'boolean', default: true, description: 'Use it.' } })[0]!,
                ]),
              ),
              additionalProperties: false,
            },
          },
        },
      }),
      ...(sinks && {
        sinks: {
          ...sinkRecord,
          additionalProperties: {
            oneOf: [...sinks].flatMap(([type, { options }]) =>
              withKeys(options, { type: { type: 'string', const: type }, filter: sink.properties!.filter! }),
            ),
          },
        },
      }),
    },
  };
}

/** Values the discriminating key of a branch may take. */
const choices = (shape: Shape | undefined): readonly unknown[] =>
  shape?.const !== undefined ? [shape.const] : (shape?.enum ?? []);

/** The alternative that `value` means, told by the keys for which every alternative lists its values; undefined when it means none. */
export function branchFor(shape: Shape, value: unknown): Shape | undefined {
  let left = branches(shape);
  if (typeof value !== 'object' || value === null) return left[0];
  for (const key of Object.keys(left[0]?.properties ?? {}))
    if (left.length > 1 && left.every((branch) => choices(branch.properties?.[key]).length > 0))
      left = left.filter((branch) => choices(branch.properties?.[key]).includes(Reflect.get(value, key)));
  return left[0];
}

/** The shape at a path of `value`, or undefined where nothing is known. */
export function shapeAt(root: Shape, value: unknown, path: Path): Shape | undefined {
  let shape: Shape | undefined = root;
  let here = value;
  for (const step of path) {
    const branch: Shape | undefined = shape && branchFor(shape, here);
    if (shape !== undefined && branch === undefined && typeof step === 'string')
      // What says which alternative is meant may itself be what is missing: then it is any of them.
      shape = { oneOf: branches(shape).flatMap((one) => childOf(one, step) ?? []) };
    else shape = typeof step === 'number' ? branch?.items : childOf(branch, step);
    here = typeof here === 'object' && here !== null ? Reflect.get(here, step) : undefined;
  }
  return shape;
}

/** What a key of an object shape means, or undefined when the object does not have it. */
export function childOf(shape: Shape | undefined, key: string): Shape | undefined {
  if (shape?.properties && Object.hasOwn(shape.properties, key)) return shape.properties[key];
  return shape?.additionalProperties === false ? undefined : shape?.additionalProperties;
}
