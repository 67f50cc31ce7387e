/** How much harm an action can do, from its access and the plain words of its name: works for vendors and actions never seen. */
import type { Access, Activity } from '../../schemas/activity.ts';
import { AWS_PERMISSION_ACTIONS, AWS_READING_ACTIONS, AWS_SERVICES } from './aws-permissions.ts';
import { ACCESS_LEVELS, PURPOSE_LEVELS } from './constants.ts';
import { reachOf } from './recipients.ts';

/** What an action is about, told from the verb it begins with and the nouns it holds. The classes are ours, chosen for plain English API names of any vendor; no vendor publishes such a list. */
export type Purpose = 'grant' | 'secret' | 'evidence' | 'share' | 'destroy' | 'pay' | 'run' | 'other';

export interface Sensitivity {
  /** 0 (harmless) to 1 (changes who may do what). */
  readonly level: number;
  readonly purpose: Purpose;
}

const CHANGE =
  /^(create|add|put|set|attach|update|modify|change|edit|reset|enable|grant|bind|assign|register|import|invite|authorize|patch|insert|write|upload|generate|rotate|issue|mint|replace|elevate|assume|associate|upsert)/;
const MAKES = /^(create|add|enable|register)/;
const DESTROY =
  /^(delete|remove|destroy|drop|purge|terminate|stop|disable|detach|revoke|deactivate|suspend|leave|cancel|schedule|wipe|erase|truncate|deregister|disassociate|dismiss|unshare|archive)/;
/** Where messages wait to be taken: there, to delete one is how a consumer says that it is done. A mailbox or a channel of people is none. */
const QUEUE = /(sqs|ec2messages|ssmmessages|queue|servicebus|pubsub|subscription|amqp|jms)/;
const MESSAGE_DONE = /((delete|remove)messages?(batch)?|messages?(delete|remove|batchdelete))$/;
/** Ends of one's own work: a question called off, a place in a list of results, a claim that would run out by itself, one's own sign-in. */
const OWN_WORK_ENDS =
  /((stop|cancel|close|delete)(query|queryexecution|queries|statement|cursor|iterator|scroll|pointintime)|(delete|release|remove)leases?|leases?(delete|release)|(revoke|renew)self|logout|signout|logoff|purgecache|cachepurge)$/;
const READ =
  /^(get|list|describe|read|view|search|lookup|head|query|scan|fetch|watch|select|download|batch|retrieve|access)/;
const GRANT_NOUN =
  /(polic|permission|role|acl|privilege|member|user|login|accesskey|credential|password|mfa|factor|identityprovider|federation|trust|principal|group|token|apikey|secret|serviceaccount|collaborator|ingress|firewall|securitygroup|deploykey|sshkey|webhook|oauth|grant|binding|admin(istrator)?s?$)/;
/** Nouns that give rights in any service; the others of `GRANT_NOUN` do so only where identities are kept. */
const PLAIN_GRANT_NOUN =
  /(permission|privilege|login|accesskey|password|mfa|apikey|serviceaccount|ingress|firewall|securitygroup|deploykey|sshkey|oauth|grant|admin(istrator)?s?$)/;
/** AWS services in which identities and their rights are kept. */
const AWS_IDENTITY_SERVICES = new Set([
  'iam',
  'identitystore',
  'sso',
  'sso-directory',
  'organizations',
  'cognito-idp',
  'ram',
  'rolesanywhere',
]);
/** Things that only sound like who may do what: a log group holds no members, a life cycle policy no rights. */
const HARMLESS_NOUN =
  /(log|target|autoscaling|resource|work|parameter|subnet|placement|consumer|node|instance|task|cache|option|replication|host|device|thing|rule|patch|schedule|delivery|backup|shard|server)group|(lifecycle|scaling|retention|backup|cache|queue|rotation|repositorylifecycle|originrequest|responseheaders)polic(y|ies)/g;
/** Asks who one is: needs no right and gives none. */
const WHO_AM_I = /(getcalleridentity|whoami|selfsubjectreview)/;
const SECRET_NOUN =
  /(secret|password|credential|token|apikey|accesskey|privatekey|keyvault|vault|certificate|decrypt|userdata|parameter)/;
/** Words beside the names of secrets where none is opened: when a key was last used, how long a password must be. */
const ABOUT_SECRETS = /(lastused|passwordpolicy|credentialreport|metadata)/;
/** Verbs that tell which secrets there are, and what stands beside them, and open none. */
const TELLS_OF = /^(list|describe|search|lookup|head)/;
/** Verbs that open a secret, whatever a model of permissions calls them. */
const OPENS = /^(decrypt|unwrap)/;
/** Google's way to tell the properties of a secret or key; its content is accessed, and a key is shown once, when it is made. */
const GOOGLE_TELLS_OF = /^google\..*\.(get|list)[a-z]*$/i;
/** A `read` of Azure's resource manager shows properties and no secret, and so does the metadata action of a vault. */
const AZURE_TELLS_OF = /^microsoft\..*\/(read|readmetadata\/action)$/i;
/** What Azure's resource manager calls a list and asks a right of its own for are keys, passwords and signed links. */
const AZURE_OPENS = /^microsoft\..*\/list[a-z]+\/action$/i;
/** To say that one finding is dealt with: what follows is seen as before. */
const FINDING_CLOSED =
  /(alerts?|findings?)(dismiss|resolve|archive|close)|(dismiss|resolve|archive|close)\w*(alerts?|findings?)$/;
/** Kept by version control: what a commit takes away is there in the one before. */
const COMMIT = /^commit:/;
/** Whether an act is a commit, by its name. */
export const isCommit = (name: string): boolean => COMMIT.test(name);
/** Kubernetes names the verb before the kind of thing; of its kinds these say who may do what. */
const KUBERNETES_GRANT = /^(create|update|patch|bind|escalate):(cluster)?role(binding)?s$/;
/** Who acts as another has the rights of that one. */
const IMPERSONATES = /impersonat/;
/** Files that say what a pipeline runs, in the words of their makers: whoever writes one has what the pipeline may do (OWASP CICD-SEC-4). */
const PIPELINE =
  /(^|[/:])(\.github\/workflows\/|\.circleci\/|\.buildkite\/|\.tekton\/|\.gitlab-ci\.ya?ml|jenkinsfile|azure-pipelines\.ya?ml|bitbucket-pipelines\.ya?ml|\.drone\.ya?ml|\.travis\.ya?ml|cloudbuild\.ya?ml|buildspec\.ya?ml)/i;
/** Whether a thing says what a pipeline runs. */
export const isPipeline = (thing: string): boolean => PIPELINE.test(thing);
/** A kind of thing by another word. */
const KINDS: Readonly<Record<string, string>> = { kv: 'secret' };
const EVIDENCE_NOUN =
  /(trail|audit|logging|loggroup|logstream|flowlog|detector|guardduty|securityhub|alarm|alert|monitor|retention|eventselector|diagnostic|configrecorder|organization|sink|protection|scanning)/;
const SHARE_VERB =
  /^(share|export|copy|publish|send|transfer|replicate|restore|snapshot|dump|backup|forward|post|email|invite)/;
const SHARE_NOUN =
  /(snapshotattribute|imageattribute|bucketpolicy|sharing|public|export|dump|webhook|recipient|email|message)/;
const PAY =
  /^(pay|payment|payout|money|transfer|transaction|refund|invoice|wire|withdraw|withdrawal|purchase|order)s?$/;
const RUN =
  /(runinstances|sendcommand|startsession|exec|invoke|command|script|runbook|job|launch|createfunction|updatefunction|connect|shell|console)/;

const known = new Map<Access, Map<string, Sensitivity>>();
const KNOWN_ENTRIES = 1 << 14;

/** Splits `iam:PutRolePolicy`, `tools/call:send_money` or `google.x.v1.Y.CreateKey` into the part that says what is done. */
export function verbOf(name: string): string {
  const parts = name.split(/[:/]/);
  let last = parts[parts.length - 1] ?? name;
  if (parts.length > 1 && /^(action|write|read|delete)$/i.test(last)) last = `${last} ${parts[parts.length - 2] ?? ''}`;
  const dotted = last.split('.');
  return dotted.length > 1 ? dotted.slice(-2).join(' ') : last;
}

/** Whether a word is one of the verbs, or one that is bent; glued to its noun only where a name is a single word: to `drop` is no `dropbox`. */
function isVerb(word: string, alone: boolean): boolean {
  for (const verbs of [CHANGE, DESTROY, READ, SHARE_VERB]) {
    const verb = verbs.exec(word)?.[0];
    if (verb !== undefined && (alone || BENT.test(word.slice(verb.length)))) return true;
  }
  return false;
}
/** What may follow a verb: nothing, -s, -es, -d, -ed, -ped, -ing, a version. */
const BENT = /^(e?s|e?d|[a-z]?ed|[a-z]?ing|[0-9v]+)?$/;

/** Words of an action name, lower case, joined; the verb first where the name begins with one. */
function plain(name: string): { verb: string; words: readonly string[]; all: string } {
  const tail = verbOf(name)
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase();
  const words = tail.split(/[^a-z0-9]+/).filter((w) => w !== '');
  const verb = words.find((word) => isVerb(word, words.length === 1)) ?? '';
  return { verb, words, all: `${name.toLowerCase().replace(/[^a-z0-9]+/g, '')}` };
}

/** Service and action of an AWS name such as `lambda:AddPermission20150331v2`; the version of its interface is no part of it. */
function awsNameOf(name: string): { service: string; action: string } | undefined {
  const [, service = '', action = ''] = /^([a-z0-9-]+):([A-Za-z]+)(?:\d{8}(?:v\d+)?)?$/.exec(name) ?? [];
  return AWS_SERVICES.has(service) ? { service, action: action.toLowerCase() } : undefined;
}

/** What AWS itself calls reading or listing, under whatever verb. */
function isAwsReadingAction(name: string): boolean {
  const aws = awsNameOf(name);
  return aws !== undefined && AWS_READING_ACTIONS.has(`${aws.service}:${aws.action}`);
}

/** What AWS itself says manages permissions. */
function isAwsPermissionAction(name: string): boolean {
  const aws = awsNameOf(name);
  return aws !== undefined && AWS_PERMISSION_ACTIONS.has(`${aws.service}:${aws.action}`);
}

/** The words by which an act gives rights: fewer where AWS has said which acts of the service do. */
function grantNounOf(name: string): RegExp {
  const aws = awsNameOf(name);
  return aws === undefined || AWS_IDENTITY_SERVICES.has(aws.service) ? GRANT_NOUN : PLAIN_GRANT_NOUN;
}

/**
 * Whether an act that bears the name of a destroying one takes nothing from anybody. Models of permission call it a write, like the
 * acts that do; what it is told by is the kind of its thing.
 */
const takesNothing = (all: string): boolean => (QUEUE.test(all) && MESSAGE_DONE.test(all)) || OWN_WORK_ENDS.test(all);

/** Records written into a log, as every program does: the log is fuller afterwards. */
const RECORDS_WRITTEN = /(write|put|insert|append|ingest|send)(log)?(entry|entries|events?|records?|logs)$/;

/** How much an act can hide: to begin to record hides nothing, to end it hides all that follows. */
function evidenceLevel(destroys: boolean, makes: boolean, changes: boolean): number {
  const of = PURPOSE_LEVELS;
  if (destroys) return of.evidenceDestroyed;
  if (makes) return ACCESS_LEVELS.write;
  return changes ? of.evidenceChanged : of.evidenceTouched;
}

/** Whether an act about secrets opens none: it tells which there are, and what stands beside them. */
const opensNone = (name: string, verb: string) =>
  TELLS_OF.test(verb) ||
  ABOUT_SECRETS.test(name.toLowerCase()) ||
  GOOGLE_TELLS_OF.test(name) ||
  AZURE_TELLS_OF.test(name);

/** What an act about secrets weighs. */
function secretLevel(name: string, verb: string, reads: boolean): number {
  const of = PURPOSE_LEVELS;
  if (AZURE_OPENS.test(name)) return of.secretRead;
  if (opensNone(name, verb)) return of.secretListed;
  return reads ? of.secretRead : of.secretChanged;
}

function judge(name: string, access: Access): Sensitivity {
  const { verb, words, all } = plain(name);
  const nouns = all.replace(HARMLESS_NOUN, '');
  const reads =
    access === 'read' ||
    (access !== 'write' && access !== 'admin' && READ.test(verb)) ||
    isAwsReadingAction(name) ||
    OPENS.test(words[0] ?? '') ||
    GOOGLE_TELLS_OF.test(name);
  const of = PURPOSE_LEVELS;
  let level: number = ACCESS_LEVELS[access];
  let purpose: Purpose = 'other';
  const raise = (to: number, why: Purpose) => {
    if (to > level || (to === level && purpose === 'other' && why !== 'run')) {
      level = to;
      purpose = why;
    }
  };
  if (WHO_AM_I.test(all)) return { level: of.whoAmI, purpose };
  if (takesNothing(all) || isCommit(name)) return { level: Math.min(level, ACCESS_LEVELS.write), purpose };
  if (SECRET_NOUN.test(nouns) || AZURE_OPENS.test(name)) raise(secretLevel(name, verb, reads), 'secret');
  if (!reads) {
    const changes = CHANGE.test(verb);
    const destroys = DESTROY.test(verb);
    if (IMPERSONATES.test(all)) raise(of.grant, 'grant');
    if (isAwsPermissionAction(name) || KUBERNETES_GRANT.test(name)) raise(of.grant, 'grant');
    else if ((changes || destroys) && grantNounOf(name).test(nouns)) raise(of.grant, 'grant');
    if (FINDING_CLOSED.test(all)) return { level: of.evidenceTouched, purpose: 'evidence' };
    if (EVIDENCE_NOUN.test(all) && !RECORDS_WRITTEN.test(all))
      raise(evidenceLevel(destroys, MAKES.test(verb), changes), 'evidence');
    if (SHARE_VERB.test(verb) || SHARE_NOUN.test(all)) raise(of.share, 'share');
    if (destroys) raise(of.destroy, 'destroy');
    if (words.some((word) => PAY.test(word))) raise(of.pay, 'pay');
    if (RUN.test(all)) raise(of.run, 'run');
  }
  return { level, purpose };
}

/** What an act costs when it is misuse, 0 to 1: what a command does shows in acts of its own, so that running one is no graver than executing. */
export const gravityOf = ({ level, purpose }: Sensitivity) =>
  purpose === 'run' ? Math.min(level, ACCESS_LEVELS.execute) : level;

/** A name that is a verb alone takes its noun from the kind of its thing: to `read` a `secret`. */
function fullName({ action: { name }, resource }: Activity): string {
  if (resource?.type === undefined || !/^([a-z]+:)?[a-z]+$/.test(name) || !isVerb(verbOf(name), true)) return name;
  return `${name} ${KINDS[resource.type] ?? resource.type}`;
}

export function sensitivityOf(activity: Activity): Sensitivity {
  const { access } = activity.action;
  if (access !== 'read' && isPipeline(activity.resource?.id ?? '')) return PIPELINE_CHANGED;
  const name = fullName(activity);
  let names = known.get(access);
  if (names === undefined || names.size >= KNOWN_ENTRIES) {
    names = new Map();
    known.set(access, names);
  }
  let made = names.get(name);
  if (made === undefined) {
    made = judge(name, access);
    names.set(name, made);
  }
  const opened = openedBy(activity, made);
  if (opened !== undefined) return opened;
  if (made.purpose !== 'secret' || !isOwn(activity, activity.action.name)) return made;
  return access === 'read' || USES_KEY.test(activity.action.name) ? OWN_SECRET : made;
}

/** What it weighs to whom an act opens its thing; undefined where that makes it neither graver nor lighter. */
function openedBy(activity: Activity, { level, purpose }: Sensitivity): Sensitivity | undefined {
  const reach = reachOf(activity);
  if (reach === undefined || activity.action.access === 'read') return undefined;
  // Rights given at home are how an intruder climbs there; what is shared there stays.
  if (reach === 'home') return purpose === 'share' ? AT_HOME : undefined;
  const least = reach === 'everybody' ? PURPOSE_LEVELS.openedToEverybody : PURPOSE_LEVELS.openedOutside;
  return level >= least ? undefined : { level: least, purpose: purpose === 'grant' ? purpose : 'share' };
}

const AT_HOME: Sensitivity = { level: PURPOSE_LEVELS.sharedAtHome, purpose: 'share' };

const PIPELINE_CHANGED: Sensitivity = { level: PURPOSE_LEVELS.pipelineChanged, purpose: 'grant' };

/**
 * A secret that carries the name of the identity in its own: it is kept for nobody else, and reading it leads nowhere new. So does
 * the use of a key of its own account: what is behind the key is told by the act that reads it.
 */
const OWN_SECRET: Sensitivity = { level: PURPOSE_LEVELS.ownSecretRead, purpose: 'secret' };

/** Whether an act is no more than the use of such a secret or key. */
export const isOwnThing = (of: Sensitivity): boolean => of === OWN_SECRET;

/** Shorter names stand in others by chance. */
const OWN_NAME_LENGTH = 5;

/** To use a key without getting it. */
const USES_KEY = /:(decrypt|generatedatakey\w*)$/i;

/** Whether the act is about a thing of the identity's own account that is named after it, or uses a key there. */
function isOwn({ identity, resource }: Activity, name: string): boolean {
  if (resource?.account !== undefined && resource.account !== identity.account) return false;
  if (USES_KEY.test(name)) return true;
  const own = (identity.name ?? identity.id).split(/[:/@]/).at(-1) ?? '';
  return own.length >= OWN_NAME_LENGTH && (resource?.id.includes(own) ?? false);
}
