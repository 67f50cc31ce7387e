/** Makes `src/aws-targets/operation-targets.ts` from AWS's own service models; run by hand when there are newer ones. */
// pip download botocore==VERSION --no-deps; unpack the wheel; npm run build; node dist/src/reference/aws-targets.js botocore/data VERSION
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { operationOf, plain, rank } from '../aws-targets/target-rules.ts';

interface Member {
  readonly shape: string;
  readonly location?: string;
  readonly locationName?: string;
  readonly idempotencyToken?: boolean;
}
interface Shape {
  readonly type: string;
  readonly members?: Readonly<Record<string, Member>>;
  readonly member?: Member;
  readonly required?: readonly string[];
  readonly enum?: readonly string[];
  readonly sensitive?: boolean;
}
interface Model {
  readonly metadata: { readonly endpointPrefix: string; readonly signingName?: string };
  readonly operations: Readonly<Record<string, { readonly input?: { readonly shape: string } }>>;
  readonly shapes: Readonly<Record<string, Shape>>;
}

/** Candidates kept of one operation: the first that a record has is its target. */
const KEPT = 4;
/** Where a model does not tell which of several things an operation is about, and why it is this one. */
const DECIDED: ReadonlyMap<string, readonly string[]> = new Map([
  // A command runs on instances; the document is what is run.
  ['ssm:SendCommand', ['instanceid', 'target', 'documentname']],
  // Launching is known by what is launched; the instances are new each time.
  ['ec2:RunInstances', ['imageid', 'launchtemplateid', 'launchtemplatename']],
  ['ecs:RunTask', ['taskdefinition', 'cluster']],
  ['ecs:StartTask', ['taskdefinition', 'cluster']],
  ['ecs:ExecuteCommand', ['task', 'cluster']],
  // The id of a command is new each time; the instance it ran on stays.
  ['ssm:GetCommandInvocation', ['instanceid', 'commandid']],
  ['ssm:ListCommandInvocations', ['instanceid', 'commandid']],
  // A stream is made in a group; streams are many and short-lived.
  ['logs:CreateLogStream', ['loggroupname', 'logstreamname']],
  // A path is a thing where all below it is asked for.
  ['ssm:GetParametersByPath', ['path']],
  // Of an assignment the account that is opened counts, and then the rights; the instance is the same for all.
  ['sso:CreateAccountAssignment', ['targetid', 'permissionsetarn']],
  ['sso:DeleteAccountAssignment', ['targetid', 'permissionsetarn']],
  ['sso:ProvisionPermissionSet', ['targetid', 'permissionsetarn']],
  // A query runs in a group; its id is new each time.
  ['athena:StartQueryExecution', ['workgroup']],
  // An access key belongs to a user, who is what stays.
  ['iam:UpdateAccessKey', ['username', 'accesskeyid']],
  ['iam:DeleteAccessKey', ['username', 'accesskeyid']],
]);

/** The parameters that can name a thing, best first, as the model tells: by name, whether required, and where in the URL. */
function fromModel(model: Model, service: string, event: string, input: Shape): string[] {
  const decided = DECIDED.get(`${service}:${event}`);
  if (decided !== undefined) return [...decided];
  const operation = operationOf(event);
  const scored: { name: string; score: number }[] = [];
  let inUrl = 0;
  for (const [name, member] of Object.entries(input.members ?? {})) {
    const own = model.shapes[member.shape]!;
    const item = own.type === 'list' ? model.shapes[own.member!.shape]! : own;
    const isText = item.type === 'string' && item.enum === undefined && item.sensitive !== true;
    const isRequired = input.required?.includes(name) === true;
    if (!isText || member.idempotencyToken === true || member.location === 'header') continue;
    const byName = rank(operation, name);
    const byUrl = member.location === 'uri' ? 18 + inUrl++ : 0;
    // A word without an ending names a thing where the request cannot do without it: `Rule`, `Bucket`, `task`.
    const isWord = isRequired && byName === 0 && /^[a-z]{3,}$/.test(plain(name)) && !DESCRIBES.test(plain(name));
    if (byName <= 0 && byUrl === 0 && !isWord) continue;
    const isName = service === 'ec2' && plain(name) === 'name';
    scored.push({ name: plain(name), score: byName + byUrl + (isRequired ? 20 : 0) - (isName ? 40 : 0) });
  }
  // The order of a model is fixed, so it may decide between equals.
  return [...new Set(scored.sort((a, b) => b.score - a.score).map(({ name }) => name))].slice(0, KEPT);
}

const DESCRIBES =
  /token|description|marker|value|content|body|message|comment|expression|document|type|status|state|mode|format|language|reason|query|text|code|time|date|version|password|secret|statement|template|input|output|data|definition|configuration|config|policy|action|permission|protocol|subject|title|prompt|schema|email|phone|path|prefix|cidr|address|locale|currency|unit|engine|class|size|level|event$/;

/** What the rules would make of the same parameters, all of them present. */
function byRules(event: string, input: Shape): string[] {
  const operation = operationOf(event);
  return [...new Set(Object.keys(input.members ?? {}).map(plain))]
    .map((name) => ({ name, score: rank(operation, name) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || (a.name < b.name ? -1 : 1))
    .map(({ name }) => name);
}

/** True where the rules come to the same target whichever of the optional parameters a record has. */
function agrees(model: readonly string[], rules: readonly string[], required: ReadonlySet<string>): boolean {
  const sure = model.findIndex((name) => required.has(name));
  const deciding = sure === -1 ? model : model.slice(0, sure + 1);
  if (sure === -1 && rules.length !== model.length) return false;
  return deciding.every((name, at) => rules[at] === name);
}

function load(folder: string): Model {
  for (const name of ['service-2.json.gz', 'service-2.json']) {
    const path = join(folder, name);
    if (!existsSync(path)) continue;
    const bytes = readFileSync(path);
    return JSON.parse((name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString()) as Model;
  }
  throw new Error(`${folder} holds no service model`);
}

/** Event sources by the names under which requests are signed and sent; the newest version of every model counts. */
function tables(data: string): { services: Map<string, Map<string, string>>; operations: number } {
  const services = new Map<string, Map<string, string>>();
  let operations = 0;
  for (const folder of readdirSync(data).sort()) {
    if (folder.includes('.')) continue;
    const versions = readdirSync(join(data, folder), { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() ? [entry.name] : [],
    );
    const newest = versions
      .filter((name) => /^\d{4}-\d\d-\d\d$/.test(name))
      .sort()
      .at(-1);
    if (newest === undefined) continue;
    const model = load(join(data, folder, newest));
    const { endpointPrefix, signingName } = model.metadata;
    for (const service of new Set([endpointPrefix, signingName ?? endpointPrefix])) {
      const entries = services.get(service) ?? new Map<string, string>();
      services.set(service, entries);
      for (const [event, { input }] of Object.entries(model.operations)) {
        operations++;
        const shape = input === undefined ? undefined : model.shapes[input.shape];
        if (shape === undefined) continue;
        const { name } = operationOf(event);
        const named = fromModel(model, service, name, shape);
        const required = new Set((shape.required ?? []).map(plain));
        if (agrees(named, byRules(event, shape), required)) continue;
        if (!entries.has(name)) entries.set(name, named.join(','));
      }
    }
  }
  return { services, operations };
}

/** Operations with the same parameters stand together: `username,policyarn:CreateX DeleteX`. */
function encoded(entries: ReadonlyMap<string, string>): string {
  const of = new Map<string, string[]>();
  for (const [event, names] of entries) of.set(names, [...(of.get(names) ?? []), event]);
  return [...of].map(([names, events]) => `${names}:${events.join(' ')}`).join(';');
}

function page(data: string, version: string): string {
  const { services, operations } = tables(data);
  const rows = [...services].filter(([, entries]) => entries.size > 0).sort(([a], [b]) => (a < b ? -1 : 1));
  const kept = rows.reduce((sum, [, entries]) => sum + entries.size, 0);
  const lines = rows.map(([service, entries]) => `  ['${service}', '${encoded(entries)}'],`);
  return `/** Which request parameters name the thing an AWS operation is about, where the rules of target-rules.ts do not find it by the names alone. */
// Made by src/reference/aws-targets.ts from the service models of botocore ${version} (Apache-2.0). Of ${operations} operations by event
// source the rules agree with the models on all but these ${kept}. Best parameter first; none = it names no thing.
// biome-ignore format: one line, one service
export const OPERATION_TARGETS: ReadonlyMap<string, string> = new Map([
${lines.join('\n')}
]);
`;
}

const target = fileURLToPath(new URL('../../../src/aws-targets/operation-targets.ts', import.meta.url));
if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [data, version] = process.argv.slice(2);
  if (data === undefined || version === undefined)
    throw new Error('usage: aws-targets.js BOTOCORE_DATA_FOLDER VERSION');
  const text = page(data, version);
  writeFileSync(target, text);
  process.stderr.write(`wrote ${text.length} bytes\n`);
}
