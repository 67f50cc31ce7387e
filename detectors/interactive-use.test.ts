/** Consoles, terminals and typing where only software spoke, and the scripts and repairs that must stay silent. */
import { describe, expect, it } from 'vitest';
import type { Activity } from '../schemas/activity.ts';
import { act, DAY, HOUR, Life, START, weeks } from '../test/unit/detector-lives.ts';
import { detector } from './interactive-use.ts';

const NOW = START + 25 * DAY + 9 * HOUR;
const from = (userAgent: string): Partial<Activity> => ({
  source: { ip: '198.51.100.7', asn: 64500, country: 'DE', region: 'eu-central-1', userAgent },
});
const lived = (change?: (ms: number, who: string) => Partial<Activity>) =>
  new Life('interactive-use', detector).live(weeks('web', 25, change));
const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/126.0';
const SHELL = 'aws-cli/2.15.0 Python/3.11 Linux/6.1';

describe('a service that only software spoke for', () => {
  it.each([
    BROWSER,
    'console.amazonaws.com',
    'aws-cli/2.15 exec-env/CloudShell',
    'google-cloud-sdk gcloud/460 command/gcloud.compute.ssh interactive/True',
    'PostmanRuntime/7.36',
  ])('is told of through %s', (userAgent) => {
    const [found] = lived().finds(act('web', NOW, from(userAgent)));
    expect(found?.group).toBe('client');
    expect(found?.usual()).toBe('software alone, on 25 days');
    expect(found?.says()).toContain('a client that only people use');
  });

  it('is told of with less weight through a tool that scripts use as well, and not through other software', () => {
    const certain = lived().nats(act('web', NOW, from(BROWSER)));
    const likely = lived().nats(act('web', NOW, from(SHELL)));
    expect(likely).toBeGreaterThan(0);
    expect(certain).toBeGreaterThan(likely);
    expect(lived().finds(act('web', NOW, from('Boto3/1.34 md/Botocore#1.34')))).toEqual([]);
  });

  it('weighs more once the calls come at the pace of typing, and not at that of a timer', () => {
    const typed = (pauses: readonly number[]) => {
      let ms = NOW;
      const calls = pauses.map((pause) => {
        ms += pause * 1_000;
        return act('web', ms, from(BROWSER));
      });
      return lived().finds(act('web', NOW, from(BROWSER)), ...calls)[0]?.nats ?? 0;
    };
    expect(typed([7, 31, 12, 50, 9])).toBeCloseTo(typed([30, 30, 30, 30, 30]) + 2, 6);
  });
});

it('people, and machines that are worked with by hand anyway, are left alone', () => {
  const human = { identity: { id: 'ann', kind: 'human' as const, provider: 'aws' } };
  const life = new Life('interactive-use', detector).live(weeks('ann', 25, () => human));
  expect(life.finds(act('ann', NOW, { ...human, ...from(BROWSER) }))).toEqual([]);
  const worked = lived((ms) => (ms % (3 * DAY) < DAY ? from(SHELL) : {}));
  expect(worked.finds(act('web', NOW, from(BROWSER)))).toEqual([]);
});

it('an identity of a few days has no habit of software', () => {
  const life = new Life('interactive-use', detector).live(weeks('web', 4));
  expect(life.finds(act('web', START + 4 * DAY, from(BROWSER)))).toEqual([]);
});
