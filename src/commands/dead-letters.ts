/** `tidemark dead-letters`: what could not be read, why, and the way to put it back once the cause is mended. */
import type { Command } from 'commander';
import { openPublisher } from '../adapters/kafka/open-publisher.ts';
import { UsageError } from '../fault.ts';
import type { DeadLetter, Store } from '../ports/store.ts';
import { note, print, printJson } from '../terminal/print.ts';
import { table } from '../terminal/table.ts';
import { count, instant } from './arguments.ts';
import { command, type Flags, group, placed, settingsOf, withOpenStore, withStore } from './settings.ts';

interface Selection extends Flags {
  readonly since?: string;
  readonly reason?: string;
  readonly limit: number;
}

const selecting = (target: Command) =>
  withStore(target)
    .option('--since <time>', 'set aside since, RFC 3339', instant)
    .option('--reason <text>', 'only those whose reason holds this text')
    .option('--limit <n>', 'at the most', count, 100);

function select(store: Store, { since, reason, limit }: Selection): Promise<readonly DeadLetter[]> {
  return store.deadLetters({ ...(since && { since }), ...(reason && { reason }), limit });
}

const rowOf = ({ id, at, origin, format, reason, bytes, truncated }: DeadLetter) => [
  id.slice(0, 12),
  at,
  `${origin.from}/${origin.partition}@${origin.offset}`,
  format,
  `${bytes.length} B${truncated ? ' (cut)' : ''}`,
  reason,
];

export function deadLettersCommand(): Command {
  const list = selecting(
    command('list', 'List dead letters, newest first.', [
      'dead-letters list',
      'dead-letters list --reason "not valid JSON" --json',
    ]),
  ).action(async (flags: Selection) => {
    const { config } = await settingsOf(flags);
    const letters = await withOpenStore(placed(config, flags), (store) => select(store, flags));
    if (flags.json)
      return printJson(letters.map((letter) => ({ ...letter, bytes: Buffer.from(letter.bytes).toString('base64') })));
    if (letters.length === 0) return print('No dead letters.');
    print(...table(letters.map(rowOf)));
    note(`${letters.length} shown. Mend the cause, then: tidemark dead-letters replay`);
  });

  const replay = selecting(
    command('replay', 'Put dead letters back into the topics they came from.', [
      'dead-letters replay --reason "no format recognises" --dry-run',
      'dead-letters replay --limit 1000 --config tidemark.yaml',
    ]),
  )
    .option('--dry-run', 'say what would be put back, change nothing')
    .action(async (flags: Selection & { dryRun?: boolean }) => {
      const { config } = await settingsOf(flags);
      const { kafka } = config;
      if (kafka === undefined)
        throw new UsageError(
          'dead letters go back to Kafka, and no kafka section is configured',
          'Name the configuration with --config.',
        );
      const own = kafka.inventory === undefined ? [] : [kafka.inventory.topic];
      const topics = new Set(kafka.inputs.map(({ topic }) => topic).concat(kafka.activityTopic, own));
      await withOpenStore(placed(config, flags), async (store) => {
        const letters = await select(store, flags);
        const fit = letters.filter(({ origin, truncated }) => topics.has(origin.from) && !truncated);
        const left = letters.length - fit.length;
        if (!flags.dryRun && fit.length > 0) {
          const publisher = await openPublisher(kafka);
          try {
            for (const letter of fit)
              await publisher.send(letter.origin.from, [{ key: letter.id, value: letter.bytes }]);
          } finally {
            await publisher.close();
          }
          // Only after the broker has them: a crash in between puts a letter back twice, never loses it.
          await store.redrive(fit.map(({ id }) => id));
        }
        if (flags.json) return printJson({ replayed: flags.dryRun ? 0 : fit.length, selected: fit.length, left });
        print(`${flags.dryRun ? 'would put back' : 'put back'} ${fit.length} dead letters`);
        if (left > 0)
          note(`${left} stay: they were cut at ingest.deadLetterMaxBytes, or came from no configured topic`);
      });
    });
  return group(
    'dead-letters',
    'What could not be read, and the way back.',
    ['dead-letters list --reason "not valid JSON"', 'dead-letters replay --dry-run'],
    [list, replay],
  );
}
