/** What a partition has raised in hours that are not closed yet, so that the alerts of one hour know of each other before the population does. Bounded. */
import { ByteReader, ByteWriter } from '../memory/bit-stream.ts';

/** False alerts that one cause is expected to bring in one hour; cause 0: alerts that share none. */
interface Spent {
  readonly hour: number;
  readonly tenant: string;
  readonly cause: number;
  amount: number;
}

/** Causes kept apart; those beyond are added to what has no cause. */
const CAUSES_MAX = 4_096;

export class OpenSpending {
  #spent: Spent[] = [];
  #changed = false;

  /** An alert was raised; for one cause the largest share of a false alert counts, as in an incident. */
  add(tenant: string, hour: number, cause: number, amount: number): void {
    const of = cause !== 0 && this.#spent.length >= CAUSES_MAX ? 0 : cause;
    const known = this.#spent.find(
      (one) => one.tenant === tenant && one.cause === of && (of !== 0 || one.hour === hour),
    );
    if (known === undefined) this.#spent.push({ hour, tenant, cause: of, amount });
    else known.amount = of === 0 ? known.amount + amount : Math.max(known.amount, amount);
    this.#changed = true;
  }

  /** Whether an alert of this cause was raised in an hour after `epoch`, the last closed one. */
  has(tenant: string, cause: number, epoch: number): boolean {
    return this.#spent.some((one) => one.tenant === tenant && one.cause === cause && one.hour > epoch);
  }

  /** What a tenant has spent since the last closed hour of the population; what that one knows is forgotten here. */
  since(tenant: string, epoch: number): number {
    if (this.#spent.length === 0) return 0;
    if (this.#spent.some(({ hour }) => hour <= epoch)) {
      this.#spent = this.#spent.filter(({ hour }) => hour > epoch);
      this.#changed = true;
    }
    return this.#spent.reduce((sum, one) => (one.tenant === tenant ? sum + one.amount : sum), 0);
  }

  /** The saved form when it changed since the last call. */
  changed(): Uint8Array | undefined {
    if (!this.#changed) return undefined;
    this.#changed = false;
    const w = new ByteWriter();
    w.text(JSON.stringify(this.#spent));
    return w.take();
  }

  restore(bytes: Uint8Array): void {
    this.#spent = JSON.parse(new ByteReader(bytes).text()) as Spent[];
    this.#changed = false;
  }
}
