/** Writes the reference pages: each is made of what the code itself declares, so that it cannot disagree with it. */
import { activitySchema } from '../../schemas/activity.ts';
import { inventorySchema, networkSchema } from '../../schemas/inventory.ts';
import { configShape, type Shape, shapeOf } from '../config/shape.ts';
import type { Detector } from '../core/detector.ts';
import type { Format } from '../ingest/format.ts';
import type { SinkType } from '../ports/delivery.ts';
import type { Event } from '../telemetry/define-event.ts';
import { EVENTS } from '../telemetry/events.ts';
import { METRICS, type Metric } from '../telemetry/metrics.ts';
import { optionsOf, optionsTable } from './options-table.ts';

const page = (title: string, intro: string, ...sections: readonly string[]) =>
  `<!-- Made by \`npm run generate\` from the code; edit the code instead. -->\n# ${title}\n\n${[intro, ...sections]
    .join('\n\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trimEnd()}\n`;

const list = (items: readonly string[]) => items.map((item) => `- ${item}\n`).join('');
const table = (head: readonly string[], rows: readonly (readonly string[])[]) =>
  [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`)
    .join('');

/** Every key of the configuration file. */
export function configPage(): string {
  const sections = Object.entries(configShape().properties ?? {}).map(([name, section]) => {
    const only: Shape = { properties: { [name]: section } };
    return `## ${name}\n\n${section.description ? `${section.description}\n\n` : ''}${optionsTable(optionsOf(only), true)}`;
  });
  return page(
    'Configuration',
    `One YAML file. What is said on the command line wins over the environment, that over \`./tidemark.yaml\` (or the file named by \`--config\`),
that over \`$XDG_CONFIG_HOME/tidemark/config.yaml\`, that over the defaults below. A key that is not listed here is an error.
\`tidemark config show --effective\` prints what is in force and where each value was said.

An environment variable is \`TIDEMARK_\`, the key in capitals, \`__\` between levels. A list is written with commas or as JSON; an empty variable counts as absent.
A secret is neither in the file nor in a variable: a key ending in \`File\` names a file whose first line is the secret.

For completion in an editor begin the file with \`# yaml-language-server: $schema=./node_modules/tidemark/schemas/json/config.json\`.`,
    ...sections,
  );
}

/** Every event and every metric. */
export function telemetryPage(): string {
  const metrics = (Object.entries(METRICS) as [string, Metric][]).map(([name, { type, help, labels = {} }]) => [
    `\`${name}\``,
    type,
    Object.entries(labels)
      .map(([label, most]) => `\`${label}\` (${most})`)
      .join(', '),
    help,
  ]);
  const events = (Object.entries(EVENTS) as [string, Event][]).map(([name, event]) => [
    `\`${name}\``,
    event.level === 'silent' ? 'not logged' : event.level,
    event.says +
      (event.atMostEveryMs ? ` (at most one line in ${event.atMostEveryMs / 1_000} s; \`alike\` counts the rest)` : ''),
    Object.keys(event.fields).join(', '),
    [...new Set(event.moves.map(({ metric }) => `\`${metric}\``))].join(', '),
  ]);
  return page(
    'Metrics and logs',
    `Each thing that can happen is defined once, with its log line and its metrics. Log lines are JSON on standard error (text where that is a terminal) with an ISO time, \`event\` and the
fields below; secrets are taken out and long texts cut. Nothing is logged for each activity. \`/metrics\` serves the metrics and those of Node itself (\`process_*\`, \`nodejs_*\`);
\`/livez\` answers 503 when work waits and none was done for \`telemetry.stallMs\`; \`/readyz\` answers 503 with its reasons.`,
    `## Metrics\n\nThe number behind a label is the most values it takes; what comes after them is counted under \`other\`.\n\n${table(['metric', 'type', 'labels', 'meaning'], metrics)}`,
    `## Events\n\n${table(['event', 'level', 'says', 'fields', 'moves'], events)}`,
  );
}

/** Every detector of the shelf. */
export function detectorsPage(detectors: ReadonlyMap<string, Detector>): string {
  return page(
    'Detectors',
    'Each is one file in `detectors/`. Options stand in the configuration under `detect.detectors.<id>`; `enabled: false` turns one off.',
    ...[...detectors].map(([id, { about, options, dimensions, sketches }]) => {
      const remembers = [
        ...dimensions.map(
          (dimension) => `\`${dimension.id}\` (${dimension.field}), at most ${dimension.cap} values an identity`,
        ),
        ...sketches.map(({ name, cap, fields }) => `\`${name}\`, at most ${cap} rows of ${fields} numbers an identity`),
      ];
      return [
        `## ${about.title}\n`,
        `\`${id}\` · ${about.kind} · ${about.lane} · ${about.learningDays === 0 ? 'speaks at once' : `full weight after ${about.learningDays} days`} · ${about.techniques.join(', ') || 'no technique named'}\n`,
        `${about.description}\n`,
        `What it cannot see:\n\n${list(about.blindSpots)}`,
        `Remembers:\n\n${list(remembers.length > 0 ? remembers : ['nothing'])}`,
        optionsTable(optionsOf(shapeOf(options))),
      ].join('\n');
    }),
  );
}

/** Every log format of the shelf. */
export function formatsPage(formats: ReadonlyMap<string, Format>): string {
  return page(
    'Log formats',
    'Each is one file in `src/formats/`. `auto` takes the first that recognises a record; name one to be sure.',
    table(
      ['id', 'format', 'source'],
      [...formats].map(([id, { about }]) => [`\`${id}\``, about.title, about.source]),
    ),
  );
}

/** Every alert destination of the shelf. */
export function sinksPage(sinks: ReadonlyMap<string, SinkType>): string {
  return page(
    'Alert destinations',
    'Each is one file in `src/sinks/`. A destination stands in the configuration under `sinks.<name>` with its `type`, a `filter` and the options below.',
    ...[...sinks].map(
      ([type, { about, options }]) =>
        `## ${about.title}\n\n\`type: ${type}\` · ${about.standard}\n\n${optionsTable(optionsOf(shapeOf(options)))}`,
    ),
  );
}

/** The shape of an act, for whoever writes their own. */
export const activityPage = (): string =>
  page(
    'Activity',
    `The canonical activity: one act by one identity. Write one JSON object a line and give it to \`tidemark replay\` or to a topic read with \`format: activity\`.
Unknown keys are ignored; a field that is absent is left out, never empty. [activity.json](../../schemas/json/activity.json) is the same as JSON Schema.`,
    optionsTable(optionsOf(shapeOf(activitySchema))),
  );

/** The shapes of what is known from outside. */
export const inventoryPage = (): string =>
  page(
    'Inventory and networks',
    'What is known from outside, one JSON object a line. Both are hints: what an identity does weighs more.',
    `## Inventory record\n\n\`ingest.inventoryFile\`, one record an identity.\n\n${optionsTable(optionsOf(shapeOf(inventorySchema)))}`,
    `## Network\n\n\`ingest.networksFile\`, one record a prefix.\n\n${optionsTable(optionsOf(shapeOf(networkSchema)))}`,
  );
