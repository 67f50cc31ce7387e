/** Sources are told as silent once and as heard once, by whichever process listens, and after a restart as before. */
import { expect, test } from 'vitest';
import type { Listener, SourceStore } from '../ports/sources.ts';
import { RHYTHM_SLOTS, SLOT_MS } from './rhythm.ts';
import { createSilenceWatch } from './silence-watch.ts';
import { createSourceBook } from './source-book.ts';

/** Keeps rows as the table does. */
function memory(now: () => number): Pick<SourceStore, 'heard' | 'slots'> & { failing: boolean; readonly rows: number } {
  const rows = new Map<string, { key: Parameters<SourceStore['heard']>[0][number]; storedMs: number }>();
  return {
    failing: false,
    get rows() {
      return rows.size;
    },
    async heard(heard) {
      if (this.failing) throw Object.assign(new Error('down'), { remedy: 'wait' });
      for (const key of heard) rows.set(JSON.stringify(key), { key, storedMs: now() });
    },
    async slots({ since, storedAfterMs, tenant, limit }) {
      const found = new Map<string, number[]>();
      for (const { key, storedMs } of rows.values()) {
        const { slot, ...of } = key;
        if (
          slot < since ||
          storedMs <= storedAfterMs ||
          (tenant !== undefined && of.tenant !== '' && of.tenant !== tenant)
        )
          continue;
        const name = JSON.stringify(of);
        found.set(name, [...(found.get(name) ?? []), slot]);
      }
      return [...found]
        .slice(0, limit)
        .map(([name, slots]) => ({ ...JSON.parse(name), slots: slots.sort((a, b) => a - b) }));
    },
  };
}

const START = Date.parse('2026-03-02T00:00:00Z');
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

function world(sourcesMax = 256) {
  let nowMs = START;
  const now = () => nowMs;
  const store = memory(now);
  const events: string[] = [];
  const process = () => {
    const book = createSourceBook({ store, sourcesMax, now });
    const listening: { to: readonly Listener[] } = { to: ['kafka', 'push'] };
    const watch = createSilenceWatch({
      book,
      skips: { flush: async () => {} },
      telemetry: {
        event(name, fields) {
          if (name === 'source-silent' || name === 'source-heard-again')
            events.push(`${name} ${(fields as { source: string }).source}`);
        },
      },
      listening: () => listening.to,
      tells: true,
    });
    return { book, watch, listening };
  };
  return {
    store,
    events,
    process,
    /** As in two weeks of `run`, with looks here and there. */
    async lived({ book, watch, listening }: ReturnType<typeof process>, nowMs: number): Promise<void> {
      if (nowMs % (6 * HOUR) === 0) await watch.look();
      else await book.flush(listening.to);
    },
    /** Slot by slot up to a time, with what is heard in each. */
    async until(ms: number, each: (nowMs: number) => void | Promise<void>) {
      for (; nowMs < ms; nowMs += SLOT_MS) await each(nowMs);
    },
  };
}

test('one account that falls silent is named while the others of its topic go on, once, and its return is told', async () => {
  const { events, process, lived, until } = world();
  const one = process();
  const at = START + 15 * DAY + 11 * HOUR;
  const hear = (accounts: readonly string[]) => async (nowMs: number) => {
    one.book.heard('acme', 'topic', 'main/cloudtrail', nowMs);
    for (const account of accounts) one.book.heard('acme', 'account', account, nowMs);
    await (nowMs < at - HOUR ? lived(one, nowMs) : one.watch.look());
  };
  await until(at, hear(['aws/1', 'aws/2']));
  expect(events).toEqual([]);
  await until(at + HOUR, hear(['aws/2']));
  expect(events).toEqual(['source-silent aws/1']);
  expect(one.watch.silent()).toEqual([expect.stringContaining('account aws/1 of tenant acme is silent since')]);
  await until(at + 2 * HOUR, hear(['aws/2']));
  await until(at + 2 * HOUR + SLOT_MS, hear(['aws/1', 'aws/2']));
  await until(at + 3 * HOUR, hear(['aws/1', 'aws/2']));
  expect(events).toEqual(['source-silent aws/1', 'source-heard-again aws/1']);
});

test('another process knows the rhythm, and an outage of ours is nobody else silence', async () => {
  const { events, process, lived, until } = world();
  const first = process();
  const at = START + 15 * DAY;
  await until(at, async (nowMs) => {
    first.book.heard('acme', 'account', 'aws/1', nowMs);
    first.book.heard('acme', 'account', 'aws/2', nowMs);
    await lived(first, nowMs);
  });
  // Nobody runs for a day; then another process does, and reads of one account what had waited.
  await until(at + DAY, () => {});
  const second = process();
  await until(at + DAY + HOUR, async (nowMs) => {
    second.book.heard('acme', 'account', 'aws/1', nowMs);
    await second.watch.look();
  });
  expect(events).toEqual(['source-silent aws/2']);
});

test('while records wait unread nobody is called silent', async () => {
  const { events, process, lived, until } = world();
  const one = process();
  const at = START + 15 * DAY;
  await until(at, async (nowMs) => {
    one.book.heard('acme', 'account', 'aws/1', nowMs);
    await lived(one, nowMs);
  });
  // The ingest role is behind, the HTTP listener is not.
  one.listening.to = ['push'];
  await until(at + DAY, async (nowMs) => {
    if (nowMs % HOUR === 0) await one.watch.look();
    else await one.book.flush(one.listening.to);
  });
  expect(events).toEqual([]);
});

test('what is heard while the store is down is stored when it is back', async () => {
  const { store, process, until } = world();
  const one = process();
  store.failing = true;
  await until(START + 4 * SLOT_MS, async (nowMs) => {
    one.book.heard('acme', 'sender', 'http/edge', nowMs);
    await expect(one.watch.look()).rejects.toThrow('down');
  });
  expect(store.rows).toBe(0);
  store.failing = false;
  await one.watch.look();
  const stored = await store.slots({ since: 0, storedAfterMs: 0, limit: 10 });
  expect(stored.find(({ kind }) => kind === 'sender')?.slots).toHaveLength(4);
});

test('a flood of names takes no place from those who are known, nor from another tenant', async () => {
  const { process, until } = world(10);
  const one = process();
  await until(START + SLOT_MS, (nowMs) => {
    expect(one.book.heard('acme', 'account', 'aws/1', nowMs)).toBe(true);
    let refused = 0;
    for (let n = 0; n < 1_000; n++) if (!one.book.heard('acme', 'account', `made-up/${n}`, nowMs)) refused++;
    expect(refused).toBe(991);
    expect(one.book.heard('acme', 'account', 'aws/1', nowMs)).toBe(true);
    expect(one.book.heard('other', 'account', 'aws/1', nowMs)).toBe(true);
  });
  expect(await one.book.states('acme')).toHaveLength(10);
  expect(await one.book.states('other')).toHaveLength(1);
  // Who is not heard for as long as a rhythm reaches makes room.
  await until(START + (RHYTHM_SLOTS + 2) * SLOT_MS, () => {});
  await one.watch.look();
  expect(await one.book.states()).toEqual([]);
  expect(one.book.heard('acme', 'account', 'aws/2', START + (RHYTHM_SLOTS + 2) * SLOT_MS)).toBe(true);
});
