/** Everything that can happen: its log line, its fields and the metrics it moves. Nothing here happens once per activity. */
import type { MetricName } from './metrics.ts';

export type Level = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace';
/** `text` is cut at 1,000 characters and scrubbed of secrets; `error` is logged by class and message, with a stack only where it is a bug. */
export type FieldKind = 'text' | 'number' | 'error';

/** A counter is raised by the field `by` (1 without it), a gauge set to it, a histogram shown it. Labels come from fields of the same name. */
export interface Move<Field extends string = string> {
  readonly metric: MetricName;
  readonly by?: Field;
  /** A fixed amount in place of `by`. */
  readonly to?: number;
  readonly labels?: Readonly<Record<string, string>>;
  /** Drops the labelled series: what it measured is no longer ours. */
  readonly forget?: true;
}

export interface Event {
  /** `silent`: metrics only. */
  readonly level: Level | 'silent';
  readonly says: string;
  readonly fields: Readonly<Record<string, FieldKind>>;
  readonly moves: readonly Move[];
  /** At most one line in so many ms; the next one counts those left out as `alike`. */
  readonly atMostEveryMs?: number;
}

const define = <const Kinds extends Readonly<Record<string, FieldKind>>>(
  level: Event['level'],
  says: string,
  fields: Kinds,
  moves: readonly Move<keyof Kinds & string>[] = [],
  atMostEveryMs?: number,
): Omit<Event, 'fields'> & { readonly fields: Kinds } => ({
  level,
  says,
  fields,
  moves,
  ...(atMostEveryMs !== undefined && { atMostEveryMs }),
});

const place = { topic: 'text', partition: 'number' } as const;
const letters = { format: 'text', reason: 'text', records: 'number' } as const;
const attempt = { sink: 'text', delivery: 'text', alert: 'text', attempts: 'number' } as const;
const OFTEN = 10_000;

export const EVENTS = {
  started: define('info', 'started', { version: 'text', role: 'text' }, [{ metric: 'tidemark_build_info', to: 1 }]),
  ready: define('info', 'taking work', {}, [{ metric: 'tidemark_ready', to: 1 }]),
  'not-ready': define('warn', 'not taking work', { reason: 'text' }, [{ metric: 'tidemark_ready', to: 0 }], OFTEN),
  stopping: define('info', 'stopping: finishing what was begun', { reason: 'text' }, [
    { metric: 'tidemark_ready', to: 0 },
  ]),
  stopped: define('info', 'stopped', { seconds: 'number' }),
  reloaded: define('info', 'settings were read anew', { changed: 'text' }),
  'reload-failed': define('warn', 'settings could not be read anew: everything is as it was', { error: 'error' }),
  'restart-needed': define('warn', 'changed settings take a restart', { keys: 'text' }),
  'close-failed': define('warn', 'something did not close: left behind', { error: 'error' }),
  'cut-off': define('fatal', 'the end took too long: leaving at once, what was not committed is done again', {}),
  'left-open': define('warn', 'all is done, but something keeps the process: leaving all the same', { what: 'text' }),
  failed: define('fatal', 'cannot go on', { error: 'error' }),
  stalled: define(
    'error',
    'work waits and none is done',
    { seconds: 'number' },
    [{ metric: 'tidemark_stalls_total' }],
    60_000,
  ),
  'file-exposed': define('warn', 'others on this machine can change or read what they should not', {
    key: 'text',
    file: 'text',
    reason: 'text',
    remedy: 'text',
  }),
  'secret-exposed': define('warn', 'secret file can be read by others: chmod 600', { key: 'text', file: 'text' }),

  'records-taken': define('silent', 'records taken in', { format: 'text', outcome: 'text', records: 'number' }, [
    { metric: 'tidemark_records_total', by: 'records' },
  ]),
  'records-skipped': define('silent', 'records that are no activity', letters, [
    { metric: 'tidemark_skipped_records_total', by: 'records' },
  ]),
  'records-buried': define(
    'warn',
    'records set aside as dead letters',
    letters,
    [{ metric: 'tidemark_dead_letters_total', by: 'records' }],
    OFTEN,
  ),
  'dead-letters-shed': define(
    'error',
    'too many unreadable records of one source: counted, not kept; good records go on',
    { from: 'text', over: 'text', records: 'number', reason: 'text' },
    [{ metric: 'tidemark_shed_dead_letters_total', by: 'records' }],
    OFTEN,
  ),
  'spans-unjoined': define(
    'info',
    'acts judged without the span that would have said more of them: their traces come in parts, or more waited than ingest.traces has room for',
    { reason: 'text', spans: 'number' },
    [{ metric: 'tidemark_unjoined_spans_total', by: 'spans' }],
    OFTEN,
  ),
  'spans-held': define('silent', 'spans that wait for their trace', { way: 'text', bytes: 'number' }, [
    { metric: 'tidemark_waiting_spans_bytes', by: 'bytes' },
  ]),
  'activities-published': define('silent', 'activities written to the activity topic', { activities: 'number' }, [
    { metric: 'tidemark_published_activities_total', by: 'activities' },
  ]),

  'api-listening': define('info', 'listening', { what: 'text', place: 'text' }),
  'api-answered': define('silent', 'request answered', { route: 'text', status: 'text', requests: 'number' }, [
    { metric: 'tidemark_api_requests_total', by: 'requests' },
  ]),
  'requests-held': define('silent', 'bytes of requests held', { bytes: 'number' }, [
    { metric: 'tidemark_api_held_bytes', by: 'bytes' },
  ]),
  'connections-open': define('silent', 'connections of a listener', { what: 'text', connections: 'number' }, [
    { metric: 'tidemark_open_connections', by: 'connections' },
  ]),
  'api-failed': define(
    'warn',
    'request or connection ended in an error',
    { route: 'text', error: 'error' },
    [{ metric: 'tidemark_api_failures_total' }],
    OFTEN,
  ),

  's3-object': define('silent', 'object of a queue taken, or gone', { queue: 'text', outcome: 'text' }, [
    { metric: 'tidemark_s3_objects_total' },
  ]),
  's3-object-left': define(
    'warn',
    'object stays in its queue: what keeps coming back is for the redrive policy of the queue',
    { queue: 'text', outcome: 'text', reason: 'text' },
    [{ metric: 'tidemark_s3_objects_total' }],
    OFTEN,
  ),
  'pubsub-taken': define('silent', 'messages of a subscription taken', { queue: 'text', messages: 'number' }, [
    { metric: 'tidemark_pubsub_messages_total', by: 'messages' },
  ]),
  'pubsub-left': define(
    'warn',
    'messages stay in their subscription: what keeps coming back is for its dead-letter policy',
    { queue: 'text', outcome: 'text', reason: 'text', messages: 'number' },
    [{ metric: 'tidemark_pubsub_messages_left_total' }],
    OFTEN,
  ),
  'partition-erased': define('info', 'a partition did what it was asked to forget, and was taken up again', {
    request: 'text',
    place: 'text',
    rows: 'number',
    seconds: 'number',
  }),
  'erasure-finished': define('info', 'all partitions have done what they were asked to forget', {
    request: 'text',
    tenant: 'text',
    kind: 'text',
  }),
  'signed-in': define('info', 'a person signed in', { name: 'text', tenants: 'text' }),
  'signed-out': define('info', 'a person signed out', { name: 'text' }),
  'session-ended': define('info', 'an admin ended the session of a person', { name: 'text', by: 'text' }),
  'sign-in-refused': define('warn', 'a sign-in came to nothing', { reason: 'text' }, [
    { metric: 'tidemark_sign_ins_refused_total' },
  ]),

  'suspension-moved': define(
    'info',
    'suspension moved',
    { suspension: 'text', tenant: 'text', action: 'text', step: 'text' },
    [{ metric: 'tidemark_suspension_steps_total' }],
  ),
  contained: define(
    'info',
    'target of a suspension is silent',
    { suspension: 'text', tenant: 'text', seconds: 'number' },
    [{ metric: 'tidemark_time_to_silence_seconds', by: 'seconds' }],
  ),
  uncontained: define('error', 'target of a suspension goes on all the same', { suspension: 'text', tenant: 'text' }, [
    { metric: 'tidemark_uncontained_total' },
  ]),
  'inventory-taken': define('silent', 'inventory records taken in', { via: 'text', records: 'number' }, [
    { metric: 'tidemark_inventory_records_total', by: 'records' },
  ]),
  'signal-received': define(
    'silent',
    'security event received',
    { transmitter: 'text', outcome: 'text', events: 'number' },
    [{ metric: 'tidemark_received_signals_total', by: 'events' }],
  ),
  'alerts-routed': define('silent', 'alert versions routed', { to: 'text', alerts: 'number' }, [
    { metric: 'tidemark_routed_alerts_total', by: 'alerts' },
  ]),
  'respond-failed': define(
    'error',
    'suspensions cannot be carried out now: trying again',
    { error: 'error' },
    [{ metric: 'tidemark_respond_failures_total' }],
    OFTEN,
  ),

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

  'delivery-attempted': define('silent', 'one attempt to deliver', { sink: 'text', seconds: 'number' }, [
    { metric: 'tidemark_delivery_seconds', by: 'seconds' },
  ]),
  'delivery-done': define('debug', 'alert delivered', attempt, [
    { metric: 'tidemark_deliveries_total', labels: { outcome: 'delivered' } },
  ]),
  'delivery-delayed': define(
    'warn',
    'alert not delivered yet: trying again later',
    { ...attempt, reason: 'text' },
    [{ metric: 'tidemark_deliveries_total', labels: { outcome: 'retry' } }],
    OFTEN,
  ),
  'delivery-refused': define('error', 'alert refused by its destination: given up', { ...attempt, reason: 'text' }, [
    { metric: 'tidemark_deliveries_total', labels: { outcome: 'refused' } },
  ]),
  'sink-disabled': define(
    'error',
    'destination wants nothing more: disabled until restart',
    { sink: 'text', reason: 'text' },
    [{ metric: 'tidemark_disabled_sinks_total' }],
  ),
  'outbox-measured': define('silent', 'deliveries that wait', { waiting: 'number', oldestSeconds: 'number' }, [
    { metric: 'tidemark_outbox_deliveries', by: 'waiting' },
    { metric: 'tidemark_outbox_oldest_seconds', by: 'oldestSeconds' },
  ]),
} as const;

export type EventName = keyof typeof EVENTS;

type ValueOf<Kind> = Kind extends 'number' ? number : Kind extends 'error' ? unknown : string;
/** What must be said when `Name` happens. */
export type Fields<Name extends EventName> = {
  readonly [Field in keyof (typeof EVENTS)[Name]['fields']]: ValueOf<(typeof EVENTS)[Name]['fields'][Field]>;
};
