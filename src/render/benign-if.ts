/** What would make an alert harmless, and whom to ask: the question that a reader of it has to answer. */
import type { Alert, Evidence } from '../../schemas/alert.ts';

/** By what the evidence is about, the first that fits; each completes `benign if`. */
const REASONS: readonly (readonly [RegExp, string])[] = [
  [/^recipients$/, 'they were meant to be let in: a contract, a partner or a ticket names them'],
  [/^run\.declared$/, 'whoever started the run asked for this act'],
  [/^identity\.id$/, 'it was taken back into use on purpose, and the inventory is behind'],
  [/^owner$/, 'somebody answers for it, and the inventory is behind'],
  [/^onBehalfOf$/, 'it was meant to act for them'],
  [/^credential\./, 'its credential was moved, shared or renewed on purpose'],
  [/^actor/, 'the work was handed to another workload or person on purpose'],
  [
    /^source\.userAgent$/,
    'its software was changed or upgraded, or somebody works with its credential by hand on purpose',
  ],
  [/^source/, 'it was moved, or its way out of the network was changed, on purpose'],
  [/^at$/, 'a rare job was due then, or somebody ran it by hand'],
  [/^(activity count|amount\.)/, 'more work was due, such as a backfill'],
  [/^outcome$/, 'a right it needs is missing or was taken away on purpose'],
  [/^(action|resource)\./, 'this work was planned: a change, a ticket or a deployment names it'],
];
const REASONS_TOLD = 2;

function reasonOf({ detector, field, group }: Evidence): string | undefined {
  if (detector === 'decoy-use') return 'somebody was told to test the decoy';
  if (group === 'silence')
    return 'it rested on purpose, or its job is a rare one, and whoever runs it started it again';
  return REASONS.find(([of]) => of.test(field))?.[1];
}

/**
 * `benign if A, and B; ask user:ana`: what would have to be so for the strongest evidence, and the owner, else who had it act, else that
 * nobody is known. Empty where nothing is known of what the evidence is about.
 */
export function benignIf({ evidence, owner, delegation, identity }: Alert): string {
  const strongest = [...evidence].sort((a, b) => b.nats - a.nats);
  const reasons = [...new Set(strongest.flatMap((one) => reasonOf(one) ?? []))].slice(0, REASONS_TOLD);
  if (reasons.length === 0) return '';
  // Who is strange as a delegator is not the one to vouch for it.
  const starter = evidence.some(({ field }) => field === 'onBehalfOf') ? undefined : delegation?.at(-1)?.id;
  const who = owner ?? starter ?? (identity.kind === 'human' ? identity.id : undefined);
  const ask =
    who === undefined ? `no owner is known: ask who runs ${identity.account ?? identity.provider}` : `ask ${who}`;
  // One that woke and does what it always did looks the same in the hands of a thief.
  const isAlone = strongest[0]?.group === 'silence';
  return `benign if ${reasons.join(', and ')}; ${ask}${isAlone ? ': if nobody there started it, somebody else has its credential' : ''}`;
}
