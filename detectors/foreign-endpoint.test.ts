/** Private endpoints of one's own account, of known partners, and of strangers. */
import { describe, expect, it } from 'vitest';
import type { Activity } from '../schemas/activity.ts';
import { act, DAY, HOUR, Life, START, weeks } from '../test/unit/detector-lives.ts';
import { detector } from './foreign-endpoint.ts';

const OWN = { vpcEndpoint: 'vpce-own', vpcEndpointAccount: '111111111111' };
const through = (source: Activity['source'], ms: number, who = 'web') =>
  act(who, ms, { source: { ip: '10.0.0.5', ...source } });
const days = (source: Activity['source'], from: number, to: number, who = 'web') =>
  Array.from({ length: to - from }, (_, n) => through(source, START + (from + n) * DAY + 9 * HOUR, who));
const lived = (source: Activity['source'] = OWN) => new Life('foreign-endpoint', detector).live(days(source, 0, 25));
const FOREIGN = { vpcEndpoint: 'vpce-thief', vpcEndpointAccount: '999988887777' };

describe('foreign-endpoint', () => {
  it('finds an endpoint of an account that nobody here ever came through, at its full odds', () => {
    const [found] = lived().finds(through(FOREIGN, START + 25 * DAY));
    expect(found?.nats).toBe(12);
    expect(found?.seen).toBe('999988887777');
    expect(found?.contain).toBe('credential');
    // So too where the identity came over the open net before.
    expect(new Life('foreign-endpoint', detector).live(weeks('web', 25)).nats(through(FOREIGN, START + 25 * DAY))).toBe(
      12,
    );
  });

  it('is silent on an endpoint of the own account, and on one whose account is not told', () => {
    const life = new Life('foreign-endpoint', detector).live(weeks('web', 25));
    expect(life.finds(through(OWN, START + 25 * DAY))).toEqual([]);
    expect(life.finds(through({ vpcEndpoint: 'vpce-x' }, START + 25 * DAY + HOUR))).toEqual([]);
  });

  it('is silent when the log begins to tell the account of an endpoint that was in use', () => {
    const shared = { vpcEndpoint: 'vpce-shared' };
    expect(lived(shared).finds(through({ ...shared, vpcEndpointAccount: '222222222222' }, START + 25 * DAY))).toEqual(
      [],
    );
  });

  it('is silent on the endpoint of an account that others of the tenant came through for weeks', () => {
    const network = { vpcEndpoint: 'vpce-net', vpcEndpointAccount: '222222222222' };
    const life = new Life('foreign-endpoint', detector).live([...weeks('web', 25), ...days(network, 0, 25, 'batch')]);
    expect(life.finds(through(network, START + 25 * DAY))).toEqual([]);
  });

  it('is silent once the identity came that way for weeks itself', () => {
    const partner = { vpcEndpoint: 'vpce-partner', vpcEndpointAccount: '333333333333' };
    expect(lived(partner).finds(through({ ...partner, vpcEndpoint: 'vpce-2' }, START + 25 * DAY))).toEqual([]);
  });
});
