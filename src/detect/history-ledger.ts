/** What was learned of history, window by window, kept in the store so that it can be gone on with after a crash and is learned once. */
import type { Store } from '../ports/store.ts';

/** One window of history that is learned whole, or that is about to be. */
export interface HistoryWindow {
  /** Activities in it, and before it. */
  readonly rows: number;
  readonly before: number;
  /** Of its activities and of all before them, in their order. */
  readonly hash: string;
}

export interface LearnedWindow extends HistoryWindow {
  /** Last offset of every partition at its end; -1 where there is none. */
  readonly offsets: readonly number[];
  /** Latest event time in ms that was judged up to its end. */
  readonly newestMs: number;
  /** Last hour that was closed at its end. */
  readonly epoch: number;
}

/** Names the turns of the ledger: no topic of a broker has such a name. */
const ledgerOf = (topic: string) => `${topic}#history`;
/** Partitions of the ledger: what is done, and what was promised. */
const DONE = 0;
const PROMISED = 1;

export interface HistoryLedger {
  readonly done: readonly LearnedWindow[];
  /** The window that comes after those: it was begun, and what it led to may be stored in part. */
  readonly promised: HistoryWindow | undefined;
  /** Makes the content of the next window durable before its first effect. */
  promise(window: HistoryWindow): Promise<void>;
  finish(window: LearnedWindow): Promise<void>;
}

/** Opens the ledger of the history of one activity topic. */
export async function openLedger(store: Pick<Store, 'turnsAfter' | 'commit'>, topic: string): Promise<HistoryLedger> {
  const name = ledgerOf(topic);
  const rows = async (partition: number) =>
    (await store.turnsAfter(name, partition, -1)).map(({ state, epoch }) => ({ ...JSON.parse(state), epoch }));
  const done = (await rows(DONE)) as LearnedWindow[];
  let promised = ((await rows(PROMISED)) as HistoryWindow[])[done.length];
  const write = (partition: number, window: object, epoch: number) => {
    const at = done.length;
    return store.commit({
      id: `${name}/${partition}/${at}`,
      span: { topic: name, partition, first: at, last: at },
      epoch,
      isRepeated: true,
      activities: [],
      contributions: [],
      alerts: [],
      observed: [],
      deliveries: [],
      state: JSON.stringify(window),
    });
  };
  return {
    done,
    get promised() {
      return promised;
    },
    async promise(window) {
      await write(PROMISED, window, -1);
      promised = window;
    },
    async finish({ epoch, ...window }) {
      await write(DONE, window, epoch);
      done.push({ ...window, epoch });
      promised = undefined;
    },
  };
}
