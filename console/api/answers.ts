/** What the HTTP API answers, by the names that pages use. */
import type { paths } from './api-types.ts';

/** One value answered by a GET. */
type Got<Path extends keyof paths> = paths[Path] extends {
  get: { responses: { 200: { content: { 'application/json': infer Body } } } };
}
  ? Body
  : never;

export type AlertPage = Got<'/v1/alerts'>;
export type Alert = AlertPage['alerts'][number];
export type AlertInFull = Got<'/v1/alerts/{id}'>;
export type Evidence = Alert['evidence'][number];
export type Severity = Alert['severity'];
export type History = Got<'/v1/alerts/{id}/history'>;
export type Session = NonNullable<Got<'/auth/session'>['session']>;
export type Budget = Got<'/v1/budget'>;
export type Activity = Got<'/v1/activities'>['activities'][number];
export type Rate = Got<'/v1/identities/{id}/rate'>;
export type Usage = Got<'/v1/identities/{id}/usage'>;
export type PeerHabits = Got<'/v1/identities/{id}/peers'>;
export type Profile = Got<'/v1/identities/{id}'>;
export type IdentityDrift = Got<'/v1/identities/{id}/drift'>;
export type Learned = Got<'/v1/identities/{id}/learned'>['learned'][number];
export type Fleet = Got<'/v1/fleet'>;
export type FleetMember = Fleet['drifting']['shown'][number];
export type ClassFit = Got<'/v1/classes'>['classes'][number];
export type InventoryPage = Got<'/v1/inventory'>;
export type InventoryItem = InventoryPage['items'][number];
export type Sources = Got<'/v1/sources'>;
export type Suspension = Got<'/v1/suspensions'>['suspensions'][number];
export type LookedAt = Got<'/v1/suspensions/{id}'>;
export type AuditRow = Got<'/v1/suspensions/{id}/trail'>['trail'][number];
export type Delivery = Got<'/v1/deliveries'>['deliveries'][number];
export type DeadLetter = Got<'/v1/dead-letters'>['deadLetters'][number];
export type Suppression = Got<'/v1/suppressions'>['suppressions'][number];
export type SignedIn = Got<'/v1/me'>;
