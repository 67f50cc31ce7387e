/** An act on identities and what they may do: what it makes, whom it is about, and where those it is about look for it. */
import type { Activity, ChangeKind } from '../../schemas/activity.ts';
import { CHANGE_RIGHTS } from './constants.ts';
import { remembered } from './remembered.ts';
import { thingOf } from './thing.ts';

/** What an act makes, and for whom. */
export interface ChangeAct {
  readonly kind: ChangeKind;
  /** Under which those it is about look for it. */
  readonly key: string;
  /** Rights that were given, in lower case. */
  readonly rights: readonly string[];
}

/**
 * How a change was made. `usual`: by somebody who does that on many days, in the way it always does. `first`: by somebody who
 * never did. `odd`: something else about the act was new. `suspect`: under an alert. `other`: none of these. `doubted`: not
 * suspicious then, but an alert was raised on the maker within a day.
 */
export const CHANGE_MANNERS = ['usual', 'first', 'odd', 'suspect', 'other', 'doubted'] as const;
export type ChangeManner = (typeof CHANGE_MANNERS)[number];

/** What the population is told of a change. */
export interface ToldChange {
  readonly kind: ChangeKind;
  readonly manner: ChangeManner;
  readonly action: string;
  /** What it was aimed at, for people; '' where unknown. */
  readonly thing: string;
  readonly rights: readonly string[];
  /** Who made it: id, and the name for people. */
  readonly by: string;
  readonly name: string;
  /** Days on which it did that before, and the mean number of days from one to the next; 0 where there is none. */
  readonly days: number;
  readonly everyDays: number;
  /** Hashes of the credential and of the address it was made with, and of those it was made for; 0 and none where unknown. */
  readonly credential: number;
  readonly address: number;
  readonly chain: readonly number[];
}

/** A change as those it is about know it. */
export interface Change extends ToldChange {
  /** Hash of the identity that made it. */
  readonly identity: number;
  /** Event time in ms. */
  readonly ms: number;
}

/** What of an activity a change may be about. A finding keeps it, since a change may be known only when its hour is closed. */
export interface Concern {
  /** Hashes of `keysOf`. */
  readonly keys: readonly number[];
  /** Hashes of the credential; of the address where that is no habit, else 0; and of the identity's id in lower case. */
  readonly credential: number;
  readonly address: number;
  readonly self: number;
  /** It comes from another network than ever, not just from another address of a known one. */
  readonly isElsewhere: boolean;
  readonly action: string;
  readonly service: string;
  readonly access: Activity['action']['access'];
  readonly outcome: Activity['outcome'];
  readonly resource?: string;
}

/** Whether a change speaks against what follows it. */
export const isSuspicious = ({ manner }: Pick<Change, 'manner'>): boolean =>
  manner === 'first' || manner === 'odd' || manner === 'suspect';

const MAKES = new Set('create add generate issue mint rotate reset new upload import put'.split(' '));
const GIVES = new Set('attach put add set bind grant update assign create patch replace consent'.split(' '));
const DEPLOYS = new Set('create update deploy patch publish put replace release upgrade'.split(' '));

/** What is made, by the verbs and nouns of plain English names of interfaces. Credentials stand first: a key of a service account is no service account. */
const NOUNS: readonly (readonly [ChangeKind, ReadonlySet<string>, RegExp])[] = [
  [
    'credential',
    MAKES,
    /(accesskey|serviceaccountkey|serviceaccountstoken|apikey|loginprofile|accesstoken|clientsecret|sshpublickey|sshkey|deploykey|servicespecificcredential|signingcertificate|principalcredentials|authtokencreate)$/,
  ],
  [
    'right',
    GIVES,
    /((role|user|group|iam|access|assumerole)polic(y|ies)|permissions?|policyversion|rolebindings?|iammember|roleassignments?|usertogroup|memberto(role|group)|privileges?|permissiongrant|oauthscopes?)/,
  ],
  ['identity', MAKES, /(user|role|serviceaccount|serviceprincipal|application|bot|robot)s?(lifecycle)?$/],
  ['deployment', DEPLOYS, /(function|functioncode|functionconfiguration|deployment|daemonset|statefulset|agent)s?$/],
];

/** Things that only sound like identities and their rights. */
const NO_CHANGE =
  /(lifecycle|scaling|retention|repository|bucket|backup|key|queue|rotation|resource)polic|permissionset|rolealias|iampermissions|userdata|currentuser/;

/** The words of a name, without the version of its interface. */
const wordsOf = (name: string) =>
  name
    .replace(/\d{8}(?:v\d+)?$/, '')
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter((word) => word !== '');

/** Whether a word is one of the verbs, or its past: `created`, `added`. */
const isVerb = (verbs: ReadonlySet<string>, word: string) =>
  verbs.has(word) || (word.endsWith('ed') && (verbs.has(word.slice(0, -1)) || verbs.has(word.slice(0, -2))));

/** What an act of this name makes; '' for nothing. */
const kindOf = remembered((name: string): string => {
  const words = wordsOf(name);
  if (NO_CHANGE.test(words.join(''))) return '';
  for (const [kind, verbs, noun] of NOUNS) {
    const rest = words.filter((word) => !isVerb(verbs, word));
    if (rest.length < words.length && noun.test(rest.join(''))) return kind;
  }
  return '';
});

const lower = (text: string) => text.toLowerCase();

/** Names of Kubernetes are unique within a cluster only. */
const realmOf = ({ provider, account = '' }: Activity['identity']) => (provider === 'kubernetes' ? account : '');

const credentialKey = (id: string) => `credential ${id}`;
/** IAM names are unique without their path, which most acts on them leave out. */
const unpathed = (id: string) => id.replace(/^(arn:[^:]+:iam::\d*:(?:user|role)\/).*\//, '$1');
const identityKey = (id: string, who: Activity['identity']) => `identity ${realmOf(who)} ${unpathed(lower(id))}`;
const deployedKey = (thing: string, account = '') => `deployed ${account} ${lower(thing)}`;

/** The last parts of a path, an ARN or the like. */
const endOf = (id: string, parts: number) => id.split(/[/:]/).slice(-parts).join('/');

/** The identity that a thing is: by the id that its own activities carry, where a thing of that vendor is named otherwise. */
function identityOf({ id, type = '' }: NonNullable<Activity['resource']>): string {
  const inCluster = /^([^/:]+)\/([^/:]+)$/.exec(id);
  if (inCluster !== null && /serviceaccount/i.test(type))
    return `system:serviceaccount:${inCluster[1]}:${inCluster[2]}`;
  const [, project, account = ''] = /^(?:\/\/[^/]+\/)?projects\/([^/]+)\/serviceAccounts\/([^/]+)/.exec(id) ?? [];
  if (project === undefined) return id;
  return account.includes('@') || /^\d+$/.test(account) ? account : `${account}@${project}.iam.gserviceaccount.com`;
}

/** What an activity changes; undefined where it changes nothing, or did not go through. What the record names counts, else what its act and its thing are called. */
export function changeOf(activity: Activity): ChangeAct | undefined {
  const { change, resource, identity, outcome, action } = activity;
  if (outcome !== 'success') return undefined;
  const kind = change?.kind ?? (action.access === 'read' ? '' : (kindOf(action.name) as ChangeKind | ''));
  if (kind === '') return undefined;
  const rights = (change?.rights ?? []).slice(0, CHANGE_RIGHTS).map(lower);
  if (change?.credential !== undefined) return { kind, key: credentialKey(change.credential), rights };
  if (change?.identity !== undefined) return { kind, key: identityKey(change.identity, identity), rights };
  if (resource === undefined) return undefined;
  // Some vendors name the key itself, others whose it is.
  if (kind === 'credential' && /key|token|credential/i.test(resource.type ?? ''))
    return { kind, key: credentialKey(endOf(resource.id, 1)), rights };
  if (kind !== 'deployment') return { kind, key: identityKey(identityOf(resource), identity), rights };
  const isArn = resource.id.startsWith('arn:');
  const account = resource.account ?? (isArn ? resource.id.split(':')[4] : identity.account);
  return { kind, key: deployedKey(isArn ? endOf(resource.id, 1) : endOf(resource.id, 2), account), rights };
}

/** Name of a pod without what its owner adds: `orders-7d9c5b8f6d-x2x9z` is of the deployment `orders`. */
const ownerOf = (pod: string) => pod.replace(/(-[a-z0-9]{6,10})?-[a-z0-9]{5}$/, '');

/** Where an activity looks for changes that are about it: its credential, its identity, what it runs as. */
export function keysOf({ identity, credential, actor, source }: Activity): string[] {
  const keys = [identityKey(identity.id, identity)];
  if (credential !== undefined) keys.push(credentialKey(credential.id));
  const { account } = identity;
  if (source.workload !== undefined) keys.push(deployedKey(endOf(source.workload, 2), account));
  if (actor === undefined) return keys;
  const namespace = /^system:serviceaccount:([^:]+):/.exec(identity.id)?.[1];
  keys.push(deployedKey(namespace === undefined ? actor.id : `${namespace}/${ownerOf(actor.id)}`, account));
  return keys;
}

/** What an act made or gave, for people: the id of the key, the rights, what was deployed; '' where that has no name of its own. */
export function thingChanged(activity: Activity, { kind, rights }: ChangeAct): string {
  if (kind === 'credential') return activity.change?.credential ?? '';
  if (kind === 'deployment') return thingOf(activity) ?? '';
  const [first = '', ...rest] = rights;
  return rest.length === 0 ? first : `${first} and ${rest.length} more`;
}
