/** The longest prefix must win, whatever else an address may look like. */
import { describe, expect, it } from 'vitest';
import { networkFinder } from './network-finder.ts';

const find = networkFinder([
  { prefix: '10.0.0.0/8', org: 'wide' },
  { prefix: '10.1.0.0/16', org: 'narrow', declared: true },
  { prefix: '2001:db8::/32', org: 'six' },
  { prefix: '0.0.0.0/0', org: 'rest' },
  { prefix: 'not a prefix', org: 'junk' },
]);

describe('finding a network', () => {
  it('takes the longest prefix', () => {
    expect(find('10.1.2.3')?.org).toBe('narrow');
    expect(find('10.2.2.3')?.org).toBe('wide');
    expect(find('192.0.2.1')?.org).toBe('rest');
    expect(find('2001:db8::1')?.org).toBe('six');
  });

  it('sees an IPv4 address in IPv6 clothing', () => {
    expect(find('::ffff:10.1.2.3')?.org).toBe('narrow');
  });

  it('knows nothing of junk, of a name, or of an address outside', () => {
    for (const ip of ['', 'cloudtrail.amazonaws.com', '999.1.1.1', '2001:db9::1', '10.1.2', '0x7f.1', ':::'])
      expect(find(ip)).toBeUndefined();
    expect(networkFinder([])('10.1.2.3')).toBeUndefined();
  });
});
