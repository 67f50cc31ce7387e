/** What an identity does or uses: how often, on how many days, and when. */

import { LogText } from './log-text.tsx';
import { useShown } from './shown-rows.tsx';
import { Time } from './time.tsx';
import { Wide } from './wide.tsx';
import { count } from './words.ts';

interface Lived {
  readonly firstAt: string;
  readonly lastAt: string;
}

/** When things were there, each a bar on one common line of time. */
export function Spans({
  rows,
  from,
  until,
}: {
  readonly rows: readonly (Lived & { readonly name: string; readonly note: string })[];
  readonly from: number;
  readonly until: number;
}) {
  const length = Math.max(1, until - from);
  const { shown, more } = useShown(rows);
  return (
    <Wide label="Times">
      <table class="spans">
        <thead>
          <tr>
            <th scope="col">What</th>
            <th scope="col">When</th>
            <th scope="col">First seen</th>
            <th scope="col">Last seen</th>
            <th scope="col">How much</th>
          </tr>
        </thead>
        <tbody>
          {shown.map(({ name, note, firstAt, lastAt }) => {
            const x = (100 * (Date.parse(firstAt) - from)) / length;
            const width = Math.max(0.8, (100 * (Date.parse(lastAt) - Date.parse(firstAt))) / length);
            return (
              <tr key={name}>
                <th scope="row">
                  <LogText text={name} max={70} />
                </th>
                <td class="span-cell">
                  <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
                    <rect width="100" height="8" class="share-track" />
                    <rect x={Math.min(99.2, x)} width={width} height="8" class="share-fill" />
                  </svg>
                </td>
                <td>
                  <Time at={firstAt} />
                </td>
                <td>
                  <Time at={lastAt} />
                </td>
                <td>{note}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {more}
    </Wide>
  );
}

export const amount = ({
  activities,
  refused,
  days,
}: {
  readonly activities: number;
  readonly refused: number;
  readonly days: number;
}) =>
  `${count(activities, 'time')} on ${count(days, 'day')}${refused > 0 ? `, ${refused.toLocaleString('en')} refused` : ''}`;

/** The most usual first, each with its share of the most usual. */
export function HabitTable({
  title,
  rows,
  name,
}: {
  readonly title: string;
  readonly rows: readonly (Lived & { readonly activities: number; readonly refused: number; readonly days: number })[];
  readonly name: (index: number) => string;
}) {
  const total = Math.max(
    1,
    rows.reduce((most, { activities }) => Math.max(most, activities), 0),
  );
  const { shown, more } = useShown(rows);
  return (
    <>
      <h3>{title}</h3>
      {rows.length === 0 ? (
        <p class="soft">None seen.</p>
      ) : (
        <Wide label="Habits">
          <table class="habits">
            <tbody>
              {shown.map((row, index) => (
                <tr key={name(index)}>
                  <th scope="row">
                    <LogText text={name(index)} max={80} />
                  </th>
                  <td class="span-cell">
                    <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
                      <rect width="100" height="8" class="share-track" />
                      <rect
                        width={Math.max(0.8, (100 * Math.log1p(row.activities)) / Math.log1p(total))}
                        height="8"
                        class="share-fill"
                      />
                    </svg>
                  </td>
                  <td>{amount(row)}</td>
                </tr>
              ))}
            </tbody>
          </table>
          {more}
        </Wide>
      )}
    </>
  );
}
