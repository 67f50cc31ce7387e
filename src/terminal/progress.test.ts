/** Progress must be readable on a terminal, and rare where a log is what it goes to. */
import { expect, it, vi } from 'vitest';
import { createProgress, paceText } from './progress.ts';

function shown(isTTY: boolean, seconds: readonly number[]): string[] {
  const lines: string[] = [];
  let nowMs = 0;
  const write = (text: string) => lines.push(text) > 0;
  const spy = vi.spyOn(process.stderr, 'write').mockImplementation((text) => write(String(text)));
  const progress = createProgress({ isTTY, write: write as NodeJS.WriteStream['write'] }, () => nowMs);
  for (const second of seconds) {
    nowMs = second * 1_000;
    progress.show(() => `at ${second}`);
  }
  progress.end();
  spy.mockRestore();
  return lines;
}

it('a terminal has one line that is written over, at most five times a second', () => {
  expect(shown(true, [0, 0.1, 0.2, 0.3, 5])).toEqual([
    '\r\u001b[Kat 0',
    '\r\u001b[Kat 0.2',
    '\r\u001b[Kat 5',
    '\r\u001b[K',
  ]);
});

it('elsewhere there is a line every minute', () => {
  expect(shown(false, [0, 30, 59, 60, 90, 119, 121])).toEqual(['at 60\n', 'at 121\n']);
});

it('says the rate, and the time that is left once it is known how much there is', () => {
  expect(paceText({ records: 1_200, seconds: 4, readBytes: 40 })).toBe('1,200 records, 300 a second');
  expect(paceText({ records: 1_200, seconds: 4, readBytes: 40, totalBytes: 100 })).toBe(
    '1,200 records, 300 a second, 40 %, 6 s left',
  );
  expect(paceText({ records: 9, seconds: 600, readBytes: 5, totalBytes: 100 })).toContain('5 %, 3.2 h left');
  expect(paceText({ records: 9, seconds: 600, readBytes: 0, totalBytes: 100 })).toBe('9 records, 0 a second, 0 %');
});
