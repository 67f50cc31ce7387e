/** Lines that say what moved of an identity, and since when. */
import type { IdentityDrift } from '../../schemas/drift.ts';
import type { Line } from '../terminal/print.ts';
import { table } from '../terminal/table.ts';

const NAMES: Readonly<Record<IdentityDrift['parts'][number]['cause'], string>> = {
  work: 'work',
  place: 'place',
  delegation: 'delegation',
  time: 'time',
  volume: 'volume',
  makeup: 'made of',
};

/** One line for each part. */
export function driftSummary({ since, parts }: IdentityDrift): Line[] {
  return [
    `moved since ${since}`,
    ...table(
      parts.map(({ cause, moved, says }) => [moved ? '*' : '', NAMES[cause], says]),
      { indent: 2 },
    ),
  ];
}

/** Each part with what came and what fell away. */
export function driftLines(drift: IdentityDrift): Line[] {
  const lines = [...driftSummary(drift)];
  for (const { cause, changes, more } of drift.parts) {
    if (changes.length === 0) continue;
    lines.push(
      '',
      NAMES[cause],
      ...table(
        changes.map(({ what, value, cameOn, wentOn, days, suspect }) => [
          cameOn === undefined ? 'gone' : 'new',
          cameOn === undefined ? `last on ${wentOn}` : `since ${cameOn}`,
          days === undefined ? '' : `on ${days === 255 ? '255+' : days} ${days === 1 ? 'day' : 'days'}`,
          what,
          `${value}${suspect === true ? '  (under suspicion when it came)' : ''}`,
        ]),
        { indent: 2 },
      ),
    );
    if (more > 0) lines.push(`  ... and ${more} more`);
  }
  return lines;
}
