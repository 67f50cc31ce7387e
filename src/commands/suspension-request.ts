/** `tidemark suspensions request`: a person's own wish, on the grounds of an alert or of what they know. */

import { type Command, Option } from 'commander';
import type { Home } from '../../schemas/identity-ref.ts';
import { CONTAINMENTS, type ContainmentAction, type Suspension, suspensionSchema } from '../../schemas/suspension.ts';
import { UsageError } from '../fault.ts';
import { threadOf } from '../render/thread-of.ts';
import { subjectOf } from '../respond/request.ts';
import { alertNamed, homeNamed, identityOrName } from './lookup.ts';
import { command, type Flags, withStore } from './settings.ts';
import { decided, person, suspensionLines, withRespond } from './with-respond.ts';

const told = ({ provider, account }: Home) => ({ ...(provider && { provider }), ...(account && { account }) });

export function requestCommand(): Command {
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
    .option('--provider <provider>', 'of several identities with this id: the one of this provider')
    .option('--account <account>', 'and of this account, cluster or organisation')
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
          provider?: string;
          account?: string;
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
          const alert = flags.alert === undefined ? undefined : await alertNamed(store, flags.alert, 'this store');
          const advice = alert?.recommendation;
          const action = flags.action ?? (advice?.action === 'observe' ? undefined : advice?.action);
          const identity =
            flags.identity === undefined
              ? alert?.identity.id
              : await identityOrName(store, flags.tenant, flags.identity);
          if (action === undefined || identity === undefined)
            throw new UsageError('who and what is missing', 'Give --identity and --action.');
          const target = flags.target
            ? { kind: flags.targetKind ?? ('identity' as const), id: flags.target }
            : advice !== undefined && advice.action === action
              ? advice.target
              : { kind: 'identity' as const, id: identity };
          const isOfAlert = alert?.identity.id === identity;
          const { home } = isOfAlert ? { home: {} } : await homeNamed(store, flags.tenant, identity, flags);
          return desk.request({
            tenant: alert?.tenant ?? flags.tenant,
            identity: isOfAlert ? subjectOf(alert) : { id: identity, kind: 'unknown', ...told(home) },
            action,
            target,
            ...(alert && { alertId: alert.id, txn: threadOf(alert) }),
            reason: flags.why,
            by: person(flags.as),
            parameters,
          });
        });
        decided(decision, flags, (suspension) => suspensionLines([suspension]));
      },
    );
}
