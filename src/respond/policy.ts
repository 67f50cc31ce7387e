/** Which policy covers a suspension: the first that matches, else the defaults of the section. */
import type { Config } from '../../schemas/config.ts';
import type { ContainmentAction, Policy } from '../../schemas/suspension.ts';

export interface PolicySubject {
  readonly tenant: string;
  readonly action: ContainmentAction;
  readonly owner?: string | undefined;
  readonly environment?: string | undefined;
}

/** A policy with what it chooses besides. */
export interface Chosen {
  readonly policy: Policy;
  readonly responder: string | undefined;
  readonly ttlMs: number;
}

const admits = (list: readonly string[] | undefined, value: string | undefined) =>
  list === undefined || (value !== undefined && list.includes(value));

/** The policy in force for a subject. A policy that asks for an owner or environment does not match where none is known. */
export function policyFor(respond: Config['respond'], subject: PolicySubject): Chosen {
  const found = respond.policies.find(
    ({ tenants, actions, owners, environments }) =>
      admits(tenants, subject.tenant) &&
      admits(actions, subject.action) &&
      admits(owners, subject.owner) &&
      admits(environments, subject.environment),
  );
  return {
    policy: {
      name: found?.name ?? 'default',
      mode: found?.mode ?? respond.mode,
      approvals: found?.approvals ?? respond.approvals,
    },
    responder: found?.responder ?? respond.responder,
    ttlMs: found?.ttlMs ?? respond.ttlMs,
  };
}
