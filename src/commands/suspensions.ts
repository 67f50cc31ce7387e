/** `tidemark suspensions`: what is recommended, what it would stop, and the hands to approve, reject and lift it. */
import { type Command, Option } from 'commander';
import { SUSPENSION_STATES, type Suspension, type SuspensionState } from '../../schemas/suspension.ts';
import type { Respond } from '../app/respond-role.ts';
import { UsageError } from '../fault.ts';
import { preview } from '../respond/preview.ts';
import type { RespondEvent } from '../respond/respond-event.ts';
import { approvalsNeeded, bindingOf } from '../respond/suspension-states.ts';
import { readRow } from '../respond/suspensions.ts';
import { note, print, printJson } from '../terminal/print.ts';
import { table } from '../terminal/table.ts';
import { count } from './arguments.ts';
import { identityOrName } from './lookup.ts';
import { command, type Flags, group, withStore } from './settings.ts';
import { requestCommand } from './suspension-request.ts';
import { decided, person, suspensionLines, withRespond } from './with-respond.ts';

const SCANNED_MAX = 10_000;

interface Choice extends Flags {
  readonly tenant?: string;
}

/** The one suspension whose id begins so. */
async function pick({ suspensions }: Respond, id: string, { tenant }: Choice): Promise<Suspension> {
  const rows = await suspensions.list({ ...(tenant && { tenant }), limit: SCANNED_MAX });
  const found = rows.filter((row) => row.suspension.startsWith(id));
  const [row] = found;
  if (row === undefined) throw new UsageError(`no suspension ${id}`, 'List them with `tidemark suspensions list`.');
  if (found.length > 1) throw new UsageError(`${found.length} suspensions begin with ${id}`, 'Give more of the id.');
  return readRow(row);
}

const choosing = (target: Command) =>
  withStore(target).argument('<suspension-id>', 'id, or its beginning').option('--tenant <name>', 'of this tenant');
const deciding = (target: Command) =>
  choosing(target)
    .option('--as <name>', 'who decides (default: the user of this machine)')
    .requiredOption('--why <text>', 'why, for the audit trail');
interface Deciding extends Choice {
  readonly as?: string;
  readonly why: string;
}

function listCommand(): Command {
  return withStore(
    command('list', 'List suspensions, newest first.', [
      'suspensions list --state recommended',
      'suspensions list --json',
    ]),
  )
    .addOption(new Option('--state <state>', 'in this state').choices(SUSPENSION_STATES))
    .option('--tenant <name>', 'of this tenant')
    .option('--identity <id>', 'of this identity')
    .option('--limit <n>', 'at the most', count, 50)
    .action(async (flags: Choice & { state?: SuspensionState; identity?: string; limit: number }) => {
      const { tenant, state, identity, limit } = flags;
      const query = { ...(tenant && { tenant }), ...(state && { states: [state] }), limit };
      const found = await withRespond(flags, async ({ suspensions }, store, config) => {
        const whose = identity && (await identityOrName(store, tenant ?? config.ingest.tenant, identity));
        return (await suspensions.list({ ...query, ...(whose && { identity: whose }) })).map(readRow);
      });
      if (flags.json) return printJson(found);
      if (found.length === 0) return print('No suspensions.');
      print(...suspensionLines(found));
      note('What would it stop? tidemark suspensions preview SUSPENSION_ID');
    });
}

function previewCommand(): Command {
  return choosing(
    command('preview', 'Dry run: what it would stop, who owns it, what speaks against it. Changes nothing.', [
      'suspensions preview sus_5f0d',
    ]),
  ).action(async (id: string, flags: Choice) => {
    const { suspension, shown, against, steps } = await withRespond(flags, async (respond) => {
      const found = await pick(respond, id, flags);
      const yet = found.state === 'recommended' || found.state === 'approved';
      return {
        suspension: found,
        shown: await preview(respond.suspensions, found, Date.now()),
        against: yet ? await respond.desk.objections(found) : [],
        steps: await respond.steps(found),
      };
    });
    if (flags.json) return printJson({ suspension, preview: shown, objections: against, steps });
    const { policy, responder, parameters, approvals, reason, expiresAt } = suspension;
    const named = (list: readonly { name: string; activities: number }[]) =>
      list.map(({ name, activities }) => `${name} (${activities})`).join(', ') || 'none seen';
    print(
      ...suspensionLines([suspension]),
      ...table([
        ['because', reason],
        ['would stop', `${Math.round(shown.anHour * 10) / 10} calls an hour, last seen ${shown.lastAt ?? 'never'}`],
        ['', shown.breaks],
        ['services', named(shown.services)],
        ['resources', named(shown.resources)],
        ['downstream', named(shown.downstream)],
        ['owner', shown.owner ?? 'unknown'],
        ['by', `${responder ?? 'no responder'} ${JSON.stringify(parameters)}`],
        [
          'undo',
          shown.reversible
            ? `lifts itself ${Math.round(suspension.ttlMs / 60_000)} min after the dispatch`
            : 'cannot be undone',
        ],
        [
          'approvals',
          `${approvals.length} of ${approvalsNeeded(suspension, policy)} (policy ${policy.name}: ${policy.mode}), until ${expiresAt}`,
        ],
        ...against.map((objection) => ['AGAINST IT', objection]),
        ['binding', shown.binding],
      ]),
      '',
      'To do',
      ...table(
        steps.map(({ phase, says }) => ['[ ]', phase, says]),
        { indent: 2 },
      ),
    );
    if (suspension.state === 'recommended')
      note(`Approve it: tidemark suspensions approve ${suspension.id} --why "..."`);
  });
}

function approveCommand(): Command {
  return deciding(
    command('approve', 'Approve exactly what the preview shows; it works once.', [
      'suspensions approve sus_5f0d --why "not our network"',
    ]),
  )
    .option('--binding <digest>', 'the binding that the preview showed; refused when it is another by now')
    .action(async (id: string, flags: Deciding & { binding?: string }) => {
      const decision = await withRespond(flags, async (respond) => {
        const suspension = await pick(respond, id, flags);
        const binding = flags.binding ?? bindingOf(suspension);
        const event = { kind: 'approve', by: person(flags.as), why: flags.why, binding } as const;
        return respond.desk.apply(suspension.tenant, suspension.id, event);
      });
      decided(decision, flags, (suspension) =>
        suspension.state === 'approved'
          ? [`approved ${suspension.id}`]
          : [`noted; ${suspension.id} waits for a second person`],
      );
      if (decision.ok && decision.suspension.state === 'approved')
        note('`tidemark run` dispatches it within respond.pollMs; without it: tidemark suspensions dispatch');
    });
}

function decisionCommand(kind: 'reject' | 'request-lift', name: string, description: string): Command {
  return deciding(command(name, description, [`suspensions ${name} sus_5f0d --why "planned migration"`])).action(
    async (id: string, flags: Deciding) => {
      const decision = await withRespond(flags, async (respond) => {
        const { tenant, id: whole } = await pick(respond, id, flags);
        return respond.desk.apply(tenant, whole, { kind, by: person(flags.as), why: flags.why });
      });
      decided(decision, flags, (suspension) =>
        kind === 'reject' ? [`rejected ${suspension.id}`] : [`${suspension.id} will be lifted in the next round`],
      );
    },
  );
}

const told = (event: RespondEvent) =>
  event.type === 'round-failed'
    ? event.error.message
    : `${event.type}  ${event.suspension.id}${'reason' in event ? `  ${event.reason}` : ''}`;

function dispatchCommand(): Command {
  return withStore(
    command('dispatch', 'Carry out, once, everything that is due: dispatch, confirm, lift, watch.', [
      'suspensions dispatch',
    ]),
  ).action(async (flags: Flags) => {
    const lines: string[] = [];
    await withRespond(
      flags,
      ({ dispatcher }) => dispatcher.round(new AbortController().signal),
      (event) => lines.push(told(event)),
    );
    if (flags.json) return printJson(lines);
    print(...lines);
    if (lines.length === 0) print('Nothing was due.');
  });
}

export function suspensionsCommand(): Command {
  return group(
    'suspensions',
    'Contain an identity, and let it go again.',
    [
      'suspensions list --state recommended',
      'suspensions preview sus_5f0d',
      'suspensions approve sus_5f0d --why "not our network"',
    ],
    [
      listCommand(),
      previewCommand(),
      requestCommand(),
      approveCommand(),
      decisionCommand('reject', 'reject', 'Say no; it cannot be approved any more.'),
      decisionCommand('request-lift', 'lift', 'Undo it before its time is over.'),
      dispatchCommand(),
    ],
  );
}
