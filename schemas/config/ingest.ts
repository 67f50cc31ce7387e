/** Settings of what comes in: formats, bounds, people, and traces that wait to be whole. */
import { z } from 'zod';
import { flag, int, MiB, secretFile, word } from './kinds.ts';

export const ingest = z
  .strictObject({
    tenant: word('Tenant for records that name none.').default('default'),
    recordMaxBytes: int(
      1 * MiB,
      1024,
      64 * MiB,
      'A longer record is dead. One record is read in one go, so a larger bound lets a sender hold the process longer.',
    ),
    recordMaxDepth: int(128, 8, 1_000, 'A record with more arrays and objects inside one another is dead.'),
    recordMaxValues: int(200_000, 100, 10_000_000, 'A record with more members and elements is dead.'),
    recordMaxNames: int(4_096, 100, 16_384, 'A record with more different names of members is dead.'),
    sourcesMax: int(
      256,
      1,
      10_000,
      'Sources of one tenant (topics, senders, accounts) whose silence is watched; new ones beyond that are not, and are told.',
    ),
    containerMaxRecords: int(
      20_000,
      1,
      1_000_000,
      'A message, line or document that holds more records is dead as a whole.',
    ),
    fileMaxBytes: int(
      1024 * MiB,
      1024,
      64 * 1024 * MiB,
      'A JSON file that is not line by line is refused above this size after decompression.',
    ),
    deadLetterMaxBytes: int(256 * 1024, 1024, 16 * MiB, 'Bytes kept of a dead record.'),
    deadLettersPerMinute: int(
      6_000,
      1,
      10_000_000,
      'Messages of one source in a minute whose unreadable records are kept; those beyond are counted and told, and the good records beside them go on.',
    ),
    deadLettersPerMessage: int(100, 1, 1_000_000, 'Unreadable records kept of one message.'),
    reorderRows: int(100_000, 0, 5_000_000, 'Activities a replay holds to put them in order of event time.'),
    openFiles: int(
      256,
      1,
      100_000,
      'Files that are open at a time where many are put in order of event time; beyond it those whose next record is latest are closed and opened again later.',
    ),
    mergeBytes: int(
      256 * MiB,
      1 * MiB,
      64 * 1024 * MiB,
      'Bytes of records that were read from such files and wait for their time.',
    ),
    threads: z.number().int().min(0).max(1).optional().meta({
      description:
        'Threads that read and normalise files for `replay` and `learn` beside the one that judges. Absent: 1 where there is more than one processor and enough to read. It changes speed, not the outcome.',
    }),
    readAheadBatches: int(
      32,
      1,
      4_096,
      'Batches of up to 1,000 activities, and 4 MiB of dead records, that such a thread may be ahead of judging.',
    ),
    mergeWaitMs: int(
      500,
      0,
      60_000,
      'How long a record of one raw partition waits for earlier ones of others that have nothing to be read just now. It adds to the delay of every alert where there are several raw partitions.',
    ),
    catchUpWaitMs: int(
      600_000,
      0,
      86_400_000,
      'How long a record of one raw partition waits for others that are behind, as after an outage, so that all are judged in order of event time.',
    ),
    traces: z
      .strictObject({
        settleMs: int(
          15_000,
          0,
          600_000,
          'A trace of which no span is missing that would say who acted is judged so long after its latest span came (live only).',
        ),
        waitMs: int(
          300_000,
          0,
          3_600_000,
          'Longest a span waits for others of its trace (live only). Agents whose libraries name them on the span of the whole run only are known once the run has ended.',
        ),
        bytes: int(
          64 * MiB,
          64 * 1024,
          4096 * MiB,
          'Spans that wait in a process at the most; above it the sender with most of them waits no longer. Half as much more is remembered of traces that were judged.',
        ),
        traceBytes: int(4 * MiB, 16 * 1024, 256 * MiB, 'What one sender may have waiting in one trace.'),
      })
      .prefault({})
      .meta({ description: 'How spans of one trace wait for one another; docs/agents.md.' }),
    lateAfterMs: int(
      3_600_000,
      60_000,
      86_400_000,
      'An activity that arrives later than this after its own time is judged, and teaches, as of its arrival less this (live only). More lets a sender write as much further into the past; less judges slow logs at hours at which nothing was done.',
    ),
    history: flag(
      false,
      'Believes the times in records however late they come: to feed in old logs before anybody else may send. While it is on, whoever may send can write habits into the past.',
    ),
    futureSkewMs: int(300_000, 0, 86_400_000, 'An activity dated further ahead of the wall clock is dead (live only).'),
    formatFiles: z
      .array(word('Mapping file.'))
      .max(64)
      .default([])
      .meta({ description: 'Mapping files (YAML) that read formats of your own; docs/mapping-files.md.' }),
    networksFile: word('NDJSON of prefixes, or a MaxMind-format database: fills asn, org and country.').optional(),
    inventoryFile: word('NDJSON inventory, one record an identity.').optional(),
    pepperFile: secretFile('Key for fingerprints of secrets, and for pseudonyms of people.'),
    people: z.enum(['named', 'pseudonyms']).default('named').meta({
      description:
        'How people are written down: by name, or under pseudonyms that stay the same and that nobody reads without the pepper. docs/people.md.',
    }),
  })
  .prefault({});
