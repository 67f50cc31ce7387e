/** Everything that can happen: its log line, its fields and the metrics it moves. Nothing here happens once per activity. */
import { define, OFTEN } from './define-event.ts';
import { DETECTION_EVENTS } from './detection-events.ts';

const letters = { format: 'text', reason: 'text', records: 'number' } as const;
const attempt = { sink: 'text', delivery: 'text', alert: 'text', attempts: 'number' } as const;

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
  ...DETECTION_EVENTS,

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
