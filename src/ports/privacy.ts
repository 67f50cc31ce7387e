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

/** What is done to one table. */
export interface Erased {
  readonly table: string;
  /** `deleted`: rows are gone; `renamed`: a name in them was replaced; `kept`: left as it is, and why. */
  readonly how: 'deleted' | 'renamed' | 'kept';
  readonly rows: number;
  readonly because?: string;
}

/** One link of the chain of what was done about people, identities and tenants. Never holds the name that was erased. */
export interface PrivacyRow {
  readonly seq: number;
  readonly tenant: string;
  /** `erasing`: begun; `erased`: done. */
  readonly event: 'erasing' | 'erased' | 'looked-up';
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

export interface PrivacyStore {
  /** Seconds since a worker last committed anything; undefined where none ever did. */
  idleSeconds(): Promise<number | undefined>;
  /** What erasing would touch. Changes nothing. */
  plan(subject: Subject): Promise<readonly Erased[]>;
  /** Does it, table by table, and waits until every engine has. Once more does nothing more. Workers must not run. */
  erase(subject: Subject): Promise<readonly Erased[]>;
  /** The whole chain, oldest first. */
  rows(): Promise<readonly PrivacyRow[]>;
  /** Adds the row; `taken` where another writer was first at its place. */
  append(row: PrivacyRow): Promise<'appended' | 'taken'>;
}
