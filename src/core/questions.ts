/** Answers what people ask about one identity: its homes, its habits, how it drifted, what it learned. */
import type { IdentityDrift } from '../../schemas/drift.ts';
import type { Home } from '../../schemas/identity-ref.ts';
import type { ActivityContext } from './activity-context.ts';
import type { Dimension } from './detector.ts';
import type { IdentityHome, Profile } from './engine-contract.ts';
import type { Hasher } from './hash.ts';
import type { Lexicon } from './memory/lexicon.ts';
import type { MeantIdentity } from './memory/meant-identity.ts';
import type { SketchTable } from './memory/sketch-tables.ts';
import { weeksOf } from './memory/week-record.ts';
import { driftSince } from './verdict/drift.ts';
import { ValueRecord } from './verdict/learning-record.ts';
import { profileOf } from './verdict/profile.ts';

interface QuestionParts {
  readonly context: Pick<ActivityContext, 'axes'>;
  readonly meant: MeantIdentity;
  readonly dimensions: readonly Dimension[];
  readonly hasher: Hasher;
  readonly lexicon: Lexicon;
  readonly learnDays: number;
  /** Absent where no weeks are kept. */
  readonly weeks: SketchTable | undefined;
}

/** The meaning of each method is that of the engine's of the same name. */
export class Questions {
  readonly #parts: QuestionParts;

  constructor(parts: QuestionParts) {
    this.#parts = parts;
  }

  homes(tenant: string, identity: string): IdentityHome[] {
    return this.#parts.meant.homes(tenant, identity);
  }

  profile(tenant: string, identity: string, home: Home): Profile | undefined {
    const { meant, dimensions, lexicon, learnDays } = this.#parts;
    const memory = meant.memory(tenant, identity, home);
    return memory && profileOf(tenant, identity, memory, dimensions, lexicon, learnDays);
  }

  drift(tenant: string, identity: string, since: string | undefined, home: Home): IdentityDrift | undefined {
    const { meant, dimensions, lexicon, weeks } = this.#parts;
    const memory = meant.memory(tenant, identity, home);
    if (memory === undefined) return undefined;
    const known = weeks === undefined ? [] : weeksOf(weeks.of(memory.numbers));
    return driftSince(memory, { tenant, identity, since }, { dimensions, lexicon, weeks: known });
  }

  learningRecord(tenant: string, identity: string, home: Home): ValueRecord | undefined {
    const { context, meant, hasher, lexicon } = this.#parts;
    const memory = meant.memory(tenant, identity, home);
    return memory && new ValueRecord(memory, context.axes, hasher, lexicon);
  }
}
