/** A running cloud's inside: loads services, makes contexts, and carries calls between services. */
import { randomUUID } from "node:crypto";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type Clock, type Random, randomUuid } from "@dovetail/model";
import { authenticate } from "../gateway/authenticate.ts";
import { mustAsk, requireAllowed } from "../gateway/authorize.ts";
import { verifyForm } from "../gateway/form-signature.ts";
import { RequestView } from "../gateway/http-view.ts";
import { loadModel } from "../gateway/model.ts";
import { validateInput } from "../gateway/validate.ts";
import { type Background, background } from "./background.ts";
import { type BlobFolder, blobFolder } from "./blobs.ts";
import { type CloudClock, cloudClock } from "./cloud-clock.ts";
import type { CloudCore, Coordinates, Hint, LoadedService, LogEvent } from "./cloud-core.ts";
import { ServiceContext } from "./context.ts";
import { type Sessions, sessions } from "./credentials.ts";
import { callWire, findOperation, notImplemented, runHandler, settleFor } from "./dispatch.ts";
import { type EndpointHandler, type Endpoints, endpoints } from "./endpoints.ts";
import { iamUsage } from "./iam-usage.ts";
import { type CloudStore, openStore } from "./lmdb-store.ts";
import { type Mailbox, mailbox } from "./mailbox.ts";
import { METRIC_SERIES_MAX, type MetricBuffer, metricBuffer } from "./metrics.ts";
import { isObserved, observed } from "./observed.ts";
import {
  type AuthorizationRequest,
  type CallOptions,
  type Ctx,
  type HttpRequestView,
  type Operation,
  type Principal,
  type ServiceDefinition,
  ServiceError,
} from "./service.ts";
import { importService, SERVICES, serviceRow } from "./services.ts";
import { checkSnapshot, restoreSnapshot, type SnapshotManifest, saveSnapshot } from "./snapshot.ts";
import { callSpan, spanned } from "./spanned.ts";
import { type TimerOwner, type Timers, timers } from "./timers.ts";
import { ringTrace, type Trace } from "./trace.ts";
import { leftKeys } from "./traced-resource.ts";

export interface RuntimeOptions {
  /** undefined: a temporary folder, removed at the end. */
  readonly dataDir: string | undefined;
  readonly accountId: string;
  readonly region: string;
  readonly clock: Clock;
  readonly random: Random;
  /** True where `random` is a test's: request ids come from it, too. */
  readonly seeded: boolean;
  readonly enforceIam: boolean;
  readonly durable: boolean;
  /** How many spans the trace keeps; 0: none. */
  readonly traceEvents: number;
  readonly log: (line: string) => void;
  readonly authorize: (
    cloud: CloudCore,
    service: LoadedService,
    name: string,
    operation: Operation,
    ctx: Ctx,
    input: unknown,
  ) => void;
  readonly onEndpoint: EndpointHandler;
  /** Services that stand in for, or beside, the built-in ones: tests. */
  readonly services?: { readonly [name: string]: ServiceDefinition };
}

const MINUTE_MS = 60_000;
const SETTLE_MS_MAX = 10_000;
const HINTS_MAX = 500;
const LOADED_MARKS = "~cloud";

export class Runtime implements CloudCore {
  readonly accountId: string;
  readonly region: string;
  readonly store: CloudStore;
  readonly clock: CloudClock;
  readonly random: Random;
  readonly background: Background;
  readonly timers: Timers;
  readonly metrics: MetricBuffer;
  readonly sessions: Sessions;
  readonly mailbox: Mailbox;
  readonly blobs: BlobFolder;
  readonly enforceIam: boolean;
  readonly endpoints: Endpoints;
  readonly hints: Hint[] = [];
  readonly trace: Trace;
  readonly iamUsage = iamUsage();
  endpoint = "";
  private readonly options: RuntimeOptions;
  private readonly ready = new Map<string, LoadedService>();
  private readonly loading = new Map<string, Promise<LoadedService | undefined>>();
  private readonly homes = new Map<string, { value?: unknown }>();
  private logQueue: { at: Coordinates; group: string; stream: string; events: readonly LogEvent[] }[] = [];
  private minuteArmed = false;
  private stopped = false;

  constructor(options: RuntimeOptions) {
    this.options = options;
    this.accountId = options.accountId;
    this.region = options.region;
    this.random = options.random;
    this.enforceIam = options.enforceIam;
    this.store = openStore(options.dataDir);
    this.background = background((line) => this.log(line));
    const marks = this.store.of(LOADED_MARKS);
    this.clock = cloudClock({
      base: options.clock,
      offsetMs: marks.get<number>(["clock-offset"]) ?? 0,
      idle: () => this.background.idle(),
      onMoved: (offsetMs) => marks.put(["clock-offset"], offsetMs),
    });
    this.timers = timers(
      this.store,
      this.clock,
      this.background,
      (owner, cause) => this.timerHandler(owner, cause),
      (line) => this.log(line),
    );
    this.trace = ringTrace(() => this.clock.now(), options.random, options.traceEvents);
    this.metrics = this.armedMetrics(metricBuffer());
    this.sessions = sessions(this.store, () => this.clock.now(), this.random);
    this.mailbox = mailbox(this.store);
    this.blobs = blobFolder(join(this.store.folder, "blobs"), this.random, { durable: options.durable });
    this.endpoints = endpoints(this.store, options.onEndpoint, (line) => this.log(line));
  }

  log(line: string): void {
    this.options.log(line);
  }

  hint(hint: Omit<Hint, "atMs">): void {
    this.hints.push({ ...hint, atMs: this.clock.now() });
    if (this.hints.length > HINTS_MAX) this.hints.shift();
    this.log(`hint (${hint.service}): ${hint.message}`);
  }

  requestId(): string {
    return this.options.seeded ? randomUuid(this.random) : randomUUID();
  }

  /** Opens stored endpoint ports, loads services that were running, arms stored timers. */
  async resume(): Promise<void> {
    await this.endpoints.start();
    for (const key of [...this.store.of(LOADED_MARKS).keys({ prefix: ["starts"] })]) await this.load(String(key[1]));
    this.timers.start();
  }

  loaded(name: string): LoadedService | undefined {
    return this.ready.get(name);
  }

  load(name: string): Promise<LoadedService | undefined> {
    const known = this.ready.get(name);
    if (known !== undefined) return Promise.resolve(known);
    let loading = this.loading.get(name);
    if (loading === undefined) {
      loading = this.loadNow(name).finally(() => this.loading.delete(name));
      this.loading.set(name, loading);
    }
    return loading;
  }

  private async loadNow(name: string): Promise<LoadedService | undefined> {
    const row = serviceRow(name);
    const definition = this.options.services?.[name] ?? (await importService(name));
    if (row === undefined || definition === undefined || this.stopped) return undefined;
    const home = row.home ?? name;
    let memory = this.homes.get(home);
    if (memory === undefined) {
      memory = {};
      this.homes.set(home, memory);
    }
    let folder: string | undefined;
    const service: LoadedService = {
      row,
      definition,
      store: this.store.of(home),
      memory,
      folder: () => {
        if (folder === undefined) {
          folder = join(this.store.folder, "services", home);
          mkdirSync(folder, { recursive: true });
        }
        return folder;
      },
      model: () => loadModel(name),
    };
    this.ready.set(name, service);
    if (definition.start !== undefined) {
      const marks = this.store.of(LOADED_MARKS);
      if (!marks.has(["starts", name])) marks.put(["starts", name], true);
      await definition.start(this.context(service, this.ownCoordinates()));
    }
    return service;
  }

  ownCoordinates(): Coordinates {
    return {
      account: this.accountId,
      region: this.region,
      principal: { kind: "root", accountId: this.accountId, accessKeyId: "" },
    };
  }

  context(service: LoadedService, at: Coordinates): ServiceContext {
    return new ServiceContext(this, service, at);
  }

  private async timerHandler(owner: TimerOwner, cause: string | undefined): Promise<((payload: unknown) => unknown) | undefined> {
    if (owner.service === "cloudwatch") await this.flushMetrics();
    const service = this.ready.get(owner.service) ?? (await this.load(owner.service));
    const handler = service?.definition.timers?.[owner.kind];
    if (service === undefined || handler === undefined) return undefined;
    const { account, region } = owner;
    const principal = { kind: "root", accountId: account, accessKeyId: "" } as const;
    return (payload) => {
      const span = this.trace.begin({
        kind: "timer",
        service: owner.service,
        operation: owner.kind,
        resource: owner.id,
        account,
        region,
        principal,
        parent: cause === undefined ? undefined : this.trace.parentOf(cause),
        isQuiet: true,
      });
      const ctx = this.context(service, { account, region, principal, span });
      return spanned(this.trace, span, () => ctx.runInTransaction(() => handler(ctx, payload)));
    };
  }

  /** `ctx.call`: the same as over the wire, without the wire. */
  async call(name: string, operationName: string, input: object, at: Coordinates, options: CallOptions = {}): Promise<unknown> {
    // Never inside the caller's transaction: what is called keeps or loses its writes by itself.
    await Promise.resolve();
    const service = this.ready.get(name) ?? (await this.load(name));
    if (service === undefined) throw notImplemented(name, operationName);
    const operation = findOperation(service, operationName);
    const shape = service.model().operation(operationName);
    await settleFor(this, name);
    const principal = options.as ?? at.principal;
    const { account = at.account, region = at.region } = options;
    const called = { service, name: operationName, operation, input };
    const span = callSpan(this.trace, called, {
      account,
      region,
      principal,
      ...(at.span === undefined ? {} : { span: at.span }),
    });
    const ctx = this.context(service, { account, region, principal, span, ...(at.via === undefined ? {} : { via: at.via }) });
    const run = async () => {
      if (operation.wire === true) {
        const ask = (wire: unknown) => {
          if (options.as !== undefined) this.options.authorize(this, service, operationName, operation, ctx, wire);
        };
        return callWire(called, ctx, shape, ask);
      }
      validateInput(name, shape?.input, input, operation.validate ?? service.definition.validate);
      if (options.as !== undefined) this.options.authorize(this, service, operationName, operation, ctx, input);
      return (await runHandler(ctx, operation, input)) ?? {};
    };
    const told = isObserved(service) ? () => observed(called, ctx, run) : run;
    const output = await spanned(this.trace, span, told);
    for (const key of leftKeys(name, operationName, output)) this.trace.leave(key, span);
    return output;
  }

  async internal(name: string, functionName: string, input: object, at: Coordinates): Promise<unknown> {
    const service = this.ready.get(name) ?? (await this.load(name));
    const table = service?.definition.internal;
    const run =
      table !== undefined && Object.hasOwn(table, functionName)
        ? (table[functionName] as (ctx: Ctx, input: object) => unknown)
        : undefined;
    if (service === undefined || run === undefined)
      throw new ServiceError("NotImplemented", 501, `no internal function ${name}.${functionName}`);
    return run(this.context(service, at), input);
  }

  private armedMetrics(buffer: MetricBuffer): MetricBuffer {
    return {
      get size() {
        return buffer.size;
      },
      drain: () => buffer.drain(),
      add: (sample, value, nowMs) => {
        buffer.add(sample, value, nowMs);
        if (buffer.size > METRIC_SERIES_MAX) this.background.add(this.flushMetrics(), "handing metrics over");
        else if (!this.minuteArmed) this.armMinute(nowMs);
      },
    };
  }

  private armMinute(nowMs: number): void {
    this.minuteArmed = true;
    this.clock.at((Math.floor(nowMs / MINUTE_MS) + 1) * MINUTE_MS, () => {
      this.minuteArmed = false;
      this.background.add(this.flushMetrics(), "handing metrics over");
    });
  }

  async flushMetrics(): Promise<void> {
    if (this.metrics.size === 0) return;
    const service = this.ready.get("cloudwatch") ?? (await this.load("cloudwatch"));
    const samples = this.metrics.drain();
    if (service?.definition.internal?.ingest !== undefined && samples.length > 0)
      await this.internal("cloudwatch", "ingest", { samples }, this.ownCoordinates());
  }

  appendLog(at: Coordinates, group: string, stream: string, events: readonly LogEvent[]): void {
    this.logQueue.push({ at, group, stream, events });
    if (this.logQueue.length === 1) this.background.add(this.flushLogs(), "writing logs");
  }

  private async flushLogs(): Promise<void> {
    await Promise.resolve();
    const service = this.ready.get("logs") ?? (await this.load("logs"));
    const queue = this.logQueue;
    this.logQueue = [];
    if (service?.definition.internal?.append === undefined) return;
    for (const { at, group, stream, events } of queue) {
      const { account, region, principal } = at;
      await this.internal("logs", "append", { group, stream, events }, { account, region, principal });
    }
  }

  identify(service: LoadedService, view: HttpRequestView | undefined, body: Uint8Array | undefined): Principal {
    if (!(view instanceof RequestView))
      throw new ServiceError("MissingAuthenticationTokenException", 403, "Missing Authentication Token");
    const bytes = body === undefined ? undefined : Buffer.from(body);
    return authenticate(this, view.request, view, bytes, { service, anonymous: false }).principal;
  }

  verifyForm(fields: { readonly [name: string]: string | undefined }): Principal {
    return verifyForm(this, fields);
  }

  authorize(service: LoadedService, ctx: Ctx, request: AuthorizationRequest): void {
    if (mustAsk(this, ctx)) requireAllowed(this, service.row.name, ctx, request);
  }

  openEndpoint(service: LoadedService, key: string, at: Coordinates): Promise<{ port: number; url: string }> {
    return this.endpoints.open(service.row.name, key, at.account, at.region);
  }

  closeEndpoint(service: LoadedService, key: string): Promise<void> {
    return this.endpoints.close(service.row.name, key);
  }

  /** User-made things by `<service> <collection>`, of services that have ever been used. */
  async inventory(): Promise<Record<string, number>> {
    const out: Record<string, number> = {};
    for (const { name } of SERVICES) {
      const service = this.ready.get(name) ?? (await this.load(name));
      const counts = service?.definition.inventory?.(this.context(service, this.ownCoordinates())) ?? {};
      for (const [collection, count] of Object.entries(counts)) if (count > 0) out[`${name} ${collection}`] = count;
    }
    return out;
  }

  private async stopServices(): Promise<void> {
    for (const service of this.ready.values()) {
      try {
        await service.definition.stop?.(this.context(service, this.ownCoordinates()));
      } catch (error) {
        this.log(`stopping ${service.row.name}: ${String(error)}`);
      }
    }
  }

  /** What is only in memory goes. */
  private async forget(): Promise<void> {
    await this.stopServices();
    await this.endpoints.stop();
    this.ready.clear();
    this.homes.clear();
    this.metrics.drain();
    this.minuteArmed = false;
    this.hints.length = 0;
    this.trace.clear();
    this.iamUsage.clear();
    this.sessions.forget();
  }

  /** Writes everything the cloud holds to a folder. Throws DVT6006. */
  async saveSnapshot(folder: string): Promise<SnapshotManifest> {
    await this.flushMetrics();
    const { accountId, region, clock } = this;
    return saveSnapshot(this.store, folder, { accountId, region, nowMs: clock.now() });
  }

  /** What the folder holds takes the place of everything. Throws DVT6006 (nothing changed) for what is no whole snapshot of this format. */
  async loadSnapshot(folder: string): Promise<SnapshotManifest> {
    const manifest = checkSnapshot(folder, this.accountId);
    await this.forget();
    // What is still under way would write to what is loaded.
    await this.background.idle(SETTLE_MS_MAX);
    this.blobs.clear();
    await restoreSnapshot(this.store, folder);
    const offsetMs = this.store.of(LOADED_MARKS).get<number>(["clock-offset"]) ?? 0;
    await this.clock.set(this.options.clock.now() + offsetMs);
    await this.resume();
    return manifest;
  }

  /** Everything user-made goes; the listener stays. */
  async reset(): Promise<void> {
    await this.forget();
    this.store.clear();
    this.blobs.clear();
    rmSync(join(this.store.folder, "services"), { recursive: true, force: true });
    await this.clock.set(this.options.clock.now());
  }

  /** What is user-made of one service goes, and of those that share its records; its archives and objects lie about until all is reset. */
  async resetService(name: string): Promise<void> {
    const home = serviceRow(name)?.home ?? name;
    for (const { name: each, home: other = each } of SERVICES.filter((row) => (row.home ?? row.name) === home)) {
      const service = this.ready.get(each);
      await service?.definition.stop?.(this.context(service, this.ownCoordinates()));
      for (const endpoint of this.endpoints.list().filter((open) => open.service === each))
        await this.endpoints.close(each, endpoint.key);
      this.timers.forget(each);
      this.ready.delete(each);
      this.homes.delete(other);
    }
    this.store.of(home).removeRange({});
    rmSync(join(this.store.folder, "services", home), { recursive: true, force: true });
  }

  async stop(): Promise<void> {
    await this.flushMetrics();
    this.stopped = true;
    await this.stopServices();
    await this.endpoints.stop();
    this.clock.close();
    await this.store.close();
  }
}
