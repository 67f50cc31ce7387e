/** Every metric Tidemark exposes: name with its unit, meaning, and labels with the most values each may take. */

export interface Metric {
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  /** Label name to the number of distinct values kept; what comes after is counted under `other`. Tenant and identity are never labels. */
  readonly labels?: Readonly<Record<string, number>>;
  readonly buckets?: readonly number[];
}

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
const topic = 128;
const partition = 1024;
const place = { topic, partition };

export const METRICS = {
  tidemark_build_info: { type: 'gauge', help: 'Always 1; the version is a label.', labels: { version: 8, role: 8 } },
  tidemark_ready: { type: 'gauge', help: '1 when the process takes work.' },
  tidemark_stalls_total: { type: 'counter', help: 'Times work waited and none was done for telemetry.stallMs.' },

  tidemark_records_total: {
    type: 'counter',
    help: 'Raw records taken in, by format and what became of them: read, skipped or dead.',
    labels: { format: 64, outcome: 3 },
  },
  tidemark_skipped_records_total: {
    type: 'counter',
    help: 'Records that are no activity, by reason.',
    labels: { format: 64, reason: 64 },
  },
  tidemark_dead_letters_total: {
    type: 'counter',
    help: 'Records nobody could read, kept with their bytes, by reason.',
    labels: { format: 64, reason: 64 },
  },
  tidemark_sources: {
    type: 'gauge',
    help: 'Sources of records that are known: raw topics, senders, and accounts that records are of.',
    labels: { kind: 4 },
  },
  tidemark_silent_sources: {
    type: 'gauge',
    help: 'Sources that are silent for longer than they ever are by their own rhythm.',
    labels: { kind: 4 },
  },
  tidemark_source_silences_total: {
    type: 'counter',
    help: 'Times a source fell silent.',
    labels: { kind: 4 },
  },
  tidemark_unwatched_sources_total: {
    type: 'counter',
    help: 'Times a new source was met that there is no room for.',
    labels: { kind: 4 },
  },
  tidemark_api_requests_total: {
    type: 'counter',
    help: 'Requests answered by the HTTP API, by route and status.',
    labels: { route: 64, status: 32 },
  },
  tidemark_api_held_bytes: { type: 'gauge', help: 'Bytes of requests under way to the HTTP API.' },
  tidemark_open_connections: { type: 'gauge', help: 'Open connections by listener.', labels: { what: 4 } },
  tidemark_api_failures_total: {
    type: 'counter',
    help: 'Requests or connections that ended in an error of ours or theirs.',
  },
  tidemark_s3_objects_total: {
    type: 'counter',
    help: 'Objects that queues named, by outcome: taken, gone, left in the queue, no-notification; and faults of the queue.',
    labels: { queue: 16, outcome: 5 },
  },
  tidemark_pubsub_messages_total: {
    type: 'counter',
    help: 'Messages of subscriptions that were taken and acknowledged.',
    labels: { queue: 16 },
  },
  tidemark_pubsub_messages_left_total: {
    type: 'counter',
    help: 'Times that messages were left in their subscription, or that it could not be reached.',
    labels: { queue: 16, outcome: 2 },
  },
  tidemark_sign_ins_refused_total: { type: 'counter', help: 'Sign-ins of people that came to nothing.' },
  tidemark_suspension_steps_total: {
    type: 'counter',
    help: 'Steps of suspensions: requested, approved, dispatched, confirmed, failed, lifted and what held them up.',
    labels: { action: 8, step: 16 },
  },
  tidemark_time_to_silence_seconds: {
    type: 'histogram',
    help: 'From the dispatch of a suspension to the last success of its target, once it is silent.',
    buckets: [1, 5, 15, 60, 300, 900, 3_600, 14_400, 86_400],
  },
  tidemark_uncontained_total: { type: 'counter', help: 'Suspensions whose target went on all the same.' },
  tidemark_inventory_records_total: {
    type: 'counter',
    help: 'Inventory records that came in, by way: http, kafka or signals.',
    labels: { via: 4 },
  },
  tidemark_received_signals_total: {
    type: 'counter',
    help: 'Security events received, by transmitter and what became of them.',
    labels: { transmitter: 64, outcome: 8 },
  },
  tidemark_respond_failures_total: { type: 'counter', help: 'Rounds in which no suspension could be carried out.' },
  tidemark_shed_dead_letters_total: {
    type: 'counter',
    help: 'Unreadable records that were counted and not kept, by source and by the bound they were over: message or minute.',
    labels: { from: 128, over: 2 },
  },
  tidemark_unjoined_spans_total: {
    type: 'counter',
    help: 'Acts judged without the span above them that would have said who acted, by reason: parent-missing or no-room.',
    labels: { reason: 2 },
  },
  tidemark_waiting_spans_bytes: {
    type: 'gauge',
    help: 'Spans that wait for the rest of their trace, by way: kafka or pushed.',
    labels: { way: 2 },
  },
  tidemark_detector_failures_total: {
    type: 'counter',
    help: 'Times a detector of your own threw or answered what no detector may, by detector.',
    labels: { detector: 64 },
  },
  tidemark_published_activities_total: { type: 'counter', help: 'Activities written to the activity topic.' },

  tidemark_lag_records: {
    type: 'gauge',
    help: 'Records not yet processed by a role, over the partitions of this process: high watermark less position.',
    labels: { role: 4 },
  },
  tidemark_watermark_delay_seconds: {
    type: 'gauge',
    help: 'Wall time less event time of the newest activity committed.',
    labels: place,
  },
  tidemark_assigned_partitions: { type: 'gauge', help: 'Partitions this process owns.', labels: { topic } },
  tidemark_rebalances_total: { type: 'counter', help: 'Times the group handed out partitions anew.' },
  tidemark_lost_messages_total: {
    type: 'counter',
    help: 'Messages that the broker deleted before they were read, by role and topic.',
    labels: { role: 4, topic },
  },
  tidemark_restarted_logs_total: {
    type: 'counter',
    help: 'Partitions whose log began anew or was cut off, by role, topic and cause: recreated or truncated.',
    labels: { role: 4, topic, cause: 2 },
  },
  tidemark_regenerated_partitions_total: {
    type: 'counter',
    help: 'Raw partitions that activities came from in another generation than before.',
  },
  tidemark_broker_retries_total: { type: 'counter', help: 'Failed requests to a broker that were tried again.' },
  tidemark_queue_bytes: { type: 'gauge', help: 'Fetched bytes waiting to be processed.' },

  tidemark_turns_total: { type: 'counter', help: 'Chunks committed.' },
  tidemark_activities_total: { type: 'counter', help: 'Activities committed.' },
  tidemark_turn_commit_seconds: { type: 'histogram', help: 'Time to commit a turn.', buckets: SECONDS },
  tidemark_turn_activities: {
    type: 'histogram',
    help: 'Activities in a turn.',
    buckets: [1, 10, 100, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 100_000],
  },
  tidemark_judge_seconds: { type: 'histogram', help: 'Time to judge and learn a chunk.', buckets: SECONDS },
  tidemark_repeated_turns_total: { type: 'counter', help: 'Turns repeated exactly after a crash or a lost answer.' },
  tidemark_dedup_hits_total: { type: 'counter', help: 'Activities met again and not learned or stored twice.' },
  tidemark_store_retries_total: {
    type: 'counter',
    help: 'Failed statements that were tried again, by step.',
    labels: { step: 32 },
  },

  tidemark_identities: { type: 'gauge', help: 'Identities held in memory.', labels: { partition } },
  tidemark_memory_bytes: { type: 'gauge', help: 'Bytes their memories take, serialised.', labels: { partition } },
  tidemark_dropped_identities_total: {
    type: 'counter',
    help: 'Identities forgotten because detect.maxIdentities was reached.',
  },
  tidemark_population_rewinds_total: {
    type: 'counter',
    help: 'Times the population was built anew because it was ahead of the clock.',
  },
  tidemark_population_missing_partitions: {
    type: 'gauge',
    help: 'Partitions whose workers lag so far behind that others judge without what they have yet to tell.',
  },
  tidemark_population_wait_seconds: {
    type: 'histogram',
    help: 'Time that a partition waited for others at the beginning of an event hour.',
    buckets: SECONDS,
  },
  tidemark_missing_turns_total: {
    type: 'counter',
    help: 'Partitions of which activities are stored, and nothing says which of them were judged.',
  },
  tidemark_missing_populations_total: {
    type: 'counter',
    help: 'Partitions whose identities are remembered, and nothing is stored of what they have in common.',
  },
  tidemark_missing_memories_total: {
    type: 'counter',
    help: 'Identities that the last snapshot had and the store no longer has.',
  },
  tidemark_relearned_memories_total: {
    type: 'counter',
    help: 'Identities learned again from stored activities because their memories were gone.',
  },
  tidemark_snapshot_seconds: { type: 'histogram', help: 'Time to save changed memories.', buckets: SECONDS },
  tidemark_snapshot_bytes_total: { type: 'counter', help: 'Bytes of memories saved.' },
  tidemark_recovery_seconds: {
    type: 'histogram',
    help: 'Time to recall a partition and repeat what followed its snapshot.',
    buckets: SECONDS,
  },

  tidemark_alert_funnel_total: {
    type: 'counter',
    help: 'How far it goes: activities judged, observed below the threshold, alerts.',
    labels: { stage: 8 },
  },
  tidemark_alerts_total: { type: 'counter', help: 'Alerts raised.', labels: { kind: 16, severity: 8 } },
  tidemark_alert_updates_total: { type: 'counter', help: 'New evidence for an open alert.' },
  tidemark_observed_total: { type: 'counter', help: 'Alerts below the threshold, kept in the observe feed.' },
  tidemark_held_alerts_total: {
    type: 'counter',
    help: 'Alerts over the threshold that wait because the budget of the day is spent.',
  },
  tidemark_merge_wait_seconds: {
    type: 'gauge',
    help: 'How long the records that were written last waited for earlier ones of other raw partitions.',
  },
  tidemark_late_activities_total: {
    type: 'counter',
    help: 'Activities that came later than ingest.lateAfterMs and were judged as of their arrival.',
  },
  tidemark_taught_identities_total: {
    type: 'counter',
    help: 'Identities that began to bring something new every other day, though they seldom did before.',
  },
  tidemark_reached_places_total: {
    type: 'counter',
    help: 'Accounts beyond their own that became habits of identities without an alert, and that nobody else of the tenant goes to.',
  },
  tidemark_crowd_identities_total: {
    type: 'counter',
    help: 'Identities that were new on a day, or in a week, with many more newcomers than usual.',
  },
  tidemark_verdicts_total: { type: 'counter', help: 'Judgements by people.', labels: { verdict: 4 } },
  tidemark_budget_asked_alerts_per_day: {
    type: 'gauge',
    help: 'False alerts a day the SOC will bear; those raised are counted in tidemark_alerts_total.',
  },
  tidemark_class_alerts_per_day: {
    type: 'gauge',
    help: 'Alerts a day of a peer class over the last seven days of event time, those for one cause once, without what was called an attack.',
    labels: { peers: 64 },
  },
  tidemark_class_expected_alerts_per_day: {
    type: 'gauge',
    help: 'Share of the alert budget that the identity-days of a peer class had in those days.',
    labels: { peers: 64 },
  },
  tidemark_fleeting_identities: {
    type: 'gauge',
    help: 'Ids that came for less than a day and never again, where most ids of their provider, account and kind do so; of 60 days.',
  },
  tidemark_misfit_classes: {
    type: 'gauge',
    help: 'Peer classes that alerted more often in the last seven days than chance explains by their share of the budget.',
  },

  tidemark_routed_alerts_total: {
    type: 'counter',
    help: 'Alert versions by who hears of them: a sink of the owner, the default for alerts without one, only sinks for everyone, or nobody.',
    labels: { to: 4 },
  },
  tidemark_deliveries_total: {
    type: 'counter',
    help: 'Attempts to deliver, by sink and outcome: delivered, retry or refused.',
    labels: { sink: 64, outcome: 3 },
  },
  tidemark_disabled_sinks_total: {
    type: 'counter',
    help: 'Times a destination said it wants nothing more.',
    labels: { sink: 64 },
  },
  tidemark_delivery_seconds: {
    type: 'histogram',
    help: 'Time of one attempt.',
    labels: { sink: 64 },
    buckets: SECONDS,
  },
  tidemark_outbox_deliveries: { type: 'gauge', help: 'Deliveries that wait.' },
  tidemark_outbox_oldest_seconds: { type: 'gauge', help: 'Age of the oldest delivery that waits.' },
} as const satisfies Record<string, Metric>;

export type MetricName = keyof typeof METRICS;
