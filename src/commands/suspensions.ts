/** `tidemark suspensions`: what is recommended, what it would stop, and the hands to approve, reject and lift it. */
import { userInfo } from 'node:os';
import { Command, Option } from 'commander';
import {
  CONTAINMENTS,
  type ContainmentAction,
  type Party,
  SUSPENSION_STATES,
  type Suspension,
  type SuspensionState,
  suspensionSchema,
} from '../../schemas/suspension.ts';
import type { Store } from '../ports.ts';
import type { Decision } from '../respond/desk.ts';
import { readRow } from '../respond/desk.ts';
import { approvalsNeeded, bindingOf } from '../respond/life-cycle.ts';
import { preview } from '../respond/preview.ts';
import { openRespond, type Respond } from '../roles/respond-role.ts';
import { count } from './dead-letters.ts';
import {
  command,
  type Flags,
  note,
  placed,
  print,
  settingsOf,
  shelves,
  UsageError,
  withOpenStore,
  withStore,
} from './settings.ts';

const SCANNED_MAX = 10_000;

interface Choice extends Flags {
  readonly tenant?: string;
}

/** Opens everything a decision needs, for the length of `use`. */
async function withRespond<T>(flags: Flags, use: (respond: Respond, store: Store) => Promise<T>): Promise<T> {
  const parts = await shelves();
  const { config } = await settingsOf(flags, {}, parts);
  const place = placed(config, flags);
  return withOpenStore(place, async (store) => {
    const respond = await openRespond({
      config,
      place,
      store,
      detectors: parts.detectors,
      sinks: parts.sinks,
      clock: { now: Date.now },
    });
    try {
      return await use(respond, store);
    } finally {
      await respond.close();
    }
  });
}

const inOneLine = ({ id, state, updatedAt, action, target, identity, expiresAt, liftAt }: Suspension) =>
  `${id}  ${state.padEnd(11)}  ${updatedAt}  ${action} of ${target.kind} ${target.id}${target.id === identity.id ? '' : ` (${identity.id})`}${state === 'recommended' ? `  until ${expiresAt}` : liftAt && state !== 'lifted' ? `  lifts ${liftAt}` : ''}`;

/** The one suspension whose id begins so. */
async function pick({ suspensions }: Respond, id: string, { tenant }: Choice): Promise<Suspension> {
  const rows = await suspensions.list({ ...(tenant && { tenant }), limit: SCANNED_MAX });
  const found = rows.filter((row) => row.suspension.startsWith(id));
  const [row] = found;
  if (row === undefined) throw new UsageError(`no suspension ${id}`, 'List them with `tidemark suspensions list`.');
  if (found.length > 1) throw new UsageError(`${found.length} suspensions begin with ${id}`, 'Give more of the id.');
  return readRow(row);
}

function decided(decision: Decision, flags: Flags, says: (suspension: Suspension) => string): void {
  if (!decision.ok) throw new UsageError(`refused: ${decision.refusal.reason}`, remedyOf(decision.refusal.code));
  print(flags.json ? JSON.stringify(decision.suspension) : says(decision.suspension));
}

const REMEDIES: Partial<Record<string, string>> = {
  policy: 'Set respond.mode, or a policy under respond.policies, to approve or automatic.',
  expired: 'Request it anew with `tidemark suspensions request`.',
  'same-person': 'A second person must approve.',
  guardrail: 'See the guardrails in docs/responders.md.',
  responder: 'Name a responder in respond.responder, or in the policy.',
};
const remedyOf = (code: string) => REMEDIES[code] ?? 'See it with `tidemark suspensions preview`.';

const person = (name: string | undefined): Party => ({ kind: 'person', id: name ?? userInfo().username });

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
      const query = {
        ...(tenant && { tenant }),
        ...(state && { states: [state] }),
        ...(identity && { identity }),
        limit,
      };
      const found = await withRespond(flags, async ({ suspensions }) => (await suspensions.list(query)).map(readRow));
      if (flags.json) return print(JSON.stringify(found));
      if (found.length === 0) return print('No suspensions.');
      for (const suspension of found) print(inOneLine(suspension));
      note('What would it stop? tidemark suspensions preview SUSPENSION_ID');
    });
}

function previewCommand(): Command {
  return choosing(
    command('preview', 'Dry run: what it would stop, who owns it, what speaks against it. Changes nothing.', [
      'suspensions preview sus_5f0d',
    ]),
  ).action(async (id: string, flags: Choice) => {
    const { suspension, shown, against } = await withRespond(flags, async (respond) => {
      const found = await pick(respond, id, flags);
      const yet = found.state === 'recommended' || found.state === 'approved';
      return {
        suspension: found,
        shown: await preview(respond.suspensions, found, Date.now()),
        against: yet ? await respond.desk.objections(found) : [],
      };
    });
    if (flags.json) return print(JSON.stringify({ suspension, preview: shown, objections: against }));
    const { policy, responder, parameters, approvals, reason, expiresAt } = suspension;
    print(inOneLine(suspension));
    print(`because      ${reason}`);
    print(`would stop   ${Math.round(shown.anHour * 10) / 10} calls an hour, last seen ${shown.lastAt ?? 'never'}`);
    print(`             ${shown.breaks}`);
    const named = (list: readonly { name: string; activities: number }[]) =>
      list.map(({ name, activities }) => `${name} (${activities})`).join(', ') || 'none seen';
    print(`services     ${named(shown.services)}`);
    print(`resources    ${named(shown.resources)}`);
    print(`downstream   ${named(shown.downstream)}`);
    print(`owner        ${shown.owner ?? 'unknown'}`);
    print(`by           ${responder ?? 'no responder'} ${JSON.stringify(parameters)}`);
    print(
      `undo         ${shown.reversible ? `lifts itself ${Math.round(suspension.ttlMs / 60_000)} min after the dispatch` : 'cannot be undone'}`,
    );
    print(
      `approvals    ${approvals.length} of ${approvalsNeeded(suspension, policy)} (policy ${policy.name}: ${policy.mode}), until ${expiresAt}`,
    );
    for (const objection of against) print(`AGAINST IT   ${objection}`);
    print(`binding      ${shown.binding}`);
    if (suspension.state === 'recommended')
      note(`Approve it: tidemark suspensions approve ${suspension.id} --why "..."`);
  });
}

function requestCommand(): Command {
  return withStore(
    command('request', 'Ask for a suspension of your own; it needs approval like any other.', [
      'suspensions request --alert 4f1c09aa --why "seen in the incident call"',
      'suspensions request --identity system:serviceaccount:shop:etl --action narrow-scope --parameter binding=etl-admin --why "..."',
    ]),
  )
    .option(
      '--alert <id>',
      'on the grounds of this alert: identity, action and target are its recommendation unless given',
    )
    .option('--identity <id>', 'the identity')
    .addOption(new Option('--action <action>', 'what to do').choices(CONTAINMENTS))
    .addOption(
      new Option('--target-kind <kind>', 'kind of the target').choices(['identity', 'credential', 'session', 'scope']),
    )
    .option('--target <id>', 'the target (default: the identity)')
    .option('--parameter <name=value...>', 'what the responder is to be told besides')
    .option('--tenant <name>', 'of this tenant', 'default')
    .option('--as <name>', 'who asks (default: the user of this machine)')
    .requiredOption('--why <text>', 'why, for the audit trail')
    .action(
      async (
        flags: Flags & {
          alert?: string;
          identity?: string;
          action?: ContainmentAction;
          targetKind?: Suspension['target']['kind'];
          target?: string;
          parameter?: string[];
          tenant: string;
          as?: string;
          why: string;
        },
      ) => {
        const parameters = Object.fromEntries(
          (flags.parameter ?? []).map((text) => [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)]),
        );
        if (!suspensionSchema.shape.parameters.safeParse(parameters).success)
          throw new UsageError('--parameter takes NAME=VALUE', 'Names are letters and digits.');
        const decision = await withRespond(flags, async ({ desk }, store) => {
          const [alert] = flags.alert === undefined ? [] : await store.alerts({ id: flags.alert, limit: 1 });
          if (flags.alert !== undefined && alert === undefined)
            throw new UsageError(`no alert ${flags.alert}`, 'List them with `tidemark alerts --json`.');
          const advice = alert?.recommendation;
          const action = flags.action ?? (advice?.action === 'observe' ? undefined : advice?.action);
          const identity = flags.identity ?? alert?.identity.id;
          if (action === undefined || identity === undefined)
            throw new UsageError('who and what is missing', 'Give --identity and --action.');
          const target = flags.target
            ? { kind: flags.targetKind ?? ('identity' as const), id: flags.target }
            : advice !== undefined && advice.action === action
              ? advice.target
              : { kind: 'identity' as const, id: identity };
          return desk.request({
            tenant: alert?.tenant ?? flags.tenant,
            identity: { id: identity, kind: alert?.identity.id === identity ? alert.identity.kind : 'unknown' },
            action,
            target,
            ...(alert && { alertId: alert.id, txn: alert.incident ?? alert.id }),
            reason: flags.why,
            by: person(flags.as),
            parameters,
          });
        });
        decided(decision, flags, (suspension) => inOneLine(suspension));
      },
    );
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
          ? `approved ${suspension.id}`
          : `noted; ${suspension.id} waits for a second person`,
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
        kind === 'reject' ? `rejected ${suspension.id}` : `${suspension.id} will be lifted in the next round`,
      );
    },
  );
}

function dispatchCommand(): Command {
  return withStore(
    command('dispatch', 'Carry out, once, everything that is due: dispatch, confirm, lift, watch.', [
      'suspensions dispatch',
    ]),
  ).action(async (flags: Flags) => {
    const told: string[] = [];
    const parts = await shelves();
    const { config } = await settingsOf(flags, {}, parts);
    const place = placed(config, flags);
    await withOpenStore(place, async (store) => {
      const respond = await openRespond({
        config,
        place,
        store,
        detectors: parts.detectors,
        sinks: parts.sinks,
        clock: { now: Date.now },
        onEvent: (event) =>
          told.push(
            event.type === 'round-failed'
              ? event.error.message
              : `${event.type}  ${event.suspension.id}${'reason' in event ? `  ${event.reason}` : ''}`,
          ),
      });
      try {
        await respond.dispatcher.round(new AbortController().signal);
      } finally {
        await respond.close();
      }
    });
    if (flags.json) return print(JSON.stringify(told));
    for (const line of told) print(line);
    if (told.length === 0) print('Nothing was due.');
  });
}

export function suspensionsCommand(): Command {
  return new Command('suspensions')
    .description('Contain an identity, and let it go again.')
    .addCommand(listCommand())
    .addCommand(previewCommand())
    .addCommand(requestCommand())
    .addCommand(approveCommand())
    .addCommand(decisionCommand('reject', 'reject', 'Say no; it cannot be approved any more.'))
    .addCommand(decisionCommand('request-lift', 'lift', 'Undo it before its time is over.'))
    .addCommand(dispatchCommand());
}
