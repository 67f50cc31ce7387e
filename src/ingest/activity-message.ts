/** An activity as a message of the activity topic. */

/** Key of the activity topic: all of one identity goes to one partition, in order. */
export const activityKey = (tenant: string, identity: string) => `${tenant}\u0000${identity}`;
