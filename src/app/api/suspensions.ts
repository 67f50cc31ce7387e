/** Gives the HTTP API suspensions; the asking party is the name of the token, and the tenant is that of the token. */
import type { AlertContainment, Caller } from '../../../schemas/api.ts';
import type { Party } from '../../../schemas/suspension.ts';
import type { SuspensionPort } from '../../api/suspension-routes.ts';
import type { Clock } from '../../ports/outside.ts';
import { preview } from '../../respond/preview.ts';
import { callBackOf } from '../../respond/signed-request.ts';
import { type Decision, readRow } from '../../respond/suspensions.ts';
import type { Fingerprinter } from '../../secrets.ts';
import type { Respond } from '../respond-role.ts';

const CONTAINMENTS_SHOWN = 20;

/** What was done to contain what an alert is about, and whether it held; newest first. */
export async function containmentOf(
  { suspensions }: Pick<Respond, 'suspensions'>,
  tenant: string,
  alertId: string,
): Promise<readonly AlertContainment[]> {
  const rows = await suspensions.list({ tenant, alertId, limit: CONTAINMENTS_SHOWN });
  return rows.map(readRow).map(({ id, action, state, dispatchedAt, containment }) => ({
    suspension: id,
    action,
    state,
    ...(dispatchedAt !== undefined && { dispatchedAt, status: containment?.status ?? 'watching' }),
    ...(containment !== undefined && { successes: containment.successes }),
    ...(containment?.timeToSilenceMs !== undefined && { timeToSilenceMs: containment.timeToSilenceMs }),
  }));
}

const person = ({ name }: Caller): Party => ({ kind: 'person', id: name });

export function suspensionPort(
  { desk, suspensions, steps }: Pick<Respond, 'desk' | 'suspensions' | 'steps'>,
  clock: Clock,
  fingerprinter: Fingerprinter,
): SuspensionPort {
  /** Replaces known secrets in what people write, because the audit trail keeps it for good. */
  const scrub = (tenant: string, text: string) => fingerprinter.scrub(tenant, text);
  return {
    async list({ tenant }, { state, identity, alert, limit }) {
      const rows = await suspensions.list({
        tenant,
        limit,
        ...(state && { states: [state] }),
        ...(identity && { identity }),
        ...(alert && { alertId: alert }),
      });
      return rows.map(readRow);
    },
    async look({ tenant }, id) {
      const found = await desk.find(tenant, id);
      if (found === undefined) return undefined;
      const { suspension } = found;
      const yet = suspension.state === 'recommended' || suspension.state === 'approved';
      return {
        suspension,
        preview: await preview(suspensions, suspension, clock.now()),
        objections: yet ? await desk.objections(suspension) : [],
        steps: [...(await steps(suspension))],
      };
    },
    trail: ({ tenant }, id) => suspensions.history(tenant, id),
    request(caller, { identity, action, target, alertId, parameters, ttlMs, why }): Promise<Decision> {
      const { tenant } = caller;
      const id = scrub(tenant, identity.id);
      const { kind, provider, account } = identity;
      return desk.request({
        tenant,
        identity: {
          id,
          kind,
          ...(provider !== undefined && { provider }),
          ...(account !== undefined && { account: scrub(tenant, account) }),
        },
        action,
        target: target === undefined ? { kind: 'identity', id } : { ...target, id: scrub(tenant, target.id) },
        ...(alertId !== undefined && { alertId, txn: alertId }),
        ...(ttlMs !== undefined && { ttlMs }),
        reason: scrub(tenant, why),
        by: person(caller),
        parameters: Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, scrub(tenant, value)])),
      });
    },
    approve: (caller, id, why, binding) =>
      desk.apply(caller.tenant, id, { kind: 'approve', by: person(caller), why: scrub(caller.tenant, why), binding }),
    async hear(responder, { type, data: { id, tenant: said, detail } }) {
      // One receiver may serve many tenants: whose it is, the trail knows, and a responder speaks of its own alone.
      const tenant = await suspensions.tenantOf(id);
      const found = tenant === undefined ? undefined : await desk.find(tenant, id);
      if (tenant === undefined || found?.suspension.responder !== responder || (said ?? tenant) !== tenant)
        return { ok: false, refusal: { code: 'not-found', reason: `it has no suspension ${id}` } };
      return desk.apply(tenant, id, callBackOf(type, scrub(tenant, detail), responder));
    },
    decide: (caller, id, kind, why) =>
      desk.apply(caller.tenant, id, { kind, by: person(caller), why: scrub(caller.tenant, why) }),
  };
}
