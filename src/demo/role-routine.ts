/** What a role of the company does all day, as CloudTrail records it. */
import { type AwsCall, CLASSES, type Dated, MONTH_END, roleDeed } from './company.ts';
import type { Dice } from './dice.ts';
import { cloudTrail } from './records.ts';
import { times } from './times.ts';

/** Records of the role `name` in [from, to), in order of time. */
export function* roleRoutine(name: string, dice: Dice, from: number, to: number): Generator<Dated> {
  const { perHour, calls } = CLASSES.find(({ names }) => names.includes(name))!;
  for (const at of times(dice, from, to, perHour, name.startsWith('ci-'))) {
    if (name === MONTH_END && new Date(at).getUTCDate() > 3) continue;
    const [service, verb, readOnly, resource] = dice.pick(calls);
    const part = resource?.replace('part', `part-${dice.below(40)}`);
    const call: AwsCall = part === undefined ? [service, verb, readOnly] : [service, verb, readOnly, part];
    const bytes = service === 's3' ? { bytes: 20_000 + dice.below(400_000) } : {};
    yield { at, raw: cloudTrail(roleDeed(name, at, call, bytes), dice) };
  }
}
