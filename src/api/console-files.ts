/** Serves the built pages of the console: from memory, compressed, under a policy that lets nothing else in. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { unknown } from './problem.ts';
import { type Answer, type Route, route } from './route.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};
const HTML = TYPES['.html']!;
/** Nothing from elsewhere, nothing inline, nothing computed: text of a log has no way to become code. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');
/** The name of an asset holds a hash of what is in it. */
const IMMUTABLE = 'public, max-age=31536000, immutable';
const PAGE = {
  'content-security-policy': POLICY,
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'cross-origin-opener-policy': 'same-origin',
};

interface File {
  readonly type: string;
  readonly plain: Buffer;
  readonly gzip: Buffer;
}

/** Where the build puts it, seen from `src/` or from `dist/src/`. */
function builtFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json')) && dirname(folder) !== folder) folder = dirname(folder);
  return join(folder, 'dist', 'console');
}

function readFiles(folder: string): ReadonlyMap<string, File> {
  const files = new Map<string, File>();
  if (!existsSync(folder)) return files;
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const type = TYPES[extname(name)];
    if (type === undefined) continue;
    const plain = readFileSync(join(folder, name));
    files.set(name.replaceAll('\\', '/'), { type, plain, gzip: gzipSync(plain, { level: 9 }) });
  }
  return files;
}

const NOT_BUILT = `<!doctype html><html lang="en"><title>Tidemark</title>
<p>The pages of the console are not built. Run <code>npm run build</code>, then load this page again.</p></html>
`;

function answerOf({ type, plain, gzip }: File, accepted: string | undefined, headers: Record<string, string>): Answer {
  const zipped = /\bgzip\b/.test(accepted ?? '');
  return {
    body: zipped ? gzip : plain,
    headers: {
      ...headers,
      'content-type': type,
      vary: 'accept-encoding',
      ...(zipped && { 'content-encoding': 'gzip' }),
    },
  };
}

/** The routes of the pages. What is built is read once, when the server starts. */
export function consoleFileRoutes(folder = builtFolder()): Route[] {
  const files = readFiles(folder);
  return [
    route({
      method: 'GET',
      path: '/',
      scope: undefined,
      limited: true,
      summary: 'The console: pages for people. They hold no data; what they show they ask with a token.',
      answers: HTML,
      async run({ headers }) {
        const page = files.get('index.html');
        if (page === undefined) return { status: 404, body: NOT_BUILT, headers: { ...PAGE, 'content-type': HTML } };
        return answerOf(page, headers['accept-encoding'] as string | undefined, {
          ...PAGE,
          'cache-control': 'no-cache',
        });
      },
    }),
    route({
      method: 'GET',
      path: '/assets/:file',
      scope: undefined,
      limited: true,
      summary: 'A part of the pages, under a name that changes with it.',
      answers: 'application/octet-stream',
      async run({ params, headers }) {
        const file = files.get(`assets/${params.file}`);
        if (file === undefined) throw unknown('such part of the pages');
        return answerOf(file, headers['accept-encoding'] as string | undefined, { 'cache-control': IMMUTABLE });
      },
    }),
  ];
}
