/** A whole embedded installation in this process, as `tidemark run` starts it, for whoever measures at its doors. */
import type { Config } from '../../schemas/config.ts';
import { run } from '../../src/app/run.ts';
import { shelves } from '../../src/commands/settings.ts';
import { createTelemetry } from '../../src/telemetry/telemetry.ts';

export interface Installation {
  /** Where its API listens, without a slash at the end. */
  readonly url: string;
  /** Resolves when all of it has ended. */
  stop(): Promise<void>;
}

/** `known`: the shelves, for whoever has read them before the measurement. Resolves when the API listens; rejects where it cannot start. */
export async function startInstallation(
  config: Config,
  known?: Awaited<ReturnType<typeof shelves>>,
): Promise<Installation> {
  const stop = new AbortController();
  const read = known ?? (await shelves());
  let running: Promise<void> = Promise.resolve();
  const url = await new Promise<string>((resolve, reject) => {
    const write = (text: string) => {
      const { event, place } = JSON.parse(text);
      if (event === 'api-listening') resolve(place);
    };
    running = run({
      config,
      kafka: undefined,
      store: config.store,
      shelves: read,
      roles: ['detect'],
      telemetry: createTelemetry({ level: 'info', destination: { write } }),
      lifecycle: { signal: stop.signal, stop: () => stop.abort(), dispose: () => undefined },
      version: 'bench',
    });
    running.catch(reject);
  });
  return {
    url,
    async stop() {
      stop.abort();
      await running;
    },
  };
}
