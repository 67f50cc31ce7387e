/** What the evidence of a window would weigh had nobody taught the identity: small steps and harmless news do not make a grave alert a lesser one. */
import { GRAVE_NATS, SENSITIVE_NATS, SEVERITY_FROM } from '../constants.ts';
import { joint, type WindowItem } from '../memory/window.ts';

const untaughtOf = ({ nats, untaughtNats = nats }: WindowItem) => untaughtNats;

/** Something that the identity shows for the first time, and that says something by itself. */
const isNews = (item: WindowItem) => item.novelty !== undefined && item.weight >= 1 && untaughtOf(item) >= GRAVE_NATS;

/**
 * Joint surprise of a window as if all of it had come at once, and nothing like it before; 0 where nothing in it is news, or where that
 * is not high either. `level` is the sensitivity of the act at hand, 0 to 1. It says how severe an alert is, never whether there is one.
 */
export function untaughtScore(items: readonly WindowItem[], level: number): number {
  if (!items.some(({ untaughtNats }) => untaughtNats !== undefined) || !items.some(isNews)) return 0;
  const nats = joint(items, untaughtOf);
  return nats + SENSITIVE_NATS * level >= SEVERITY_FROM.high ? nats : 0;
}
