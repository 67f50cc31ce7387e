/** What is to be done around a suspension, as a list to tick: see that it holds, clean up what was made, undo it. */
import type { Alert } from '../../schemas/alert.ts';
import type { Suspension } from '../../schemas/suspension.ts';
import type { Prepared } from '../ports/respond.ts';

export interface Step {
  readonly phase: 'confirm' | 'clean up' | 'lift';
  readonly says: string;
}

/** Things of one act that are named. */
const THINGS_NAMED = 6;
/** Steps for what the identity made; an attack of more acts is looked at in the alert. */
const MADE_MAX = 16;

/** Acts after which something is there that was not there before: it outlives whoever is suspended. */
const MAKES =
  /(?:^|[:./_ ])(?:create|add|attach|put|register|generate|issue|mint|invite|upload|import|grant|insert|set|enable)[a-z_-]*[A-Z ._/]?/i;
const READS = /(?:^|[:./_ ])(?:get|list|describe|read|head|lookup|query|search)/i;

/** What the evidence of an alert says was made, each act once with the things that it names. */
function made({ evidence }: Pick<Alert, 'evidence'>): string[] {
  const acts = new Map<string, { readonly things: Set<string>; readonly recipients: Set<string> }>();
  for (const { action, things = [], recipients = [] } of evidence) {
    if (action === undefined || things.length === 0) continue;
    // Who was let in stays in, whatever the act is called.
    if (recipients.length === 0 && (READS.test(action) || !MAKES.test(action))) continue;
    const known = acts.get(action) ?? { things: new Set(), recipients: new Set() };
    acts.set(action, known);
    for (const thing of things) known.things.add(thing);
    for (const one of recipients) known.recipients.add(one);
  }
  return [...acts].slice(0, MADE_MAX).map(([action, { things, recipients }]) => {
    const to = recipients.size === 0 ? '' : `, for ${named(recipients)}`;
    return `It did ${action} on ${named(things)}${to}: take that back unless its owner wanted it.`;
  });
}

function named(of: ReadonlySet<string>): string {
  const more = of.size - THINGS_NAMED;
  return `${[...of].slice(0, THINGS_NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** A recipe named in a step, such as ` (aws-revoke-role-sessions)`. */
const NAMED_RECIPE = / \(([a-z0-9]+(?:-[a-z0-9]+)+)\)/g;

/** A step without the names of recipes that are not configured here: nobody could follow them. */
const followable = (says: string, configured: ReadonlySet<string>) =>
  says.replace(NAMED_RECIPE, (whole, name: string) => (configured.has(name) ? whole : ''));

/**
 * The steps of a suspension, in order. `prepared`: what its responder says of it; `alert`: the one that led to it, where one did;
 * `configured`: names of the recipes that can be used here.
 */
export function checklist(
  suspension: Pick<Suspension, 'identity' | 'breaks' | 'reversible' | 'ttlMs'>,
  prepared: Prepared | undefined,
  alert: Pick<Alert, 'evidence'> | undefined,
  configured: ReadonlySet<string> = new Set(),
): readonly Step[] {
  const { identity, breaks, reversible, ttlMs } = suspension;
  const told = prepared?.ok === true ? prepared : undefined;
  const hours = Math.round(ttlMs / 360_000) / 10;
  return [
    { phase: 'confirm', says: `See that it holds: ${identity.id} does no more of what it stops (${breaks}).` },
    ...(told?.confirms === false
      ? [{ phase: 'confirm' as const, says: 'The vendor cannot be asked whether it holds: look there yourself.' }]
      : []),
    ...(alert === undefined ? [] : made(alert)).map((says) => ({ phase: 'clean up' as const, says })),
    ...(told?.cleanUp ?? []).map((says) => ({ phase: 'clean up' as const, says: followable(says, configured) })),
    {
      phase: 'lift',
      says: reversible
        ? `It lifts itself after ${hours} hours; lift it earlier when the cause is gone${told?.undo === undefined ? '' : `: ${told.undo}`}.`
        : `It cannot be lifted${told?.undo === undefined ? '' : `: ${told.undo}`}.`,
    },
  ];
}
