/** `tidemark acknowledge` and `tidemark comment`: somebody is on it, and what they found. */
import type { Command } from 'commander';
import { acknowledgeSchema, commentSchema, type TriagedAlert } from '../../schemas/api.ts';
import { UsageError } from '../fault.ts';
import { print, printJson } from '../terminal/print.ts';
import { table } from '../terminal/table.ts';
import { command, withStore } from './settings.ts';
import { granted, type TriageFlags, withTriage } from './with-triage.ts';

const onAlert = (name: string, description: string, example: string) =>
  withStore(command(name, description, [example]))
    .argument('<alert-id>', 'id of the alert, or the first 8 characters and more')
    .option('--tenant <tenant>', 'its tenant (default: ingest.tenant)')
    .option('--by <name>', 'who says so', 'cli');

function tell(alert: TriagedAlert, { json }: TriageFlags): void {
  if (json) printJson(alert);
  else print(...table([[alert.id.slice(0, 12), alert.triage.status, alert.title]]));
}

export function acknowledgeCommand(): Command {
  return onAlert(
    'acknowledge',
    'Say that somebody is looking at an alert.',
    'acknowledge 3f9c2a7b --by ada --because "on call"',
  )
    .option('--because <text>', 'why, for whoever reads it later')
    .action(async (alertId: string, flags: TriageFlags & { because?: string }) => {
      const { because } = checked(() => acknowledgeSchema.safeParse({ because: flags.because }), '--because');
      tell(
        await withTriage(flags, async (triage, caller) =>
          granted(await triage.acknowledge(caller, alertId, because ?? '')),
        ),
        flags,
      );
    });
}

export function commentCommand(): Command {
  return onAlert('comment', 'Leave a note for whoever looks next.', 'comment 3f9c2a7b "asked team-shop, no answer yet"')
    .argument('<text>', 'the note')
    .action(async (alertId: string, text: string, flags: TriageFlags) => {
      const { comment } = checked(() => commentSchema.safeParse({ comment: text }), 'the note');
      tell(
        await withTriage(flags, async (triage, caller) => granted(await triage.comment(caller, alertId, comment))),
        flags,
      );
    });
}

function checked<T>(
  check: () => { success: true; data: T } | { success: false; error: { issues: readonly { message: string }[] } },
  what: string,
): T {
  const result = check();
  if (result.success) return result.data;
  throw new UsageError(`${what}: ${result.error.issues[0]?.message}`, 'It takes 1 to 2,000 characters.');
}
