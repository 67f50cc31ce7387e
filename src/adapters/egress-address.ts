/** Says which addresses a sink may connect to: the public internet, and private networks only where the config opens them. */
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** What the config opens beyond public addresses. */
export interface AddressPolicy {
  /** Loopback and private addresses. Link-local, metadata, multicast and reserved ones stay closed. */
  readonly allowPrivate: boolean;
  /** CIDR blocks of private networks. */
  readonly allowedNetworks: readonly string[];
}

/** Ranges that `allowPrivate` and `allowedNetworks` can open. */
const PRIVATE = new Set(['private', 'carrierGradeNat', 'loopback', 'uniqueLocal']);

/** Metadata and host services that sit in otherwise ordinary ranges. */
const METADATA = new Map([
  ['168.63.129.16', 'Azure host'],
  ['100.100.100.200', 'Alibaba metadata'],
  ['192.0.0.192', 'Oracle metadata'],
  ['fd00:ec2::254', 'AWS metadata'],
  ['fd20:ce::254', 'Google metadata'],
]);

/** 2000::/3, the only part of IPv6 given out for the public internet. */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');

/** ISATAP (RFC 5214): an IPv4 address in the interface identifier, behind a router that unwraps it. */
function isIsatap(address: ipaddr.IPv6): boolean {
  const [high, low] = [address.parts[4], address.parts[5]];
  return (high === 0 || high === 0x200) && low === 0x5efe;
}

function inside(address: Address, networks: readonly string[]): boolean {
  return networks.some((network) => {
    const [base, bits] = ipaddr.parseCIDR(network);
    return base.kind() === address.kind() && address.match(base, bits);
  });
}

/** Why `text` must not be connected to, or undefined. What cannot be parsed is refused. */
export function addressObjection(text: string, policy: AddressPolicy): string | undefined {
  if (isIP(text) === 0) return 'not an IP address';
  const parsed = ipaddr.parse(text);
  const address = parsed instanceof ipaddr.IPv6 && parsed.isIPv4MappedAddress() ? parsed.toIPv4Address() : parsed;
  const metadata = METADATA.get(address.toString());
  if (metadata !== undefined) return metadata;
  const range = address.range();
  if (PRIVATE.has(range)) {
    // A mapped address is not how anyone writes a private receiver; it is how a filter is walked around.
    if (address !== parsed) return `${range}, v4-mapped`;
    return policy.allowPrivate || inside(address, policy.allowedNetworks) ? undefined : range;
  }
  if (range !== 'unicast') return range;
  if (address instanceof ipaddr.IPv6) {
    if (!address.match(GLOBAL_UNICAST)) return 'not global unicast';
    if (isIsatap(address)) return 'ISATAP';
  }
  return undefined;
}
