/** The outbox as the store's door describes it, in memory. */
import { type Delivery, type PendingDelivery, REST_MAX_MS, type Settlement } from '../../src/ports/delivery.ts';

export class MemoryOutbox {
  readonly rows = new Map<string, PendingDelivery & { status: Settlement['status']; reason?: string }>();
  failure: Error | undefined;

  add(deliveries: readonly Delivery[]): void {
    for (const delivery of deliveries)
      if (!this.rows.has(delivery.id))
        this.rows.set(delivery.id, { ...delivery, attempts: 0, notBefore: 0, status: 'pending' });
  }
  async due(now: number, limit: number, partitions?: readonly number[], sink?: string): Promise<PendingDelivery[]> {
    if (this.failure) throw this.failure;
    const pending = [...this.rows.values()].filter((row) => row.status === 'pending');
    const oldest = (row: Delivery) =>
      pending.every(
        (other) => other.sink !== row.sink || other.alertId !== row.alertId || other.alertVersion >= row.alertVersion,
      );
    return pending
      .filter((row) => (row.notBefore <= now || row.notBefore > now + REST_MAX_MS) && oldest(row))
      .filter((row) => (sink === undefined || row.sink === sink) && (partitions?.includes(row.partition) ?? true))
      .slice(0, limit);
  }
  async settle(settlements: readonly Settlement[]): Promise<void> {
    if (this.failure) throw this.failure;
    for (const { delivery, ...state } of settlements)
      this.rows.set(delivery.id, { ...this.rows.get(delivery.id)!, ...state });
  }
  statuses(): string[] {
    return [...this.rows.values()].map((row) => row.status);
  }
}
