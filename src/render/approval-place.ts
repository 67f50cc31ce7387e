/** Where the link of one approver goes in a message: the link is a secret, so it is put in when the message is sent and stands in no table. */
import type { Alert } from '../../schemas/alert.ts';
import { decisionOf } from './change.ts';

const PLACE = 'tidemark:approval-link';

/** What stands for the link in a body until it is sent. Nothing where the alert asks for no step, or where it tells of a decision. */
export const approvalPlace = (alert: Alert): string =>
  alert.recommendation.action === 'observe' || decisionOf(alert) !== undefined ? '' : PLACE;

/** The body as it is sent. A text of a log that holds the place leads the same person to the same page, and no further. */
export const withApprovalLink = (body: string, link: () => string): string =>
  body.includes(PLACE) ? body.replaceAll(PLACE, link()) : body;
