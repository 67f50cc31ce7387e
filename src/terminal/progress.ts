/** How far something long has come: on one line of a terminal that wipes itself, elsewhere a line every minute on standard error. */
import { note } from './print.ts';

const EVERY_MS = 200;
const LINE_EVERY_MS = 60_000;
/** Before so much of the work is done, what is left would be a guess. */
const SHARE_MIN = 0.01;

export interface Progress {
  /** Called as often as one likes. */
  readonly show: (text: () => string) => void;
  readonly end: () => void;
}

export function createProgress(
  stream: Pick<NodeJS.WriteStream, 'isTTY' | 'write'> = process.stderr,
  now: () => number = Date.now,
): Progress {
  let shownAt = now();
  if (!stream.isTTY)
    return {
      show(text) {
        if (now() - shownAt < LINE_EVERY_MS) return;
        shownAt = now();
        note(text());
      },
      end: () => undefined,
    };
  shownAt -= EVERY_MS;
  return {
    show(text) {
      if (now() - shownAt < EVERY_MS) return;
      shownAt = now();
      stream.write(`\r\u001b[K${text()}`);
    },
    end: () => void stream.write('\r\u001b[K'),
  };
}

/** What a reading of files has come to. */
export interface Pace {
  readonly records: number;
  readonly seconds: number;
  readonly readBytes: number;
  /** All there is to be read; undefined where nobody knows yet. */
  readonly totalBytes?: number | undefined;
}

/** Records, their rate, and the time that is left where it is known: `1,200 records, 300 a second, 40 %, 2 min left`. */
export function paceText({ records, seconds, readBytes, totalBytes }: Pace): string {
  const n = (value: number) => value.toLocaleString('en');
  const parts = [`${n(records)} records`, `${n(Math.round(records / Math.max(seconds, 0.001)))} a second`];
  if (totalBytes !== undefined && totalBytes > 0) {
    const share = Math.min(1, readBytes / totalBytes);
    parts.push(`${Math.floor(share * 100)} %`);
    if (share >= SHARE_MIN) parts.push(`${durationText((seconds / share) * (1 - share))} left`);
  }
  return parts.join(', ');
}

/** A length of time as people say it, in whole units. */
function durationText(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  if (seconds < 5_400) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3_600).toFixed(1)} h`;
}
