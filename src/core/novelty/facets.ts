/** How the facets of activities are told apart: what a dimension may read of each, kept with as few texts of its own as it takes. */
import type { Activity } from '../../../schemas/activity.ts';
import type { Facet } from '../detector.ts';
import { mix, sampleOf } from '../hash.ts';
import { type Sensitivity, sensitivityOf } from '../sensitivity.ts';
import { lasting } from './dimensions.ts';

/** A facet as it was: `same` compares all that dimensions of the facet may read. */
export interface FacetPlan<Kept> {
  /** A cheap number, mostly different for different facets. */
  sample(activity: Activity): number;
  same(kept: Kept, activity: Activity): boolean;
  keep(activity: Activity): Kept;
}

interface Named {
  readonly id: string;
  readonly kind: string;
}

/** Whether two lists name the same ones in the same order. */
function sameList(a: readonly Named[] | undefined, b: readonly Named[] | undefined): boolean {
  if (a === b) return true;
  if (a === undefined || b === undefined || a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i]?.id !== b[i]?.id || a[i]?.kind !== b[i]?.kind) return false;
  return true;
}

export interface Deed {
  readonly name: string;
  readonly service: string;
  readonly access: string;
  readonly resource: string | undefined;
  readonly type: string | undefined;
  readonly owner: string | undefined;
  /** Of the identity: whether an account is foreign depends on it. */
  readonly account: string | undefined;
  readonly denied: boolean;
  readonly sensitivity: Sensitivity;
  /** The very objects: those of activities that were read alike are the same. */
  readonly action: Activity['action'];
  readonly thing: Activity['resource'];
  /** To whom it opens its thing. */
  readonly recipients: Activity['recipients'];
}

export const deed: FacetPlan<Deed> = {
  sample: ({ action, resource }) => mix(sampleOf(action.name), sampleOf(resource?.id)),
  same: (kept, { action, resource, recipients, identity, outcome }) =>
    sameList(kept.recipients, recipients) &&
    kept.account === identity.account &&
    kept.denied === (outcome === 'denied') &&
    ((kept.action === action && kept.thing === resource) ||
      (kept.resource === resource?.id &&
        kept.name === action.name &&
        kept.service === action.service &&
        kept.access === action.access &&
        kept.type === resource?.type &&
        kept.owner === resource?.account)),
  keep: (activity) => ({
    name: activity.action.name,
    service: activity.action.service,
    access: activity.action.access,
    resource: activity.resource?.id,
    type: activity.resource?.type,
    owner: activity.resource?.account,
    account: activity.identity.account,
    denied: activity.outcome === 'denied',
    sensitivity: sensitivityOf(activity),
    action: activity.action,
    thing: activity.resource,
    recipients: activity.recipients,
  }),
};

type Origin = Activity['source'] & {
  /** The very object, as above. */
  readonly source: Activity['source'];
};

export const origin: FacetPlan<Origin> = {
  sample: ({ source }) => mix(sampleOf(source.ip), sampleOf(source.userAgent)),
  same: (kept, { source }) =>
    kept.source === source ||
    (kept.ip === source.ip &&
      kept.userAgent === source.userAgent &&
      kept.asn === source.asn &&
      kept.country === source.country &&
      kept.region === source.region &&
      kept.workload === source.workload &&
      kept.vpcEndpoint === source.vpcEndpoint &&
      kept.vpcEndpointAccount === source.vpcEndpointAccount),
  keep: ({ source }) =>
    ({
      ip: source.ip,
      asn: source.asn,
      country: source.country,
      region: source.region,
      userAgent: source.userAgent,
      workload: source.workload,
      vpcEndpoint: source.vpcEndpoint,
      vpcEndpointAccount: source.vpcEndpointAccount,
      source,
    }) as Origin,
};

interface Authority {
  /** The very objects, as above. */
  readonly credential: Activity['credential'];
  readonly actedAs: Activity['actor'];
  /** Of the credential; its id counts only where it lasts. */
  readonly kind: string | undefined;
  readonly longLived: boolean | undefined;
  readonly lasting: string | undefined;
  readonly actor: string | undefined;
  readonly actorKind: string | undefined;
  readonly model: string | undefined;
  readonly chain: Activity['onBehalfOf'];
  readonly scopes: Activity['scopes'];
}

function sameTexts(a: readonly string[] | undefined, b: readonly string[] | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

const lastingId = (activity: Activity) => (lasting(activity) ? activity.credential?.id : undefined);

export const authority: FacetPlan<Authority> = {
  sample: ({ actor, onBehalfOf }) => mix(sampleOf(actor?.id), sampleOf(onBehalfOf?.[0]?.id)),
  same: (kept, activity) => {
    const { credential, actor, onBehalfOf, scopes } = activity;
    if (kept.credential === credential && kept.actedAs === actor && kept.chain === onBehalfOf && kept.scopes === scopes)
      return true;
    return (
      kept.actor === actor?.id &&
      kept.actorKind === actor?.kind &&
      kept.model === actor?.model &&
      kept.kind === credential?.kind &&
      kept.longLived === credential?.longLived &&
      kept.lasting === lastingId(activity) &&
      sameList(kept.chain, onBehalfOf) &&
      sameTexts(kept.scopes, scopes)
    );
  },
  keep: (activity) => ({
    credential: activity.credential,
    actedAs: activity.actor,
    kind: activity.credential?.kind,
    longLived: activity.credential?.longLived,
    lasting: lastingId(activity),
    actor: activity.actor?.id,
    actorKind: activity.actor?.kind,
    model: activity.actor?.model,
    chain: activity.onBehalfOf,
    scopes: activity.scopes,
  }),
};

/** The facet of dimensions that name none: they may read anything, so nothing of it is kept. */
const anything: FacetPlan<undefined> = {
  sample: () => 0,
  same: () => false,
  keep: () => undefined,
};

/** How facets are read, the deed first, and how many readings of each are kept, at some hundred bytes each. Half: more values are hashed again; double: twice the memory. */
export const FACETS: readonly [Facet | undefined, FacetPlan<unknown>, number][] = [
  ['deed', deed, 1 << 15],
  ['origin', origin, 1 << 13],
  ['authority', authority, 1 << 13],
  [undefined, anything, 2],
];
