/** Reads what was told to the population, hour after hour, in pages of bounded size. */
import type { Contribution } from '../../core/engine-contract.ts';
import type { OwnHours } from '../../ports/store.ts';
import * as questions from './questions.ts';

const PER_PAGE = 50_000;
/** As many hours at the most are asked for without a look at how much was told in them. */
const FEW_HOURS = 2;
/** No topic has so many partitions. */
const NO_PARTITION = 2 ** 32 - 1;
/** Before every hour of an activity. */
const BEFORE_HOURS = -(2 ** 31);

/** Asks the store one question and gives its rows. */
export type Asking = <Row extends readonly unknown[]>(
  question: string,
  parameters: Readonly<Record<string, unknown>>,
) => Promise<Row[]>;

type Cells = [number, number, string, string, string, number, number, number, string, number];
type Hours = ReturnType<typeof hoursOf>;
/** The first and the last of some hours. */
type Stretch = readonly [number, number];

/** Contributions told in hours after one and up to another, of some partitions in `own` hours, and the turn of each; in the order in which they are taken in. */
export async function* readContributions(
  ask: Asking,
  after: number,
  upTo: number,
  own: readonly OwnHours[],
): AsyncGenerator<{ readonly contribution: Contribution; readonly turn: string }> {
  const hours = hoursOf(after, upTo, own);
  const { least, most } = hours;
  // Few hours are one question; of many, as at a start, each question reads only a stretch of them.
  const counts =
    most - least <= FEW_HOURS ? undefined : await ask<[number, number | string]>(questions.TOLD_COUNTS, hours);
  const all: readonly Stretch[] = counts === undefined ? [[least + 1, most]] : stretches(counts);
  let next = all[0] && readPage(ask, all[0], hours);
  for (const [at, stretch] of all.entries()) {
    const page = (await next) as Cells[];
    const following = all[at + 1];
    next = following && readPage(ask, following, hours);
    // Whoever stops reading does not wait for it, and an error comes with the page.
    next?.catch(() => {});
    yield* readFrom(ask, page, stretch, hours);
  }
}

/** One page of a stretch of hours, after a row. The database sorts the next one while this one is taken in. */
function readPage(ask: Asking, [from, to]: Stretch, hours: Hours, after?: Cells): Promise<Cells[]> {
  const first: Cells = [from, BEFORE_HOURS, '', '', '', 0, 0, 0, '', -1];
  const [told, hour, tenant, peers, dimension, value, identity, amount, turn, ordinal] = after ?? first;
  const place = { told, hour, tenant, peers, dimension, value, identity, amount, turn, ordinal };
  return ask<Cells>(questions.CONTRIBUTIONS, { ...hours, from, to, limit: PER_PAGE, ...place });
}

async function* readFrom(ask: Asking, first: Cells[], stretch: Stretch, hours: Hours) {
  for (let page = first; ; page = await readPage(ask, stretch, hours, page.at(-1))) {
    for (const [told, hour, tenant, peers, dimension, value, identity, amount, turn] of page) {
      const contribution: Contribution = { tenant, peers, dimension, value, identity, hour, amount, told };
      yield { contribution, turn };
    }
    if (page.length < PER_PAGE) return;
  }
}

/** The hours asked for, as the questions take them; a list must not be empty there. */
function hoursOf(after: number, upTo: number, own: readonly OwnHours[]) {
  const all = [{ partition: NO_PARTITION, after, upTo }, ...own];
  return {
    after,
    upTo,
    least: Math.min(...all.map((one) => one.after)),
    most: Math.max(...all.map((one) => one.upTo)),
    partitions: all.map(({ partition }) => partition),
    afters: all.map((one) => one.after),
    upTos: all.map((one) => one.upTo),
  };
}

/** Stretches of hours with about a page of contributions each. */
function stretches(counts: readonly (readonly [number, number | string])[]): [number, number][] {
  const found: [number, number][] = [];
  let rows = PER_PAGE;
  for (const [told, count] of counts) {
    const last = found.at(-1);
    rows += Number(count);
    if (last !== undefined && rows < PER_PAGE) last[1] = told;
    else {
      found.push([told, told]);
      rows = Number(count);
    }
  }
  return found;
}
