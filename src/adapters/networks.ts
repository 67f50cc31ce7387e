/** Whose network an address is in: from an NDJSON file of prefixes or a MaxMind-format database. */

import { readFileSync } from 'node:fs';
import ipaddr from 'ipaddr.js';
import { type AsnResponse, type CityResponse, Reader, type Response } from 'maxmind';
import { firstProblem } from '../../schemas/first-problem.ts';
import { type Network, networkSchema } from '../../schemas/inventory.ts';
import { InputError } from '../fault.ts';

/** Looks up addresses; the same address always has the same answer. */
export interface Networks {
  /** The network with the longest prefix that holds the address; undefined for unknown addresses and for what is none. */
  lookup(ip: string): Network | undefined;
  /** Prefixes known; 0 where a database does not say. */
  readonly size: number;
}

/** Addresses whose answer is remembered; when full the memory starts again. */
const CACHE_ENTRIES = 65_536;
const MMDB_MARK = Buffer.from('abcdef4d61784d696e642e636f6d', 'hex');
const MAX_LINE = 16_384;

function cached(find: (ip: string) => Network | undefined): (ip: string) => Network | undefined {
  let known = new Map<string, Network | undefined>();
  return (ip) => {
    if (known.has(ip)) return known.get(ip);
    const network = find(ip);
    if (known.size >= CACHE_ENTRIES) known = new Map();
    known.set(ip, network);
    return network;
  };
}

/** The first `bits` bits of an address as a map key; families do not meet, since their lengths differ. */
function prefixKey(bytes: readonly number[], bits: number): string {
  let key = `${bytes.length}/`;
  for (let i = 0; i < bytes.length && i * 8 < bits; i++) {
    const kept = Math.min(8, bits - i * 8);
    key += String.fromCharCode(bytes[i]! & (0xff << (8 - kept)) & 0xff);
  }
  return key;
}

function bytesOf(ip: string): number[] | undefined {
  return ipaddr.isValid(ip) ? ipaddr.process(ip).toByteArray() : undefined;
}

function wrongLine(file: string, line: number, problem: string): InputError {
  return new InputError(
    file,
    problem,
    'Write one network a line, such as {"prefix":"10.0.0.0/8","org":"us","declared":true}.',
    line,
  );
}

/** A table of prefixes; each must be CIDR or a plain address. */
export function prefixTable(networks: Iterable<Network>): Networks {
  /** Networks by prefix length, then by the masked address. */
  const byBits = new Map<number, Map<string, Network>>();
  let size = 0;
  for (const network of networks) {
    const [address, bits] = ipaddr.parseCIDR(cidrOf(network.prefix));
    const of = byBits.get(bits) ?? new Map<string, Network>();
    byBits.set(bits, of.set(prefixKey(address.toByteArray(), bits), network));
    size++;
  }
  const lengths = [...byBits.keys()].sort((a, b) => b - a);
  return {
    size,
    lookup: cached((ip) => {
      const bytes = bytesOf(ip);
      if (bytes === undefined) return undefined;
      for (const bits of lengths) {
        if (bits > bytes.length * 8) continue;
        const network = byBits.get(bits)!.get(prefixKey(bytes, bits));
        if (network !== undefined) return network;
      }
      return undefined;
    }),
  };
}

const cidrOf = (prefix: string) => (prefix.includes('/') ? prefix : `${prefix}/${prefix.includes(':') ? 128 : 32}`);

function fromLines(file: string, text: string): Networks {
  const networks: Network[] = [];
  let number = 0;
  for (const line of text.replace(/^\uFEFF/, '').split('\n')) {
    number++;
    if (line.trim() === '') continue;
    if (line.length > MAX_LINE) throw wrongLine(file, number, `longer than ${MAX_LINE} characters`);
    let raw: unknown;
    try {
      raw = JSON.parse(line);
    } catch {
      throw wrongLine(file, number, 'not valid JSON');
    }
    const parsed = networkSchema.safeParse(raw);
    if (!parsed.success) throw wrongLine(file, number, firstProblem(parsed.error));
    if (!ipaddr.isValidCIDR(cidrOf(parsed.data.prefix)))
      throw wrongLine(file, number, 'prefix: expected CIDR such as 192.0.2.0/24');
    networks.push(parsed.data);
  }
  return prefixTable(networks);
}

function fromDatabase(file: string, bytes: Buffer): Networks {
  let reader: Reader<Response>;
  try {
    reader = new Reader<Response>(bytes);
  } catch {
    throw new InputError(file, 'is damaged', 'Fetch the MaxMind-format database again.');
  }
  return {
    size: 0,
    lookup: cached((ip) => {
      if (!ipaddr.isValid(ip)) return undefined;
      const [answer, bits] = reader.getWithPrefixLength(ip);
      if (answer === null) return undefined;
      const { autonomous_system_number: asn, autonomous_system_organization: org } = answer as Partial<AsnResponse>;
      const { country, subdivisions } = answer as Partial<CityResponse>;
      const region = subdivisions?.[0]?.iso_code;
      return {
        prefix: `${ip}/${bits}`,
        ...(asn === undefined ? {} : { asn }),
        ...(org === undefined ? {} : { org }),
        ...(country?.iso_code === undefined ? {} : { country: country.iso_code }),
        ...(region === undefined ? {} : { region }),
      };
    }),
  };
}

/** Loads a networks file. Throws an InputError naming file and line when it, or any line of it, cannot be used. */
export function loadNetworks(file: string): Networks {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch {
    throw new InputError(
      file,
      'cannot be read',
      'Check the path and its permissions (ingest.networksFile or --networks).',
    );
  }
  return bytes.lastIndexOf(MMDB_MARK) === -1 ? fromLines(file, bytes.toString('utf8')) : fromDatabase(file, bytes);
}
