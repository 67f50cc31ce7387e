/** A schema registry over HTTP, as far as readers need one: schemas by id, and those that they refer to by subject and version. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Registered {
  readonly schema: string;
  readonly schemaType?: 'AVRO' | 'PROTOBUF' | 'JSON';
  readonly references?: readonly { readonly name: string; readonly subject: string; readonly version: number }[];
}

export interface RegistryServer {
  readonly url: string;
  /** Paths asked for, in order, with what authenticated them. */
  readonly asked: { readonly path: string; readonly authorization: string | undefined }[];
  /** Statuses of the next answers, before it answers as it should. */
  readonly faults: number[];
  /** What it answers to everything, with 404, as if it were no registry. */
  elsewhere: string | undefined;
  readonly schemas: Map<number, Registered>;
  readonly subjects: Map<string, Registered>;
  close(): Promise<void>;
}

/** `subjects`: by `subject/version`. */
export async function startRegistry(): Promise<RegistryServer> {
  const schemas = new Map<number, Registered>();
  const subjects = new Map<string, Registered>();
  const asked: RegistryServer['asked'] = [];
  const faults: number[] = [];
  const server = createServer(({ url = '', headers }, response) => {
    asked.push({ path: url, authorization: headers.authorization });
    if (registry.elsewhere !== undefined) {
      response.writeHead(404).end(registry.elsewhere);
      return;
    }
    const byId = /^\/schemas\/ids\/(-?\d+)$/.exec(url);
    const bySubject = /^\/subjects\/([^/]+)\/versions\/(\d+)$/.exec(url);
    const found =
      byId !== null
        ? schemas.get(Number(byId[1]))
        : bySubject !== null
          ? subjects.get(`${decodeURIComponent(bySubject[1]!)}/${bySubject[2]}`)
          : undefined;
    const status = faults.shift() ?? (found === undefined ? 404 : 200);
    response.writeHead(status, { 'content-type': 'application/vnd.schemaregistry.v1+json' });
    response.end(JSON.stringify(status === 200 ? found : { error_code: 40403, message: 'Schema not found' }));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const registry: RegistryServer = {
    elsewhere: undefined,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    faults,
    schemas,
    subjects,
    close: () =>
      new Promise<void>((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
  return registry;
}

/** A message as serializers write it: a zero byte, the id of the schema, for Protobuf which message of the file it is, and what it holds. */
export const registered = (id: number, payload: Uint8Array, indexes: Uint8Array = new Uint8Array(0)): Buffer => {
  const head = Buffer.alloc(5);
  head.writeInt32BE(id, 1);
  return Buffer.concat([head, indexes, payload]);
};
