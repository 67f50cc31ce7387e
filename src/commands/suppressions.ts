/** `tidemark suppressions`: not to be told of such alerts for a time; refused when a confirmed one would have been hidden. */
import { type Command, Option } from 'commander';
import { ALERT_KINDS, SEVERITIES } from '../../schemas/alert.ts';
import {
  APPROVAL_MAX_DAYS,
  type Caller,
  type Hidden,
  type Suppression,
  type SuppressionRequest,
  suppressionRequestSchema,
} from '../../schemas/api.ts';
import { UsageError } from '../fault.ts';
import { note, print, printJson } from '../terminal/print.ts';
import { table } from '../terminal/table.ts';
import type { Triage } from '../triage/triage.ts';
import { instant } from './arguments.ts';
import { type HomeFlags, homeNamed, identityOrName } from './lookup.ts';
import { command, group, withStore } from './settings.ts';
import { granted, type TriageFlags, withTriage } from './with-triage.ts';

interface AddFlags extends TriageFlags, HomeFlags {
  readonly owner: string;
  readonly until: string;
  readonly because: string;
  readonly identity?: string;
  readonly kind?: string[];
  readonly detector?: string[];
  readonly evidence?: string[];
  readonly invariants?: boolean;
  readonly maxSeverity?: string;
  readonly dryRun?: boolean;
}

const rowOf = ({ id, owner, until, match, because }: Suppression) => [
  id,
  `until ${until}`,
  owner,
  JSON.stringify(match),
  because,
];
const hiddenRow = ({ id, raisedAt, confirmed, beyond, title }: Hidden) => [
  confirmed ? 'CONFIRMED' : beyond === undefined ? 'would hide' : 'stays told',
  id.slice(0, 12),
  raisedAt,
  beyond === undefined ? title : `${title} (${beyond})`,
];

/** What would be hidden, then what would not be though it was looked for; a confirmed alert stands in both lists. */
const rowsOf = ({ wouldHide, staysTold }: { wouldHide: readonly Hidden[]; staysTold: readonly Hidden[] }) =>
  [...wouldHide, ...staysTold.filter(({ confirmed }) => !confirmed)].map(hiddenRow);

/** Those that hide something now; a lifted one is kept for the record until its end. */
const inForce = async (triage: Triage, { tenant }: Caller) =>
  (await triage.suppressions(tenant)).filter(({ lifted }) => !lifted);

function requestOf(flags: AddFlags): SuppressionRequest {
  const { owner, until, because, identity, kind, detector, evidence, invariants, maxSeverity, dryRun } = flags;
  const pieces = evidence?.map((piece) => {
    const [field, ...seen] = piece.split('=');
    return { field, seen: seen.join('=') };
  });
  const wish = {
    owner,
    until,
    because,
    match: {
      ...(identity !== undefined && { identity }),
      ...(kind && { kinds: kind }),
      ...(detector && { detectors: detector }),
      ...(pieces !== undefined && { evidence: pieces.length === 1 ? pieces[0] : pieces }),
      ...(invariants && { invariants }),
      ...(maxSeverity !== undefined && { maxSeverity }),
    },
    ...(dryRun && { dryRun }),
  };
  const checked = suppressionRequestSchema.safeParse(wish);
  if (checked.success) return checked.data;
  const [issue] = checked.error.issues;
  throw new UsageError(
    `${issue?.path.join('.') || 'the suppression'}: ${issue?.message}`,
    'See `tidemark suppressions add --help`.',
  );
}

export function suppressionsCommand(): Command {
  const of = (target: Command) =>
    withStore(target).option('--tenant <tenant>', 'of this tenant (default: ingest.tenant)');
  const list = of(
    command('list', 'List suppressions that are not over.', ['suppressions list', 'suppressions list --json']),
  ).action(async (flags: TriageFlags) => {
    const found = await withTriage(flags, inForce);
    if (flags.json) return printJson(found);
    if (found.length === 0) return print('No suppressions.');
    print(...table(found.map(rowOf)));
  });

  const add = of(
    command('add', 'Do not be told of such alerts for a time; they are kept and shown all the same.', [
      'suppressions add --identity ci-deploy --owner team-platform --until 2026-06-01T00:00:00Z --because "migration" --dry-run',
      'suppressions add --evidence source.asn=AS64496 --kind unexpected-source --owner net --until 2026-06-01 --because "new VPN"',
    ]),
  )
    .option('--identity <id>', 'of this identity')
    .option('--provider <provider>', 'of several identities with this id: the one of this provider')
    .option('--account <account>', 'and of this account, cluster or organisation')
    .option('--evidence <field=seen...>', 'with this evidence, and no other that matters')
    .addOption(new Option('--kind <kinds...>', 'only these kinds').choices(ALERT_KINDS))
    .option('--detector <ids...>', 'only these detectors')
    .option('--invariants', 'hide what invariants found too')
    .addOption(
      new Option(
        '--max-severity <severity>',
        'hide nothing above it (default: the highest it would have hidden so far)',
      ).choices(SEVERITIES),
    )
    .requiredOption('--owner <name>', 'who answers for it')
    .requiredOption('--until <time>', `when it ends, RFC 3339, at most ${APPROVAL_MAX_DAYS} days ahead`, instant)
    .requiredOption('--because <text>', 'why')
    .option('--by <name>', 'who asks', 'cli')
    .option('--dry-run', 'only tell what it would hide')
    .action(async (flags: AddFlags) => {
      const request = requestOf(flags);
      const outcome = await withTriage(flags, async (triage, caller, store) => {
        const { identity } = request.match;
        if (identity === undefined) return triage.suppress(caller, request);
        const whole = await identityOrName(store, caller.tenant, identity);
        const { home } = await homeNamed(store, caller.tenant, whole, flags);
        const { provider, account } = home;
        const match = { ...request.match, identity: whole, ...(provider && { provider }), ...(account && { account }) };
        return triage.suppress(caller, { ...request, match });
      });
      if (flags.json) printJson(outcome);
      else print(...table(rowsOf(outcome)));
      granted(outcome);
      if (flags.json) return;
      if ('suppression' in outcome && outcome.suppression !== undefined)
        return print(...table([rowOf(outcome.suppression)]));
      note(`It would hide ${outcome.wouldHide.length} of the stored alerts; nothing was changed.`);
    });

  const lift = of(command('lift', 'End a suppression now.', ['suppressions lift 6f1c...']))
    .argument('<id>', 'id of the suppression, or a beginning of it that fits no other')
    .option('--by <name>', 'who says so', 'cli')
    .action(async (id: string, flags: TriageFlags) => {
      const lifted = await withTriage(flags, async (triage, caller) => {
        const found = (await inForce(triage, caller)).filter((one) => one.id.startsWith(id));
        if (found.length !== 1)
          throw new UsageError(
            `${found.length === 0 ? 'no suppression' : `${found.length} suppressions`} in force begin${found.length === 0 ? 's' : ''} with ${id}`,
            'List them with `tidemark suppressions list`.',
          );
        return granted(await triage.lift(caller, found[0]!.id));
      });
      if (flags.json) printJson(lifted);
      else print(`lifted ${lifted.id}`);
    });

  return group(
    'suppressions',
    'Not to be told of such alerts for a time.',
    ['suppressions list', 'suppressions add --identity ci-deploy --owner me --until 2026-06-01 --because "migration"'],
    [list, add, lift],
  );
}
