/** Writes a memory as format 7 did, so that reading it can be held against any memory; nothing but tests uses it. */
import { DAY_MS, DAY_ZERO } from '../../src/core/constants.ts';
import { packAgentParts } from '../../src/core/memory/agent-parts-codec.ts';
import { ByteWriter } from '../../src/core/memory/bit-stream.ts';
import type { Episode } from '../../src/core/memory/episode.ts';
import { EXPECTED_TEXTS } from '../../src/core/memory/expected-texts.ts';
import { packHabits } from '../../src/core/memory/habits-codec.ts';
import type { Memory } from '../../src/core/memory/memory.ts';
import { NumberCodec } from '../../src/core/memory/number-codec.ts';
import { TextCodec } from '../../src/core/memory/text-codec.ts';
import type { WindowItem } from '../../src/core/memory/window.ts';

const squeeze = new TextCodec(EXPECTED_TEXTS.get(7) as string);
const SPARSE_HOURS = 20;

const itemOf = ({ discountNats, ...item }: WindowItem) => ({
  ...item,
  ...(discountNats !== undefined && { eased: discountNats }),
});

function episodeOf(episode: Episode | undefined): unknown {
  if (episode === undefined) return undefined;
  const { explainedNats, items, ...rest } = episode;
  return { ...rest, items: items.map(itemOf), eased: explainedNats };
}

function writeInstant(w: ByteWriter, ms: number): void {
  w.bits(ms < 0 ? 1 : 0, 1);
  w.whole(Math.abs(ms));
}

export function packFormat7(memory: Memory): Uint8Array {
  const w = new ByteWriter();
  w.u8(7);
  w.u8(memory.habits.tables);
  w.whole(memory.offset + 1);
  writeInstant(w, memory.firstMs);
  writeInstant(w, memory.lastMs - memory.firstMs);
  w.bits(memory.isOpen ? 1 : 0, 1);
  const frame = new NumberCodec(memory.lastMs);
  frame.write(w, memory.heard + 1);
  const isLastDay = memory.day === Math.floor(memory.lastMs / DAY_MS) - DAY_ZERO;
  w.bits(isLastDay ? 1 : 0, 1);
  if (!isLastDay) w.u16(memory.day);
  w.small(memory.activeDays);
  w.whole(memory.activities);
  w.small(memory.ratedDays);
  frame.write(w, memory.dayMax);
  frame.write(w, memory.dayContributed);
  squeeze.write(w, memory.peers);
  w.small(memory.admitted.size);
  for (const [dimension, count] of memory.admitted) {
    w.small(dimension);
    w.small(count);
  }
  packHabits(w, memory.habits, frame);
  w.small(memory.cells.size);
  for (const [cell, days] of memory.cells) {
    w.u32(cell);
    w.small(days);
  }
  w.small(memory.today.size);
  for (const cell of memory.today) w.u32(cell);
  const isTold = memory.contributedToday.some((n) => n > 0);
  w.bits(isTold ? 1 : 0, 1);
  if (isTold) for (const n of memory.contributedToday) w.small(n);
  writeHours(w, memory.hours);
  for (const table of memory.layout.tables) {
    const rows = table.of(memory.numbers).inOrder();
    w.small(rows.length);
    for (const { key, row } of rows) {
      frame.writeKey(w, key);
      for (let i = 0; i < table.plan.fields; i++) frame.write(w, table.get(row, i));
    }
  }
  const { window, episode, former, raised, unlearned } = memory;
  const approvals = [...memory.approvals];
  const lists = [window, raised, approvals, unlearned];
  const isOpen = episode !== undefined || former !== undefined || lists.some((list) => list.length > 0);
  w.bits(isOpen ? 1 : 0, 1);
  const open = { window: window.map(itemOf), episode: episodeOf(episode), former: episodeOf(former), raised };
  if (isOpen) squeeze.write(w, JSON.stringify({ ...open, approvals, unlearned }));
  if (memory.agentParts !== undefined) packAgentParts(w, memory.agentParts);
  return w.take();
}

function writeHours(w: ByteWriter, hours: Uint16Array): void {
  const filled = hours.filter((n) => n > 0).length;
  w.u8(filled);
  if (filled > SPARSE_HOURS) {
    for (const n of hours) w.small(n);
    return;
  }
  let empty = 0;
  for (const n of hours)
    if (n === 0) empty++;
    else {
      w.small(empty);
      w.small(n - 1);
      empty = 0;
    }
}
