/** Remembers in ClickHouse what may count only once, whichever process asks and however often it starts again. */
import { createHash, randomUUID } from 'node:crypto';
import type { ClaimStore } from '../../ports/respond.ts';
import { ask } from './ask.ts';
import type { Connection } from './connect.ts';
import { type Column, instant, text, word } from './native.ts';
import type { Writer } from './writer.ts';

interface Row {
  readonly kind: string;
  readonly key: string;
  readonly writer: string;
  readonly until: string;
}

const columns: readonly Column<Row>[] = [
  word('kind', (row) => row.kind),
  text('key', (row) => row.key),
  text('writer', (row) => row.writer),
  instant('until', (row) => row.until),
];

export class ClickHouseClaims implements ClaimStore {
  readonly #shared: { readonly connection: Connection; readonly database: string; readonly writer: Writer };

  constructor(shared: { readonly connection: Connection; readonly database: string; readonly writer: Writer }) {
    this.#shared = shared;
  }

  async isFirst(kind: string, key: string, untilMs: number): Promise<boolean> {
    const digest = digestOf(key);
    const mine = randomUUID();
    let writers: readonly string[] = [];
    await this.#shared.writer.claim({
      table: 'received',
      columns,
      row: { kind, key: digest, writer: mine, until: new Date(untilMs).toISOString() },
      token: `received/${kind}/${digest}`,
      isTaken: async () => {
        writers = await this.#writers(kind, digest);
        return writers.length > 0;
      },
    });
    return writers.length === 1 && writers[0] === mine;
  }

  async isKnown(kind: string, key: string): Promise<boolean> {
    return (await this.#writers(kind, digestOf(key))).length > 0;
  }

  async #writers(kind: string, key: string): Promise<readonly string[]> {
    const { connection, database } = this.#shared;
    const rows = await ask<[string]>(
      connection,
      `SELECT writer FROM ${database}.received WHERE kind = {kind:String} AND key = {key:String} LIMIT 2`,
      { kind, key },
    );
    return rows.map(([writer]) => writer);
  }
}

/** Hashes a key, because keys come from outside, may be of any length, and may hold what must not be stored. */
const digestOf = (key: string) => createHash('sha256').update(key).digest('hex');
