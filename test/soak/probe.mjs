/**
 * Loaded into the process that is measured: once in a while it collects its garbage and writes down what is left, because what a process
 * holds between two collections says more about the collector than about the process.
 */
import { appendFileSync, readdirSync, readlinkSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

const { SOAK_PROBE: file, SOAK_EVERY_MS: every } = process.env;

/** Open files of this process by kind: what one path or number more is does not count. */
function filesByKind() {
  const kinds = {};
  for (const fd of readdirSync('/proc/self/fd')) {
    let target;
    try {
      target = readlinkSync(`/proc/self/fd/${fd}`);
    } catch {
      // The folder itself, which is closed by now.
      continue;
    }
    const kind = target.startsWith('socket:') ? 'sockets' : 'files';
    kinds[kind] = (kinds[kind] ?? 0) + 1;
  }
  return kinds;
}

function handlesByKind() {
  const kinds = {};
  for (const kind of process.getActiveResourcesInfo()) kinds[kind] = (kinds[kind] ?? 0) + 1;
  return kinds;
}

if (isMainThread && file !== undefined)
  setInterval(() => {
    globalThis.gc();
    const { rss, heapUsed, external, arrayBuffers } = process.memoryUsage();
    const { user, system } = process.cpuUsage();
    const processor = (user + system) / 1e6;
    const line = {
      at: Date.now(),
      rss,
      heapUsed,
      external,
      arrayBuffers,
      processor,
      ...filesByKind(),
      handles: handlesByKind(),
    };
    appendFileSync(file, `${JSON.stringify(line)}\n`);
  }, Number(every)).unref();
