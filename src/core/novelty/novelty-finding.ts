/** A finding about one value that is new. It is worded only where it is kept, which three of four are not: they repeat what the window holds. */
import type { Activity } from '../../../schemas/activity.ts';
import type { AlertKind, Prevalence } from '../../../schemas/alert.ts';
import type { DetectorContext, Finding, Novelty } from '../detector.ts';

/** How a detector tells of what is new in one of its dimensions; the same for all findings of it, so that none needs functions of its own. */
export interface Telling {
  readonly group: string;
  readonly kind: AlertKind;
  techniques(activity: Activity): readonly string[];
  says(novelty: Novelty, activity: Activity): string;
  /** See `Finding.isOutside`; absent where a dimension tells of no place on a network. */
  readonly isOutside?: (context: DetectorContext) => boolean;
}

/** What is usual is to be asked while its activity is at hand. */
export class NoveltyFinding implements Finding {
  readonly field: string;
  readonly group: string;
  readonly nats: number;
  readonly key: number;
  readonly kind: AlertKind;
  readonly value: number;
  readonly novelty: Novelty;
  readonly isOutside: true | undefined;
  readonly #context: DetectorContext;
  readonly #activity: Activity;
  readonly #telling: Telling;

  constructor(context: DetectorContext, novelty: Novelty, nats: number, telling: Telling) {
    this.field = novelty.dimension.field;
    this.group = telling.group;
    this.nats = nats;
    this.key = novelty.value;
    this.kind = telling.kind;
    this.value = novelty.value;
    this.novelty = novelty;
    this.isOutside = telling.isOutside?.(context) === true ? true : undefined;
    this.#context = context;
    this.#activity = context.activity;
    this.#telling = telling;
  }

  get seen(): string {
    return this.novelty.seen;
  }

  get prevalence(): Prevalence {
    return this.novelty.prevalence;
  }

  get techniques(): readonly string[] {
    return this.#telling.techniques(this.#activity);
  }

  usual(): string {
    return this.#context.usual(this.novelty.dimension, this.novelty.level);
  }

  says(): string {
    return this.#telling.says(this.novelty, this.#activity);
  }
}
