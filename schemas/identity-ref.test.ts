/** Which identity is meant where an id alone leaves it open. */
import { describe, expect, it } from 'vitest';
import { choicesText, chosenHome, closest, distinctHomes, type Home, tellsLess } from './identity-ref.ts';

const east = { provider: 'kubernetes', account: 'east', firstMs: 20 };
const west = { provider: 'kubernetes', account: 'west', firstMs: 30 };
const vault = { provider: 'vault', firstMs: 5 };

describe('which identity is meant', () => {
  it('is plain where an id has one home, and needs to be told where it has several', () => {
    expect(chosenHome([east], {})).toEqual({ home: east, filter: { provider: 'kubernetes', accounts: ['east'] } });
    expect(chosenHome([east, west, vault], {})).toEqual({ choices: [east, west, vault] });
    expect(chosenHome([east, west, vault], { provider: 'Kubernetes' })).toEqual({ choices: [east, west] });
    expect(chosenHome([east, west, vault], { account: 'west' })).toMatchObject({ home: west });
    expect(chosenHome([east, west, vault], { account: '' })).toMatchObject({ home: vault });
    expect(chosenHome([east, west], { account: 'north' })).toEqual({ choices: [east, west] });
    expect(chosenHome([], { provider: 'vault' })).toMatchObject({ home: { provider: 'vault' } });
  });

  it('takes what was stored before the account was told for the account that came first', () => {
    const before = { provider: 'kubernetes', firstMs: 10 };
    expect(distinctHomes([before, east, west])).toEqual([east, west]);
    expect(chosenHome([before, east, west], { account: 'east' })).toMatchObject({
      filter: { provider: 'kubernetes', accounts: ['east', ''] },
    });
    const amid = { provider: 'kubernetes', firstMs: 25 };
    expect(distinctHomes([amid, east, west])).toEqual([amid, east, west]);
    expect(distinctHomes([{ ...amid }, east])).toEqual([east]);
  });

  it('knows when one account tells less of the same place than another', () => {
    expect(tellsLess('', 'a')).toBe(true);
    expect(tellsLess('desk', 'desk/prod')).toBe(true);
    expect(tellsLess('shop', '11/shop')).toBe(true);
    expect(tellsLess('desk', 'desktop')).toBe(false);
    expect(tellsLess('a', 'a')).toBe(false);
  });

  it('picks the record that tells most of a home, and none of another one', () => {
    const bare: Home & { owner: string } = { owner: 'bare' };
    const own: Home & { owner: string } = { owner: 'own', provider: 'Kubernetes', account: 'east' };
    expect(closest([bare, own], east)).toBe(own);
    expect(closest([bare, own], west)).toBe(bare);
    expect(closest([own], west)).toBeUndefined();
    expect(closest([own], { provider: 'kubernetes' })).toBe(own);
    expect(closest([own], vault)).toBeUndefined();
  });

  it('tells the choices, and of a great many how many more there are', () => {
    expect(choicesText([east, vault])).toBe('kubernetes, account east; vault, no account');
    expect(choicesText(Array.from({ length: 12 }, () => east))).toMatch(/; and 2 more$/);
  });
});
