/** Ports of their own for public endpoints: stable for the endpoint's life, opened again at every start. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { type Listener, openListener } from "./listener.ts";
import type { CloudStore } from "./lmdb-store.ts";

export interface EndpointRecord {
  readonly service: string;
  readonly key: string;
  readonly port: number;
  readonly account: string;
  readonly region: string;
}

export interface EndpointHandler {
  request(endpoint: EndpointRecord, request: IncomingMessage, response: ServerResponse): void;
  /** A WebSocket handshake on the endpoint's port. */
  upgrade(endpoint: EndpointRecord, request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

export interface Endpoints {
  open(service: string, key: string, account: string, region: string): Promise<{ port: number; url: string }>;
  close(service: string, key: string): Promise<void>;
  /** Opens everything stored. */
  start(): Promise<void>;
  stop(): Promise<void>;
  list(): EndpointRecord[];
}

const HOST = "127.0.0.1";

const KEEP_ALIVE_MS = 60_000;

export function endpoints(store: CloudStore, handle: EndpointHandler, log: (line: string) => void): Endpoints {
  const records = store.of("~endpoints");
  const servers = new Map<string, Promise<Listener>>();

  const openAt = async (record: EndpointRecord): Promise<Listener> => {
    let current = record;
    const handler = {
      request: (request: IncomingMessage, response: ServerResponse) => handle.request(current, request, response),
      upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => handle.upgrade(current, request, socket, head),
    };
    const open = (port: number) => openListener(handler, { host: HOST, port, keepAliveMs: KEEP_ALIVE_MS });
    const listener = await open(record.port).catch(() => open(0));
    if (record.port !== 0 && listener.port !== record.port)
      log(`port ${record.port} of ${record.service} endpoint ${record.key} is taken; it is at ${listener.port} now`);
    current = { ...record, port: listener.port };
    records.put([record.service, record.key], current);
    return listener;
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
      if (opening !== undefined) await (await opening).close();
    },
    async start() {
      await Promise.all([...records.range<EndpointRecord>({})].map(({ value }) => ensure(value)));
    },
    async stop() {
      const open = [...servers.values()];
      servers.clear();
      await Promise.all(open.map(async (each) => (await each).close()));
    },
    list: () => [...records.range<EndpointRecord>({})].map(({ value }) => value),
  };
}
