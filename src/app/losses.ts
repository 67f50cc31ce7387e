/** What topics lost before it was read, since this process began: a note for whoever looks at `/readyz`. */
import type { TopicPartition } from '../ports/stream.ts';

/** Topics told by name; a configuration names fewer. */
const TOPICS_MAX = 100;

export interface Losses {
  /** Messages of a topic are gone, so many; absent where nobody can tell how many. */
  note(place: Pick<TopicPartition, 'topic'>, records?: number): void;
  /** One line a topic. */
  lines(): readonly string[];
}

export function createLosses(role: string): Losses {
  const topics = new Map<string, { records: number; anew: number }>();
  return {
    note({ topic }, records) {
      const known = topics.get(topic) ?? { records: 0, anew: 0 };
      if (topics.size < TOPICS_MAX) topics.set(topic, known);
      if (records === undefined) known.anew++;
      else known.records += records;
    },
    lines: () =>
      [...topics].map(([topic, { records, anew }]) => {
        const gone = records > 0 ? [`${records} messages were deleted before they were read`] : [];
        const times = anew === 1 ? 'once' : `${anew} times`;
        const again = anew > 0 ? [`its log began anew ${times}, and what was not read before is lost`] : [];
        return `${role}: of topic ${topic}, since the start: ${[...gone, ...again].join('; ')}`;
      }),
  };
}
