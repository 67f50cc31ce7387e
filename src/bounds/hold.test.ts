import { EventEmitter } from 'node:events';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createHold } from './hold.ts';

describe('what requests hold', () => {
  test('is given back when the connection closes, and not before the work for it has ended', async () => {
    const hold = createHold(1_000);
    const socket = new EventEmitter();
    const lease = hold.lease(socket);
    let finish = () => {};
    const work = lease.during(() => new Promise<void>((resolve) => (finish = resolve)));
    expect(lease.grow(600)).toBe(true);
    socket.emit('close');
    expect(hold.bytes).toBe(600);
    finish();
    await work;
    expect([hold.bytes, hold.leases]).toEqual([0, 0]);
    expect(lease.grow(1)).toBe(false);
  });

  test('is given back when the work fails, and when the connection was gone from the start', async () => {
    const hold = createHold(1_000);
    const socket = Object.assign(new EventEmitter(), { destroyed: false });
    const lease = hold.lease(socket);
    lease.grow(10);
    const work = lease.during(() => Promise.reject(new Error('broken')));
    socket.emit('close');
    await expect(work).rejects.toThrow('broken');
    socket.destroyed = true;
    expect(hold.lease(socket).grow(10)).toBe(false);
    expect([hold.bytes, hold.leases]).toEqual([0, 0]);
  });

  test('one sender may fill half of it, and a request that is alone may be larger', () => {
    const hold = createHold(1_000);
    const lease = (name: string) => {
      const one = hold.lease(new EventEmitter());
      one.of(name);
      return one;
    };
    const [first, second, other] = [lease('a'), lease('a'), lease('b')];
    expect(first.grow(400)).toBe(true);
    expect(second.grow(200)).toBe(false);
    expect(second.grow(100)).toBe(true);
    expect(other.grow(500)).toBe(true);
    expect(hold.full).toBe(true);
    expect(other.grow(1)).toBe(false);
    expect(createHold(10).lease(new EventEmitter()).grow(5_000)).toBe(true);
  });

  test('comes back to nothing whatever happens in whatever order', async () => {
    const step = fc.record({
      what: fc.constantFrom('grow', 'name', 'close', 'work', 'done'),
      which: fc.nat(4),
      bytes: fc.nat(400),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const hold = createHold(1_000);
        const sockets = Array.from({ length: 5 }, () => new EventEmitter());
        const leases = sockets.map((socket) => hold.lease(socket));
        const works: { finish(): void; ended: Promise<void> }[] = [];
        for (const { what, which, bytes } of steps) {
          const lease = leases[which]!;
          if (what === 'grow') lease.grow(bytes);
          else if (what === 'name') lease.of(`sender ${bytes % 2}`);
          else if (what === 'close') sockets[which]!.emit('close');
          else if (what === 'done') works.at(-1)?.finish();
          else {
            let finish = () => {};
            const ended = lease.during(() => new Promise<void>((resolve) => (finish = resolve)));
            works.push({ finish: () => finish(), ended });
          }
          expect(hold.bytes).toBe(leases.reduce((sum, one) => sum + one.bytes, 0));
          // Only whoever is alone may hold more than there is room for.
          if (leases.filter((one) => one.bytes > 0).length > 1) expect(hold.bytes).toBeLessThanOrEqual(1_000);
        }
        for (const socket of sockets) socket.emit('close');
        for (const { finish } of works) finish();
        await Promise.all(works.map(({ ended }) => ended));
        expect([hold.bytes, hold.leases]).toEqual([0, 0]);
      }),
      // One request that grows alone three times, which drawing meets rarely.
      { examples: [[Array.from({ length: 3 }, () => ({ what: 'grow' as const, which: 0, bytes: 400 }))]] },
    );
  });
});
