/** Gives the HTTP API attestations: a link is verified by its key, spent in the store, and then writes an inventory record. */
import type { Caller } from '../../../schemas/api.ts';
import type { Home } from '../../../schemas/identity-ref.ts';
import type { InventoryItem } from '../../../schemas/inventory-item.ts';
import type { Attestation, AttestationPort } from '../../api/attestation-routes.ts';
import type { InventoryPort } from '../../api/ports.ts';
import type { ViewPort } from '../../api/view-routes.ts';
import type { Clock } from '../../ports/outside.ts';
import type { ClaimStore } from '../../ports/respond.ts';
import type { ApprovalLinks, OwnerClaims } from '../../respond/approval-links.ts';
import { digest } from '../../respond/canonical.ts';
import { type PrivacyLog, record as write } from '../privacy-log.ts';

const DAY_MS = 86_400_000;
/** What answered questions are kept as. */
const ANSWERED = 'attestation';
/** Links made at a time. */
const REMINDED_MAX = 500;

export interface AttestationParts {
  readonly views: Pick<ViewPort, 'homes' | 'item' | 'items' | 'usage'>;
  readonly inventory: InventoryPort;
  readonly links: ApprovalLinks;
  readonly once: ClaimStore;
  readonly clock: Clock;
  readonly log: PrivacyLog;
  /** Under which the record knows an identity: it tells no name. */
  mark(tenant: string, identity: string): string;
  /** What links begin with. */
  readonly url: string;
  /** How long a link works. */
  readonly ttlMs: number;
}

const homeOf = ({ provider, account }: InventoryItem): Home => ({ provider, account: account ?? '' });
/** As which a question is remembered once it was answered: what two tenants know of one identity may be the same, and each asks for itself. */
const questionOf = ({ tenant, binding }: OwnerClaims) => JSON.stringify([tenant, binding]);
/** What an answer is about: who answers for it, and what was confirmed last. */
const bindingOf = ({ id, provider, account, owner, attestedAt, attestedUntil }: InventoryItem) =>
  digest({ id, provider, account, owner, attestedAt, attestedUntil });

export function attestationPort(parts: AttestationParts): AttestationPort {
  const { views, inventory, links, once, clock, log, url, ttlMs } = parts;

  function linkFor({ tenant, name }: Caller, item: InventoryItem, recipient: string, days: number) {
    const { id, provider, account } = item;
    const expiresAt = new Date(clock.now() + ttlMs).toISOString();
    const token = links.makeForOwner({
      tenant,
      identity: id,
      provider,
      ...(account !== undefined && { account }),
      recipient,
      maker: name,
      binding: bindingOf(item),
      days,
      expiresAt,
    });
    return { url: `${url.replace(/\/+$/, '')}/attestations/${token}`, identity: id, recipient, expiresAt };
  }

  async function find(claims: OwnerClaims): Promise<{ claims: OwnerClaims; item: InventoryItem } | undefined> {
    const { identity, provider, account } = claims;
    const item = await views.item(claims.tenant, identity, { provider, account });
    if (item === undefined || item.provider !== provider || (item.account ?? '') !== (account ?? '')) return undefined;
    // The one it was made for, and as it was then: an identity of the same id elsewhere is another one.
    return bindingOf(item) === claims.binding ? { claims, item } : undefined;
  }

  /** The record as it is, with what the owner said. */
  async function recordOf({ claims, item }: { claims: OwnerClaims; item: InventoryItem }, said: Attestation) {
    const home = { provider: item.provider, ...(item.account !== undefined && { account: item.account }) };
    const known = await views.usage(claims.tenant, item.id, homeOf(item));
    // Written without what is known of it, the record would take that away.
    if (known === undefined || 'choices' in known) return undefined;
    const { attestedAt: _, attestedUntil: __, attestedBy: ___, ...record } = known.record ?? {};
    const nowMs = clock.now();
    const now = new Date(nowMs).toISOString();
    const base = {
      ...home,
      ...record,
      identity: item.id,
      tenant: claims.tenant,
      ...(said.purpose !== undefined && { purpose: said.purpose }),
      ...(said.expiresAt !== undefined && { expiresAt: `${said.expiresAt}T23:59:59.000Z` }),
    };
    // By whose link stands beside it, since whoever made the link could have used it.
    const attestedBy = `${claims.recipient} (by a link of ${claims.maker})`;
    switch (said.decision) {
      case 'confirm':
        return {
          ...base,
          owner: said.owner ?? claims.recipient,
          attestedAt: now,
          attestedBy,
          attestedUntil: new Date(nowMs + claims.days * DAY_MS).toISOString(),
        };
      case 'hand-over':
        return { ...base, owner: said.owner };
      case 'retire':
        return { ...base, offboardedAt: now, attestedAt: now, attestedBy };
    }
  }

  return {
    async issue(caller, identity, told, { recipient, days }) {
      const homes = await views.homes(caller.tenant, identity, told);
      const [home, ...others] = homes;
      if (home === undefined) return undefined;
      if (others.length > 0) return { choices: homes };
      const item = await views.item(caller.tenant, identity, home);
      return item && linkFor(caller, item, recipient, days);
    },
    async remind(caller, days) {
      const due = (await views.items(caller.tenant)).filter(({ gaps }) => gaps.includes('attestation'));
      const asked = due.filter(({ owner, proposedOwner }) => (owner ?? proposedOwner) !== undefined);
      const byOwner = new Map<string, { owner: string; isProposed: boolean; links: ReturnType<typeof linkFor>[] }>();
      for (const item of asked.slice(0, REMINDED_MAX)) {
        const owner = item.owner ?? item.proposedOwner?.value ?? '';
        const isProposed = item.owner === undefined;
        const key = `${isProposed} ${owner}`;
        const one = byOwner.get(key) ?? { owner, isProposed, links: [] };
        one.links.push(linkFor(caller, item, owner.slice(0, 256), days));
        byOwner.set(key, one);
      }
      return {
        reminders: [...byOwner.values()],
        unasked: due.length - asked.length,
        left: Math.max(0, asked.length - REMINDED_MAX),
      };
    },
    async look(token) {
      const claims = links.readForOwner(token, clock.now());
      if (claims === undefined) return undefined;
      if (await once.isKnown(ANSWERED, questionOf(claims))) return 'spent';
      const found = await find(claims);
      if (found === undefined) return undefined;
      const { recipient, days, expiresAt } = found.claims;
      return { item: found.item, recipient, days, expiresAt };
    },
    async answer(token, said) {
      const claims = links.readForOwner(token, clock.now());
      if (claims === undefined) return 'invalid';
      if (await once.isKnown(ANSWERED, questionOf(claims))) return 'spent';
      const found = await find(claims);
      if (found === undefined) return 'invalid';
      const { tenant, recipient, expiresAt } = found.claims;
      if (said.decision === 'hand-over' && said.owner === found.item.owner) return 'done';
      const record = await recordOf(found, said);
      if (record === undefined) return 'failed';
      // Spent before it writes, so that using it twice at once writes once; and with it every other link to the same question.
      if (!(await once.isFirst(ANSWERED, questionOf(found.claims), Date.parse(expiresAt) + ttlMs))) return 'spent';
      // What was answered stands in the record before it counts, and who made the link beside who answered.
      await write(log, {
        tenant,
        event: 'attested',
        kind: 'identity',
        subject: parts.mark(tenant, claims.identity),
        by: `${recipient} (by a link of ${claims.maker})`,
        why: said.decision,
        at: new Date(clock.now()).toISOString(),
        detail: JSON.stringify({ decision: said.decision, record: digest(record) }),
      });
      const outcome = await inventory.take([{ value: record }], { name: recipient, scope: 'inventory', tenant });
      return outcome.status === 'taken' && outcome.taken.stored === 1 ? 'done' : 'failed';
    },
  };
}
