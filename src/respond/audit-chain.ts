/** The audit chain of suspensions, one of each tenant: what its rows tell. */
import { type AuditRow, type Suspension, suspensionSchema } from '../../schemas/suspension.ts';
import { canonical } from './canonical.ts';
import { chainNamed, type Head } from './chain.ts';
import type { Entry } from './suspension-states.ts';

export const auditChain = chainNamed<AuditRow>('tidemark-audit-1');

/** Makes a text as the store will return it. A cut may leave a lone surrogate, which has no UTF-8 and would read as a changed row. */
const wellFormed = (text: string) => Buffer.from(text, 'utf8').toString('utf8');

/** The row that follows `head`. `writer` is random, so that no two writers ever write the same row. */
export function seal(head: Head, suspension: Suspension, entry: Entry, writer: string): AuditRow {
  return auditChain.seal(head, {
    tenant: suspension.tenant,
    suspension: suspension.id,
    ...entry,
    by: { kind: entry.by.kind, id: wellFormed(entry.by.id) },
    why: wellFormed(entry.why),
    writer,
    content: canonical(suspension),
  });
}

/** The suspension a row tells of. Throws when the row's content is not one: the chain is then broken all the same. */
export function contentOf(row: AuditRow): Suspension {
  return suspensionSchema.parse(JSON.parse(row.content));
}

/** Goes through a tenant's rows in the order of the store; see `Chain.verify`. */
export const verifyChain = (tenant: string, rows: AsyncIterable<AuditRow>, anchor?: Head) =>
  auditChain.verify(rows, anchor, (row) =>
    row.tenant === tenant ? undefined : `it belongs to the chain of ${row.tenant}`,
  );
