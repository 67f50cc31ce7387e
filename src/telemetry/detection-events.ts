/** What can happen to partitions, the store and those who judge. */
import { define, OFTEN } from './define-event.ts';

const place = { topic: 'text', partition: 'number' } as const;

export const DETECTION_EVENTS = {
  'partitions-assigned': define('info', 'partitions assigned', { topic: 'text', partitions: 'text', count: 'number' }, [
    { metric: 'tidemark_assigned_partitions', by: 'count' },
    { metric: 'tidemark_rebalances_total' },
  ]),
  'partition-revoked': define('info', 'partition handed over', place, [
    { metric: 'tidemark_watermark_delay_seconds', forget: true },
    { metric: 'tidemark_identities', forget: true },
    { metric: 'tidemark_memory_bytes', forget: true },
  ]),
  'messages-lost': define(
    'error',
    'messages were deleted before they were read: lengthen the retention of the topic',
    { ...place, role: 'text', records: 'number' },
    [{ metric: 'tidemark_lost_messages_total', by: 'records' }],
  ),
  'log-began-anew': define(
    'error',
    'a topic was made anew, or the end of its log was cut off: what was not read before is lost, what comes now is read',
    { ...place, role: 'text', cause: 'text', read: 'number', from: 'number' },
    [{ metric: 'tidemark_restarted_logs_total' }],
  ),
  'raw-topic-recreated': define(
    'warn',
    'activities come from raw topics that were made anew: their offsets are counted anew',
    { partitions: 'number' },
    [{ metric: 'tidemark_regenerated_partitions_total', by: 'partitions' }],
  ),
  'broker-retried': define(
    'warn',
    'broker did not answer as it should: trying again',
    { error: 'error' },
    [{ metric: 'tidemark_broker_retries_total' }],
    OFTEN,
  ),
  lag: define('silent', 'records behind', { role: 'text', records: 'number' }, [
    { metric: 'tidemark_lag_records', by: 'records' },
  ]),
  watermark: define('silent', 'newest activity committed', { ...place, delaySeconds: 'number' }, [
    { metric: 'tidemark_watermark_delay_seconds', by: 'delaySeconds' },
  ]),
  'queue-changed': define('silent', 'bytes waiting', { bytes: 'number' }, [
    { metric: 'tidemark_queue_bytes', by: 'bytes' },
  ]),
  'turn-judged': define('silent', 'chunk judged and learned', { activities: 'number', seconds: 'number' }, [
    { metric: 'tidemark_judge_seconds', by: 'seconds' },
    { metric: 'tidemark_alert_funnel_total', by: 'activities', labels: { stage: 'judged' } },
  ]),
  'turn-committed': define(
    'debug',
    'turn committed',
    { ...place, first: 'number', last: 'number', activities: 'number', seconds: 'number' },
    [
      { metric: 'tidemark_turns_total' },
      { metric: 'tidemark_activities_total', by: 'activities' },
      { metric: 'tidemark_turn_activities', by: 'activities' },
      { metric: 'tidemark_turn_commit_seconds', by: 'seconds' },
    ],
  ),
  'turn-repeated': define('info', 'turn repeated as its intent says', { ...place, first: 'number', last: 'number' }, [
    { metric: 'tidemark_repeated_turns_total' },
  ]),
  'activities-met-again': define('silent', 'activities met again', { activities: 'number' }, [
    { metric: 'tidemark_dedup_hits_total', by: 'activities' },
  ]),
  'store-retried': define(
    'warn',
    'store did not answer as it should: trying again',
    { step: 'text', error: 'error' },
    [{ metric: 'tidemark_store_retries_total' }],
    OFTEN,
  ),
  'store-updated': define('info', 'the store was brought up to date: earlier builds refuse it from now on', {
    place: 'text',
    files: 'text',
  }),

  'hash-key-published': define(
    'warn',
    'this store hashes values under the key that was published with the first versions: who knows it can make a value that passes for a habit. docs/guarantees.md tells how to change to a secret key',
    {},
  ),
  'memory-measured': define('silent', 'memories held', { partition: 'number', identities: 'number', bytes: 'number' }, [
    { metric: 'tidemark_identities', by: 'identities' },
    { metric: 'tidemark_memory_bytes', by: 'bytes' },
  ]),
  'identities-dropped': define(
    'warn',
    'detect.maxIdentities reached: the longest silent are forgotten',
    { identities: 'number' },
    [{ metric: 'tidemark_dropped_identities_total', by: 'identities' }],
    60_000,
  ),
  'population-rewound': define(
    'error',
    'the population was ahead of the clock, which must have been wrong for a while: built anew',
    { from: 'text', to: 'text', hours: 'number' },
    [{ metric: 'tidemark_population_rewinds_total' }],
  ),
  'population-incomplete': define(
    'warn',
    'partitions lag: what they have yet to tell of others is missing where alerts are judged',
    { partitions: 'text', count: 'number' },
    [{ metric: 'tidemark_population_missing_partitions', by: 'count' }],
  ),
  'population-complete': define('info', 'no partition lags any more: everybody knows the same of others', {}, [
    { metric: 'tidemark_population_missing_partitions', to: 0 },
  ]),
  'hour-waited': define(
    'silent',
    'a partition waited at the beginning of an event hour for others',
    { seconds: 'number' },
    [{ metric: 'tidemark_population_wait_seconds', by: 'seconds' }],
  ),
  'memories-missing': define(
    'error',
    'the store has lost memories: learning them again from the activities that are stored',
    { ...place, identities: 'number', of: 'number' },
    [{ metric: 'tidemark_missing_memories_total', by: 'identities' }],
  ),
  'turns-missing': define(
    'error',
    'the store has lost which activities were judged, and what was learned of them: learning all again that are stored',
    { ...place },
    [{ metric: 'tidemark_missing_turns_total' }],
  ),
  'population-missing': define(
    'error',
    'the store has lost what identities have in common (table contribution): peers and the threshold begin anew. Restore it from a backup',
    { ...place },
    [{ metric: 'tidemark_missing_populations_total' }],
  ),
  'memories-learned-again': define(
    'warn',
    'memories learned again from stored activities; those that are gone begin anew',
    { ...place, identities: 'number', gone: 'number' },
    [{ metric: 'tidemark_relearned_memories_total', by: 'identities' }],
  ),
  'memories-saved': define(
    'debug',
    'memories saved',
    { ...place, offset: 'number', identities: 'number', bytes: 'number', seconds: 'number' },
    [
      { metric: 'tidemark_snapshot_seconds', by: 'seconds' },
      { metric: 'tidemark_snapshot_bytes_total', by: 'bytes' },
    ],
  ),
  'partition-recovered': define(
    'info',
    'partition recalled',
    { ...place, offset: 'number', identities: 'number', repeated: 'number', seconds: 'number' },
    [{ metric: 'tidemark_recovery_seconds', by: 'seconds' }],
  ),
  'alert-raised': define(
    'info',
    'alert raised',
    { alert: 'text', tenant: 'text', identity: 'text', kind: 'text', severity: 'text' },
    [{ metric: 'tidemark_alerts_total' }, { metric: 'tidemark_alert_funnel_total', labels: { stage: 'alert' } }],
  ),
  'alert-updated': define('debug', 'alert updated', { alert: 'text', version: 'number' }, [
    { metric: 'tidemark_alert_updates_total' },
  ]),
  'alerts-held': define('warn', 'alerts held: over the budget of the day', { alerts: 'number' }, [
    { metric: 'tidemark_held_alerts_total', by: 'alerts' },
  ]),
  'activities-late': define(
    'warn',
    'activities came later than ingest.lateAfterMs: judged as of their arrival',
    { topic: 'text', partition: 'number', activities: 'number', longestSeconds: 'number' },
    [{ metric: 'tidemark_late_activities_total', by: 'activities' }],
    OFTEN,
  ),
  'source-silent': define(
    'error',
    'a source of records fell silent: longer than it ever is by its own rhythm',
    { tenant: 'text', kind: 'text', source: 'text', since: 'text', seconds: 'number', remedy: 'text' },
    [{ metric: 'tidemark_source_silences_total' }],
  ),
  'source-heard-again': define('info', 'a source that was silent sends again', {
    tenant: 'text',
    kind: 'text',
    source: 'text',
  }),
  'sources-counted': define('silent', 'sources of records', { kind: 'text', sources: 'number', silent: 'number' }, [
    { metric: 'tidemark_sources', by: 'sources' },
    { metric: 'tidemark_silent_sources', by: 'silent' },
  ]),
  'sources-full': define(
    'warn',
    'more sources than ingest.sourcesMax: the silence of new ones is not watched',
    { tenant: 'text', kind: 'text', source: 'text' },
    [{ metric: 'tidemark_unwatched_sources_total' }],
    60_000,
  ),
  'records-waited': define('debug', 'records of a raw partition waited for those of others', { seconds: 'number' }, [
    { metric: 'tidemark_merge_wait_seconds', by: 'seconds' },
  ]),
  'identity-taught': define(
    'warn',
    'an identity brings something new on many more days than before, each harmless by itself: somebody may be teaching it',
    { tenant: 'text', identity: 'text', days: 'number', within: 'number' },
    [{ metric: 'tidemark_taught_identities_total' }],
  ),
  'place-reached': define(
    'warn',
    'an account beyond its own, which nobody else of the tenant goes to, became a habit of an identity without an alert',
    { tenant: 'text', identity: 'text', place: 'text', days: 'number', within: 'number' },
    [{ metric: 'tidemark_reached_places_total' }],
  ),
  'crowd-arrived': define(
    'warn',
    'many more identities than usual were new: they may be made up to speak for one of them',
    { tenant: 'text', days: 'number', newcomers: 'number', usual: 'number', identities: 'number' },
    [{ metric: 'tidemark_crowd_identities_total', by: 'newcomers' }],
  ),
  'history-believed': define(
    'warn',
    'ingest.history is on: times are believed however late records come, so whoever may send can write into the past',
    {},
    [],
  ),
  observed: define('silent', 'kept in the observe feed', { alerts: 'number' }, [
    { metric: 'tidemark_alert_funnel_total', by: 'alerts', labels: { stage: 'observed' } },
    { metric: 'tidemark_observed_total', by: 'alerts' },
  ]),
  'verdict-given': define('info', 'verdict given', { alert: 'text', tenant: 'text', verdict: 'text' }, [
    { metric: 'tidemark_verdicts_total' },
  ]),
  budget: define('silent', 'alert budget', { asked: 'number' }, [
    { metric: 'tidemark_budget_asked_alerts_per_day', by: 'asked' },
  ]),
  'detector-failed': define(
    'error',
    'a detector of your own failed: what it looked at counts as nothing found (tidemark check --detectors)',
    { detector: 'text', step: 'text', at: 'text', error: 'error' },
    [{ metric: 'tidemark_detector_failures_total' }],
    OFTEN,
  ),
  'class-fit': define(
    'silent',
    'alerts of a peer class against its share of the budget',
    { peers: 'text', observed: 'number', expected: 'number' },
    [
      { metric: 'tidemark_class_alerts_per_day', by: 'observed' },
      { metric: 'tidemark_class_expected_alerts_per_day', by: 'expected' },
    ],
  ),
  'class-left': define('silent', 'nobody of a peer class was active lately', { peers: 'text' }, [
    { metric: 'tidemark_class_alerts_per_day', forget: true },
    { metric: 'tidemark_class_expected_alerts_per_day', forget: true },
  ]),
  'model-misfit': define(
    'warn',
    'model misfit: a peer class alerts more often in a week than chance explains by its share of the budget',
    { tenant: 'text', peers: 'text', observed: 'number', expected: 'number', days: 'number' },
  ),
  'ids-never-come-back': define(
    'warn',
    'most ids of this provider, account and kind came for less than a day and never again: nothing is learned of them',
    {
      tenant: 'text',
      provider: 'text',
      account: 'text',
      kind: 'text',
      ids: 'number',
      fleeting: 'number',
      example: 'text',
      remedy: 'text',
    },
  ),
  'fleeting-counted': define('silent', 'ids that never came back', { ids: 'number' }, [
    { metric: 'tidemark_fleeting_identities', by: 'ids' },
  ]),
  'misfits-counted': define('silent', 'peer classes that do not fit', { misfits: 'number' }, [
    { metric: 'tidemark_misfit_classes', by: 'misfits' },
  ]),
} as const;
