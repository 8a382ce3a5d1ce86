import { describe, expect, it } from "vitest";
import { memoryFiles } from "../src/index.ts";
import { type App, actions, TestStage } from "./support/harness.ts";
import { World } from "./support/world.ts";

const program = (value: string) => async (app: App) => {
  const a = await app.thing("A", { value });
  await app.thing("B", { value: a.value.etag ?? null }, { after: ["A"] });
  await app.thing("C", { kind: value });
  return {};
};

describe("a full disk", () => {
  it("at any write, and from any write on, loses nothing: DVT5005 or no harm, and the next deploy ends where it should", async () => {
    for (const isLasting of [false, true]) {
      let isReached = true;
      for (let write = 0; isReached; write++) {
        isReached = await fillAt(write, isLasting);
      }
    }
  });

  it("during a deploy is told as such, with the file, and the state file keeps its bytes", async () => {
    const stage = new TestStage();
    await stage.deployed(program("1"));
    const before = stage.file("tfstate");
    stage.files.fault = ({ path, operation }) =>
      path.endsWith(".tfstate") && operation === "replace" ? { kind: "full", bytesWritten: 10 } : undefined;
    const result = await stage.deploy(program("2"));
    expect(result.diagnostics).toMatchObject([{ code: "DVT5005", detail: expect.stringContaining("dev.tfstate") }]);
    expect(stage.file("tfstate")).toBe(before);
    stage.files.fault = undefined;
    await stage.deployed(program("2"));
    expect(actions(await stage.plan(program("2")))).toEqual([]);
  });
});

/** Deploys an update with the disk full at write number `write`; false when there was no such write. */
async function fillAt(write: number, isLasting: boolean): Promise<boolean> {
  const world = new World();
  const stage = new TestStage({ world });
  await stage.deployed(program("1"));
  const files = memoryFiles(stage.files.snapshot());
  let isReached = false;
  files.fault = ({ sequence, bytes, operation }) => {
    if (operation === "remove" || operation === "sync" || (isLasting ? sequence < write : sequence !== write)) return undefined;
    isReached = true;
    return { kind: "full", bytesWritten: Math.floor(bytes / 2) };
  };
  const first = new TestStage({ world, files, pid: 101 });
  const told = await first.deploy(program("2")).then(
    (result) => (result.ok ? "" : result.diagnostics.map((d) => d.code).join(" ")),
    (error: unknown) => String(error),
  );
  if (isReached && told !== "") expect(told).toContain("DVT5005");
  files.fault = undefined;
  const next = new TestStage({ world, files, pid: 102, alive: (pid) => pid === 102 });
  await next.deployed(program("2"));
  expect(actions(await next.plan(program("2")))).toEqual([]);
  expect([...world.things.keys()].sort()).toEqual(["a", "b", "c"]);
  expect(await next.engine.state.list()).toEqual(["test_thing.A", "test_thing.B", "test_thing.C"]);
  return isReached || operationsLeft(write);
}

/** Syncs and removes are not failed, so a number may fall on one of them: look a little further. */
function operationsLeft(write: number): boolean {
  return write < 60;
}
