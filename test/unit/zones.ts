/** The plan of the house: which files may know which. ARCHITECTURE.md shows this very list. */

export interface Zone {
  /** What is found there, in a few words. */
  readonly what: string;
  /** Files of the zone: a folder with all below it ends in `/`. */
  readonly of: readonly string[];
  /** Places and packages it may import besides itself; `*` = everything, `PACKAGES` = those it owns. */
  readonly may: readonly string[];
  /** Layers of the core that it may import too. */
  readonly below?: readonly string[];
  /** Node's own modules too. */
  readonly node?: true;
  /** Its files do not know each other; what belongs to one part shares the first word of its name. */
  readonly apart?: true;
}

/** The core from its ground up: each layer knows those before it, never one after it. */
const CORE_LAYERS: readonly Pick<Zone, 'what' | 'of'>[] = [
  {
    what: 'numbers, hashes, time, inventory facts',
    of: [
      'constants',
      'remembered',
      'hash',
      'instant',
      'facts',
      'sensitivity',
      'aws-permissions',
      'attack-techniques',
      'thing',
      'recipients',
      'own-homes',
      'change',
    ].map((name) => `src/core/${name}.ts`),
  },
  {
    what: 'what an engine and a detector are',
    of: ['detector', 'engine-contract', 'enabled-detectors', 'prefetch'].map((name) => `src/core/${name}.ts`),
  },
  { what: 'what crosses identities', of: ['src/core/population/'] },
  { what: 'what is remembered of one identity', of: ['src/core/memory/'] },
  { what: 'what is new in an activity', of: ['src/core/novelty/'] },
  {
    what: 'alerts, verdicts, and the activity at hand',
    of: [
      'src/core/alert/',
      'src/core/verdict/',
      ...['activity-context', 'contributions', 'learn'].map((name) => `src/core/${name}.ts`),
    ],
  },
  {
    what: 'when an alert opens, grows and ends',
    of: ['alerting', 'alert-incidents', 'alert-wording', 'agent-changes', 'who-changed', 'partition-state'].map(
      (name) => `src/core/${name}.ts`,
    ),
  },
  {
    what: 'judges, then learns',
    of: ['engine', 'decisions', 'questions', 'planned-memory'].map((name) => `src/core/${name}.ts`),
  },
];

/** Pure, so that formats and the store may be driven by it. */
const FIELDS = ['src/ingest/format.ts', 'src/ingest/activity-fields.ts'];

const PORTS = ['schemas/', 'src/ports/', 'src/core/engine-contract.ts', 'src/fault.ts', 'zod'];

/** The first zone that holds a file counts. */
export const ZONES: readonly Zone[] = [
  { what: 'what crosses a process boundary', of: ['schemas/'], may: ['zod'] },
  ...CORE_LAYERS.map((layer, at) => ({
    ...layer,
    may: ['schemas/', 'zod', 'simple-statistics', 'ipaddr.js'],
    below: CORE_LAYERS.slice(0, at).flatMap(({ of }) => of),
  })),
  { what: 'one file, one detector', of: ['detectors/'], may: ['schemas/', 'src/core/', 'zod'], apart: true },
  {
    what: 'what a format is, and the fields of an activity',
    of: FIELDS,
    may: ['schemas/', 'zod'],
  },
  { what: 'what a call of AWS is about', of: ['src/aws-targets/'], may: [] },
  {
    what: 'one file, one vendor',
    of: ['src/formats/'],
    may: ['schemas/', 'src/aws-targets/', ...FIELDS],
    apart: true,
  },
  {
    what: 'what the outside has to provide',
    of: ['src/ports/'],
    may: ['schemas/', 'src/core/engine-contract.ts', 'src/core/population/', 'src/fault.ts', 'zod'],
  },
  { what: 'errors that carry their remedy', of: ['src/fault.ts'], may: [] },
  {
    what: 'secrets become fingerprints',
    of: ['src/secrets.ts', 'src/secret-forms.ts', 'src/secret-keys.ts', 'src/secret-packed.ts'],
    may: [],
    node: true,
  },
  { what: 'what an outside sender may take of us, and how long others wait', of: ['src/bounds/'], may: [], node: true },
  {
    what: 'OTLP requests: cut into records, and answered',
    of: ['src/otlp/'],
    may: ['src/bounds/', 'PACKAGES'],
    node: true,
  },
  { what: 'the version of this build', of: ['src/version.ts'], may: [], node: true },
  {
    what: 'raw record to activity',
    of: ['src/ingest/'],
    may: [
      'schemas/',
      'src/bounds/',
      'src/otlp/',
      'src/ports/',
      ...FIELDS,
      'src/core/instant.ts',
      'src/fault.ts',
      'src/secrets.ts',
      'PACKAGES',
      'zod',
    ],
    node: true,
  },
  {
    what: 'activity to committed turn',
    of: ['src/detect/'],
    may: [
      'schemas/',
      'src/bounds/',
      'src/ports/',
      'src/core/',
      'src/ingest/',
      'src/triage/',
      'src/telemetry/',
      'src/fault.ts',
      'PACKAGES',
      'zod',
    ],
    node: true,
  },
  { what: 'outbox to sink', of: ['src/deliver/'], may: [...PORTS], node: true },
  { what: 'an alert in the words of a standard', of: ['src/render/'], may: ['schemas/', 'src/ports/'], node: true },
  {
    what: 'who sends, and who fell silent',
    of: ['src/sources/'],
    may: ['src/ports/', 'src/fault.ts', 'src/telemetry/'],
    node: true,
  },
  {
    what: 'keys and secrets that we sign with',
    of: ['src/signing/'],
    may: ['src/ports/', 'zod', 'PACKAGES'],
    node: true,
  },
  {
    what: 'one file, one destination',
    of: ['src/sinks/'],
    may: [...PORTS, 'src/render/', 'src/signing/', 'PACKAGES'],
    node: true,
    apart: true,
  },
  { what: 'what people decide about alerts', of: ['src/triage/'], may: [...PORTS], node: true },
  {
    what: 'suspensions, their guardrails, responders and recipes',
    of: ['src/respond/'],
    may: [...PORTS, 'src/bounds/', 'src/render/', 'src/signing/', 'src/triage/coverage.ts', 'PACKAGES'],
    node: true,
  },
  {
    what: 'security event tokens in and out',
    of: ['src/signals/'],
    may: [...PORTS, 'src/render/', 'src/signing/', 'PACKAGES'],
    node: true,
  },
  {
    what: 'the HTTP API',
    of: ['src/api/'],
    may: [...PORTS, 'src/bounds/', 'src/otlp/', 'src/config/', 'src/render/', 'PACKAGES'],
    node: true,
  },
  {
    what: 'Kafka, ClickHouse, files, syslog, egress',
    of: ['src/adapters/'],
    may: [...PORTS, 'src/bounds/', 'src/ingest/activity-fields.ts', 'src/secrets.ts', 'PACKAGES'],
    node: true,
    apart: true,
  },
  { what: 'settings and where they come from', of: ['src/config/'], may: ['schemas/', 'zod', 'yaml'], node: true },
  {
    what: 'log, metrics, health',
    of: ['src/telemetry/'],
    may: ['schemas/', 'src/bounds/', 'src/fault.ts', 'src/secrets.ts', 'src/render/visible.ts', 'PACKAGES'],
    node: true,
  },
  {
    what: 'text for a terminal',
    of: ['src/terminal/'],
    may: [
      'schemas/',
      'src/fault.ts',
      'src/render/visible.ts',
      'src/render/benign-if.ts',
      'src/render/evidence-row.ts',
      'src/render/technique-names.ts',
      'src/render/change.ts',
      'PACKAGES',
    ],
    node: true,
  },
  {
    what: 'one page to hand round',
    of: ['src/report/'],
    may: ['schemas/', 'src/render/'],
    node: true,
  },
  { what: 'the company of the demonstration', of: ['src/demo/'], may: ['schemas/'] },
  {
    what: 'two configurations compared',
    of: ['src/backtest/'],
    may: ['schemas/', 'src/core/engine-contract.ts', 'src/terminal/'],
  },
  {
    what: 'alerts held against the truth',
    of: ['src/evaluate/'],
    may: [
      'schemas/',
      'src/core/',
      'src/detect/',
      'src/ingest/',
      'src/ports/',
      'src/terminal/',
      'src/fault.ts',
      'PACKAGES',
      'zod',
    ],
    node: true,
  },
  {
    what: 'the console: what it asks of the server',
    of: ['console/api/'],
    may: ['PACKAGES'],
  },
  {
    what: 'the console: what pages are made of',
    of: ['console/parts/'],
    may: [
      'console/api/',
      'src/render/visible.ts',
      'src/render/steps.ts',
      'src/render/benign-if.ts',
      'src/render/evidence-row.ts',
      'src/render/technique-names.ts',
      'src/render/field-names.ts',
      'PACKAGES',
    ],
  },
  {
    what: 'the console: one file, one page',
    of: ['console/pages/'],
    may: ['console/api/', 'console/parts/', 'src/render/visible.ts', 'PACKAGES'],
    apart: true,
  },
  {
    what: 'the console: the frame, and its build',
    of: ['console/'],
    may: ['console/', 'PACKAGES'],
    node: true,
  },
  {
    what: 'the only places that know everybody',
    of: ['src/app/', 'src/commands/', 'src/reference/', 'src/cli.ts'],
    may: ['*'],
    node: true,
  },
];
