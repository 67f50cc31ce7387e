/** The audit chains as the store's door describes them, in memory: one row a place, the first writer has it. */
import type { AuditRow } from '../../schemas/suspension.ts';
import type { SuspensionQuery, SuspensionStore } from '../../src/ports/respond.ts';
import { contentOf } from '../../src/respond/audit-chain.ts';

export class MemorySuspensions implements SuspensionStore {
  readonly rows: AuditRow[] = [];

  async append(row: AuditRow): Promise<'appended' | 'taken'> {
    if (this.rows.some(({ tenant, seq }) => tenant === row.tenant && seq === row.seq)) return 'taken';
    this.rows.push(row);
    return 'appended';
  }
  async chain(tenant: string, after: number, limit: number): Promise<AuditRow[]> {
    return this.rows.filter((row) => row.tenant === tenant && row.seq > after).slice(0, limit);
  }
  async tenants(): Promise<string[]> {
    return [...new Set(this.rows.map(({ tenant }) => tenant))];
  }
  async tenantOf(id: string): Promise<string | undefined> {
    return this.rows.find((row) => row.suspension === id)?.tenant;
  }
  async history(tenant: string, id: string): Promise<AuditRow[]> {
    return this.rows.filter((row) => row.tenant === tenant && row.suspension === id);
  }
  async last(tenant: string, id: string): Promise<AuditRow | undefined> {
    return (await this.history(tenant, id)).at(-1);
  }
  async list({ tenant, states, since, alertId, limit }: SuspensionQuery): Promise<AuditRow[]> {
    const last = new Map<string, AuditRow>();
    for (const row of this.rows) last.set(`${row.tenant} ${row.suspension}`, row);
    return [...last.values()]
      .filter((row) => tenant === undefined || row.tenant === tenant)
      .filter((row) => states === undefined || states.includes(row.to))
      .filter((row) => alertId === undefined || contentOf(row).alertId === alertId)
      .filter((row) => since === undefined || row.at >= since)
      .slice(-limit)
      .reverse();
  }
}
