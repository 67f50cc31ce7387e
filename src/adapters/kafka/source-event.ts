/** What befalls a partition that whoever runs the source must hear of: messages that are gone, and logs that began anew. */
import type { TopicPartition } from '../../ports/stream.ts';

export type SourceEvent = TopicPartition &
  (
    | {
        /** The broker deleted messages before they were read. */
        readonly type: 'lost';
        readonly records: number;
      }
    | {
        /**
         * The log is another one, or ends before what was read of it. `recreated`: the topic was made anew and is read from its
         * beginning. `truncated`: it is the same topic, and its end was cut off; reading goes on at the end.
         */
        readonly type: 'recreated' | 'truncated';
        /** Offset up to which the log before was read. */
        readonly read: number;
        /** Offset from which this one is read. */
        readonly from: number;
      }
  );
