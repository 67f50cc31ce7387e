/** Keeps pages fresh: reads the stream of changes, and counts up whenever something changed. */
import { signal } from '@preact/signals';
import { credentials } from './session.ts';

/** Counts up with every change; what was asked before is asked again. */
export const changes = signal(0);
/** Live: told of changes. Waiting: not connected. Stale: the server is there, its store does not answer. */
export const live = signal<'live' | 'waiting' | 'stale'>('waiting');

const RETRY_MS = 2_000;
const RETRY_MAX_MS = 30_000;
/** The server gives a sign of life every twelve seconds; a connection that is quiet for so long is dead. */
const SILENT_MAX_MS = 40_000;

/** Resolves when the page is looked at; at once where it is. */
function seen(signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const look = () => {
      if (document.visibilityState !== 'visible' && !signal.aborted) return;
      document.removeEventListener('visibilitychange', look);
      done();
    };
    document.addEventListener('visibilitychange', look);
    signal.addEventListener('abort', look);
    look();
  });
}

/** Ends with `signal`, or when nobody looks at the page any more: a browser has few connections to one server for all its tabs. */
function whileSeen(signal: AbortSignal): AbortSignal {
  const controller = new AbortController();
  const look = () => {
    if (document.visibilityState === 'visible' && !signal.aborted) return;
    document.removeEventListener('visibilitychange', look);
    controller.abort();
  };
  document.addEventListener('visibilitychange', look);
  signal.addEventListener('abort', look);
  return controller.signal;
}

/** Follows the stream until `signal`, while somebody looks; comes back by itself when it ends. */
export async function follow(signal: AbortSignal): Promise<void> {
  let wait = RETRY_MS;
  while (!signal.aborted) {
    await seen(signal);
    try {
      const answer = await fetch('/v1/changes', {
        headers: { ...credentials(), accept: 'text/event-stream' },
        signal: whileSeen(signal),
      });
      if (!answer.ok || answer.body === null) throw new Error(`answered ${answer.status}`);
      // Whatever happened while nobody listened is asked for now.
      if (live.value !== 'live') changes.value++;
      live.value = 'live';
      wait = RETRY_MS;
      await read(answer.body);
    } catch {
      if (signal.aborted) return;
      live.value = 'waiting';
      wait = Math.min(RETRY_MAX_MS, wait * 1.5);
    }
    await new Promise((done) => setTimeout(done, wait));
  }
}

async function read(body: ReadableStream<Uint8Array>): Promise<void> {
  const reader = body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader();
  let text = '';
  for (;;) {
    const silence = setTimeout(() => {
      live.value = 'waiting';
      void reader.cancel();
    }, SILENT_MAX_MS);
    const { value, done } = await reader.read();
    clearTimeout(silence);
    if (done) return;
    text += value;
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const event = /^event: (\w+)$/m.exec(text.slice(0, end))?.[1];
      text = text.slice(end + 2);
      if (event === 'change') {
        live.value = 'live';
        changes.value++;
      } else if (event === 'stale') live.value = 'stale';
    }
  }
}
