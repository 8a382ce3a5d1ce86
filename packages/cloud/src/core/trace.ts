/**
 * Who called what because of what. Every request, call from inside, page and due timer is a span that knows its parent: over contexts inside the
 * cloud, over `X-Amzn-Trace-Id` through functions (X-Ray developer guide, "Tracing header"), over the ids of messages and stream records through
 * queues and streams. Kept in memory, the newest `limit` ones.
 */
import { type Random, randomHex } from "@dovetail/model";
import { denialOf } from "./denials.ts";
import { principalArn } from "./principal.ts";
import { type Principal, ServiceError } from "./service.ts";

export type SpanKind = "request" | "call" | "page" | "timer";

/** Where a span begins. */
export interface SpanStart {
  readonly kind: SpanKind;
  readonly service: string;
  readonly operation: string;
  readonly resource?: string | undefined;
  readonly account: string;
  readonly region: string;
  readonly principal: Principal;
  readonly requestId?: string | undefined;
  readonly parent?: Span | number | undefined;
  /** Housekeeping: only kept when it caused something. */
  readonly isQuiet?: boolean;
}

export interface Span extends Omit<SpanStart, "parent"> {
  readonly number: number;
  /** A number, not the span: a chain of causes must not hold what the record has let go. */
  readonly parent: number | undefined;
  readonly root: number;
  /** By the cloud's clock. */
  readonly startMs: number;
  readonly began: number;
  /** undefined: under way. */
  durationMs: number | undefined;
  status: number;
  error: unknown;
  /** Position in the record; 0: not kept (yet). */
  order: number;
}

/** As the admin API tells it. */
export interface TraceEvent {
  /** Rises in the order of completion: `since` of the next question. */
  readonly order: number;
  /** 16 hex digits: the `Parent` of X-Amzn-Trace-Id in the function that this span runs. */
  readonly id: string;
  readonly parent?: string;
  readonly root: string;
  readonly kind: SpanKind;
  readonly service: string;
  readonly operation: string;
  readonly resource?: string;
  readonly account: string;
  readonly region: string;
  readonly principal: string;
  readonly requestId?: string;
  readonly start: string;
  readonly startMs: number;
  readonly durationMs: number;
  readonly status: number;
  readonly error?: { readonly code: string; readonly message: string; readonly missing?: object; readonly deniedBy?: string };
}

export interface Trace {
  limit: number;
  begin(start: SpanStart): Span;
  end(span: Span, status: number, error?: unknown): void;
  /** What carries `key` (message id, stream record) was caused by the span. */
  leave(key: string, span: Span | undefined): void;
  /** Counts that the chain of causes which the span ends comes by `place`, as long as it leads over services that loops are looked for in. */
  pass(span: Span, place: string): number;
  /** The number of the span that left `key`. */
  find(key: string): number | undefined;
  /** `Root=1-…;Parent=…;Sampled=1` for what the span runs. */
  header(span: Span): string;
  /** The span that a header of this cloud names. */
  parentOf(header: string): number | undefined;
  /** Completed spans after `since`, oldest first. */
  events(since?: number): TraceEvent[];
  readonly last: number;
  /** Called once at the next completed span. */
  onNext(callback: () => void): () => void;
  clear(): void;
}

export const TRACE_EVENTS_DEFAULT = 10_000;
export const TRACE_EVENTS_MAX = 1_000_000;
const LINKS_MAX = 10_000;
const NUMBER_DIGITS = 8;
const MESSAGE_CHARACTERS_MAX = 500;
/** Lambda developer guide, "Use Lambda recursive loop detection": loops over other services are not seen. */
const LOOP_SERVICES = new Set(["lambda", "sqs", "sns", "s3"]);

class RingTrace implements Trace {
  private readonly now: () => number;
  /** Tells this process's spans from those of an earlier one, in headers that outlive it. */
  private readonly nonce: string;
  private ring: Span[] = [];
  private head = 0;
  private next = 1;
  private readonly links = new Recent<string, number>();
  private readonly quiet = new Recent<number, Span>();
  private readonly roots = new Recent<number, number>();
  /** By span: how often its chain of causes has come by each place. */
  private readonly passed = new Recent<number, ReadonlyMap<string, number>>();
  private waiting: (() => void)[] = [];
  private size: number;
  last = 0;

  constructor(now: () => number, random: Random, limit: number) {
    this.now = now;
    this.nonce = randomHex(random, 8);
    this.size = limit;
  }

  get limit(): number {
    return this.size;
  }
  set limit(limit: number) {
    const kept = limit === 0 ? [] : this.kept().slice(-limit);
    this.size = limit;
    this.ring = kept;
    this.head = 0;
  }

  begin(start: SpanStart): Span {
    const number = this.next++;
    const given = start.parent;
    const parent = typeof given === "object" ? given.number : given;
    let root = number;
    if (given !== undefined && parent !== undefined) {
      root = typeof given === "object" ? given.root : (this.roots.get(given) ?? given);
      if (this.quiet.size > 0 && start.isQuiet !== true) this.wake(parent);
      this.roots.set(number, root);
      const passed = this.passed.get(parent);
      if (passed !== undefined && LOOP_SERVICES.has(start.service)) this.passed.set(number, passed);
    }
    const span: Span = {
      kind: start.kind,
      service: start.service,
      operation: start.operation,
      resource: start.resource,
      account: start.account,
      region: start.region,
      principal: start.principal,
      requestId: start.requestId,
      isQuiet: start.isQuiet === true,
      number,
      parent,
      root,
      startMs: this.now(),
      began: performance.now(),
      durationMs: undefined,
      status: 0,
      error: undefined,
      order: 0,
    };
    if (start.isQuiet === true) this.quiet.set(number, span);
    return span;
  }

  /** A quiet span, and those above it, caused something after all. */
  private wake(number: number): void {
    const span = this.quiet.get(number);
    if (span === undefined) return;
    this.quiet.delete(number);
    if (span.parent !== undefined) this.wake(span.parent);
    if (span.durationMs !== undefined) this.keep(span);
  }

  end(span: Span, status: number, error?: unknown): void {
    if (span.durationMs !== undefined) return;
    span.durationMs = performance.now() - span.began;
    span.status = status;
    span.error = error;
    if (span.isQuiet !== true || this.quiet.get(span.number) === undefined) this.keep(span);
  }

  private keep(span: Span): void {
    if (span.order > 0 || this.size === 0) return;
    span.order = ++this.last;
    if (this.ring.length < this.size) this.ring.push(span);
    else {
      this.ring[this.head] = span;
      this.head = (this.head + 1) % this.size;
    }
    if (this.waiting.length > 0) {
      const woken = this.waiting;
      this.waiting = [];
      for (const wake of woken) wake();
    }
  }

  leave(key: string, span: Span | undefined): void {
    if (span !== undefined && this.size > 0) this.links.set(key, span.number);
  }

  pass(span: Span, place: string): number {
    const before = this.passed.get(span.number);
    const times = (before?.get(place) ?? 0) + 1;
    this.passed.set(span.number, new Map(before).set(place, times));
    return times;
  }

  find(key: string): number | undefined {
    return this.links.get(key);
  }

  private id(number: number): string {
    return this.nonce + number.toString(16).padStart(NUMBER_DIGITS, "0").slice(-NUMBER_DIGITS);
  }

  header(span: Span): string {
    const seconds = Math.floor(span.startMs / 1000)
      .toString(16)
      .padStart(8, "0");
    return `Root=1-${seconds}-${this.nonce}${this.id(span.root)};Parent=${this.id(span.number)};Sampled=1`;
  }

  parentOf(header: string): number | undefined {
    const parent = /(?:^|;)\s*Parent=([0-9a-f]{16})(?:;|$)/.exec(header)?.[1];
    if (parent?.startsWith(this.nonce) !== true) return undefined;
    return Number.parseInt(parent.slice(this.nonce.length), 16);
  }

  private kept(): Span[] {
    return [...this.ring.slice(this.head), ...this.ring.slice(0, this.head)];
  }

  events(since = 0): TraceEvent[] {
    return this.kept()
      .filter((span) => span.order > since)
      .map((span) => this.event(span));
  }

  private event(span: Span): TraceEvent {
    const { parent, resource, requestId } = span;
    return {
      order: span.order,
      id: this.id(span.number),
      ...(parent === undefined ? {} : { parent: this.id(parent) }),
      root: this.id(span.root),
      kind: span.kind,
      service: span.service,
      operation: span.operation,
      ...(resource === undefined ? {} : { resource }),
      account: span.account,
      region: span.region,
      principal: principalArn(span.principal),
      ...(requestId === undefined ? {} : { requestId }),
      start: new Date(span.startMs).toISOString(),
      startMs: span.startMs,
      durationMs: Math.round((span.durationMs ?? 0) * 1000) / 1000,
      status: span.status,
      ...(span.error === undefined ? {} : { error: describe(span.error) }),
    };
  }

  onNext(callback: () => void): () => void {
    this.waiting.push(callback);
    return () => {
      this.waiting = this.waiting.filter((each) => each !== callback);
    };
  }

  clear(): void {
    this.ring = [];
    this.head = 0;
    this.links.clear();
    this.quiet.clear();
    this.roots.clear();
    this.passed.clear();
  }
}

/**
 * The newest `LINKS_MAX` entries and up to as many older ones, which go at once. (Taking the oldest out of a Map each time would make
 * it step over all those taken out before.)
 */
class Recent<K, V> {
  private young = new Map<K, V>();
  private old = new Map<K, V>();

  get size(): number {
    return this.young.size + this.old.size;
  }
  get(key: K): V | undefined {
    return this.young.get(key) ?? this.old.get(key);
  }
  set(key: K, value: V): void {
    if (this.young.size >= LINKS_MAX) {
      this.old = this.young;
      this.young = new Map();
    }
    this.young.set(key, value);
  }
  delete(key: K): void {
    this.young.delete(key);
    this.old.delete(key);
  }
  clear(): void {
    this.young.clear();
    this.old.clear();
  }
}

function describe(error: unknown): NonNullable<TraceEvent["error"]> {
  const code = error instanceof ServiceError ? error.code : "InternalFailure";
  const message = (error instanceof Error ? error.message : String(error)).slice(0, MESSAGE_CHARACTERS_MAX);
  const denial = error instanceof ServiceError ? denialOf(error) : undefined;
  return { code, message, ...denial };
}

export function ringTrace(now: () => number, random: Random, limit: number): Trace {
  return new RingTrace(now, random, limit);
}
