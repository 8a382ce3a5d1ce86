/** Ports of their own for public endpoints: stable for the endpoint's life, opened again at every start. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { CloudStore } from "./lmdb-store.ts";

interface EndpointRecord {
  readonly service: string;
  readonly key: string;
  readonly port: number;
  readonly account: string;
  readonly region: string;
}

export type EndpointHandler = (endpoint: EndpointRecord, request: IncomingMessage, response: ServerResponse) => void;

export interface Endpoints {
  open(service: string, key: string, account: string, region: string): Promise<{ port: number; url: string }>;
  close(service: string, key: string): Promise<void>;
  /** Opens everything stored. */
  start(): Promise<void>;
  stop(): Promise<void>;
  list(): EndpointRecord[];
}

const HOST = "127.0.0.1";

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port, host: HOST }, () => {
      server.off("error", reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function shut(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

export function endpoints(store: CloudStore, handle: EndpointHandler, log: (line: string) => void): Endpoints {
  const records = store.of("~endpoints");
  const servers = new Map<string, Promise<{ server: Server; port: number }>>();

  const openAt = async (record: EndpointRecord): Promise<{ server: Server; port: number }> => {
    let current = record;
    const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => handle(current, request, response));
    let port: number;
    try {
      port = await listen(server, record.port);
    } catch {
      port = await listen(server, 0);
      if (record.port !== 0)
        log(`port ${record.port} of ${record.service} endpoint ${record.key} is taken; it is at ${port} now`);
    }
    current = { ...record, port };
    records.put([record.service, record.key], current);
    return { server, port };
  };

  const ensure = (record: EndpointRecord) => {
    const id = `${record.service}\0${record.key}`;
    let opening = servers.get(id);
    if (opening === undefined) {
      opening = openAt(record);
      servers.set(id, opening);
    }
    return opening;
  };

  return {
    async open(service, key, account, region) {
      const known = records.get<EndpointRecord>([service, key]);
      const { port } = await ensure(known ?? { service, key, port: 0, account, region });
      return { port, url: `http://${HOST}:${port}` };
    },
    async close(service, key) {
      const id = `${service}\0${key}`;
      const opening = servers.get(id);
      servers.delete(id);
      records.remove([service, key]);
      if (opening !== undefined) await shut((await opening).server);
    },
    async start() {
      await Promise.all([...records.range<EndpointRecord>({})].map(({ value }) => ensure(value)));
    },
    async stop() {
      const open = [...servers.values()];
      servers.clear();
      await Promise.all(open.map(async (each) => shut((await each).server)));
    },
    list: () => [...records.range<EndpointRecord>({})].map(({ value }) => value),
  };
}
