/** What an evaluation looks at in an alert, whoever raised it. */
import { z } from 'zod';
import { seconds } from './seconds.ts';

/** Strength of an advice: 0 nothing, 1 watch or ask, 2 take the credential or the session, 3 stop the identity. */
const ADVICE: Readonly<Record<string, 0 | 1 | 2 | 3>> = {
  none: 0,
  observe: 1,
  'step-up': 1,
  rotate: 2,
  'rotate-credential': 2,
  'revoke-session': 2,
  'revoke-credential': 2,
  'narrow-scope': 2,
  suspend: 3,
  'suspend-identity': 3,
};
/** Only the first activities count, so that an alert cannot cite its way to every scenario. */
const CITED = 100;

export interface JudgedAlert {
  readonly id: string;
  readonly who: string;
  readonly firstS: number;
  readonly lastS: number;
  readonly raisedS: number;
  readonly cites: readonly string[];
  readonly advice: 0 | 1 | 2 | 3;
  readonly score: number;
  /** Calibrated share of benign identity-days at least this surprising, where the detector says so. */
  readonly p?: number;
  /** Probability of misuse that it states, where it states one. */
  readonly misuse?: number;
  /** Kinds of drift it claims. */
  readonly kinds: readonly string[];
}

const alertShape = z.looseObject({
  id: z.string(),
  identity: z.union([z.string(), z.looseObject({ id: z.string() })]),
  firstAt: z.string(),
  lastAt: z.string().nullish(),
  raisedAt: z.string().nullish(),
  activityIds: z.array(z.string()).default([]),
  score: z.number().default(0),
  p: z.number().optional(),
  misuse: z.number().min(0).max(1).optional(),
  kinds: z.array(z.string()).default([]),
  recommendation: z.looseObject({ action: z.string().nullish() }).nullish(),
});

/** How strong the advice `action` is, or undefined when there is no such action. */
export function adviceOf(action: string): 0 | 1 | 2 | 3 | undefined {
  return Object.hasOwn(ADVICE, action.toLowerCase()) ? ADVICE[action.toLowerCase()] : undefined;
}

/** Reads one alert. Throws a `ZodError` or a `RangeError` that says what is wrong with it. */
export function judgedAlert(raw: unknown): JudgedAlert {
  const alert = alertShape.parse(raw);
  const action = alert.recommendation?.action || 'observe';
  const advice = adviceOf(action);
  if (advice === undefined) throw new RangeError(`unknown action ${action.slice(0, 40)}`);
  const firstS = seconds(alert.firstAt);
  return {
    id: alert.id,
    who: typeof alert.identity === 'string' ? alert.identity : alert.identity.id,
    firstS,
    lastS: alert.lastAt ? seconds(alert.lastAt) : firstS,
    raisedS: alert.raisedAt ? seconds(alert.raisedAt) : firstS,
    cites: [...new Set(alert.activityIds.slice(0, CITED))],
    advice,
    score: alert.score,
    ...(alert.p === undefined ? {} : { p: alert.p }),
    ...(alert.misuse === undefined ? {} : { misuse: alert.misuse }),
    kinds: alert.kinds,
  };
}
