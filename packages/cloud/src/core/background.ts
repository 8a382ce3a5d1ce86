/** Work that nobody waits for: counted, so that a moved clock and a stopping cloud can wait for its end; failures go to the log. */
import { setImmediate as nextTurn } from "node:timers/promises";

export interface Background {
  readonly count: number;
  add(work: Promise<unknown>, what: string): void;
  /** Resolves when nothing is under way, or after `waitMsMax` (default `IDLE_WAIT_MS_MAX`) of real time with a line in the log. */
  idle(waitMsMax?: number): Promise<void>;
}

/** A function's invocation may take 15 minutes; a clock that is moved waits no longer than this for one. */
const IDLE_WAIT_MS_MAX = 120_000;

export function background(log: (line: string) => void): Background {
  let count = 0;
  let waiting: (() => void)[] = [];
  const settled = () => {
    count--;
    if (count > 0) return;
    const woken = waiting;
    waiting = [];
    for (const wake of woken) wake();
  };
  const quiet = () => (count === 0 ? Promise.resolve() : new Promise<void>((resolve) => waiting.push(resolve)));
  return {
    get count() {
      return count;
    },
    add(work, what) {
      count++;
      work.then(settled, (error: unknown) => {
        log(`${what} failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
        settled();
      });
    },
    async idle(waitMsMax = IDLE_WAIT_MS_MAX) {
      let timer: NodeJS.Timeout | undefined;
      let late = false;
      const limit = new Promise<void>((resolve) => {
        timer = setTimeout(() => {
          late = true;
          log(`still ${count} pieces of work under way after ${waitMsMax / 1000} s; going on without them`);
          resolve();
        }, waitMsMax);
      });
      // Finished work may have queued more: two quiet turns in a row are the end.
      for (let quietTurns = 0; quietTurns < 2 && !late; ) {
        if (count > 0) {
          quietTurns = 0;
          await Promise.race([quiet(), limit]);
        } else {
          quietTurns++;
          await nextTurn();
        }
      }
      clearTimeout(timer);
    },
  };
}
