/** Finds the network of an address in a list of prefixes: the longest match wins. */
import ipaddr from 'ipaddr.js';
import type { Network } from '../../schemas/inventory.ts';

/** Addresses remembered with their answer; when full the memory starts again. */
const REMEMBERED = 100_000;

/** An address as its bits: 32 or 128 digits of 0 and 1; an IPv4 address in IPv6 clothing counts as IPv4. */
const bitsOf = (address: ipaddr.IPv4 | ipaddr.IPv6) =>
  address
    .toByteArray()
    .map((byte) => byte.toString(2).padStart(8, '0'))
    .join('');

/** Prefixes that cannot be read are skipped; an address that is none has no network. */
export function networkFinder(networks: readonly Network[]): (ip: string) => Network | undefined {
  const table = new Map<string, Network>();
  const lengths = new Set<number>();
  for (const network of networks) {
    if (!ipaddr.isValidCIDR(network.prefix)) continue;
    const [address, length] = ipaddr.parseCIDR(network.prefix);
    table.set(`${address.kind()}${bitsOf(address).slice(0, length)}`, network);
    lengths.add(length);
  }
  const longestFirst = [...lengths].sort((a, b) => b - a);
  const known = new Map<string, Network | undefined>();
  return (ip) => {
    if (table.size === 0) return undefined;
    if (known.has(ip)) return known.get(ip);
    if (known.size >= REMEMBERED) known.clear();
    let found: Network | undefined;
    // `10.1.2` is a name for 10.1.0.2 to some and a mistake here.
    if (ip.includes(':') ? ipaddr.isValid(ip) : ipaddr.IPv4.isValidFourPartDecimal(ip)) {
      const address = ipaddr.process(ip);
      const bits = bitsOf(address);
      for (const length of longestFirst) {
        found = length <= bits.length ? table.get(`${address.kind()}${bits.slice(0, length)}`) : undefined;
        if (found) break;
      }
    }
    known.set(ip, found);
    return found;
  };
}
