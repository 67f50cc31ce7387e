/** Keeps one broker for all workers of a test run, and starts it when the first of them asks. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type Broker, KAFKA_FOR_ALL, startKafka } from './kafka.ts';

/** Runs in the process that starts the workers, before them; what it gives ends the broker after them. */
export default async function kafkaForAll(): Promise<() => Promise<void>> {
  let broker: Promise<Broker> | undefined;
  const server = createServer(async (_, response) => {
    try {
      broker ??= startKafka();
      const { brokers, secured } = await broker;
      response.end(JSON.stringify({ brokers, secured }));
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  process.env[KAFKA_FOR_ALL] = `http://127.0.0.1:${port}`;
  return async () => {
    server.close();
    await (await broker?.catch(() => undefined))?.stop();
  };
}
