/** `Ctx` as services get it. One small object a request; everything dear is made when asked for. */
import type { Random } from "@dovetail/model";
import type { CloudClock } from "./cloud-clock.ts";
import type { CloudCore, Coordinates, LoadedService } from "./cloud-core.ts";
import { identifier } from "./credentials.ts";
import { getEntity } from "./identities.ts";
import type { AuthorizationRequest, Blobs, CallOptions, Ctx, HttpRequestView, Principal, SessionFacts } from "./service.ts";
import type { StoreRead, StoreWrite } from "./store.ts";
import type { Span } from "./trace.ts";

type After = (ctx: Ctx) => void | Promise<void>;

export class ServiceContext implements Ctx {
  readonly account: string;
  readonly region: string;
  readonly principal: Principal;
  readonly http?: HttpRequestView;
  readonly via?: string;
  readonly span?: Span;
  private readonly cloud: CloudCore;
  private readonly service: LoadedService;
  private id: string | undefined;
  private queued: After[] | undefined;
  /** True while a synchronous handler runs: `after` then waits for its transaction. */
  private open = false;

  constructor(cloud: CloudCore, service: LoadedService, at: Coordinates) {
    this.cloud = cloud;
    this.service = service;
    this.account = at.account;
    this.region = at.region;
    this.principal = at.principal;
    this.id = at.requestId;
    if (at.http !== undefined) this.http = at.http;
    if (at.via !== undefined) this.via = at.via;
    if (at.span !== undefined) this.span = at.span;
  }

  get requestId(): string {
    this.id ??= this.cloud.requestId();
    return this.id;
  }
  get clock(): CloudClock {
    return this.cloud.clock;
  }
  get random(): Random {
    return this.cloud.random;
  }
  get store(): StoreWrite {
    return this.service.store;
  }
  get blobs(): Blobs {
    return this.cloud.blobs;
  }
  get endpoint(): string {
    return this.cloud.endpoint;
  }
  get folder(): string {
    return this.service.folder();
  }

  get traceId(): string | undefined {
    return this.span === undefined ? undefined : this.cloud.trace.header(this.span);
  }

  pass(place: string): number {
    return this.span === undefined ? 1 : this.cloud.trace.pass(this.span, place);
  }

  leaveTrace(key: string): void {
    this.cloud.trace.leave(key, this.span);
  }

  now(): number {
    return this.cloud.clock.now();
  }

  memory<T>(make: () => T): T {
    const { memory } = this.service;
    if (memory.value === undefined) memory.value = make();
    return memory.value as T;
  }

  transact<T>(work: (store: StoreWrite) => T): T {
    return this.runInTransaction(() => work(this.service.store));
  }

  snapshot<T>(work: (store: StoreRead) => T): T {
    return work(this.service.store);
  }

  /** Runs a synchronous handler in one transaction; what it gave to `after` starts once that is kept, and never when it was rolled back. */
  runInTransaction<T>(work: () => T): T {
    if (this.open) return work();
    this.open = true;
    let result: T;
    try {
      result = this.cloud.store.transact(work);
    } catch (error) {
      this.queued = undefined;
      throw error;
    } finally {
      this.open = false;
    }
    if (this.queued !== undefined) this.startQueued();
    return result;
  }

  private startQueued(): void {
    const queued = this.queued ?? [];
    this.queued = undefined;
    for (const work of queued) this.start(work);
  }

  private start(work: After): void {
    const { cloud, service } = this;
    const run = async () => {
      // Out of the caller's stack first: an answer is never held up by what it causes.
      await Promise.resolve();
      await work(this);
    };
    cloud.background.add(run(), `work after ${service.row.name} request ${this.requestId}`);
  }

  after(work: After): void {
    if (!this.open) {
      this.start(work);
      return;
    }
    this.queued ??= [];
    this.queued.push(work);
  }

  async call<O = Record<string, unknown>>(service: string, operation: string, input: object, options?: CallOptions): Promise<O> {
    const { account, region, principal, span } = this;
    const at = { account, region, principal, via: this.service.row.name, ...(span === undefined ? {} : { span }) };
    return (await this.cloud.call(service, operation, input, at, options)) as O;
  }

  async internal<O = unknown>(service: string, name: string, input: object): Promise<O> {
    return (await this.cloud.internal(service, name, input, this)) as O;
  }

  private owner(kind: string, id: string) {
    return { service: this.service.row.name, account: this.account, region: this.region, kind, id };
  }

  schedule(kind: string, id: string, atMs: number, payload: unknown, options: { readonly keepsEarlier?: boolean } = {}): void {
    this.cloud.timers.schedule(this.owner(kind, id), atMs, payload, { ...options, cause: this.traceId });
  }

  unschedule(kind: string, id: string): void {
    this.cloud.timers.unschedule(this.owner(kind, id));
  }

  with(overrides: { account?: string; region?: string; principal?: Principal }): Ctx {
    const { account, region, principal, span } = this;
    return new ServiceContext(this.cloud, this.service, {
      account,
      region,
      principal,
      ...(span === undefined ? {} : { span }),
      ...overrides,
    });
  }

  metric(namespace: string, name: string, dimensions: { readonly [name: string]: string }, value: number, unit?: string): void {
    const { account, region } = this;
    this.cloud.metrics.add(
      { account, region, namespace, name, dimensions, ...(unit === undefined ? {} : { unit }) },
      value,
      this.now(),
    );
  }

  log(
    group: string,
    stream: string,
    messages: readonly (string | { readonly timestamp: number; readonly message: string })[],
  ): void {
    const timestamp = this.now();
    const events = messages.map((each) => (typeof each === "string" ? { timestamp, message: each } : each));
    this.cloud.appendLog(this, group, stream, events);
  }

  mail(message: Parameters<Ctx["mail"]>[0]): void {
    const { account, region } = this;
    this.cloud.mailbox.add({ ...message, account, region, atMs: this.now() });
  }

  hint(message: string): void {
    const { account, region } = this;
    this.cloud.hint({ service: this.service.row.name, account, region, message });
  }

  endpointPort(key: string): Promise<{ readonly port: number; readonly url: string }> {
    return this.cloud.openEndpoint(this.service, key, this);
  }

  closeEndpointPort(key: string): Promise<void> {
    return this.cloud.closeEndpoint(this.service, key);
  }

  identify(body?: Uint8Array): Principal {
    return this.cloud.identify(this.service, this.http, body);
  }

  authorize(principal: Principal, request: AuthorizationRequest): void {
    const { account, region, http } = this;
    this.cloud.authorize(
      this.service,
      new ServiceContext(this.cloud, this.service, { account, region, principal, ...(http === undefined ? {} : { http }) }),
      request,
    );
  }

  verifyForm(fields: { readonly [name: string]: string | undefined }): Principal {
    return this.cloud.verifyForm(fields);
  }

  issueSessionCredentials(durationSeconds: number, facts: SessionFacts = {}) {
    return this.cloud.sessions.issue({ ...this.principal, ...facts }, durationSeconds);
  }

  issueRoleCredentials(roleArn: string, sessionName: string, durationSeconds: number, facts: SessionFacts = {}) {
    const accountId = roleArn.split(":")[4] ?? this.account;
    const roleName = roleArn.slice(roleArn.lastIndexOf("/") + 1);
    const role = getEntity(this.cloud.store.of("iam"), "role", accountId, roleName);
    const roleId = role?.id ?? identifier(this.cloud.random, "AROA");
    return this.cloud.sessions.issue(
      { kind: "role-session", accountId, accessKeyId: "", roleArn, roleId, sessionName, ...facts },
      durationSeconds,
    );
  }
}
