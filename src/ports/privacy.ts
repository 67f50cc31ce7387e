/** What the store must do so that somebody or something is forgotten, and the record that it was done. */

/** What is to be forgotten. A person is forgotten by name wherever it is mentioned, an identity with everything it did. */
export type Subject =
  | { readonly kind: 'tenant'; readonly tenant: string }
  | { readonly kind: 'identity'; readonly tenant: string; readonly identity: string }
  | {
      readonly kind: 'person';
      readonly tenant: string;
      /** Every spelling under which the person is known: the name, and the pseudonym. */
      readonly names: readonly string[];
    };

/** A shorter name of a person, in characters, is found in too many other words. */
export const PERSON_MIN_LENGTH = 3;

/** What is done to one table. */
export interface Erased {
  readonly table: string;
  /** `deleted`: rows are gone; `renamed`: a name in them was replaced; `kept`: left as it is, and why. */
  readonly how: 'deleted' | 'renamed' | 'kept';
  readonly rows: number;
  readonly because?: string;
}

/** One link of the chain of what was done about people, identities and tenants. Never holds the name of whom it is about. */
export interface PrivacyRow {
  readonly seq: number;
  readonly tenant: string;
  readonly event: 'asked' | 'erased' | 'looked-up' | 'attested';
  readonly kind: Subject['kind'];
  /** Keyed fingerprint of the subject: it shows that a request was about a name that one knows, and tells it to nobody else. */
  readonly subject: string;
  readonly by: string;
  readonly why: string;
  readonly at: string;
  /** What was done, as JSON. */
  readonly detail: string;
  readonly writer: string;
  readonly previous: string;
  readonly hash: string;
}

/** A partition of the activity topic, as the store names it: cluster and topic. */
export interface StoredPlace {
  readonly topic: string;
  readonly partition: number;
}

export interface PrivacyStore {
  /** Seconds since a worker last committed anything; undefined where none ever did. */
  idleSeconds(): Promise<number | undefined>;
  /** What erasing would touch. Changes nothing. */
  plan(subject: Subject): Promise<readonly Erased[]>;
  /**
   * Does it, table by table, and waits until every engine has. Once more does nothing more. Without `place` no worker may run. With it the
   * worker of that partition must have saved its memories and hold none: those of other partitions are left to their workers.
   */
  erase(subject: Subject, place?: StoredPlace): Promise<readonly Erased[]>;
  /** The chain after a place, oldest first. */
  rows(after?: number): Promise<readonly PrivacyRow[]>;
  /** Adds the row; `taken` where another writer was first at its place. */
  append(row: PrivacyRow): Promise<'appended' | 'taken'>;
}

/** A wish to forget while workers run: every one of them does it between two turns of each partition. */
export interface ErasureRequest {
  readonly id: string;
  readonly subject: Subject;
  /** Fingerprint of the subject, for the record of it. */
  readonly mark: string;
  readonly by: string;
  readonly why: string;
  readonly at: string;
}

/**
 * How a request goes on. `sent`: to so many partitions; `done`: in one of them. There are two rounds, because a worker that dies just after
 * the first may judge once more what came before it; what comes before the second came after the first.
 */
export type ErasureStep =
  | { readonly event: 'sent'; readonly round: number; readonly partitions: number; readonly at: string }
  | {
      readonly event: 'done';
      readonly round: number;
      readonly place: string;
      readonly erased: readonly Erased[];
      readonly at: string;
    }
  | { readonly event: 'finished'; readonly at: string };

export interface ErasureState extends ErasureRequest {
  /** The last time it was sent. */
  readonly sent?: { readonly round: number; readonly partitions: number; readonly atMs: number };
  readonly done: readonly { readonly round: number; readonly place: string; readonly erased: readonly Erased[] }[];
  readonly finished: boolean;
}

export interface ErasureStore {
  ask(request: ErasureRequest): Promise<void>;
  note(id: string, tenant: string, step: ErasureStep): Promise<void>;
  /** Requests whose name is still known, oldest first. */
  open(limit: number): Promise<readonly ErasureState[]>;
  find(id: string): Promise<ErasureState | undefined>;
  isFinished(tenant: string, id: string): Promise<boolean>;
  /** Takes the name out of the store. */
  forget(id: string): Promise<void>;
}
