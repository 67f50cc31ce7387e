/** Carries the deliveries of one sink: bounded in number and time, in order of version within an alert. */
import type { Config } from '../../schemas/config.ts';
import type { Delivery, PendingDelivery, Receipt, Settlement } from '../ports/delivery.ts';
import type { Clock } from '../ports/outside.ts';
import type { Store } from '../ports/store.ts';
import { pauseMs } from './retry-schedule.ts';
import type { OpenSink } from './sink-routes.ts';

/** What can happen to deliveries; one line and one metric each. */
export type DeliveryEvent =
  | { readonly type: 'delivered'; readonly delivery: Delivery; readonly attempts: number; readonly seconds: number }
  | {
      readonly type: 'postponed';
      readonly delivery: Delivery;
      readonly attempts: number;
      /** What the attempt took. */
      readonly seconds: number;
      readonly reason: string;
      /** Wall time in ms of the next attempt. */
      readonly notBefore: number;
    }
  | {
      readonly type: 'refused';
      readonly delivery: Delivery;
      readonly attempts: number;
      readonly seconds: number;
      readonly reason: string;
    }
  | { readonly type: 'sink-disabled'; readonly sink: string; readonly reason: string };

/** Where a sink stands, for health, metrics and people. */
export interface OutletState {
  readonly sink: string;
  readonly inFlight: number;
  /** Why it was switched off; undefined while it works. */
  readonly disabled: string | undefined;
}

export interface LaneParts {
  readonly store: Pick<Store, 'due' | 'settle'>;
  readonly clock: Clock;
  readonly config: Pick<Config['delivery'], 'leaseRows' | 'pollMs' | 'timeoutMs' | 'attempts' | 'concurrency'>;
  readonly onEvent?: (event: DeliveryEvent) => void;
  /** Partitions this process owns; all when absent. */
  readonly partitions?: () => readonly number[];
}

export class DeliveryLane {
  readonly #outlet: OpenSink;
  readonly #parts: LaneParts;
  #inFlight = 0;
  #disabled: string | undefined;
  #woken = false;
  #rouse: (() => void) | undefined;
  #unsettled: Settlement[] = [];
  #settling: Promise<void> | undefined;
  /** Settlements of this round that are not known to be stored. */
  readonly #writing: Promise<void>[] = [];

  constructor(outlet: OpenSink, parts: LaneParts) {
    this.#outlet = outlet;
    this.#parts = parts;
  }

  state(): OutletState {
    return { sink: this.#outlet.name, inFlight: this.#inFlight, disabled: this.#disabled };
  }

  wake(): void {
    this.#woken = true;
    this.#rouse?.();
  }

  /** Rounds of look, send, settle until `signal` or until the receiver is gone. Rejects when the store does. */
  async run(signal: AbortSignal): Promise<void> {
    const { store, clock, config, partitions } = this.#parts;
    while (!signal.aborted && this.#disabled === undefined) {
      this.#woken = false;
      const due = await store.due(clock.now(), config.leaseRows, partitions?.(), this.#outlet.name);
      if (due.length === 0) await this.#rest(signal);
      else await this.#round(due, signal);
    }
  }

  async #rest(signal: AbortSignal): Promise<void> {
    if (this.#woken || signal.aborted) return;
    await new Promise<void>((resolve) => {
      const rouse = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', rouse);
        this.#rouse = undefined;
        resolve();
      };
      const timer = setTimeout(rouse, this.#parts.config.pollMs);
      signal.addEventListener('abort', rouse, { once: true });
      this.#rouse = rouse;
    });
  }

  async #round(due: readonly PendingDelivery[], signal: AbortSignal): Promise<void> {
    const chains = new Map<string, PendingDelivery[]>();
    for (const delivery of due) chains.set(delivery.alertId, [...(chains.get(delivery.alertId) ?? []), delivery]);
    const waiting = [...chains.values()].map((chain) => chain.sort((a, b) => a.alertVersion - b.alertVersion));
    const carry = async () => {
      for (let chain = waiting.shift(); chain !== undefined; chain = waiting.shift())
        for (const delivery of chain) if (!(await this.#carry(delivery, signal))) break;
    };
    const carriers = Array.from({ length: this.#parts.config.concurrency }, carry);
    // What was sent is written down while the next is sent: a crash in between repeats at most this round.
    const sent = await Promise.allSettled(carriers);
    const results = [...sent, ...(await Promise.allSettled(this.#writing.splice(0)))];
    const failed = results.find((result) => result.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  /** One attempt; its settlement is on its way to the store. False when a later version must wait for this one. */
  async #carry(delivery: PendingDelivery, signal: AbortSignal): Promise<boolean> {
    if (signal.aborted || this.#disabled !== undefined) return false;
    this.#inFlight++;
    try {
      const began = performance.now();
      const receipt = await this.#attempt(delivery, signal);
      const seconds = (performance.now() - began) / 1_000;
      // A stop cut the attempt off, not the receiver. The row stays as it is and goes out again with the same id and body.
      if (signal.aborted && receipt.status !== 'delivered') return false;
      const settlement = this.#judge(delivery, receipt);
      if (receipt.status === 'gone') this.#disabled = receipt.reason;
      const written = this.#settle(settlement).then(() => this.#tell(settlement, receipt, seconds));
      // The round looks at it when it ends; a failure before that must not count as unnoticed.
      written.catch(() => undefined);
      this.#writing.push(written);
      return settlement.status !== 'pending';
    } finally {
      this.#inFlight--;
    }
  }

  async #attempt(delivery: PendingDelivery, signal: AbortSignal): Promise<Receipt> {
    const cut = new AbortController();
    const abort = () => cut.abort();
    const timer = setTimeout(abort, this.#parts.config.timeoutMs);
    signal.addEventListener('abort', abort, { once: true });
    const expired = new Promise<Receipt>((resolve) => {
      const reason = `no answer in ${this.#parts.config.timeoutMs} ms`;
      cut.signal.addEventListener('abort', () => resolve({ status: 'retry', reason }), { once: true });
    });
    try {
      return await Promise.race([this.#outlet.sink.deliver(delivery, cut.signal), expired]);
    } catch (error) {
      // A sink answers with values; a throw is its bug. The message may hold anything, so only the class goes on record.
      return { status: 'retry', reason: `the sink failed: ${error instanceof Error ? error.name : typeof error}` };
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
    }
  }

  #judge(delivery: PendingDelivery, receipt: Receipt): Settlement {
    const { clock, config } = this.#parts;
    const attempts = delivery.attempts + 1;
    const now = clock.now();
    if (receipt.status === 'delivered') return { delivery, status: 'delivered', attempts, notBefore: now };
    const { reason } = receipt;
    if (receipt.status === 'gone') return { delivery, status: 'pending', attempts, notBefore: now, reason };
    if (receipt.status === 'refused') return { delivery, status: 'refused', attempts, notBefore: now, reason };
    if (attempts >= config.attempts)
      return { delivery, status: 'refused', attempts, notBefore: now, reason: `gave up: ${reason}` };
    const notBefore = now + pauseMs(delivery, attempts, receipt.retryAfterMs);
    return { delivery, status: 'pending', attempts, notBefore, reason };
  }

  /** Settlements that come up while the store is busy go in one write. */
  #settle(settlement: Settlement): Promise<void> {
    this.#unsettled.push(settlement);
    this.#settling ??= this.#flush();
    return this.#settling;
  }

  async #flush(): Promise<void> {
    try {
      while (this.#unsettled.length > 0) await this.#parts.store.settle(this.#unsettled.splice(0));
    } finally {
      this.#settling = undefined;
    }
  }

  #tell(settlement: Settlement, receipt: Receipt, seconds: number): void {
    const { onEvent } = this.#parts;
    if (onEvent === undefined) return;
    const { delivery, attempts, notBefore, reason = '' } = settlement;
    if (receipt.status === 'gone') onEvent({ type: 'sink-disabled', sink: delivery.sink, reason });
    else if (settlement.status === 'pending')
      onEvent({ type: 'postponed', delivery, attempts, seconds, reason, notBefore });
    else if (settlement.status === 'refused') onEvent({ type: 'refused', delivery, attempts, seconds, reason });
    else onEvent({ type: 'delivered', delivery, attempts, seconds });
  }
}
