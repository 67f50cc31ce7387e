/** `tidemark verdict`: says what an alert was, so that the detectors learn from it. */
import { type Command, Option } from 'commander';
import { APPROVAL_MAX_DAYS, type VerdictRequest, verdictSchema } from '../../schemas/api.ts';
import { UsageError } from '../fault.ts';
import { note, print, printJson } from '../terminal/print.ts';
import { table } from '../terminal/table.ts';
import { createIncidentTriage } from '../triage/incident-triage.ts';
import { instant } from './arguments.ts';
import { incidentNamed } from './lookup.ts';
import { command, withStore } from './settings.ts';
import { granted, type TriageFlags, withTriage } from './with-triage.ts';

interface VerdictFlags extends TriageFlags {
  readonly benign?: boolean;
  readonly true?: boolean;
  readonly until?: string;
  readonly because?: string;
  readonly scope?: string;
  readonly incident?: boolean;
}

function requestOf({ benign, true: confirmed, until, because, scope }: VerdictFlags): VerdictRequest {
  if (benign === confirmed) throw new UsageError('say either --benign or --true', 'See `tidemark verdict --help`.');
  if (benign && until === undefined)
    throw new UsageError(
      'a benign verdict needs an end',
      `Say --until with a time at most ${APPROVAL_MAX_DAYS} days ahead.`,
    );
  if (benign && scope === undefined)
    throw new UsageError(
      'a benign verdict needs a scope',
      'Say --scope with fields of its evidence (see `tidemark explain`), or --scope all-evidence.',
    );
  const wish = confirmed
    ? { verdict: 'true', because }
    : { verdict: 'benign', because, until, scope: scope === 'all-evidence' ? scope : scope?.split(',') };
  const checked = verdictSchema.safeParse(wish);
  if (checked.success) return checked.data;
  const [issue] = checked.error.issues;
  throw new UsageError(`--${String(issue?.path[0] ?? 'verdict')}: ${issue?.message}`, 'See `tidemark verdict --help`.');
}

export function verdictCommand(): Command {
  return withStore(
    command('verdict', 'Say what an alert was. The detectors learn from it.', [
      'verdict 3f9c2a7b --true --because "key was found in a paste"',
      'verdict 3f9c2a7b --incident --benign --until 2026-06-01T00:00:00Z --because "region fail-over" --scope all-evidence',
      'verdict 3f9c2a7b --benign --until 2026-06-01T00:00:00Z --because "new build network" --scope source.asn',
    ]),
  )
    .argument('<alert-id>', 'id of the alert, or the first 8 characters and more; with --incident its own id too')
    .option('--benign', 'what was seen is approved, for a time')
    .option('--true', 'it was misuse; nothing seen then becomes a habit')
    .option('--until <time>', `end of the approval, RFC 3339, at most ${APPROVAL_MAX_DAYS} days ahead`, instant)
    .option('--scope <fields>', 'fields of the evidence that are approved, with commas, or all-evidence')
    .option('--incident', 'the same of every alert of its incident; benign: of those without evidence of their own')
    .addOption(new Option('--because <text>', 'why').makeOptionMandatory())
    .option('--tenant <tenant>', 'its tenant (default: ingest.tenant)')
    .option('--by <name>', 'who says so', 'cli')
    .action(async (alertId: string, flags: VerdictFlags) => {
      const request = requestOf(flags);
      const alerts = await withTriage(flags, async (triage, caller, store, invariants) => {
        if (!flags.incident) return [granted(await triage.verdict(caller, alertId, request))];
        const alert = await triage.alert(caller.tenant, alertId);
        if (alert !== undefined && alert.incident === undefined)
          throw new UsageError('this alert is part of no incident', 'Leave --incident out to judge it alone.');
        const incident = alert?.incident ?? (await incidentNamed(store, caller.tenant, alertId));
        return granted(await createIncidentTriage(triage, invariants).verdict(caller, incident, request)).alerts;
      });
      if (flags.json) return printJson(flags.incident ? alerts : alerts[0]);
      print(
        ...table(
          alerts.map(({ id, triage, title }) => [
            id.slice(0, 12),
            triage.apart === undefined ? `${triage.verdict}` : 'left as it was',
            triage.status,
            triage.apart === undefined ? title : `it has evidence of its own: ${triage.apart.join(', ')}`,
          ]),
        ),
      );
      note('The process that watches an identity takes it up before its next turn.');
    });
}
