/** Which parameter of an AWS request names the thing that the request is about, judged by the names alone. */

/** What an operation is called, taken apart: `AddRoleToInstanceProfile` is about an `instanceprofile`. */
export interface OperationName {
  /** Without the version that Lambda and CloudFront append: `CreateFunction20150331` is `CreateFunction`. */
  readonly name: string;
  /** What follows the verb, in lower case and in the singular. */
  readonly noun: string;
  /** What stands after `To`, `From`, `For` ..., if anything. */
  readonly after: string;
  readonly makes: boolean;
}

const APPENDED = /\d{4}_?\d\d_?\d\d(?:v\d+)?$/;
const WORDS = /[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+/g;
const BETWEEN = /^[A-Z][a-z]+.*?[a-z](?:To|From|For|By|On|With|In)([A-Z].*)$/;
/** Verbs whose answer tells the name of what has come to be. */
const MAKES = /^(?:Create|Register|Import|Copy|Restore|Allocate|Request|Clone)[A-Z]/;

/** Names compare whatever their case and number: `FlowLogIds`, `flowLogId` and `FlowLogId` are one, `trailNameList` is `trailName`. */
export function plain(name: string): string {
  const lower = name.toLowerCase().replace(/(?<=name|id|arn)list$/, '');
  if (lower.endsWith('sses')) return lower.slice(0, -2);
  return lower.endsWith('s') && !lower.endsWith('ss') ? lower.slice(0, -1) : lower;
}

export function operationOf(event: string): OperationName {
  const name = event.replace(APPENDED, '');
  const words = name.match(WORDS) ?? [name];
  return {
    name,
    noun: plain(words.slice(1).join('')),
    after: plain(BETWEEN.exec(name)?.[1] ?? ''),
    makes: MAKES.test(name),
  };
}

/** The caller's own bookkeeping, and what describes or bounds: never a thing, whatever it is called. */
const NEVER =
  /token|idempoten|nonce|marker|^max|pagesize|^client(?:request|context)|filter|^tag|taglist|tagset|tagspec|^device(?:name)?$|blockdevice|dryrun|description|^path(?:prefix)?$|password|attribute(?:name|value)?$|sessionname|^(?:key)?value$|content(?:type)?$|body$|message$|comment$|expression$|document$|(?:time|date|zone|region|status|state|mode|format|language|reason|version|count|size|limit|order|class|enabled)$|type$|permission$|^action$/;
/** True for a parameter that describes, bounds or tags: nothing in it is a thing. */
export function describes(key: string): boolean {
  return NEVER.test(plain(key));
}

/** Things beside the one in question: what it runs as, where it stands, what it is locked with. */
const BESIDE =
  /^(?:kmskey|kmsmasterkey|encryptionkey|subnet|securitygroup|vpcsecuritygroup|version|owner|account|catalog|sourceaccount|bucketowner|snstopic|notificationtopic|availabilityzone|parametergroup|optiongroup|availabilityzone|principal|request|user)$|role$|policy$|kms/;
/** Words that name a thing of AWS without an ending. */
const THINGS = new Set(
  'bucket cluster database function queue repository service stack stream table target task topic'.split(' '),
);
const SUFFIX = /(?:arn|id|identifier|name|uri|url)$/;

/**
 * How well the parameter `key` names what the operation is about; 0 and less = it does not. Of several present the highest is
 * the target. It depends on the two names only, so it is the same in whatever order the keys of a record stand.
 */
export function rank(operation: OperationName, key: string): number {
  const { noun, after } = operation;
  const whole = plain(key);
  const suffix = SUFFIX.exec(whole)?.[0] ?? '';
  const stem = whole.slice(0, whole.length - suffix.length);
  const kind = suffix === 'arn' ? 8 : suffix === '' ? 1 : suffix === 'uri' || suffix === 'url' ? 5 : 7;
  // An elastic address is known by itself as well as by the id of its allocation.
  if (whole === 'publicip' && noun === 'address') return 40 + kind;
  const isExact = stem !== '' && (stem === noun || stem === after);
  if (!(isExact && suffix !== '') && NEVER.test(whole)) return 0;
  if (stem === '') return suffix === '' ? 0 : 22 + kind;
  if (after !== '' && stem === after) return 46 + kind;
  if (isExact) return 40 + kind;
  if (stem === 'resource') return 24 + kind;
  // A single letter or two is part of almost any word.
  const isWord = stem.length > 2;
  if (isWord && noun.startsWith(stem)) return 30 + kind;
  if (isWord && noun.endsWith(stem)) return 26 + kind;
  if (isWord && noun.includes(stem)) return 20 + kind;
  if (suffix === '') return THINGS.has(stem) ? 2 : 0;
  return BESIDE.test(stem) ? 3 : 4 + kind;
}
