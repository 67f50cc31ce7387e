/** What the commands of a responder share: opening desk and store, and telling a decision. */
import { userInfo } from 'node:os';
import type { Party, Suspension } from '../../schemas/suspension.ts';
import { openRespond, type Respond } from '../app/respond-role.ts';
import type { Store } from '../ports/store.ts';
import type { RespondEvent } from '../respond/respond-event.ts';
import type { Decision } from '../respond/suspensions.ts';
import { type Flags, placed, print, settingsOf, shelves, UsageError, withOpenStore } from './settings.ts';

/** Opens everything a decision needs, for the length of `use`. */
export async function withRespond<T>(
  flags: Flags,
  use: (respond: Respond, store: Store) => Promise<T>,
  onEvent: (event: RespondEvent) => void = () => undefined,
): Promise<T> {
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
      onEvent,
    });
    try {
      return await use(respond, store);
    } finally {
      await respond.close();
    }
  });
}

export const inOneLine = ({ id, state, updatedAt, action, target, identity, expiresAt, liftAt }: Suspension) =>
  `${id}  ${state.padEnd(11)}  ${updatedAt}  ${action} of ${target.kind} ${target.id}${target.id === identity.id ? '' : ` (${identity.id})`}${state === 'recommended' ? `  until ${expiresAt}` : liftAt && state !== 'lifted' ? `  lifts ${liftAt}` : ''}`;

/** Says what was decided; a refusal is a mistake of whoever asked, with its remedy. */
export function decided(decision: Decision, flags: Flags, says: (suspension: Suspension) => string): void {
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

/** The person who decides, as the command line names them. */
export const person = (name: string | undefined): Party => ({ kind: 'person', id: name ?? userInfo().username });
