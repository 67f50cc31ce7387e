/** Development in production and the reverse: by inventory, by rules, by names, by use, and by key. */
import { describe, expect, it } from 'vitest';
import type { Activity } from '../schemas/activity.ts';
import type { InventoryRecord } from '../schemas/inventory.ts';
import { act, DAY, HOUR, Life, record, START, weeks } from '../test/unit/detector-lives.ts';
import { detector } from './environment-crossing.ts';

const PEERS = ['bob', 'eve', 'kim', 'lee'];
const inAccount = (account: string) => ({ resource: { id: 'arn:aws:s3:::data/in', type: 's3-object', account } });
const days = (who: string, change: Partial<Activity>, to = 25) =>
  Array.from({ length: to }, (_, n) => act(who, START + n * DAY + 9 * HOUR, change));
const NOW = START + 25 * DAY + 9 * HOUR;
const lived = (change: Partial<Activity>, inventory: readonly InventoryRecord[] = []) =>
  new Life('environment-crossing', detector, inventory).live([
    ...PEERS.flatMap((who) => weeks(who, 25)),
    ...days('web', change),
  ]);
const of = (environment: string, change: Partial<Activity> = {}): Partial<Activity> => ({
  identity: { id: 'web', kind: 'role', provider: 'aws', account: '111111111111', environment },
  ...change,
});

describe('an identity that something tells the environment of', () => {
  it('is told of in another one that it never worked in, and not in its own', () => {
    const life = lived(of('dev', inAccount('shop-dev')));
    const [found] = life.finds(act('web', NOW, of('dev', inAccount('shop-prod'))));
    expect(found).toMatchObject({ seen: 'production', group: 'environment', kind: 'scope-drift' });
    expect(found?.nats).toBeGreaterThan(3);
    expect(life.finds(act('web', NOW + HOUR, of('dev', inAccount('other-dev-2'))))).toEqual([]);
  });

  it('is told of the other way round, and where the inventory alone tells it', () => {
    const life = lived(inAccount('shop-prod'), [record({ identity: 'web', environment: 'Production' })]);
    const [found] = life.finds(act('web', NOW, inAccount('shop-sandbox')));
    expect(found?.says()).toBe('worked in development, though it is of production');
  });

  it('is told of by where it comes from', () => {
    const life = lived(of('prod', { source: { ip: '198.51.100.7', workload: 'shop-prod-1/web/web' } }));
    const [found] = life.finds(
      act('web', NOW, of('prod', { source: { ip: '198.51.100.7', workload: 'shop-dev-1/x/y' } })),
    );
    expect(found).toMatchObject({ kind: 'unexpected-source', seen: 'development' });
  });

  it('is no news in an environment that it has worked in for weeks', () => {
    const both = [...days('web', of('dev', inAccount('shop-dev'))), ...days('web', of('dev', inAccount('shop-prod')))];
    const life = new Life('environment-crossing', detector).live(both);
    expect(life.finds(act('web', NOW, of('dev', inAccount('shop-prod'))))).toEqual([]);
  });
});

describe('names', () => {
  it.each([
    ['projects/acme-prod-7/zones/z/instances/i', 1],
    ['/subscriptions/1/resourceGroups/rg-prod-web/providers/x', 1],
    ['prod-cluster/api/v1/namespaces/live/secrets/s', 1],
    // A bucket, a user and a word within a word tell nothing.
    ['projects/_/buckets/acme-prod-stage/objects/o', 0],
    ['arn:aws:s3:::prod-data/in', 0],
    ['projects/reproducer/topics/t', 0],
    ['projects/dev-to-prod-bridge/topics/t', 0],
  ])('%s', (id, told) => {
    const life = lived(of('dev', inAccount('shop-dev')));
    expect(life.finds(act('web', NOW, of('dev', { resource: { id, type: 'x' } })))).toHaveLength(told);
  });
});

describe('where only use tells', () => {
  it('an identity of one environment is told of in another', () => {
    const [found] = lived(inAccount('shop-dev')).finds(act('web', NOW, inAccount('shop-prod')));
    expect(found?.usual()).toBe('only development so far');
    expect(found?.nats).toBeLessThanOrEqual(5);
  });

  it('a key is told of that was only ever used in one of the environments of its identity', () => {
    const key = (id: string, account: string): Partial<Activity> => ({
      ...inAccount(account),
      credential: { id, kind: 'access-key', longLived: true },
    });
    const life = new Life('environment-crossing', detector).live([
      ...days('web', key('AKIADEV', 'shop-dev')),
      ...days('web', key('AKIAPROD', 'shop-prod')),
    ]);
    const [found] = life.finds(act('web', NOW, key('AKIADEV', 'shop-prod')));
    expect(found).toMatchObject({ kind: 'credential-reuse', field: 'credential.id' });
    expect(life.finds(act('web', NOW + HOUR, key('AKIANEW', 'shop-prod')))).toEqual([]);
  });

  it('a young identity has no home', () => {
    const life = new Life('environment-crossing', detector).live(days('web', inAccount('shop-dev'), 3));
    expect(life.finds(act('web', START + 4 * DAY, inAccount('shop-prod')))).toEqual([]);
  });
});

it('rules come before words, and name things as well', () => {
  const judged = detector.options.parse({
    rules: [
      { match: '1111*', environment: 'prod' },
      { match: 'arn:aws:s3:::*-dev/*', environment: 'dev' },
    ],
  });
  const ruled = { ...detector, judge: ((c) => detector.judge(c, judged)) as typeof detector.judge };
  ruled.learn = (context) => detector.learn?.(context, judged);
  const life = new Life('environment-crossing', ruled).live(
    days('web', { resource: { id: 'arn:aws:s3:::x/in', type: 's3-object', account: '111111111111' } }),
  );
  const dev = { resource: { id: 'arn:aws:s3:::shop-dev/in', type: 's3-object', account: '111111111111' } };
  expect(life.finds(act('web', NOW, dev))[0]?.says()).toBe('worked in development, though it is of production');
});
