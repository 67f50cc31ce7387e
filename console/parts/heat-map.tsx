/** The hours of a week as 168 cells: how much was done in each, with the figure of every cell in its title. */
interface HeatMapProps {
  readonly label: string;
  /** Monday 00:00 UTC first. */
  readonly hours: readonly number[];
}

const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const CELL = 12;
const LEFT = 30;
const TOP = 14;
const LEVELS = 5;

export function HeatMap({ label, hours }: HeatMapProps) {
  const most = Math.max(1, ...hours);
  const level = (n: number) =>
    n === 0 ? 0 : 1 + Math.min(LEVELS - 1, Math.floor((LEVELS * Math.log1p(n)) / Math.log1p(most) - 1e-9));
  const busiest = hours.indexOf(Math.max(...hours));
  const idle = hours.filter((n) => n === 0).length;
  const says = hours.every((n) => n === 0)
    ? `${label}: nothing`
    : `${label}: most on ${DAYS[Math.floor(busiest / 24)]} at ${busiest % 24}:00 UTC, ${idle} of 168 hours without any`;
  return (
    <figure class="heat">
      <figcaption class="soft">{label}, UTC</figcaption>
      <svg viewBox={`0 0 ${LEFT + 24 * CELL} ${TOP + 7 * CELL}`} role="img" aria-label={says}>
        {[0, 6, 12, 18].map((hour) => (
          <text key={hour} x={LEFT + hour * CELL} y={TOP - 4} class="heat-label">
            {hour}
          </text>
        ))}
        {DAYS.map((day, row) => (
          <text key={day} x={LEFT - 5} y={TOP + row * CELL + 9} text-anchor="end" class="heat-label">
            {day}
          </text>
        ))}
        {hours.map((n, index) => {
          const [row, hour] = [Math.floor(index / 24), index % 24];
          return (
            <rect
              key={index}
              x={LEFT + hour * CELL}
              y={TOP + row * CELL}
              width={CELL - 2}
              height={CELL - 2}
              rx="2"
              class={`heat-${level(n)}`}
            >
              <title>{`${DAYS[row]} ${hour}:00: ${n}`}</title>
            </rect>
          );
        })}
      </svg>
    </figure>
  );
}

/** Sums by hour of the week, Monday 00:00 UTC first, of hours since a time. */
export function weekOf(
  hours: readonly { readonly at: string; readonly activities: number }[],
  sinceMs: number,
  untilMs: number,
): number[] {
  const week = Array<number>(168).fill(0);
  for (const { at, activities } of hours) {
    const time = new Date(at);
    if (time.getTime() < sinceMs || time.getTime() >= untilMs) continue;
    week[((time.getUTCDay() + 6) % 7) * 24 + time.getUTCHours()]! += activities;
  }
  return week;
}
