/** Runs work that others would only feel as delay when the process has little else to do. */

const WINDOW_MS = 80;
/** Share of a window that the event loop was busy. */
const BUSY_SHARE_MAX = 0.1;
const WAIT_MS_MAX = 2000;

/** Calls `work` after the first window in which the event loop was mostly idle, at the latest after `WAIT_MS_MAX`. It doesn't hold the process. */
export function whenQuiet(work: () => void): void {
  const began = performance.now();
  let before = performance.eventLoopUtilization();
  const look = () => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, before);
    before = now;
    if (utilization <= BUSY_SHARE_MAX || performance.now() - began >= WAIT_MS_MAX) work();
    else setTimeout(look, WINDOW_MS).unref();
  };
  setTimeout(look, WINDOW_MS).unref();
}
