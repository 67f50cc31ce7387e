/** How far something long has come, on one line of a terminal that wipes itself; nothing where standard error is no terminal. */

const EVERY_MS = 200;

export interface Progress {
  /** Called as often as one likes. */
  readonly show: (text: () => string) => void;
  readonly end: () => void;
}

export function createProgress(): Progress {
  if (!process.stderr.isTTY) return { show: () => undefined, end: () => undefined };
  let shownAt = 0;
  return {
    show(text) {
      const now = Date.now();
      if (now - shownAt < EVERY_MS) return;
      shownAt = now;
      process.stderr.write(`\r\u001b[K${text()}`);
    },
    end: () => void process.stderr.write('\r\u001b[K'),
  };
}
