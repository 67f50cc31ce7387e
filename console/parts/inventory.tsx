/** The inventory that fills itself: what identities lack, who should be asked and why, and the link by which an owner answers. */

import { useState } from 'preact/hooks';
import type { InventoryItem, InventoryPage } from '../api/answers.ts';
import { api, got, Problem } from '../api/client.ts';
import { useResource } from '../api/resource.ts';
import { may } from '../api/session.ts';
import { Copy } from './copy.tsx';
import { Dialog } from './dialog.tsx';
import { IdentityLink } from './identity-link.tsx';
import { LogText } from './log-text.tsx';
import { Pager, usePages } from './pager.tsx';
import { Empty, Shown } from './states.tsx';
import { lasting, Time } from './time.tsx';
import { Wide } from './wide.tsx';
import { count } from './words.ts';

type Gap = InventoryItem['gaps'][number];

const GAPS: readonly { readonly id: Gap; readonly name: string; readonly none: string }[] = [
  { id: 'owner', name: 'No owner', none: 'Somebody answers for every identity.' },
  { id: 'purpose', name: 'No purpose', none: 'It is told of every identity what it is for.' },
  { id: 'expiry', name: 'No end', none: 'Every identity has an end.' },
  {
    id: 'attestation',
    name: 'Not confirmed',
    none: 'Every identity was confirmed by its owner, and none too long ago.',
  },
];

/** Asks whom a link is for, makes it, and hands it over: sending it is for whoever asked. */
function AskOwner({ item, onClose }: { readonly item: InventoryItem; readonly onClose: () => void }) {
  const [recipient, setRecipient] = useState(item.owner ?? item.proposedOwner?.value ?? '');
  const [made, setMade] = useState<{ readonly url: string; readonly expiresAt: string }>();
  const [problem, setProblem] = useState('');
  const make = async () => {
    setProblem('');
    try {
      const { id, provider, account } = item;
      setMade(
        await got(
          api.POST('/v1/identities/{id}/attestations', {
            params: { path: { id }, query: { provider, ...(account !== undefined && { account }) } },
            body: { recipient: recipient.trim() },
          }),
        ),
      );
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      setProblem(
        error.status === 404
          ? 'There are no links here: set respond.links in the configuration.'
          : `${error.message}. ${error.remedy}`,
      );
    }
  };
  return (
    <Dialog title="Ask the owner" onClose={onClose}>
      <p>
        A link by which one person confirms, corrects, hands over or retires{' '}
        <LogText text={item.name ?? item.id} max={60} />. It works once. Send it to nobody else.
      </p>
      {made === undefined ? (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void make();
          }}
        >
          <label>
            Who is asked
            <input
              value={recipient}
              required
              maxLength={128}
              onInput={(event) => setRecipient(event.currentTarget.value)}
            />
          </label>
          {item.owner === undefined && item.proposedOwner !== undefined && (
            <p class="soft">
              Proposed, since <LogText text={item.proposedOwner.value} max={60} />{' '}
              <LogText text={item.proposedOwner.because} max={200} />.
            </p>
          )}
          {problem !== '' && <p role="alert">{problem}</p>}
          <div class="acts">
            <button type="submit">Make the link</button>
          </div>
        </form>
      ) : (
        <>
          <p>
            Made for <strong>{recipient}</strong>, until <Time at={made.expiresAt} />.
          </p>
          <p>
            <code class="break-anywhere">{made.url}</code>
          </p>
          <div class="acts">
            <Copy label="Copy the link" text={() => made.url} />
          </div>
        </>
      )}
    </Dialog>
  );
}

/** What is told, or what is proposed in its place with the reason. */
function Told({
  told,
  proposed,
}: {
  readonly told: string | undefined;
  readonly proposed: InventoryItem['proposedOwner'];
}) {
  if (told !== undefined) return <LogText text={told} max={80} />;
  if (proposed === undefined) return <span class="soft">none known</span>;
  return (
    <>
      <em>
        <LogText text={proposed.value} max={80} />?
      </em>
      <div class="soft">
        <LogText text={proposed.because} max={160} />
      </div>
    </>
  );
}

/** How many there are, how old, when one was used last, and whether several are in hands at once. */
function Keys({ item: { longLived, lastAt, credentials } }: { readonly item: InventoryItem }) {
  if (credentials === undefined) return <span class="soft">none</span>;
  const { oldestSince, lastAt: usedAt, overlapping } = credentials;
  return (
    <>
      {count(longLived, 'key')}, {longLived === 1 ? '' : 'the oldest '}
      {lasting(Date.parse(lastAt) - Date.parse(oldestSince))} old
      <div class="soft">
        last used <Time at={usedAt} />
      </div>
      {overlapping > 0 && <div>{overlapping.toLocaleString('en')} in use at the same time</div>}
    </>
  );
}

function Items({ page, onAsk }: { readonly page: InventoryPage; readonly onAsk: (item: InventoryItem) => void }) {
  return (
    <Wide label="Inventory">
      <table>
        <thead>
          <tr>
            <th scope="col">Identity</th>
            <th scope="col">Owner</th>
            <th scope="col">Purpose</th>
            <th scope="col">Made by</th>
            <th scope="col">Reaches</th>
            <th scope="col">Long-lived keys</th>
            <th scope="col">Confirmed until</th>
            {may('responder') && <th scope="col">Next step</th>}
          </tr>
        </thead>
        <tbody>
          {page.items.map((item) => (
            <tr key={`${item.id} ${item.provider} ${item.account}`}>
              <th scope="row">
                <IdentityLink id={item.id} name={item.name} provider={item.provider} account={item.account} />
                <div class="soft">
                  {item.kind} {item.provider}
                </div>
              </th>
              <td>
                <Told told={item.owner} proposed={item.proposedOwner} />
              </td>
              <td>
                <Told told={item.purpose} proposed={item.proposedPurpose} />
              </td>
              <td>
                {item.made.length === 0 && <span class="soft">not in these logs</span>}
                {item.made.slice(0, 3).map(({ by, what, at }) => (
                  <div key={what}>
                    <LogText text={by} max={40} /> <span class="soft">{what}</span> <Time at={at} />
                  </div>
                ))}
              </td>
              <td>
                {item.reaches.slice(0, 3).map(({ system, through }) => (
                  <div key={`${system} ${through.join()}`}>
                    <LogText text={[...through.slice(0, -1), system].join(' → ')} max={80} />
                  </div>
                ))}
              </td>
              <td>
                <Keys item={item} />
              </td>
              <td>
                {item.attestedUntil === undefined ? <span class="soft">never</span> : <Time at={item.attestedUntil} />}
              </td>
              {may('responder') && (
                <td>
                  <button type="button" class="small" onClick={() => onAsk(item)}>
                    Ask the owner
                  </button>
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </Wide>
  );
}

export function Inventory() {
  const [gap, setGap] = useState<Gap>('owner');
  const [asked, setAsked] = useState<InventoryItem>();
  const pages = usePages('');
  const { cursor } = pages;
  const list = useResource(`inventory ${gap} ${cursor}`, () =>
    got(api.GET('/v1/inventory', { params: { query: { gap, limit: 50, ...(cursor !== '' && { cursor }) } } })),
  );
  return (
    <>
      <Shown of={list} what="the inventory">
        {(page) => (
          <>
            <fieldset class="tabs">
              <legend class="visually-hidden">What they lack</legend>
              {GAPS.map(({ id, name }) => (
                <button
                  key={id}
                  type="button"
                  aria-pressed={gap === id}
                  onClick={() => {
                    pages.set(['']);
                    setGap(id);
                  }}
                >
                  {name} <span class="soft">{(page.gaps[id] ?? 0).toLocaleString('en')}</span>
                </button>
              ))}
            </fieldset>
            {page.items.length === 0 ? (
              <Empty title="None.">{GAPS.find(({ id }) => id === gap)?.none}</Empty>
            ) : (
              <>
                <Items page={page} onAsk={setAsked} />
                <Pager of={pages} next={page.next} />
              </>
            )}
          </>
        )}
      </Shown>
      {asked !== undefined && <AskOwner item={asked} onClose={() => setAsked(undefined)} />}
    </>
  );
}
