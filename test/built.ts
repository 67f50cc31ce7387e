/** What `npm run build` makes, never stale, for tests that start Tidemark as a process of its own. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { locked } from './locked.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const DIST = join(ROOT, 'dist');
/** Folders that `tsconfig.build.json` compiles. */
const SOURCES = ['src', 'detectors', 'schemas', 'bench'];
const LOCK = join(ROOT, 'dist.lock');
/** A build takes some seconds; a lock older than this belongs to a run that was killed. */
const LOCK_DIES_MS = 180_000;

let building: Promise<void> | undefined;

/** Path of a source after the build: `built('src/cli.ts')` is the command line, to be started by Node. Builds where a source is newer. */
export async function built(source: string): Promise<string> {
  building ??= build();
  await building;
  return join(DIST, source.replace(/\.ts$/, '.js'));
}

/** Builds the pages of the console where one of their sources is newer; gives the folder they are served from. */
export async function builtConsole(): Promise<string> {
  await built('src/cli.ts');
  return locked(LOCK, LOCK_DIES_MS, async () => {
    const page = statSync(join(DIST, 'console', 'index.html'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
    const sources = filesIn(join(ROOT, 'console')).filter((path) => !path.endsWith('.test.ts'));
    if (sources.every((path) => changedMs(join(ROOT, 'console', path)) <= page)) return join(DIST, 'console');
    const { build: bundle } = await import('vite');
    await bundle({ configFile: join(ROOT, 'console', 'vite.config.ts'), logLevel: 'error' });
    return join(DIST, 'console');
  });
}

/** Path of a process that only tests start, translated alone beside a build that is current. Its types are checked by `npm run typecheck`. */
export async function builtForTests(source: string): Promise<string> {
  const target = await built(source);
  const { default: ts } = await import('typescript');
  const { outputText } = ts.transpileModule(readFileSync(join(ROOT, source), 'utf8'), {
    compilerOptions: {
      module: ts.ModuleKind.ESNext,
      target: ts.ScriptTarget.ES2023,
      verbatimModuleSyntax: true,
      rewriteRelativeImportExtensions: true,
    },
  });
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, outputText);
  return target;
}

/** Test files run in processes of their own: the first to come builds, the others wait for it. */
async function build(): Promise<void> {
  if (isCurrent()) return;
  await locked(LOCK, LOCK_DIES_MS, () => {
    if (isCurrent()) return;
    // A part whose source is gone would still be found on its shelf.
    for (const folder of SOURCES) rmSync(join(DIST, folder), { recursive: true, force: true });
    const args = [join(ROOT, 'node_modules/typescript-native/bin/tsc'), '-p', 'tsconfig.build.json', '--noCheck'];
    const { status, stdout } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' });
    if (status !== 0) throw new Error(`tsc -p tsconfig.build.json failed:\n${stdout}`);
  });
}

/** Whether each source has its translation, no older than itself, and each translation its source. */
function isCurrent(): boolean {
  const config = changedMs(join(ROOT, 'tsconfig.build.json'));
  return SOURCES.every((folder) => {
    const sources = filesIn(join(ROOT, folder)).filter((path) => /(?<!\.test)\.ts$/.test(path));
    const translated = new Set(filesIn(join(DIST, folder)).filter((path) => path.endsWith('.js')));
    const isFresh = (path: string) => {
      const target = path.replace(/\.ts$/, '.js');
      const ms = translated.has(target) ? changedMs(join(DIST, folder, target)) : 0;
      return ms >= config && ms >= changedMs(join(ROOT, folder, path));
    };
    return sources.length === translated.size && sources.every(isFresh);
  });
}

const changedMs = (path: string) => statSync(path).mtimeMs;

function filesIn(folder: string): string[] {
  if (statSync(folder, { throwIfNoEntry: false }) === undefined) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' });
}
