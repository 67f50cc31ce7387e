/** An identity from a day before an alert on: how much it did, where each thing was first seen, and what others changed about it. */
import { useMemo } from 'preact/hooks';
import { seenOf } from '../../src/render/evidence-row.ts';
import { fieldName } from '../../src/render/field-names.ts';
import type { Alert, Evidence } from '../api/answers.ts';
import { api, got } from '../api/client.ts';
import { useResource } from '../api/resource.ts';
import { Chart } from './chart.tsx';
import { distinctEvidence } from './evidence-table.tsx';
import { IdentityLink } from './identity-link.tsx';
import { LogText } from './log-text.tsx';
import { Shown } from './states.tsx';
import { Time } from './time.tsx';
import { homeOf } from './words.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const STEPS = 96;
const STEP_CHOICES = [5 * 60_000, 15 * 60_000, 30 * 60_000, HOUR_MS, 3 * HOUR_MS, 6 * HOUR_MS, DAY_MS];
const AFTER_MS = 3 * HOUR_MS;

/** The time that is shown, and steps that divide it into about a hundred. */
export function spanOf(firstAt: string, lastAt: string): { from: number; until: number; stepMs: number } {
  const before = Date.parse(firstAt) - DAY_MS;
  const after = Date.parse(lastAt) + AFTER_MS;
  const stepMs = STEP_CHOICES.find((step) => (after - before) / step <= STEPS * 1.5) ?? DAY_MS;
  return { from: Math.floor(before / stepMs) * stepMs, until: Math.ceil(after / stepMs) * stepMs, stepMs };
}

const FIRSTS_SHOWN = 12;

/** What was seen for the first time, in order, each once in the words of the evidence table. */
function firstsOf(evidence: readonly Evidence[]): { at: string; name: string; seen: string }[] {
  const firsts = new Map<string, { at: string; name: string; seen: string }>();
  for (const one of distinctEvidence(evidence).sort((a, b) => (a.at < b.at ? -1 : 1))) {
    const first = { at: one.at, name: fieldName(one.field), seen: seenOf(one) };
    const key = JSON.stringify([first.name, first.seen]);
    if (!firsts.has(key)) firsts.set(key, first);
  }
  return [...firsts.values()].slice(0, FIRSTS_SHOWN);
}

export function Timeline({ alert }: { readonly alert: Alert }) {
  const { from, until, stepMs } = useMemo(() => spanOf(alert.firstAt, alert.lastAt), [alert.firstAt, alert.lastAt]);
  const rate = useResource(`rate ${alert.id} ${from} ${until}`, () =>
    got(
      api.GET('/v1/identities/{id}/rate', {
        params: {
          path: { id: alert.identity.id },
          query: {
            ...homeOf(alert.identity),
            since: new Date(from).toISOString(),
            until: new Date(until).toISOString(),
            stepMs,
          },
        },
      }),
    ),
  );
  const marks = useMemo(() => alert.evidence.map(({ at }) => ({ at, colour: '--bad' })), [alert]);
  const firsts = useMemo(() => firstsOf(alert.evidence), [alert]);
  return (
    <Shown of={rate} what="the timeline">
      {({ points, changes }) => {
        const byTime = new Map(points.map((point) => [Date.parse(point.at), point]));
        const at = Array.from({ length: Math.ceil((until - from) / stepMs) }, (_, step) => from + step * stepMs);
        return (
          <>
            <Chart
              label="Its activities from a day before; dashed: first seen"
              at={at}
              marks={marks}
              from={from}
              until={until}
              lines={[
                { name: 'all', colour: '--bar', values: at.map((ms) => byTime.get(ms)?.activities ?? 0) },
                { name: 'denied or failed', colour: '--bad', values: at.map((ms) => byTime.get(ms)?.refused ?? 0) },
              ]}
            />
            <h3>First seen</h3>
            <ol class="marks">
              {firsts.map((one) => (
                <li key={`${one.name} ${one.seen}`}>
                  <Time at={one.at} withSeconds /> <strong>{one.name}</strong> <LogText text={one.seen} max={110} />
                </li>
              ))}
            </ol>
            <h3>What others changed about it in that time</h3>
            {changes.length === 0 ? (
              <p class="soft">
                Nothing: no right given, key made or deployment that names it stands in the logs that Tidemark reads.
              </p>
            ) : (
              <ol class="marks">
                {changes.slice(0, 12).map(({ id, at: when, by, action, resource, outcome }) => (
                  <li key={id}>
                    <Time at={when} /> <IdentityLink id={by} /> did <LogText text={action} max={60} /> on{' '}
                    <LogText text={resource} max={80} />
                    {outcome !== 'success' && <span class="soft"> ({outcome})</span>}
                  </li>
                ))}
              </ol>
            )}
          </>
        );
      }}
    </Shown>
  );
}
