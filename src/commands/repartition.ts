/** `tidemark repartition`: moves habits to an activity topic with more partitions. */
import type { Command } from 'commander';
import { PARTITIONS_MAX, planMove, repartition } from '../app/repartition.ts';
import { UsageError } from '../fault.ts';
import { note, print, printJson } from '../terminal/print.ts';
import { table } from '../terminal/table.ts';
import { wholeNumber } from './arguments.ts';
import { command, type Flags, placed, settingsOf, withOpenStore, withStore } from './settings.ts';

interface RepartitionFlags extends Flags {
  readonly to: string;
  readonly partitions: number;
  readonly dryRun?: boolean;
}

export function repartitionCommand(): Command {
  return withStore(
    command(
      'repartition',
      'Move habits to a new activity topic with more partitions, while no process runs. Again is no harm, and goes on where it was interrupted.',
      [
        'repartition --to tidemark.activity-2 --partitions 24 --dry-run',
        'repartition --to tidemark.activity-2 --partitions 24 --config tidemark.yaml',
      ],
    ),
  )
    .requiredOption('--to <topic>', 'the new activity topic; it is made where it is missing')
    .requiredOption(
      '--partitions <n>',
      'how many it has: a multiple of what there are now',
      wholeNumber(2, PARTITIONS_MAX),
    )
    .option('--dry-run', 'say what would be moved and what stands in the way, change nothing')
    .action(async (flags: RepartitionFlags) => {
      const { config } = await settingsOf(flags);
      const { kafka } = config;
      if (kafka === undefined)
        throw new UsageError(
          'without Kafka there are no partitions',
          'Configure kafka.brokers and kafka.activityTopic.',
        );
      const wanted = { topic: flags.to, partitions: flags.partitions };
      await withOpenStore(placed(config, flags), async (store) => {
        const done = flags.dryRun
          ? await planMove(store, kafka, wanted)
          : await repartition(store, kafka, wanted, (line) => note(`${line} ...`));
        if (flags.json) return printJson({ dryRun: flags.dryRun === true, ...done });
        const { move, counts, isOld } = done;
        if (isOld) print('It is done already.');
        else {
          const n = (value: number) => value.toLocaleString('en');
          print(
            `${flags.dryRun ? 'Would move' : 'Moved'} from ${move.from} (${move.parents} partitions) to ${move.to} (${move.partitions}):`,
            ...table(
              [
                ['identities', n(counts.identities)],
                ['activities', n(counts.activities)],
                ['inventory records', n(counts.inventory)],
                ['decisions', n(counts.decisions)],
                ['turns', n(counts.turns)],
              ],
              { right: [1] },
            ),
          );
        }
        if (!flags.dryRun)
          note(
            `Set kafka.activityTopic: ${flags.to} and kafka.activityPartitions: ${flags.partitions} for every process, then start them.`,
          );
      });
    });
}
