/** Who holds the connections of a listener: a share for each address and each sender, and strangers go first when there is no room. */
import { isIPv6, type Server, type Socket } from 'node:net';

export interface ConnectionLimits {
  readonly connectionsMax: number;
  /** Of one address; an IPv6 network of 64 bits counts as one. */
  readonly connectionsPerAddress: number;
}

/** Both ends of a connection, by which it is known: those of its socket, or of its TLS, which is another object. */
export interface Ends {
  readonly remoteAddress?: string | undefined;
  readonly remotePort?: number | undefined;
  readonly localAddress?: string | undefined;
  readonly localPort?: number | undefined;
}

export interface Connections {
  readonly open: number;
  /** The sender on this connection is known by now. What one sender holds beyond half of all connections is closed like a stranger's. */
  known(ends: Ends, sender: string): void;
  /** Something is done for this connection: it is closed last. `false` ends that. */
  busy(ends: Ends, busy: boolean): void;
  /** What ends this very connection, also after another one has the same ends. */
  cutter(ends: Ends): () => void;
  /** Ends all of them. */
  destroy(): void;
}

interface Guest {
  readonly socket: Socket;
  readonly address: string;
  sender: string | undefined;
  busy: boolean;
}

/** Of all connections, what one known sender may hold before its own are closed like those of strangers. */
const SENDER_SHARE = 0.5;

/** The address, or the network a single holder of IPv6 addresses has. */
export function addressOf(remote: string | undefined): string {
  if (remote === undefined) return 'unknown';
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(remote)?.[1];
  if (mapped !== undefined) return mapped;
  if (!isIPv6(remote)) return remote;
  const [head = '', tail] = remote.split('%')[0]!.split('::') as [string, string | undefined];
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const groups =
    tail === undefined
      ? left
      : [...left, ...Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right];
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}

const keyOf = ({ remoteAddress, remotePort, localAddress, localPort }: Ends) =>
  `${remoteAddress}|${remotePort}|${localAddress}|${localPort}`;

/** Watches the connections of a server from its first byte, before TLS and before any protocol. */
export function watchConnections(
  server: Server,
  { connectionsMax, connectionsPerAddress }: ConnectionLimits,
): Connections {
  /** In order of arrival. */
  const guests = new Map<string, Guest>();
  const byAddress = new Map<string, number>();
  const bySender = new Map<string, number>();
  const count = (map: Map<string, number>, key: string, by: number) => {
    const now = (map.get(key) ?? 0) + by;
    if (now <= 0) map.delete(key);
    else map.set(key, now);
  };

  function leave(key: string): void {
    const guest = guests.get(key);
    if (guest === undefined) return;
    guests.delete(key);
    count(byAddress, guest.address, -1);
    if (guest.sender !== undefined) count(bySender, guest.sender, -1);
  }

  /** Who goes first: strangers that wait, strangers at all, then the known for whom nothing is done; the oldest of each. */
  function worth(guest: Guest): number {
    const stranger =
      guest.sender === undefined || bySender.get(guest.sender)! > Math.max(1, connectionsMax * SENDER_SHARE);
    if (stranger) return guest.busy ? 1 : 0;
    return guest.busy ? 3 : 2;
  }

  /** Makes room among some of the guests; false when each of them is known and at work. */
  function makeRoom(among: (guest: Guest) => boolean): boolean {
    let least: [key: string, guest: Guest, worth: number] | undefined;
    for (const [key, guest] of guests) {
      if (!among(guest)) continue;
      const of = worth(guest);
      if (least === undefined || of < least[2]) least = [key, guest, of];
      if (of === 0) break;
    }
    if (least === undefined || least[2] > 2) return false;
    leave(least[0]);
    least[1].socket.destroy();
    return true;
  }

  server.on('connection', (socket: Socket) => {
    // Ended before it could be looked at.
    if (socket.remoteAddress === undefined) return socket.destroy();
    const address = addressOf(socket.remoteAddress);
    if ((byAddress.get(address) ?? 0) >= connectionsPerAddress && !makeRoom((guest) => guest.address === address))
      return socket.destroy();
    if (guests.size >= connectionsMax && !makeRoom(() => true)) return socket.destroy();
    const key = keyOf(socket);
    guests.set(key, { socket, address, sender: undefined, busy: false });
    count(byAddress, address, 1);
    socket.once('close', () => {
      if (guests.get(key)?.socket === socket) leave(key);
    });
    return undefined;
  });

  return {
    get open() {
      return guests.size;
    },
    known(ends, sender) {
      const guest = guests.get(keyOf(ends));
      if (guest === undefined || guest.sender === sender) return;
      if (guest.sender !== undefined) count(bySender, guest.sender, -1);
      guest.sender = sender;
      count(bySender, sender, 1);
    },
    busy(ends, busy) {
      const guest = guests.get(keyOf(ends));
      if (guest !== undefined) guest.busy = busy;
    },
    cutter(ends) {
      const socket = guests.get(keyOf(ends))?.socket;
      return () => void socket?.destroy();
    },
    destroy() {
      for (const { socket } of [...guests.values()]) socket.destroy();
    },
  };
}
