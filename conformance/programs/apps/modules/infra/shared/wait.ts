import { setTimeout as sleep } from "node:timers/promises";
export async function wait<T>(value: T): Promise<T> {
  await sleep(1);
  return value;
}
