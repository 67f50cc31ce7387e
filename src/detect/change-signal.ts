/** Lets whoever waits look again when something changed. */

export interface ChangeSignal {
  /** Something changed. */
  tell(): void;
  /** Resolves when something changed, or after `ms`. */
  wait(ms: number): Promise<void>;
}

export function createChangeSignal(): ChangeSignal {
  const waiting = new Set<() => void>();
  return {
    tell() {
      for (const end of waiting) end();
    },
    wait(ms) {
      return new Promise((resolve) => {
        const end = () => {
          clearTimeout(timer);
          // Where nothing changes for days, nothing of the looks meanwhile is kept.
          waiting.delete(end);
          resolve();
        };
        const timer = setTimeout(end, ms);
        waiting.add(end);
      });
    },
  };
}
