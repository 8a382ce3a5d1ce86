import { describe, expect, it } from "vitest";
import { memoryFiles } from "../src/index.ts";
import { decodeJournal, encodeRecord, type JournalRecord } from "../src/journal/record.ts";
import { type App, actions, TestStage } from "./support/harness.ts";

const record = (op: number): JournalRecord => ({ kind: "result", op, object: null });
const text = (count: number) => Array.from({ length: count }, (_, n) => encodeRecord(n, record(n))).join("");

describe("the journal's records", () => {
  it("are read back; a last one cut at any byte is a torn append, not damage", () => {
    const whole = Buffer.from(text(3));
    expect(decodeJournal(whole)).toMatchObject({ length: whole.length, records: [record(0), record(1), record(2)] });
    const two = Buffer.from(text(2)).length;
    for (let cut = two; cut < whole.length; cut++) {
      expect(decodeJournal(whole.subarray(0, cut))).toEqual({
        length: two,
        records: decodeJournal(whole.subarray(0, two)).records,
      });
    }
  });

  it("tell damage in the middle: a changed byte, a missing line, a line twice", () => {
    const lines = text(4).trim().split("\n");
    const [a = "", b = "", c = "", d = ""] = lines;
    expect(decodeJournal(Buffer.from([a, b.replace('"op":1', '"op":7'), c, d, ""].join("\n"))).damagedLine).toBe(2);
    expect(decodeJournal(Buffer.from([a, c, d, ""].join("\n"))).damagedLine).toBe(2);
    expect(decodeJournal(Buffer.from([a, b, b, c, ""].join("\n"))).damagedLine).toBe(3);
  });
});

describe("a journal that was left", () => {
  const program = async (app: App) => {
    const a = await app.thing("A");
    const b = await app.thing("B", { value: a.value.etag ?? null }, { after: ["A"] });
    await app.thing("C", { value: b.value.etag ?? null }, { after: ["B"] });
    return {};
  };
  /** A deploy killed while `C` is being created. */
  const killed = async (recovers = true) => {
    const stage = new TestStage();
    stage.world.faults.push({ operation: "create", name: "c", when: "after", kind: "hang" });
    void stage.deploy(program);
    while (!stage.world.things.has("c")) await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
    const files = memoryFiles(stage.files.snapshot());
    return new TestStage({ world: stage.world, files, pid: 101, alive: (pid) => pid === 101, recovers });
  };

  it("is folded in by the next operation, and what was never answered is found", async () => {
    const stage = await killed();
    expect(actions(await stage.plan(program))).toEqual([]);
    expect(stage.events).toContainEqual({ type: "recovered", operations: 3, adopted: [] });
    expect(await stage.engine.state.list()).toEqual(["test_thing.A", "test_thing.B", "test_thing.C"]);
    expect(stage.file("journal")).toBeUndefined();
  });

  it("shows in state list at once, without being written by it", async () => {
    const stage = await killed();
    const before = stage.file("journal");
    expect(await stage.engine.state.list()).toEqual(["test_thing.A", "test_thing.B", "test_thing.C"]);
    expect(stage.file("journal")).toBe(before);
  });

  it("damaged in the middle stops the run and changes nothing", async () => {
    const stage = await killed();
    const journal = stage.file("journal") ?? "";
    const damaged = journal.replace('"action":"create"', '"action":"update"');
    await stage.files.replace("/app/.dovetail/dev.journal", Buffer.from(damaged));
    await expect(stage.plan(program)).rejects.toThrow(/DVT5006.*line 2/s);
    expect(stage.file("journal")).toBe(damaged);
  });

  it("of another state than the one that lies there is not folded in", async () => {
    const stage = await killed();
    const other = {
      version: 4,
      terraform_version: "1.5.0",
      serial: 7,
      lineage: "else",
      outputs: {},
      resources: [],
      check_results: null,
    };
    await stage.files.replace("/app/.dovetail/dev.tfstate", Buffer.from(JSON.stringify(other)));
    await expect(stage.plan(program)).rejects.toThrow(/DVT500[36]/);
  });

  it("groups what comes together into one append and one sync", async () => {
    const stage = new TestStage({ parallelism: 64 });
    let syncs = 0;
    stage.files.fault = ({ operation }) => {
      if (operation === "sync") syncs += 1;
      return undefined;
    };
    await stage.deployed(async (app) => {
      await Promise.all(Array.from({ length: 500 }, (_, i) => app.thing(`T${i}`)));
      return {};
    });
    expect(stage.world.things.size).toBe(500);
    expect(syncs).toBeLessThan(200);
  });
});
