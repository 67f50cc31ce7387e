import type { Rig } from '../sink-rig.ts';

export async function rig(): Promise<Rig> {
  const ids: string[] = [];
  let silent = false;
  return {
    options: {},
    secrets: {},
    arrived: () => ids,
    publish: async (_topic, message) => {
      if (silent) return new Promise(() => {});
      ids.push(message.headers?.['tidemark-delivery-id'] ?? '');
    },
    silence: () => {
      silent = true;
    },
    close: async () => {},
  };
}
