/** `run` says at its start what others on this machine can change or read and should not, each with its remedy. */
import { chmodSync, writeFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { build, embeddedMissing, type House, stopEverything } from './console-rig.ts';

interface Said {
  readonly event: string;
  readonly key?: string;
  readonly file?: string;
  readonly reason?: string;
  readonly remedy?: string;
}

describe.skipIf((await embeddedMissing()) !== undefined)('files that are open to others', () => {
  let house: House;
  afterEach(async () => {
    await stopEverything();
    house.remove();
  });

  async function exposed(config: object = {}): Promise<Said[]> {
    const running = await house.start(config);
    await running.stop();
    const said = running
      .log()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Said);
    return said.filter(({ event }) => event === 'file-exposed');
  }

  test('nothing is said of what is its own; then the tokens, the inventory and the store, and no secret in it', async () => {
    house = build();
    const { directory, tokensFile } = house;
    const token = house.admit({ name: 'ada', scope: 'admin', tenant: 'acme' });
    const inventoryFile = `${directory}/inventory.ndjson`;
    writeFileSync(inventoryFile, '', { mode: 0o600 });
    const config = { ingest: { inventoryFile } };
    expect(await exposed(config)).toEqual([]);
    for (const file of [tokensFile, inventoryFile]) chmodSync(file, 0o666);
    chmodSync(`${directory}/store`, 0o755);
    const said = await exposed(config);
    expect(said.map(({ key, file, remedy }) => [key, file, remedy])).toEqual([
      ['ingest.inventoryFile', inventoryFile, `chmod go-w ${inventoryFile}, and look at what stands in it`],
      ['http.tokensFile', tokensFile, `chmod go-w ${tokensFile}, and look at what stands in it`],
      ['store.path', `${directory}/store`, `chmod 700 ${directory}/store`],
    ]);
    for (const { reason } of said) expect(reason).toMatch(/others on this machine/);
    expect(JSON.stringify(said)).not.toContain(token);
  });
});
