/** What the store must do so that habits go on under another activity topic with more partitions. */

/** Topics as the store names them: cluster and topic. */
export interface Move {
  readonly from: string;
  readonly to: string;
  /** Partitions of the one, and of the other: a multiple, so that each new partition has one old one that all of it comes from. */
  readonly parents: number;
  readonly partitions: number;
}

/** `begun`: copies are made, and nothing is taken away yet. `copied`: there is no way back. `done`: workers may run. */
export type MoveStep = 'begun' | 'copied' | 'done';

/** Rows that a move is about. */
export interface MoveCounts {
  readonly identities: number;
  readonly activities: number;
  readonly inventory: number;
  readonly decisions: number;
  readonly turns: number;
  /** Identities that lie in another partition than the one that their key says: their topic was written with another partitioner. */
  readonly misplaced: number;
}

export interface MoveStore {
  /** The move to a topic, and how far it is; undefined where there was none. */
  moveTo(topic: string): Promise<{ readonly move: Move; readonly step: MoveStep } | undefined>;
  /** Where the habits of a topic went; undefined where they are still there. */
  goneTo(topic: string): Promise<string | undefined>;
  note(move: Move, step: MoveStep): Promise<void>;
  count(move: Pick<Move, 'from' | 'parents'>): Promise<MoveCounts>;
  /**
   * Copies what the old partitions remember into the new ones; again is no harm. What belongs to a whole partition goes to each that comes
   * from it, rows under the keys `alone` only to the first of them. Gives how many identities each new partition has.
   */
  copy(move: Move, alone: readonly string[]): Promise<ReadonlyMap<number, number>>;
  /** Lets stored activities belong to the new partitions. */
  takeActivities(move: Move): Promise<void>;
  /** Removes what the old topic remembers. */
  forget(move: Move): Promise<void>;
}
