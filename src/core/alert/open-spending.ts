/** What a partition has raised in hours that are not closed yet, so that the alerts of one hour know of each other before the population does, and how many alerts were over the budget. Bounded. */
import { INCIDENT_HOURS } from '../constants.ts';
import { ByteReader, ByteWriter } from '../memory/bit-stream.ts';

/** An identity that an alert was raised for, and its peer class. */
export interface Raised {
  readonly identity: number;
  readonly peers: string;
  /** Gravity, 0 to 1, of the new act that is the cause; absent where the cause is none, and in what an earlier build saved. */
  readonly gravity?: number;
}

/** False alerts that one cause is expected to bring in one hour; cause 0: alerts that share none. */
interface Spent {
  readonly hour: number;
  readonly tenant: string;
  readonly cause: number;
  amount: number;
  /** For whom it was raised first; absent for cause 0, and in what an earlier build saved. */
  readonly first?: Raised;
  /** An alert said that identities of several owners share the source; absent: none did. */
  isCampaign?: true;
}

/** Alerts over the budget that are folded into one incident: of a cause, or of none, since an hour. */
interface Folded {
  readonly tenant: string;
  readonly cause: number;
  readonly since: number;
  alerts: number;
}

/** What is saved; an earlier build saved the first of them alone. */
type Saved = Spent[] | { readonly spent: Spent[]; readonly folded: Folded[] };

/** Causes kept apart; those beyond are added to what has no cause. */
const CAUSES_MAX = 4_096;

export class OpenSpending {
  #spent: Spent[] = [];
  #folded: Folded[] = [];
  #changed = false;

  /** An alert was raised; for one cause the largest share of a false alert counts, as in an incident. */
  add(tenant: string, hour: number, cause: number, amount: number, first: Raised): void {
    const of = cause !== 0 && this.#spent.length >= CAUSES_MAX ? 0 : cause;
    const known = this.#spent.find(
      (one) => one.tenant === tenant && one.cause === of && (of !== 0 || one.hour === hour),
    );
    if (known === undefined) this.#spent.push({ hour, tenant, cause: of, amount, ...(of !== 0 && { first }) });
    else known.amount = of === 0 ? known.amount + amount : Math.max(known.amount, amount);
    this.#changed = true;
  }

  /** The alert of this cause that was raised in an hour after `epoch`, the last closed one. */
  of(tenant: string, cause: number, epoch: number): Pick<Spent, 'first' | 'isCampaign'> | undefined {
    return this.#spent.find((one) => one.tenant === tenant && one.cause === cause && one.hour > epoch);
  }

  /** Notes that an alert of this cause said that identities of several owners share the source. */
  noteCampaign(tenant: string, cause: number): void {
    const known = this.#spent.find((one) => one.tenant === tenant && one.cause === cause);
    if (known === undefined || known.isCampaign === true) return;
    known.isCampaign = true;
    this.#changed = true;
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

  /** Counts an alert that is folded into an incident which began in an hour, and says how many there are now. */
  fold(tenant: string, cause: number, since: number): number {
    this.#changed = true;
    const known = this.#folded.find((one) => one.tenant === tenant && one.cause === cause && one.since === since);
    if (known !== undefined) return ++known.alerts;
    this.#folded = this.#folded.filter((one) => one.tenant !== tenant || since - one.since <= INCIDENT_HOURS);
    if (this.#folded.length >= CAUSES_MAX) this.#folded.shift();
    this.#folded.push({ tenant, cause, since, alerts: 1 });
    return 1;
  }

  /** The saved form when it changed since the last call. */
  changed(): Uint8Array | undefined {
    if (!this.#changed) return undefined;
    this.#changed = false;
    const w = new ByteWriter();
    w.text(JSON.stringify({ spent: this.#spent, folded: this.#folded }));
    return w.take();
  }

  restore(bytes: Uint8Array): void {
    const saved = JSON.parse(new ByteReader(bytes).text()) as Saved;
    this.#spent = Array.isArray(saved) ? saved : saved.spent;
    this.#folded = Array.isArray(saved) ? [] : saved.folded;
    this.#changed = false;
  }
}
