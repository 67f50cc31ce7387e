/** From what a provider says about a person to the name in the audit trail, and to what that person may do in which tenant. */
import { type PersonRole, ROLES } from '../../../schemas/api.ts';
import type { Config } from '../../../schemas/config.ts';

export type SignIn = NonNullable<Config['http']['signIn']>;
export type Claims = Readonly<Record<string, unknown>>;
/** The role of a person by tenant; never empty. */
export type Grants = ReadonlyMap<string, PersonRole>;

/** Somebody whom the provider vouches for, and who may use Tidemark. */
export interface Person {
  /** Who it is at the provider: it stays when the name changes. */
  readonly subject: string;
  /** Stands in the audit trail. */
  readonly name: string;
  readonly grants: Grants;
}

/** Why somebody is not let in; `says` is for that person, and names no group that would do. */
export interface NotLetIn {
  readonly reason: 'unnamed' | 'unverified' | 'no-role' | 'too-many-groups';
  readonly says: string;
}

const GROUPS_MAX = 4_096;
/** Letters and digits of any script and what e-mail addresses and user names have: nothing that hides, and nothing that ends a field. */
const NAME = /^[\p{L}\p{N}][\p{L}\p{N}\p{M}._@+'#/ -]{0,127}$/u;

/** A claim by its whole name, or by steps into objects. */
function claimOf(claims: Claims, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  return name
    .split('.')
    .reduce<unknown>(
      (here, step) =>
        typeof here === 'object' && here !== null && Object.hasOwn(here, step)
          ? (here as Record<string, unknown>)[step]
          : undefined,
      claims,
    );
}

function groupsOf(claims: Claims, name: string): readonly string[] {
  const found = claimOf(claims, name);
  const list = Array.isArray(found) ? found : [found];
  return list.filter((one) => typeof one === 'string').slice(0, GROUPS_MAX);
}

/** Whether the provider has said which groups there are, be it none. */
export const saysGroups = (claims: Claims, { groupsClaim }: Pick<SignIn, 'groupsClaim'>) =>
  claimOf(claims, groupsClaim) !== undefined;

/** The highest role of each tenant that the groups give. */
export function grantsOf(groups: readonly string[], roles: SignIn['roles']): Grants {
  const held = new Set(groups);
  const grants = new Map<string, PersonRole>();
  for (const { group, role, tenant } of roles) {
    const before = grants.get(tenant);
    if (held.has(group) && (before === undefined || ROLES.indexOf(role) > ROLES.indexOf(before)))
      grants.set(tenant, role);
  }
  return grants;
}

/** Some providers say so in a text; who says nothing of it, such as Entra, verifies what it hands out. Anything else is no yes. */
const isVerified = ({ email_verified: said }: Claims) => said === undefined || said === true || said === 'true';

export function personOf(
  claims: Claims,
  config: Pick<SignIn, 'nameClaim' | 'groupsClaim' | 'roles'>,
): Person | NotLetIn {
  const { nameClaim, groupsClaim, roles } = config;
  const { sub } = claims;
  const said = claimOf(claims, nameClaim);
  const name = typeof said === 'string' ? said.normalize('NFC').trim() : '';
  if (typeof sub !== 'string' || sub === '' || !NAME.test(name))
    return {
      reason: 'unnamed',
      says: `Your account has no ${nameClaim} that could stand in the audit trail. Whoever runs Tidemark can choose another claim (http.signIn.nameClaim).`,
    };
  if (nameClaim === 'email' && !isVerified(claims))
    return {
      reason: 'unverified',
      says: 'Your e-mail address is not verified at the provider. Verify it there, and sign in again.',
    };
  const grants = grantsOf(groupsOf(claims, groupsClaim), roles);
  if (grants.size > 0) return { subject: sub, name, grants };
  // Entra leaves a list out that is too long, and says so here (RFC 7519 has no word for it).
  const elsewhere = claims._claim_names;
  if (typeof elsewhere === 'object' && elsewhere !== null && Object.hasOwn(elsewhere, groupsClaim))
    return {
      reason: 'too-many-groups',
      says: 'You are in so many groups that the provider does not list them. Whoever runs Tidemark can use app roles, or send only the groups of this application.',
    };
  return {
    reason: 'no-role',
    says: 'You are signed in at the provider, and none of your groups may use Tidemark. Ask whoever runs it.',
  };
}
