import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { Reaper } from "./reaper.ts";

test("what is watched ends with the cloud, also when it is frozen", async () => {
  const reaper = new Reaper();
  const children = [spawn("sleep", ["1000"]), spawn("sleep", ["1000"])];
  for (const child of children) reaper.watch(child);
  children[0]?.kill("SIGSTOP");
  const ends = Promise.all(children.map((child) => once(child, "exit")));
  // The end of the pipe is all that a killed cloud leaves behind.
  reaper.close();
  expect(await ends).toEqual([
    [null, "SIGKILL"],
    [null, "SIGKILL"],
  ]);
});
