/** The cloud's clock: the machine's (or a test's) clock plus an offset, and a way to move it that fires everything due on the way. */
import type { Clock } from "@dovetail/model";

export interface CloudClock extends Clock {
  /** Cloud time minus base time. */
  readonly offsetMs: number;
  /** Moves to `nowMs`. Everything due on the way fires in order of its time; resolves when that and the work it queued is done. */
  set(nowMs: number): Promise<void>;
  advance(ms: number): Promise<void>;
  /** What the base clock shows; while the clock moves, `now() - offsetMs` is not that. */
  baseNow(): number;
  /** The offset that was in force when the base clock showed `baseMs` (as far back as this process remembers). */
  offsetAt(baseMs: number): number;
  /** Takes the base clock off: nothing fires any more. */
  close(): void;
}

const MOVES_MAX = 1_000;

interface Pending {
  readonly atMs: number;
  readonly order: number;
  readonly callback: () => void;
}

export interface CloudClockOptions {
  readonly base: Clock;
  readonly offsetMs: number;
  /** Resolves when the work that fired callbacks queued is done. */
  readonly idle: () => Promise<void>;
  readonly onMoved?: (offsetMs: number) => void;
}

class MovableClock implements CloudClock {
  private readonly options: CloudClockOptions;
  private readonly pending: Pending[] = [];
  private order = 0;
  private heldAtMs: number | undefined;
  private disarm: (() => void) | undefined;
  private armedAtMs = Number.POSITIVE_INFINITY;
  private moving: Promise<void> = Promise.resolve();
  private closed = false;
  private readonly moves: { readonly baseMs: number; readonly offsetMs: number }[] = [];
  offsetMs: number;

  constructor(options: CloudClockOptions) {
    this.options = options;
    this.offsetMs = options.offsetMs;
    this.moves.push({ baseMs: Number.NEGATIVE_INFINITY, offsetMs: options.offsetMs });
  }

  offsetAt(baseMs: number): number {
    return this.moves.findLast((each) => each.baseMs <= baseMs)?.offsetMs ?? this.offsetMs;
  }

  now(): number {
    return this.heldAtMs ?? this.options.base.now() + this.offsetMs;
  }

  baseNow(): number {
    return this.options.base.now();
  }

  at(atMs: number, callback: () => void): () => void {
    const entry: Pending = { atMs, order: this.order++, callback };
    let low = 0;
    let high = this.pending.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.pending[middle]?.atMs ?? 0) <= atMs) low = middle + 1;
      else high = middle;
    }
    this.pending.splice(low, 0, entry);
    this.arm();
    return () => {
      const index = this.pending.indexOf(entry);
      if (index >= 0) this.pending.splice(index, 1);
    };
  }

  private arm(): void {
    const next = this.pending[0];
    if (this.closed || this.heldAtMs !== undefined || next === undefined || next.atMs >= this.armedAtMs) return;
    this.disarm?.();
    this.armedAtMs = next.atMs;
    this.disarm = this.options.base.at(next.atMs - this.offsetMs, () => this.fireDue());
  }

  private standDown(): void {
    this.disarm?.();
    this.disarm = undefined;
    this.armedAtMs = Number.POSITIVE_INFINITY;
  }

  private fireDue(): void {
    this.standDown();
    const now = this.now();
    while (!this.closed && this.heldAtMs === undefined) {
      const next = this.pending[0];
      if (next === undefined || next.atMs > now) break;
      this.pending.shift();
      next.callback();
    }
    this.arm();
  }

  set(nowMs: number): Promise<void> {
    this.moving = this.moving.then(() => this.move(nowMs));
    return this.moving;
  }

  advance(ms: number): Promise<void> {
    this.moving = this.moving.then(() => this.move(this.now() + ms));
    return this.moving;
  }

  private async move(targetMs: number): Promise<void> {
    this.standDown();
    this.heldAtMs = this.now();
    await this.options.idle();
    for (;;) {
      const next = this.pending[0];
      if (this.closed || next === undefined || next.atMs > targetMs) break;
      this.pending.shift();
      this.heldAtMs = Math.max(this.heldAtMs, next.atMs);
      next.callback();
      await this.options.idle();
    }
    this.offsetMs = targetMs - this.options.base.now();
    this.moves.push({ baseMs: this.options.base.now(), offsetMs: this.offsetMs });
    if (this.moves.length > MOVES_MAX) this.moves.splice(1, 1);
    this.heldAtMs = undefined;
    this.options.onMoved?.(this.offsetMs);
    this.arm();
    await this.options.idle();
  }

  close(): void {
    this.closed = true;
    this.standDown();
    this.pending.length = 0;
  }
}

export function cloudClock(options: CloudClockOptions): CloudClock {
  return new MovableClock(options);
}
