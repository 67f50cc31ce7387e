/** Who sends records while everything breaks: each keeps what was acknowledged, and sends again what was not. */
import { setTimeout as pause } from 'node:timers/promises';
import kafkajs from 'kafkajs';
import type { Dice } from '../../bench/world/dice.ts';
import { DECOY, TENANT, type World } from './world.ts';

/** Event time moves this much with each record, so that a minute of torture is some hours of habits. */
const STEP_MS = 30_000;
const START = Date.parse('2026-03-01T00:00:00Z');
const BATCH = 20;
const EVERY_MS = 200;
/** A request or a send that takes longer was lost; the batch is sent again. */
const GIVE_UP_MS = 15_000;

export type Way = 'kafka' | 'http' | 'hec';

export interface Sender {
  readonly identity: string;
  /** Ids of the records that whoever took them has answered for. */
  readonly acknowledged: Set<string>;
  /** Time of the first touch of the decoy that was acknowledged. */
  readonly touchedAt: () => string | undefined;
  /** Ends after the batch at hand was acknowledged. */
  stop(): Promise<void>;
}

interface Sent {
  readonly id: string;
  readonly at: string;
  readonly touches: boolean;
  readonly text: string;
}

/** Sends batch after batch in one way; each identity has one sender, so that its records are in order. */
export function startSender(world: World, way: Way, index: number, dice: Dice): Sender {
  const identity = `${way}-${index}`;
  const acknowledged = new Set<string>();
  let touchedAt: string | undefined;
  let stopping = false;
  let serial = 0;
  // Some never touch the decoy: an alert about them would be wrong.
  const touchAt = dice.chance(0.7) ? dice.int(40, 400) : Number.POSITIVE_INFINITY;

  const record = (): Sent => {
    const at = new Date(START + serial * STEP_MS).toISOString();
    const id = `${identity}/${serial}`;
    const touches = serial === touchAt;
    serial++;
    const text = JSON.stringify({
      id,
      at,
      tenant: TENANT,
      identity: { id: identity, kind: 'service-account', provider: 'shop' },
      action: { name: ['orders.read', 'orders.list', 'stock.read'][serial % 3], service: 'orders', access: 'read' },
      resource: touches ? { id: DECOY } : { id: `orders/${serial % 7}` },
      outcome: 'success',
      source: { ip: `10.0.${index}.7`, userAgent: 'shop-sdk/3.1' },
    });
    return { id, at, touches, text };
  };

  const send = deliveryOf(world, way, identity, dice);
  const running = (async () => {
    while (!stopping) {
      const batch = Array.from({ length: BATCH }, record);
      while (!(await send(batch))) await pause(200);
      for (const { id, at, touches } of batch) {
        acknowledged.add(id);
        if (touches) touchedAt = at;
      }
      await pause(EVERY_MS);
    }
  })();
  running.catch((error) => world.problems.push(`${identity} could not go on sending: ${String(error)}`));
  return {
    identity,
    acknowledged,
    touchedAt: () => touchedAt,
    async stop() {
      stopping = true;
      await running;
    },
  };
}

/** True once whoever took the batch has answered for it. */
type Delivery = (batch: readonly Sent[]) => Promise<boolean>;

function deliveryOf(world: World, way: Way, identity: string, dice: Dice): Delivery {
  if (way === 'kafka') return kafkaDelivery(world, identity);
  return async (batch) => {
    const url = world.url(dice.int(0, 1_000));
    if (url === undefined) return false;
    const isHec = way === 'hec';
    const texts = batch.map(({ text }) => (isHec ? JSON.stringify({ event: JSON.parse(text) }) : text));
    try {
      const answer = await fetch(`${url}${isHec ? '/services/collector/event' : '/v1/activities'}`, {
        method: 'POST',
        headers: { authorization: `${isHec ? 'Splunk' : 'Bearer'} ${world.token}` },
        body: texts.join('\n'),
        signal: AbortSignal.timeout(GIVE_UP_MS),
      });
      const said = await answer.text();
      if (answer.status >= 400 && answer.status < 500 && answer.status !== 429)
        throw new Error(`${answer.status} ${said.slice(0, 300)}`);
      return answer.ok;
    } catch (error) {
      // Refused, reset, cut or late: nobody answered for it.
      if (error instanceof TypeError || (error instanceof DOMException && error.name === 'TimeoutError')) return false;
      throw error;
    }
  };
}

function kafkaDelivery(world: World, identity: string): Delivery {
  const producer = world.engines.broker.client.producer({
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    retry: { retries: 1 },
  });
  let isConnected = false;
  return async (batch) => {
    if (world.paused) return false;
    try {
      if (!isConnected) await producer.connect();
      isConnected = true;
      await producer.send({
        topic: world.raw,
        acks: -1,
        timeout: GIVE_UP_MS,
        messages: batch.map(({ text }) => ({ key: identity, value: text })),
      });
      return true;
    } catch {
      isConnected = false;
      await producer.disconnect().catch(() => {});
      return false;
    }
  };
}
