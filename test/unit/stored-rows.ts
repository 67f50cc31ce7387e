/** What stands in the column `dimension` of stored contributions that name none: rows of any age must keep their meaning. */
export const DAY = '~day';
export const RATE = '~rate:';
export const SCORE = '~score';
export const RAISED = '~raised';
export const AMENDED = '~amended';
export const CAUSE_AMENDED = '~cause-amended';
export const SUSPECT = '~suspect';
export const CONFIRMED = '~true';
export const REFUTED = '~benign';
export const CHANGED = '~changed:';
export const JOINED = '~joined:';
