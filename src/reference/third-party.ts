/** Other people's work: what the package holds of it with its licence texts, and what is installed beside it, as a page and as a bill of materials. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Locked {
  readonly version?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly integrity?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

const nameOf = (path: string) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
const scopeOf = (name: string) => (name.startsWith('@') ? name.split('/', 1)[0] : undefined);

/** Packages that are built into the pages of the console: those it imports, and what these need. */
export function bundled(root: string, packages: Readonly<Record<string, Locked>>): readonly string[] {
  const found = new Set<string>();
  const take = (name: string) => {
    const entry = packages[`node_modules/${name}`];
    if (entry === undefined || found.has(name)) return;
    found.add(name);
    for (const needed of Object.keys(entry.dependencies ?? {})) take(needed);
  };
  const folder = join(root, 'console');
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    // What builds the pages, and what tests them, is not in them.
    if (!/\.tsx?$/.test(file) || /\.test\.|config/.test(file)) continue;
    const text = readFileSync(join(folder, file), 'utf8');
    for (const [, from] of text.matchAll(/(?:^import |\bfrom )'([^'.][^']*)'/gm))
      take(
        from!
          .split('/')
          .slice(0, from!.startsWith('@') ? 2 : 1)
          .join('/'),
      );
  }
  return [...found].sort();
}

/** Every package that is installed with Tidemark, with its licence, by path in the lockfile. */
export function installed(packages: Readonly<Record<string, Locked>>) {
  const siblings = new Map<string, string>();
  for (const [path, { license }] of Object.entries(packages)) {
    const scope = scopeOf(nameOf(path));
    if (scope !== undefined && license !== undefined) siblings.set(scope, license);
  }
  const rows = Object.entries(packages)
    .filter(([path, { dev }]) => path !== '' && dev !== true)
    .map(([path, { version = '', license, optional = false, integrity }]) => {
      const name = nameOf(path);
      // Builds of one library for other machines are not unpacked here, and not every one tells its licence.
      const known = license ?? siblings.get(scopeOf(name) ?? '') ?? 'not told';
      return { name, version, license: known, optional, integrity };
    });
  const unique = new Map(rows.map((row) => [`${row.name} ${row.version}`, row]));
  return [...unique.values()].sort((a, b) =>
    a.name < b.name ? -1 : a.name > b.name ? 1 : a.version < b.version ? -1 : 1,
  );
}

function licenceText(root: string, name: string): string {
  const folder = join(root, 'node_modules', name);
  const file = readdirSync(folder).find((one) => /^licen[cs]e/i.test(one));
  if (file === undefined) throw new Error(`${name} is built into the console and has no licence file`);
  return readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n').trim();
}

const lockOf = (root: string) =>
  (JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as { packages: Record<string, Locked> }).packages;

/** A package as CycloneDX has it. */
function componentOf({ name, version, license, optional, integrity }: ReturnType<typeof installed>[number]) {
  const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`;
  const sha512 = /^sha512-(\S+)$/.exec(integrity ?? '')?.[1];
  return {
    type: 'library',
    'bom-ref': purl,
    name,
    version,
    scope: optional ? 'optional' : 'required',
    purl,
    licenses: [{ license: { id: license } }],
    ...(sha512 !== undefined && {
      hashes: [{ alg: 'SHA-512', content: Buffer.from(sha512, 'base64').toString('hex') }],
    }),
  };
}

/** The bill of materials (CycloneDX 1.5) of what the lockfile installs. It has no time, so that the same lockfile makes the same bill. */
export function billOfMaterials(root: string): object {
  const packages = lockOf(root);
  const { name, version, license } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<
    string,
    string
  >;
  const rows = installed(packages);
  const inside = bundled(root, packages)
    .filter((one) => packages[`node_modules/${one}`]?.dev === true)
    .map((one) => {
      const { version: of = '', license: by = 'not told', integrity } = packages[`node_modules/${one}`]!;
      return { name: one, version: of, license: by, optional: false, integrity };
    });
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    version: 1,
    metadata: {
      component: {
        type: 'application',
        'bom-ref': `pkg:npm/${name}@${version}`,
        name,
        version,
        purl: `pkg:npm/${name}@${version}`,
        licenses: [{ license: { id: license } }],
      },
    },
    // What is built into the pages of the console is part of the package too.
    components: [...rows, ...inside].map(componentOf),
  };
}

export function thirdPartyPage(root: string): string {
  const packages = lockOf(root);
  const inside = bundled(root, packages);
  return `<!-- Generated by \`npm run generate\`: not to be edited. -->
# Other people's work in Tidemark

Tidemark itself is under the Apache License 2.0 (LICENSE). \`sbom.cdx.json\` is the same list as a CycloneDX document.

## Inside the package

The pages of the console hold code of these packages.

${inside
  .map((name) => {
    const { version, license } = packages[`node_modules/${name}`]!;
    return `### ${name} ${version} (${license})\n\n\`\`\`text\n${licenceText(root, name)}\n\`\`\``;
  })
  .join('\n\n')}

## Installed beside it

npm installs these, each with its own licence text. Builds for other machines are among them.

| package | version | licence |
|---|---|---|
${installed(packages)
  .map(({ name, version, license }) => `| ${name} | ${version} | ${license} |`)
  .join('\n')}
`;
}
