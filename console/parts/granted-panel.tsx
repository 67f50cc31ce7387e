/** What an identity was granted, against what it used. */
import type { Usage } from '../api/answers.ts';
import { Chip } from './badges.tsx';
import { HabitTable } from './habit-table.tsx';
import { LogText } from './log-text.tsx';
import { useShown } from './shown-rows.tsx';
import { Time } from './time.tsx';
import { count } from './words.ts';

const USES = { no: ['warn', 'never used'], unknown: ['quiet', 'cannot be told'], yes: ['good', 'used'] } as const;

export function GrantedPanel({ usage }: { readonly usage: Usage }) {
  const { granted } = usage;
  const { shown, more } = useShown(granted ?? []);
  return (
    <section class="panel" aria-labelledby="granted-title">
      <h2 id="granted-title">Granted against used</h2>
      {granted === undefined ? (
        <p class="soft">
          What it was granted is not known: send it as <code>grantedScopes</code> of an inventory record, or the records
          of the acts that grant. Used are {count(usage.actions.length, 'kind')} of act of{' '}
          {count(new Set(usage.actions.map(({ service }) => service)).size, 'service')}.
        </p>
      ) : (
        <>
          <ul class="granted">
            {shown.map(({ scope, used, peersUsing, peers, grantedAt, grantedBy }) => (
              <li key={scope}>
                <Chip tone={USES[used][0]} text={USES[used][1]} /> <LogText text={scope} max={80} />{' '}
                <span class="soft">
                  {peers > 0 && used !== 'unknown' && `used by ${peersUsing} of ${count(peers, 'peer')}`}
                  {grantedAt !== undefined && (
                    <>
                      {' '}
                      granted <Time at={grantedAt} /> by <LogText text={grantedBy ?? 'nobody told'} max={60} />
                    </>
                  )}
                </span>
              </li>
            ))}
          </ul>
          {more}
        </>
      )}
      {usage.scopes.length > 0 && (
        <HabitTable
          title="Scopes its credentials carried"
          rows={usage.scopes}
          name={(index) => usage.scopes[index]!.scope}
        />
      )}
    </section>
  );
}
