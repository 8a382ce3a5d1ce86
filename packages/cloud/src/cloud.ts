/** Starts a cloud: the store, the services' runtime, the gateway, and a listener on loopback. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { type Clock, type Random, systemClock, systemRandom } from "@dovetail/model";
import type { CloudClock } from "./core/cloud-clock.ts";
import type { Hint } from "./core/cloud-core.ts";
import { type InitReport, initReport } from "./core/init-report.ts";
import { type Listener, openListener } from "./core/listener.ts";
import type { Mailbox } from "./core/mailbox.ts";
import { Runtime } from "./core/runtime.ts";
import type { CallOptions, ServiceDefinition } from "./core/service.ts";
import type { SnapshotManifest } from "./core/snapshot.ts";
import { TRACE_EVENTS_DEFAULT } from "./core/trace.ts";
import { adminRoutes } from "./gateway/admin.ts";
import { authorizer } from "./gateway/authorize.ts";
import { faultTable } from "./gateway/faults.ts";
import { Gateway } from "./gateway/gateway.ts";

export interface CloudOptions {
  /** Where everything lies. Missing (or `volatile`): a temporary folder that goes with the cloud. */
  readonly dataDir?: string;
  readonly volatile?: boolean;
  /** 0 (default): any free one. */
  readonly port?: number;
  /** Twelve digits; default `000000000000`. */
  readonly accountId?: string;
  /** Default `us-east-1`. */
  readonly region?: string;
  readonly clock?: Clock;
  readonly random?: Random;
  /** Check IAM policies of role sessions and users (default true). */
  readonly enforceIam?: boolean;
  /** Answer a write only when it is on disk (default false: when a killed process cannot lose it). */
  readonly durable?: boolean;
  /** How many requests and events the trace keeps (default 10,000); 0 turns it off. */
  readonly traceEvents?: number;
  /** What became of init scripts, kept up by whoever runs them. */
  readonly init?: InitReport;
  /** Lines for people: hints, denied calls, failures of background work. */
  readonly log?: (line: string) => void;
  /** No listener: only `call`. */
  readonly listen?: boolean;
  /** Services beside or instead of the built-in ones, by name. For tests. */
  readonly services?: { readonly [name: string]: ServiceDefinition };
}

export interface Cloud {
  /** `http://127.0.0.1:4566`; empty without a listener. */
  readonly endpoint: string;
  readonly port: number;
  readonly accountId: string;
  readonly region: string;
  readonly dataDir: string;
  readonly clock: CloudClock;
  readonly mailbox: Mailbox;
  readonly hints: readonly Hint[];
  /** An operation in process, as the account's root unless `as` says otherwise. Input and output as the SDK types them. Throws ServiceError. */
  call<O = Record<string, unknown>>(service: string, operation: string, input: object, options?: CallOptions): Promise<O>;
  /** A service's `internal` function, in the account's name. For tests. */
  internal<O = unknown>(service: string, name: string, input: object): Promise<O>;
  /** Resolves when nothing is under way in the background. */
  idle(): Promise<void>;
  /** User-made things by `<service> <collection>`. */
  inventory(): Promise<Record<string, number>>;
  reset(): Promise<void>;
  /** Throws DVT6006. */
  saveSnapshot(folder: string): Promise<SnapshotManifest>;
  /** Throws DVT6006. */
  loadSnapshot(folder: string): Promise<SnapshotManifest>;
  stop(): Promise<void>;
  /** Called when `POST /_dovetail/stop` asks; the process decides what ends. */
  onStopRequest(callback: () => void): void;
}

const ACCOUNT = /^\d{12}$/;

const KEEP_ALIVE_MS = 75_000;

/** IPv4, and IPv6 on the same port where the machine has it. Rejects with EADDRINUSE. */
async function openListeners(port: number, gateway: Gateway): Promise<{ port: number; listeners: Listener[] }> {
  const handler = {
    request: (request: IncomingMessage, response: ServerResponse) => gateway.handle(request, response),
    upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => gateway.upgrade(request, socket, head),
  };
  const first = await openListener(handler, { host: "127.0.0.1", port, keepAliveMs: KEEP_ALIVE_MS });
  const second = await openListener(handler, { host: "::1", port: first.port, keepAliveMs: KEEP_ALIVE_MS }).catch(
    () => undefined,
  );
  return { port: first.port, listeners: second === undefined ? [first] : [first, second] };
}

/**
 * Starts a cloud and resolves when it answers.
 * Throws RangeError for an account that is no twelve digits; what `listen` throws (EADDRINUSE) when the port is taken.
 */
export async function startCloud(options: CloudOptions = {}): Promise<Cloud> {
  const accountId = options.accountId ?? "000000000000";
  if (!ACCOUNT.test(accountId)) throw new RangeError(`an account has twelve digits, not ${JSON.stringify(accountId)}`);
  let gateway: Gateway | undefined;
  let onStop: () => void = () => {};
  const authorize = authorizer();
  const runtime: Runtime = new Runtime({
    dataDir: options.volatile === true ? undefined : options.dataDir,
    accountId,
    region: options.region ?? "us-east-1",
    clock: options.clock ?? systemClock(),
    random: options.random ?? systemRandom(),
    seeded: options.random !== undefined,
    enforceIam: options.enforceIam ?? true,
    durable: options.durable ?? false,
    traceEvents: options.traceEvents ?? TRACE_EVENTS_DEFAULT,
    log: options.log ?? (() => {}),
    authorize,
    onEndpoint: {
      request: (endpoint, request, response) => gateway?.servePort(endpoint, request, response),
      upgrade: (endpoint, request, socket, head) => gateway?.upgrade(request, socket, head, endpoint),
    },
    ...(options.services === undefined ? {} : { services: options.services }),
  });
  const faults = faultTable(runtime.random);
  gateway = new Gateway(runtime, {
    admin: adminRoutes(runtime, { faults, init: options.init ?? initReport(), requestStop: () => onStop() }),
    authorize: (service, name, operation, ctx, input) => authorize(runtime, service, name, operation, ctx, input),
    fault: (service, operation, region) => faults.strike(service, operation, region),
    durable: options.durable ?? false,
  });
  let listeners: Listener[] = [];
  let port = 0;
  if (options.listen !== false) {
    try {
      ({ port, listeners } = await openListeners(options.port ?? 0, gateway));
    } catch (error) {
      await runtime.stop();
      throw error;
    }
    runtime.endpoint = `http://127.0.0.1:${port}`;
  }
  await runtime.resume();
  return {
    endpoint: runtime.endpoint,
    port,
    accountId,
    region: runtime.region,
    dataDir: runtime.store.folder,
    clock: runtime.clock,
    mailbox: runtime.mailbox,
    hints: runtime.hints,
    call: async <O>(service: string, operation: string, input: object, callOptions?: CallOptions) =>
      (await runtime.call(service, operation, input, runtime.ownCoordinates(), callOptions)) as O,
    internal: async <O>(service: string, name: string, input: object) =>
      (await runtime.internal(service, name, input, runtime.ownCoordinates())) as O,
    idle: () => runtime.background.idle(),
    inventory: () => runtime.inventory(),
    reset: () => runtime.reset(),
    saveSnapshot: (folder) => runtime.saveSnapshot(folder),
    loadSnapshot: (folder) => runtime.loadSnapshot(folder),
    async stop() {
      gateway.endings.endAll();
      await Promise.all(listeners.map((each) => each.close()));
      await runtime.stop();
    },
    onStopRequest(callback) {
      onStop = callback;
    },
  };
}
