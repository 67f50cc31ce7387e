import { afterEach, expect, test, vi } from 'vitest';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

test('a connection without a sign of life is given up, said to be lost, and made anew; one with signs stays', async () => {
  // What a browser has and Node has not.
  const nothing = () => undefined;
  vi.stubGlobal('addEventListener', nothing);
  vi.stubGlobal('document', {
    visibilityState: 'visible',
    addEventListener: nothing,
    removeEventListener: nothing,
  });
  const streams: ReadableStreamDefaultController<Uint8Array>[] = [];
  vi.stubGlobal('fetch', async () => new Response(new ReadableStream({ start: (one) => void streams.push(one) })));
  vi.useFakeTimers();
  const { changes, follow, live } = await import('./live.ts');
  const over = new AbortController();
  void follow(over.signal);
  await vi.advanceTimersByTimeAsync(1_000);
  expect([streams.length, live.value, changes.value]).toEqual([1, 'live', 1]);
  for (let n = 0; n < 10; n++) {
    streams[0]!.enqueue(new TextEncoder().encode(': still here\n\n'));
    await vi.advanceTimersByTimeAsync(12_000);
  }
  expect([streams.length, live.value]).toEqual([1, 'live']);
  streams[0]!.enqueue(new TextEncoder().encode('event: change\ndata: {}\n\n'));
  await vi.advanceTimersByTimeAsync(1_000);
  expect(changes.value).toBe(2);
  await vi.advanceTimersByTimeAsync(39_500);
  expect(live.value).toBe('waiting');
  // What happened meanwhile is asked for as soon as it is connected again.
  await vi.advanceTimersByTimeAsync(3_000);
  expect([streams.length, live.value, changes.value]).toEqual([2, 'live', 3]);
  over.abort();
});
