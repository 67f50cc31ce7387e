/** What is shipped for Kubernetes are manifests that Kubernetes takes, whose configuration Tidemark takes, of pods that may do little. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { configSchema } from '../../schemas/config.ts';

const read = (name: string) => readFileSync(new URL(`../../ops/${name}`, import.meta.url), 'utf8');

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec?: Record<string, never>;
  readonly data?: Readonly<Record<string, string>>;
}
const manifests = parseAllDocuments(read('kubernetes/tidemark.yaml')).map((document) => document.toJS() as Manifest);
const pods = manifests
  .filter(({ kind }) => kind === 'Deployment')
  .map(({ metadata, spec }) => ({
    name: metadata.name,
    spec: (spec as never as { template: { spec: Pod } }).template.spec,
  }));

interface Pod {
  readonly automountServiceAccountToken: boolean;
  readonly enableServiceLinks: boolean;
  readonly terminationGracePeriodSeconds: number;
  readonly securityContext: object;
  readonly containers: readonly {
    readonly args: readonly string[];
    readonly env: readonly { readonly name: string; readonly value: string }[];
    readonly securityContext: object;
    readonly resources: object;
  }[];
}

/** The class of the published API types, which checks a manifest. */
async function modelOf({ apiVersion, kind }: Manifest): Promise<new (data: object) => { validate(): void }> {
  const models = (await import(`kubernetes-models/${apiVersion}`)) as Record<string, never>;
  const found = models[kind];
  if (found === undefined) throw new Error(`the published types have no ${apiVersion} ${kind}`);
  return found;
}

describe('the manifests for Kubernetes', () => {
  test.each(manifests.map((manifest) => [`${manifest.kind} ${manifest.metadata.name}`, manifest] as const))(
    '%s is as the published API types say',
    async (_, manifest) => {
      const Model = await modelOf(manifest);
      expect(() => new Model(manifest).validate()).not.toThrow();
      // The check is one that can fail.
      expect(() => new Model({ ...manifest, metadata: { name: 7 } }).validate()).toThrow();
    },
  );

  test('the configuration is one that Tidemark takes, with the variables of each pod', () => {
    const { data } = manifests.find(({ kind }) => kind === 'ConfigMap')!;
    const config = parse(data!['tidemark.yaml']!);
    expect(configSchema.safeParse(config).error?.issues).toBeUndefined();
    expect(pods.map(({ name }) => name)).toEqual(['tidemark-api', 'tidemark-detect', 'tidemark-ingest']);
  });

  test.each(pods.map(({ name, spec }) => [name, spec] as const))('%s may do little', (_, spec) => {
    expect(spec.automountServiceAccountToken).toBe(false);
    // Variables such as TIDEMARK_PORT, of a service beside it, would be read as configuration.
    expect(spec.enableServiceLinks).toBe(false);
    expect(spec.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
    const { telemetry } = configSchema.parse({});
    expect(spec.terminationGracePeriodSeconds * 1_000).toBeGreaterThan(telemetry.drainMs + telemetry.closeMs);
    for (const { securityContext, resources } of spec.containers) {
      expect(securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      expect(resources).toMatchObject({ requests: expect.anything(), limits: expect.anything() });
    }
  });
});

test('every value of the chart is in its schema, and the other way round', () => {
  const names = (value: unknown, at = ''): string[] =>
    typeof value !== 'object' || value === null || Array.isArray(value) || Object.keys(value).length === 0
      ? [at]
      : Object.entries(value).flatMap(([key, inner]) => names(inner, at === '' ? key : `${at}.${key}`));
  interface Schema {
    readonly properties?: Readonly<Record<string, Schema>>;
    readonly additionalProperties?: boolean;
  }
  const schema = JSON.parse(read('helm/values.schema.json')) as Schema;
  const known = (path: readonly string[], of: Schema): boolean => {
    const [first, ...rest] = path;
    if (first === undefined || of.additionalProperties !== false) return true;
    const inner = of.properties?.[first];
    return inner !== undefined && known(rest, inner);
  };
  const values = names(parse(read('helm/values.yaml')));
  expect(values.filter((path) => !known(path.split('.'), schema))).toEqual([]);
  const promised = Object.entries(schema.properties!).flatMap(([key, { properties, additionalProperties }]) =>
    additionalProperties === false ? Object.keys(properties!).map((name) => `${key}.${name}`) : [],
  );
  expect(promised.filter((path) => !values.some((value) => `${value}.`.startsWith(`${path}.`)))).toEqual([]);
});
