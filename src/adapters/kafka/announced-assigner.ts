/** Round-robin assignment of partitions that tells when this member is about to join the group. */
import kafkajs, { type PartitionAssigner } from 'kafkajs';

/** kafkajs has no event before a join; but it asks the assigner for its protocol at each one, by whatever road it came there. */
export function announcedAssigner(onJoining: () => void): PartitionAssigner {
  return (config) => {
    const assigner = kafkajs.PartitionAssigners.roundRobin(config);
    return {
      ...assigner,
      protocol(subscription) {
        onJoining();
        return assigner.protocol(subscription);
      },
    };
  };
}
