/** Gives the HTTP API approval links: a link is verified by its key, spent in the store, and then decides a suspension. */
import { createHash } from 'node:crypto';
import type { Caller } from '../../../schemas/api.ts';
import type { Party } from '../../../schemas/suspension.ts';
import type { ApprovalPort } from '../../api/approval-routes.ts';
import type { Clock } from '../../ports/outside.ts';
import type { ClaimStore } from '../../ports/respond.ts';
import type { ApprovalClaims, ApprovalLinks } from '../../respond/approval-links.ts';
import { preview } from '../../respond/preview.ts';
import { bindingOf } from '../../respond/suspension-states.ts';
import { readRow } from '../../respond/suspensions.ts';
import type { Fingerprinter } from '../../secrets.ts';
import type { Respond } from '../respond-role.ts';

export interface ApprovalParts {
  readonly respond: Pick<Respond, 'desk' | 'suspensions'>;
  readonly links: ApprovalLinks;
  readonly once: ClaimStore;
  readonly clock: Clock;
  readonly fingerprinter: Fingerprinter;
  /** What links begin with: where people reach the API. */
  readonly url: string;
  /** How long a link works, at the most. */
  readonly ttlMs: number;
}

/** Things to do about one alert that are looked at. */
const WAITING_MAX = 100;
/** Of what is said with a decision, so that by whose link it was said is never cut off. */
const SAID_MAX = 700;

export function approvalPort({ respond, links, once, clock, fingerprinter, url, ttlMs }: ApprovalParts): ApprovalPort {
  const { desk, suspensions } = respond;

  /** The suspension of a token, and why it can be decided no more. */
  async function find(token: string) {
    const claims = links.read(token, clock.now());
    const found = claims && (await desk.find(claims.tenant, claims.suspension));
    if (claims === undefined || found === undefined) return undefined;
    return { claims, suspension: found.suspension, closed: closedBy(found.suspension, claims) };
  }

  function closedBy(suspension: Parameters<typeof bindingOf>[0], claims: ApprovalClaims): string | undefined {
    if (suspension.state !== 'recommended') return `it is ${suspension.state}.`;
    if (bindingOf(suspension) !== claims.binding) return 'it is not what this link was made for.';
    const by = suspension.approvals.find(({ by: { kind, id } }) => kind === 'person' && id === claims.recipient);
    return by && 'you have approved it; a second person must, too.';
  }

  return {
    async issue({ tenant, name }: Caller, id, recipient) {
      const found = await desk.find(tenant, id);
      if (found === undefined || found.suspension.state !== 'recommended') return undefined;
      const { suspension } = found;
      const end = Math.min(Date.parse(suspension.expiresAt), clock.now() + ttlMs);
      const expiresAt = new Date(end).toISOString();
      const token = links.make({
        tenant,
        suspension: id,
        binding: bindingOf(suspension),
        recipient,
        ...(recipient !== name && { maker: name }),
        expiresAt,
      });
      return { url: `${url.replace(/\/+$/, '')}/approvals/${token}`, recipient, expiresAt };
    },
    async waiting(token) {
      const claims = links.readForAlert(token, clock.now());
      if (claims === undefined) return 'invalid';
      const { tenant, alert, recipient, expiresAt } = claims;
      const rows = await suspensions.list({ tenant, alertId: alert, limit: WAITING_MAX });
      // Of several things to do about one alert, the one that was proposed last.
      const found = rows
        .map(readRow)
        .filter(({ alertId }) => alertId === alert)
        .sort((a, b) => (a.requestedAt < b.requestedAt ? 1 : -1));
      const suspension = found.find(({ state }) => state === 'recommended');
      if (suspension === undefined) return { state: found[0]?.state };
      // The same link leads to the same token every time, which is spent once.
      const end = [expiresAt, suspension.expiresAt].sort()[0] as string;
      return {
        token: links.make({
          tenant,
          suspension: suspension.id,
          binding: bindingOf(suspension),
          recipient,
          expiresAt: end,
        }),
      };
    },
    async look(token) {
      const found = await find(token);
      if (found === undefined) return undefined;
      const { claims, suspension, closed } = found;
      return {
        suspension,
        closed,
        preview: await preview(suspensions, suspension, clock.now()),
        objections: closed === undefined ? await desk.objections(suspension) : [],
        recipient: claims.recipient,
        expiresAt: claims.expiresAt,
      };
    },
    async decide(token, kind, said) {
      const found = await find(token);
      if (found === undefined) return 'invalid';
      const { claims, closed } = found;
      const { tenant, suspension: id, binding, recipient, maker } = claims;
      const digest = createHash('sha256').update(token).digest('hex');
      // The link is spent before it decides, so that using it twice at once decides once.
      if (!(await once.isFirst('approval-link', digest, Date.parse(claims.expiresAt) + ttlMs))) return 'spent';
      if (closed !== undefined) return { ok: false, refusal: { code: 'state', reason: closed } };
      const by: Party = { kind: 'person', id: recipient };
      const whose = maker === undefined ? '' : ` (by a link of ${maker})`;
      const why = `${fingerprinter.scrub(tenant, said).slice(0, SAID_MAX)}${whose}`;
      if (kind === 'reject') return desk.apply(tenant, id, { kind, by, why });
      return desk.apply(tenant, id, { kind, by, why, binding, ...(maker !== undefined && { linkBy: maker }) });
    },
  };
}
