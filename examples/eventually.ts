import assert from "node:assert/strict";

const WAIT_MS = 10_000;
const PAUSE_MS = 20;

/** Asks until it is so; asynchronous deliveries take a moment after the clock has moved. Throws after ten seconds. */
export async function eventually(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + WAIT_MS;
  while (!(await isSo())) {
    assert.ok(performance.now() < deadline, `waited ${WAIT_MS} ms in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}
