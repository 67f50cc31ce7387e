/** The false-alarm budget: what was asked for, what was spent today and over thirty days, and what follows from it. */
import type { Budget } from '../api/answers.ts';
import { api, got } from '../api/client.ts';
import { useResource } from '../api/resource.ts';
import { Chart } from './chart.tsx';
import { Shown } from './states.tsx';
import { odds } from './words.ts';

const ARC_FROM = Math.PI * 0.8;
const ARC = Math.PI * 1.4;
/** The mark at the top of the arc is the budget; its end is twice of it. */
const FULL = 2;

function arc(share: number): string {
  const [cx, cy, r] = [60, 60, 48];
  const to = ARC_FROM + ARC * Math.min(1, Math.max(0.001, share));
  const point = (angle: number) => `${(cx + r * Math.cos(angle)).toFixed(2)} ${(cy + r * Math.sin(angle)).toFixed(2)}`;
  return `M ${point(ARC_FROM)} A ${r} ${r} 0 ${to - ARC_FROM > Math.PI ? 1 : 0} 1 ${point(to)}`;
}

function why({ why: reason, historyDays, falsePerDay, threshold, brake }: Budget): string {
  const extra =
    brake === undefined
      ? ''
      : ` Today it is ${brake.toFixed(1)} nats higher, because more than a day's budget is spent.`;
  if (reason === 'unread') return 'There is too much history to work the threshold out here; the workers know it.';
  if (reason === 'learning')
    return `There are ${historyDays} days of scores, and the threshold needs three: until then only near certainties are told.${extra}`;
  if (reason === 'floor')
    return `The last ${historyDays} days would allow a lower one, but below ${threshold?.toFixed(1)} nats nothing is told at ${falsePerDay} a day.${extra}`;
  return `Over the last ${historyDays} days benign identity-days crossed it about ${falsePerDay} times a day.${extra}`;
}

function Dial({ budget }: { readonly budget: Budget }) {
  const { falsePerDay, spentToday, days, threshold, today } = budget;
  const spent = days.reduce((sum, day) => sum + day.spent, 0);
  const aDay = days.length === 0 ? 0 : spent / days.length;
  const share = spentToday / falsePerDay;
  const tone = share > 1 ? 'over' : share > 0.7 ? 'near' : 'under';
  return (
    <div class="budget">
      <svg
        class="dial"
        viewBox="0 0 120 96"
        role="img"
        aria-label={`${spentToday.toFixed(1)} of ${falsePerDay} false alerts spent today`}
      >
        <path d={arc(1)} class="dial-track" />
        <path d={arc(share / FULL)} class={`dial-spent dial-${tone}`} />
        <line x1="60" y1="4" x2="60" y2="20" class="dial-asked" />
        <text x="60" y="62" text-anchor="middle" class="dial-number">
          {spentToday.toFixed(1)}
        </text>
        <text x="60" y="80" text-anchor="middle" class="dial-unit">
          of {falsePerDay} today
        </text>
      </svg>
      <dl class="budget-facts">
        <div>
          <dt>Asked for</dt>
          <dd>{falsePerDay} false a day</dd>
        </div>
        <div>
          <dt>Spent, 30 days</dt>
          <dd>{aDay.toFixed(2)} a day</dd>
        </div>
        <div>
          <dt>Threshold</dt>
          <dd title={threshold === undefined ? '' : odds(threshold)}>
            {threshold === undefined ? 'not known here' : `${(threshold + (budget.brake ?? 0)).toFixed(1)} nats`}
          </dd>
        </div>
        <div class="budget-why">
          <dt>Why</dt>
          <dd>{why(budget)}</dd>
        </div>
      </dl>
      {days.length > 0 && (
        <Chart
          label={`Expected false alerts and all alerts by day, up to ${today}`}
          at={days.map(({ day }) => Date.parse(`${day}T00:00:00Z`))}
          height={96}
          lines={[
            { name: 'alerts', colour: '--bar-quiet', values: days.map(({ alerts }) => alerts) },
            { name: 'expected false', colour: '--accent', values: days.map((day) => day.spent) },
          ]}
        />
      )}
    </div>
  );
}

export function BudgetPanel() {
  const budget = useResource('budget', () => got(api.GET('/v1/budget')), { isLive: true });
  return (
    <section class="panel" aria-label="False-alarm budget">
      <h2>False-alarm budget</h2>
      <Shown of={budget} what="the budget">
        {(data) => <Dial budget={data} />}
      </Shown>
    </section>
  );
}
