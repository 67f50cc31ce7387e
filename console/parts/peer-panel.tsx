/** How an identity differs from others of its kind: what is its own way, and what it never did that most of them do. */
import type { PeerHabits } from '../api/answers.ts';
import { api, got } from '../api/client.ts';
import { useResource } from '../api/resource.ts';
import { LogText } from './log-text.tsx';
import { homeInAddress, place } from './route.ts';
import { useShown } from './shown-rows.tsx';
import { Shown } from './states.tsx';
import { count } from './words.ts';

const PEERS_MIN = 3;

function Acts({
  title,
  none,
  rows,
  of,
}: {
  readonly title: string;
  readonly none: string;
  readonly rows: PeerHabits['own'];
  readonly of: number;
}) {
  const { shown, more } = useShown(rows);
  return (
    <>
      <h3>{title}</h3>
      {rows.length === 0 && <p class="soft">{none}</p>}
      <ul class="granted">
        {shown.map(({ service, name, peers }) => (
          <li key={`${service} ${name}`}>
            <LogText text={name} max={70} />{' '}
            <span class="soft">
              {peers === 0
                ? `none of ${of.toLocaleString('en')}`
                : `${peers.toLocaleString('en')} of ${of.toLocaleString('en')}`}
            </span>
          </li>
        ))}
      </ul>
      {more}
    </>
  );
}

export function PeerPanel({ id, peerClass }: { readonly id: string; readonly peerClass: string | undefined }) {
  const habits = useResource(`peers ${id} ${place.value.query}`, () =>
    got(api.GET('/v1/identities/{id}/peers', { params: { path: { id }, query: homeInAddress() } })),
  );
  return (
    <section class="panel" aria-labelledby="peers-title">
      <h2 id="peers-title">How it differs from its peers</h2>
      <Shown of={habits} what="its peers">
        {({ kind, provider, peers, own, theirs }) => (
          <>
            <p class="soft">
              Beside {count(peers, `other ${kind}`)} of {provider}
              {peerClass !== undefined && (
                <>
                  ; alerts compare it with the class <LogText text={peerClass} max={60} />
                </>
              )}
              .{peers < PEERS_MIN && ' That is too few to say what is usual among them.'}
            </p>
            {peers >= PEERS_MIN && (
              <>
                <Acts
                  title="Few of them do this"
                  none="It does nothing that is rare among them."
                  rows={own}
                  of={peers}
                />
                <Acts
                  title="Most of them do this, it never did"
                  none="There is nothing that most of them do and it does not."
                  rows={theirs}
                  of={peers}
                />
              </>
            )}
          </>
        )}
      </Shown>
    </section>
  );
}
