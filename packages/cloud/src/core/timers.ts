/** Stored timers: ordered by time, fired by the cloud's clock, kept over restarts. */
import type { Background } from "./background.ts";
import type { CloudClock } from "./cloud-clock.ts";
import type { CloudStore } from "./lmdb-store.ts";
import type { Key } from "./store.ts";

/** Who a timer belongs to: same coordinates, kind and id replace. */
export interface TimerOwner {
  readonly service: string;
  readonly account: string;
  readonly region: string;
  readonly kind: string;
  readonly id: string;
}

export interface Timers {
  /** `cause`: the trace header of what scheduled it. `keepsEarlier`: one of the same owner that is due by then already stays. */
  schedule(
    owner: TimerOwner,
    atMs: number,
    payload: unknown,
    options?: { readonly cause?: string | undefined; readonly keepsEarlier?: boolean },
  ): void;
  unschedule(owner: TimerOwner): void;
  /** Takes away every timer of a service. */
  forget(service: string): void;
  /** Arms the clock for what is stored; what was under way when the process died fires again. */
  start(): void;
  readonly nextAtMs: number | undefined;
}

/** Finds a timer's handler; runs it synchronously, answers what it answers. undefined: service or kind unknown. */
export type TimerRunner = (owner: TimerOwner, cause: string | undefined) => Promise<((payload: unknown) => unknown) | undefined>;

interface Due {
  readonly owner: TimerOwner;
  readonly payload: unknown;
  readonly cause?: string;
}

class StoredTimers implements Timers {
  private readonly cloud: CloudStore;
  private readonly clock: CloudClock;
  private readonly work: Background;
  private readonly find: TimerRunner;
  private readonly log: (line: string) => void;
  private disarm: (() => void) | undefined;
  private armedAtMs = Number.POSITIVE_INFINITY;
  private firing = false;

  constructor(cloud: CloudStore, clock: CloudClock, work: Background, find: TimerRunner, log: (line: string) => void) {
    this.cloud = cloud;
    this.clock = clock;
    this.work = work;
    this.find = find;
    this.log = log;
  }

  private get store() {
    return this.cloud.of("~timers");
  }

  get nextAtMs(): number | undefined {
    for (const key of this.store.keys({ prefix: ["due"], limit: 1 })) return Number(key[1]);
    return undefined;
  }

  schedule(
    owner: TimerOwner,
    atMs: number,
    payload: unknown,
    { cause, keepsEarlier = false }: { readonly cause?: string | undefined; readonly keepsEarlier?: boolean } = {},
  ): void {
    this.cloud.transact(() => {
      const by: Key = ["by", ...names(owner)];
      const before = this.store.get<number>(by);
      if (keepsEarlier && before !== undefined && before <= atMs) return;
      if (before !== undefined && before !== atMs) this.store.remove(["due", before, ...names(owner)]);
      const due: Due = { owner, payload, ...(cause === undefined ? {} : { cause }) };
      this.store.put(["due", atMs, ...names(owner)], due);
      if (before !== atMs) this.store.put(by, atMs);
    });
    this.arm(atMs);
  }

  unschedule(owner: TimerOwner): void {
    const atMs = this.store.get<number>(["by", ...names(owner)]);
    if (atMs === undefined) return;
    this.cloud.transact(() => {
      this.store.remove(["due", atMs, ...names(owner)]);
      this.store.remove(["by", ...names(owner)]);
    });
  }

  forget(service: string): void {
    this.cloud.transact(() => {
      for (const { value } of [...this.store.range<Due>({ prefix: ["due"] })])
        if (value.owner.service === service) this.unschedule(value.owner);
    });
  }

  start(): void {
    this.cloud.transact(() => {
      for (const { key, value } of [...this.store.range<Due>({ prefix: ["firing"] })]) {
        this.store.remove(key);
        if (!this.store.has(["by", ...names(value.owner)])) this.schedule(value.owner, this.clock.now(), value.payload);
      }
    });
    const next = this.nextAtMs;
    if (next !== undefined) this.arm(next);
  }

  private arm(atMs: number): void {
    if (atMs >= this.armedAtMs) return;
    this.disarm?.();
    this.armedAtMs = atMs;
    this.disarm = this.clock.at(atMs, () => {
      this.armedAtMs = Number.POSITIVE_INFINITY;
      this.disarm = undefined;
      if (!this.firing) this.work.add(this.fire(), "firing timers");
    });
  }

  private async fire(): Promise<void> {
    this.firing = true;
    let first: ReturnType<typeof this.first>;
    try {
      for (;;) {
        first = this.first();
        if (first === undefined || first.atMs > this.clock.now()) break;
        await this.fireOne(first.key, first.due);
      }
    } finally {
      this.firing = false;
    }
    if (first !== undefined) this.arm(first.atMs);
  }

  private first(): { key: Key; atMs: number; due: Due } | undefined {
    for (const { key, value } of this.store.range<Due>({ prefix: ["due"], limit: 1 }))
      return { key, atMs: Number(key[1]), due: value };
    return undefined;
  }

  private remove(key: Key, owner: TimerOwner): void {
    this.store.remove(key);
    this.store.remove(["by", ...names(owner)]);
  }

  private async fireOne(key: Key, due: Due): Promise<void> {
    const { owner } = due;
    const run = await this.find(owner, due.cause);
    if (!this.store.has(key)) return;
    const mark: Key = ["firing", ...names(owner), this.clock.now()];
    try {
      if (run === undefined) throw new Error(`no handler for timer ${owner.service}/${owner.kind}`);
      const result = this.cloud.transact(() => {
        this.remove(key, owner);
        const answer = run(due.payload);
        if (answer instanceof Promise) this.store.put(mark, due);
        return answer;
      });
      if (result instanceof Promise)
        this.work.add(
          result.finally(() => this.store.remove(mark)),
          `timer ${owner.service}/${owner.kind} ${owner.id}`,
        );
    } catch (error) {
      this.log(
        `timer ${owner.service}/${owner.kind} ${owner.id} failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      );
      this.cloud.transact(() => {
        if (this.store.has(key)) this.remove(key, owner);
      });
    }
  }
}

function names(owner: TimerOwner): string[] {
  return [owner.service, owner.account, owner.region, owner.kind, owner.id];
}

export function timers(
  store: CloudStore,
  clock: CloudClock,
  work: Background,
  find: TimerRunner,
  log: (line: string) => void,
): Timers {
  return new StoredTimers(store, clock, work, find, log);
}
