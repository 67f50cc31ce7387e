/** How far what is read is behind, whoever reads it, and which records their format leaves out on purpose. */
import type { Sources } from '../api/answers.ts';
import { me } from '../api/session.ts';
import { Chip } from './badges.tsx';
import { LogText } from './log-text.tsx';
import { Time } from './time.tsx';
import { Wide } from './wide.tsx';
import { count } from './words.ts';

const DOES = { ingest: 'reads records into activities', detect: 'judges activities' } as const;

export function Lags({ lags }: { readonly lags: Sources['lags'] }) {
  if (me.value?.readOnly === true && lags.length === 0) return null;
  return (
    <section class="panel" aria-labelledby="lags-title">
      <h2 id="lags-title">How far behind</h2>
      {lags.length === 0 ? (
        <p class="soft">No process has told of a topic that it reads.</p>
      ) : (
        <>
          <p class="soft">
            Every process tells what it reads, every ten seconds.{' '}
            {lags.some(({ topic }) => topic === 'local') && (
              <>
                <code>local</code> is what was sent to this one without Kafka.
              </>
            )}
          </p>
          <Wide label="How far behind">
            <table>
              <thead>
                <tr>
                  <th scope="col">Topic</th>
                  <th scope="col">What is done</th>
                  <th scope="col" class="number">
                    Partitions
                  </th>
                  <th scope="col" class="number">
                    Records behind
                  </th>
                  <th scope="col">Furthest behind</th>
                  <th scope="col">Read by nobody</th>
                </tr>
              </thead>
              <tbody>
                {lags.map(({ role, topic, partitions, records, most, unread }) => (
                  <tr key={`${role} ${topic}`}>
                    <th scope="row">
                      <LogText text={topic} max={60} />
                    </th>
                    <td>{DOES[role]}</td>
                    <td class="number">{partitions.toLocaleString('en')}</td>
                    <td class="number">{records.toLocaleString('en')}</td>
                    <td>
                      {most === undefined
                        ? '—'
                        : `partition ${most.partition}, by ${most.records.toLocaleString('en')}`}
                    </td>
                    <td>
                      {unread === undefined ? (
                        '—'
                      ) : (
                        <>
                          <Chip tone="bad" text={count(unread.partitions, 'partition')} /> since{' '}
                          <Time at={unread.toldAt} />
                        </>
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Wide>
        </>
      )}
    </section>
  );
}

export function Skipped({ rows }: { readonly rows: Sources['skipped'] }) {
  return (
    <section class="panel" aria-labelledby="skipped-title">
      <h2 id="skipped-title">Records left out on purpose</h2>
      {rows.length === 0 ? (
        <p class="soft">None in the last seven days.</p>
      ) : (
        <>
          <p class="soft">
            In the last seven days. Their format knows them, and they tell nothing of what an identity does. Nothing of
            them is kept.
          </p>
          <Wide label="Records left out on purpose">
            <table>
              <thead>
                <tr>
                  <th scope="col">Source</th>
                  <th scope="col">Format</th>
                  <th scope="col">Reason</th>
                  <th scope="col" class="number">
                    Records
                  </th>
                  <th scope="col">Last</th>
                  <th scope="col">For example</th>
                </tr>
              </thead>
              <tbody>
                {rows.map(({ kind, name, format, reason, records, lastAt, example }) => (
                  <tr key={JSON.stringify([kind, name, format, reason])}>
                    <th scope="row">
                      <LogText text={name} max={60} />
                    </th>
                    <td>{format}</td>
                    <td>
                      <LogText text={reason} max={200} prose />
                    </td>
                    <td class="number">{records.toLocaleString('en')}</td>
                    <td>
                      <Time at={lastAt} />
                    </td>
                    <td>{example ?? '—'}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Wide>
        </>
      )}
    </section>
  );
}
