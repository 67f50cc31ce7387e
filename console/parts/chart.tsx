/** A time series, drawn by uPlot in the colours of the page, with its figures in a table for who does not see it. */
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import { said } from './said.ts';
import { clock, isDark } from './settings.ts';

export interface Line {
  readonly name: string;
  /** Name of a custom property of the style, such as `--accent`. */
  readonly colour: string;
  readonly values: readonly (number | null)[];
}

export interface Mark {
  readonly at: string;
  readonly colour: string;
}

interface ChartProps {
  readonly label: string;
  /** Instants in ms since 1970. */
  readonly at: readonly number[];
  readonly lines: readonly Line[];
  readonly marks?: readonly Mark[];
  readonly height?: number;
  readonly from?: number;
  readonly until?: number;
}

const BAR_WIDTH = 0.86;
const BAR_MAX_PX = 26;
/** From here on an axis has room for a number between its ends, px. */
const TALL = 120;

/** `14:00`, or the day where a new one begins, in the zone of the page. */
function tick(seconds: number, before: number | undefined, zone: 'utc' | 'local'): string {
  const [day = '', time = ''] = said(new Date(seconds * 1_000).toISOString(), zone).split(' ');
  const dayBefore = before === undefined ? '' : said(new Date(before * 1_000).toISOString(), zone).split(' ')[0];
  return day === dayBefore ? time : day.slice('2026-'.length);
}

/** The next lower number with one digit, so that an axis is read at a glance. */
function roundDown(value: number): number {
  if (value <= 0) return 0;
  const size = 10 ** Math.floor(Math.log10(value));
  return Number((Math.floor(value / size) * size).toPrecision(1));
}

export function Chart({ label, at, lines, marks = [], height = 150, from, until }: ChartProps) {
  const host = useRef<HTMLDivElement>(null);
  const dark = isDark.value;
  const zone = clock.value;
  const content = JSON.stringify([at, lines, marks, from, until]);
  // The content stands for what is drawn, and the dark has other colours.
  useEffect(() => {
    const element = host.current;
    if (element === null || at.length === 0) return;
    // A canvas knows no variables: what the colour comes to in the theme at hand is asked of an element that has it.
    const colour = (name: string) => {
      element.style.color = `var(${name})`;
      return getComputedStyle(element).color;
    };
    const axis = { stroke: colour('--soft'), grid: { stroke: colour('--edge'), width: 1 }, ticks: { show: false } };
    const bars = uPlot.paths.bars!({ size: [BAR_WIDTH, BAR_MAX_PX] });
    const plot = new uPlot(
      {
        width: element.clientWidth,
        height,
        legend: { show: false },
        cursor: { drag: { x: false, y: false }, points: { show: false } },
        ...(zone === 'utc' && { tzDate: (seconds: number) => uPlot.tzDate(new Date(seconds * 1_000), 'Etc/UTC') }),
        scales: {
          x: from === undefined || until === undefined ? {} : { range: () => [from / 1_000, until / 1_000] },
          y: { range: (_plot, _low, high) => [0, Math.max(1, high * 1.1)] },
        },
        axes: [
          {
            ...axis,
            font: '11px system-ui',
            values: (_plot, splits) => splits.map((s, n) => tick(s, splits[n - 1], zone)),
          },
          {
            ...axis,
            size: 44,
            font: '11px system-ui',
            // Low pictures have room for nothing between the two ends.
            splits: (_plot, _axis, low, high) =>
              height < TALL ? [low, roundDown(high)] : [low, roundDown(high / 2), roundDown(high)],
          },
        ],
        series: [
          {},
          ...lines.map(({ name, colour: of }) => ({
            label: name,
            stroke: colour(of),
            fill: colour(of),
            paths: bars,
            points: { show: false },
            width: 0,
          })),
        ],
        hooks: {
          draw: [
            (drawn) => {
              const { ctx, bbox } = drawn;
              for (const mark of marks) {
                const x = drawn.valToPos(Date.parse(mark.at) / 1_000, 'x', true);
                ctx.save();
                ctx.strokeStyle = colour(mark.colour);
                ctx.lineWidth = 2;
                ctx.setLineDash([5, 4]);
                ctx.beginPath();
                ctx.moveTo(x, bbox.top);
                ctx.lineTo(x, bbox.top + bbox.height);
                ctx.stroke();
                ctx.restore();
              }
            },
          ],
        },
      },
      [at.map((ms) => ms / 1_000), ...lines.map(({ values }) => [...values])] as uPlot.AlignedData,
      element,
    );
    const watch = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height }));
    watch.observe(element);
    return () => {
      watch.disconnect();
      plot.destroy();
    };
  }, [content, height, dark, zone]);
  return (
    <figure class="chart">
      <figcaption class="soft">
        {label}
        <span class="legend">
          {lines.map(({ name, colour }) => (
            <span key={name} class={`legend-item legend${colour.replace('--', '-')}`}>
              {name}
            </span>
          ))}
        </span>
      </figcaption>
      <div ref={host} aria-hidden="true" class="chart-host" />
      <details class="figures">
        <summary>Figures</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">Time</th>
              {lines.map(({ name }) => (
                <th scope="col" key={name}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {at.map((ms, index) => (
              <tr key={ms}>
                <td>{said(new Date(ms).toISOString(), zone)}</td>
                {lines.map(({ name, values }) => (
                  <td key={name} class="number">
                    {(values[index] ?? 0).toLocaleString('en', { maximumFractionDigits: 2 })}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  );
}
