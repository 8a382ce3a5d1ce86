/** Time as a service. Everything below the command line reads time only through one of these. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /**
   * Calls back once `now()` has reached `atMs`; the returned function cancels it. With `keepsAlive: false` the wait alone does not keep
   * the process from ending (a lock's renewal goes on only while something else does).
   */
  at(atMs: number, callback: () => void, options?: { readonly keepsAlive?: boolean }): () => void;
}

const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The machine's own clock. */
export function systemClock(): Clock {
  return {
    now: () => Date.now(),
    at(atMs, callback, options) {
      let timer: NodeJS.Timeout;
      const arm = () => {
        const wait = Math.max(0, atMs - Date.now());
        timer = setTimeout(() => (atMs > Date.now() ? arm() : callback()), Math.min(wait, LONGEST_TIMER_MS));
        if (options?.keepsAlive === false) timer.unref();
      };
      arm();
      return () => clearTimeout(timer);
    },
  };
}

export interface ManualClock extends Clock {
  /** Moves to `nowMs`, calling back everything due on the way, in order of its time. */
  set(nowMs: number): void;
  advance(ms: number): void;
}

/** A clock that stands still until it is moved. */
export function manualClock(startMs = 0): ManualClock {
  let nowMs = startMs;
  let sequence = 0;
  const pending: { atMs: number; order: number; callback: () => void }[] = [];
  const clock: ManualClock = {
    now: () => nowMs,
    at(atMs, callback) {
      const entry = { atMs, order: sequence++, callback };
      pending.push(entry);
      return () => {
        const index = pending.indexOf(entry);
        if (index >= 0) pending.splice(index, 1);
      };
    },
    set(target) {
      for (;;) {
        pending.sort((a, b) => a.atMs - b.atMs || a.order - b.order);
        const next = pending[0];
        if (next === undefined || next.atMs > target) break;
        pending.shift();
        nowMs = Math.max(nowMs, next.atMs);
        next.callback();
      }
      nowMs = target;
    },
    advance(ms) {
      clock.set(nowMs + ms);
    },
  };
  return clock;
}
