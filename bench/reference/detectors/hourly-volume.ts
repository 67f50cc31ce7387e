/** Hourly volume against the identity's own mean and deviation at that hour of day: the z-score of a dashboard. */
import type { ReferenceDetector } from '../../../src/evaluate/reference.ts';
import { IdentityDays, secondsOf } from '../identity-days.ts';

/** Above this many deviations an hour is an alert. */
const LIMIT = 3;
/** Hours that must be known before any is judged. */
const LEAST_HOURS = 24;

interface Volume {
  hour: number;
  ids: string[];
  /** Hours judged, mean and sum of squared differences of their counts (Welford 1962). */
  n: number;
  mean: number;
  m2: number;
}

export function hourlyVolume(): ReferenceDetector {
  const id = 'hourly-volume';
  const volumes = new Map<string, Volume>();
  const days = new IdentityDays(id);
  const close = (who: string, volume: Volume, nextHour: number) => {
    const count = volume.ids.length;
    const deviation = Math.sqrt(volume.m2 / Math.max(1, volume.n - 1));
    if (volume.n >= LEAST_HOURS) {
      const z = (count - volume.mean) / Math.max(deviation, 1);
      if (z > LIMIT) days.add(who, (volume.hour + 1) * 3600 - 1, volume.ids, z);
    }
    // Hours of silence count as well, up to a week of them.
    for (const value of [count, ...Array<number>(Math.min(168, Math.max(0, nextHour - volume.hour - 1))).fill(0)]) {
      volume.n++;
      const delta = value - volume.mean;
      volume.mean += delta / volume.n;
      volume.m2 += delta * (value - volume.mean);
    }
  };
  return {
    id,
    about: 'activities an hour, z > 3 against the identity',
    observe(activity) {
      const who = activity.identity.id;
      const hour = Math.floor(secondsOf(activity) / 3600);
      const volume = volumes.get(who);
      if (!volume) volumes.set(who, { hour, ids: [activity.id], n: 0, mean: 0, m2: 0 });
      else if (volume.hour === hour) volume.ids.push(activity.id);
      else {
        close(who, volume, hour);
        volume.hour = hour;
        volume.ids = [activity.id];
      }
    },
    finish: () => {
      for (const [who, volume] of volumes) close(who, volume, volume.hour + 1);
      return days.alerts();
    },
  };
}
