/** Records nobody could read: how many by reason, the last of them, their content where an admin asks for it, and how they are read again. */
import { useState } from 'preact/hooks';
import { visible } from '../../src/render/visible.ts';
import type { Sources } from '../api/answers.ts';
import { api, got, Problem } from '../api/client.ts';
import { useResource } from '../api/resource.ts';
import { may } from '../api/session.ts';
import { LogText } from './log-text.tsx';
import { Shown } from './states.tsx';
import { Time } from './time.tsx';
import { Wide } from './wide.tsx';
import { count } from './words.ts';

const LAST = 20;
const REDRIVEN_MAX = 500;

/** What a record was: asked for by a click, for it may hold what not everybody should see. */
function Content({ id }: { readonly id: string }) {
  const [wanted, setWanted] = useState(false);
  if (!wanted)
    return (
      <button type="button" class="small" onClick={() => setWanted(true)}>
        Show it
      </button>
    );
  return <Text id={id} />;
}

function Text({ id }: { readonly id: string }) {
  const record = useResource(`dead letter ${id}`, () =>
    got(api.GET('/v1/dead-letters/{id}', { params: { path: { id } } })),
  );
  return (
    <Shown of={record} what="the record">
      {({ text, more }) => (
        <>
          <pre>{visible(text)}</pre>
          {more && <span class="soft">It is longer than this.</span>}
        </>
      )}
    </Shown>
  );
}

function Last() {
  const list = useResource(
    'dead letters',
    () => got(api.GET('/v1/dead-letters', { params: { query: { limit: LAST } } })),
    { isLive: true },
  );
  return (
    <Shown of={list} what="the last of them">
      {({ deadLetters }) => (
        <Wide label="The last records nobody could read">
          <table>
            <thead>
              <tr>
                <th scope="col">Time</th>
                <th scope="col">From</th>
                <th scope="col">Reason</th>
                <th scope="col" class="number">
                  Bytes
                </th>
                {may('admin') && <th scope="col">Record</th>}
              </tr>
            </thead>
            <tbody>
              {deadLetters.map(({ id, at, from, partition, offset, reason, bytes }) => (
                <tr key={id}>
                  <td>
                    <Time at={at} withSeconds />
                  </td>
                  <th scope="row">
                    <LogText text={from} max={60} />
                    {!from.includes('/') && (
                      <span class="soft">
                        {' '}
                        partition {partition}, offset {offset}
                      </span>
                    )}
                  </th>
                  <td>
                    <LogText text={reason} max={120} prose />
                  </td>
                  <td class="number">{bytes.toLocaleString('en')}</td>
                  {may('admin') && (
                    <td>
                      <Content id={id} />
                    </td>
                  )}
                </tr>
              ))}
            </tbody>
          </table>
        </Wide>
      )}
    </Shown>
  );
}

/** Puts back what could not be read, now that the cause is mended. */
function Redrive() {
  const [told, setTold] = useState('');
  if (!may('admin')) return null;
  const redrive = async () => {
    try {
      const { deadLetters } = await got(api.GET('/v1/dead-letters', { params: { query: { limit: REDRIVEN_MAX } } }));
      if (deadLetters.length === 0) return setTold('There is none.');
      const { replayed, left } = await got(
        api.POST('/v1/dead-letters/replay', { body: { ids: deadLetters.map(({ id }) => id) } }),
      );
      setTold(`${count(replayed, 'record')} read now, ${left} left.`);
    } catch (error) {
      setTold(error instanceof Problem ? `${error.message}. ${error.remedy}` : String(error));
    }
  };
  return (
    <div class="acts">
      <button type="button" onClick={redrive}>
        Read them again
      </button>
      <span role="status">{told}</span>
    </div>
  );
}

export function DeadLetters({ byReason: dead }: { readonly byReason: Sources['dead'] }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <section class="panel" aria-labelledby="dead-title">
      <h2 id="dead-title">Records nobody could read</h2>
      {dead.length === 0 ? (
        <p class="soft">None.</p>
      ) : (
        <Wide label="Dead letters by reason">
          <table>
            <thead>
              <tr>
                <th scope="col">Format</th>
                <th scope="col">Reason</th>
                <th scope="col" class="number">
                  Records
                </th>
                <th scope="col">Last</th>
              </tr>
            </thead>
            <tbody>
              {dead.map(({ format, reason, records, lastAt }) => (
                <tr key={`${format} ${reason}`}>
                  <td>{format}</td>
                  <td>
                    <LogText text={reason} max={200} prose />
                  </td>
                  <td class="number">{records}</td>
                  <td>
                    <Time at={lastAt} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Wide>
      )}
      {dead.length > 0 && may('analyst') && (
        <details onToggle={(event) => setOpen(event.currentTarget.open)}>
          <summary>The last of them</summary>
          {isOpen && <Last />}
        </details>
      )}
      {dead.length > 0 && <Redrive />}
    </section>
  );
}
