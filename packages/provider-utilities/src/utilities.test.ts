import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { manualClock, seededRandom, UNKNOWN, type ValueObject } from "@dovetail/model";
import { unzipSync } from "fflate";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createUtilityProvider, createUtilityProviders, UTILITY_PROVIDERS } from "./index.ts";

let folder = "";
const clock = manualClock(Date.UTC(2026, 0, 2, 3, 4, 5));
const provider = (name: string, seed = 1) => createUtilityProvider(name, { clock, random: seededRandom(seed), cwd: folder });

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "dovetail-utilities-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function create(name: string, type: string, config: ValueObject): Promise<ValueObject> {
  const p = provider(name);
  const plan = await p.planChange({ type, prior: null, proposed: config, config });
  expect(plan.diagnostics).toEqual([]);
  const made = await p.applyChange({ type, prior: null, planned: plan.planned, config });
  expect(made.diagnostics).toEqual([]);
  if (made.state === null) throw new Error("nothing was made");
  for (const [key, value] of Object.entries(plan.planned ?? {}))
    if (value !== UNKNOWN) expect([key, made.state[key]]).toEqual([key, value]);
  const again = await p.planChange({ type, prior: made.state, proposed: config, config });
  expect(again.planned).toEqual(made.state);
  return made.state;
}

async function problems(name: string, type: string, config: ValueObject): Promise<readonly (string | undefined)[]> {
  const plan = await provider(name).planChange({ type, prior: null, proposed: config, config });
  return plan.diagnostics.map((d) => d.detail);
}

describe("random", () => {
  it("random_id: hex, decimal and both base64 forms are of the same bytes, the prefix before each", async () => {
    const state = await create("random", "random_id", { byte_length: 8, prefix: "p-" });
    const hex = String(state.hex).slice(2);
    expect(hex).toMatch(/^[0-9a-f]{16}$/);
    expect(state.dec).toBe(`p-${BigInt(`0x${hex}`)}`);
    expect(state.id).toBe(Buffer.from(hex, "hex").toString("base64url"));
    expect(state.b64_std).toBe(`p-${Buffer.from(hex, "hex").toString("base64")}`);
  });

  it("random_id: an imported id gives back the state", async () => {
    const state = await create("random", "random_id", { byte_length: 4, prefix: "p-" });
    const { imported } = await provider("random").importState("random_id", `p-,${String(state.id)}`);
    expect(imported[0]?.state).toEqual(state);
  });

  it("random_password: has the least of each group, the length, and a bcrypt hash of itself", async () => {
    const config = { length: 20, min_upper: 3, min_numeric: 4, min_special: 5, override_special: "%" };
    const state = await create("random", "random_password", config);
    const result = String(state.result);
    expect(result).toHaveLength(20);
    expect(result.match(/[A-Z]/g)?.length).toBeGreaterThanOrEqual(3);
    expect(result.match(/[0-9]/g)?.length).toBeGreaterThanOrEqual(4);
    expect(result.match(/%/g)?.length).toBeGreaterThanOrEqual(5);
    expect(result).toMatch(/^[A-Za-z0-9%]*$/);
    const { default: bcrypt } = await import("bcryptjs");
    expect(await bcrypt.compare(result, String(state.bcrypt_hash))).toBe(true);
  });

  it("random_string: draws only from the groups that are on", async () => {
    const state = await create("random", "random_string", { length: 64, special: false, upper: false, numeric: false });
    expect(state.result).toMatch(/^[a-z]{64}$/);
  });

  it.each([
    [{ length: 0 }, "at least 1"],
    [{ length: 3, min_lower: 4 }, "at least sum of"],
    [{ length: 3, lower: false, upper: false, numeric: false, special: false }, "At least one of"],
  ])("random_password: refuses %j", async (config, message) => {
    expect(await problems("random", "random_password", config)).toEqual([expect.stringContaining(message)]);
  });

  it("random_shuffle: a result is a rearrangement of the input, repeated when more are asked for", async () => {
    const state = await create("random", "random_shuffle", { input: ["a", "b", "c"], result_count: 5 });
    const result = state.result as string[];
    expect(result).toHaveLength(5);
    expect([...result.slice(0, 3)].sort()).toEqual(["a", "b", "c"]);
  });

  it("random_integer: stays within its bounds for many seeds", async () => {
    for (let seed = 0; seed < 50; seed++) {
      const config = { min: -2, max: 2, seed: String(seed) };
      const state = await create("random", "random_integer", config);
      expect(Number(state.result)).toBeGreaterThanOrEqual(-2);
      expect(Number(state.result)).toBeLessThanOrEqual(2);
    }
  });

  it.each([
    ["random_uuid", /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/],
    ["random_uuid7", /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/],
  ])("%s: has the version and variant of RFC 9562", async (type, form) => {
    expect((await create("random", type, {})).result).toMatch(form);
  });

  it("random_pet: has as many words as asked for", async () => {
    expect(String((await create("random", "random_pet", { length: 3, prefix: "my" })).id).split("-")).toHaveLength(4);
  });

  it("a changed keeper replaces", async () => {
    const prior = await create("random", "random_uuid", { keepers: { a: "1" } });
    const config = { keepers: { a: "2" } };
    const plan = await provider("random").planChange({ type: "random_uuid", prior, proposed: config, config });
    expect(plan.requiresReplace).toEqual([["keepers"]]);
  });
});

describe("archive_file", () => {
  const write = (name: string, text: string) => {
    mkdirSync(join(folder, name, ".."), { recursive: true });
    writeFileSync(join(folder, name), text);
  };
  const read = async (config: ValueObject) => provider("archive").readData("archive_file", config);

  it("zips a folder without what the globs exclude, in order of names, the same bytes each time", async () => {
    for (const name of ["src/b.js", "src/a.js", "src/node_modules/x/i.js", "src/deep/t.test.js", "src/.env"]) write(name, name);
    const config = { type: "zip", source_dir: "src", output_path: "out/a.zip", excludes: ["node_modules", "**/*.test.js"] };
    const first = await read(config);
    expect(first.diagnostics).toEqual([]);
    const bytes = readFileSync(join(folder, "out/a.zip"));
    expect(Object.keys(unzipSync(bytes))).toEqual([".env", "a.js", "b.js"]);
    expect((await read(config)).state.output_base64sha256).toBe(first.state.output_base64sha256);
    expect(first.state.output_size).toBe(bytes.byteLength);
  });

  it("a tar.gz is what tar reads: names, permissions, contents, long and foreign names too; the same bytes each time", async () => {
    const long = `${"d".repeat(90)}/${"e".repeat(90)}/${"f".repeat(120)}.txt`;
    const names = ["a.sh", "deep/b.txt", `${"p".repeat(80)}/${"q".repeat(60)}.txt`, long, "ü.txt"];
    for (const name of names) write(`src/${name}`, `of ${name}`);
    chmodSync(join(folder, "src/a.sh"), 0o755);
    const config = { type: "tar.gz", source_dir: "src", output_path: "a.tar.gz" };
    const first = await read(config);
    expect(first.diagnostics).toEqual([]);
    expect((await read(config)).state.output_sha256).toBe(first.state.output_sha256);
    mkdirSync(join(folder, "out"));
    execFileSync("tar", ["-xzpf", join(folder, "a.tar.gz"), "-C", join(folder, "out")]);
    for (const name of names) expect(readFileSync(join(folder, "out", name), "utf8")).toBe(`of ${name}`);
    expect(statSync(join(folder, "out/a.sh")).mode & 0o777).toBe(0o755);
  });

  it.each([
    ["0644", 0o644],
    ["420", 0o644],
    ["0x1ed", 0o755],
  ])("output_file_mode %s is read as Go reads it", async (output_file_mode, wanted) => {
    write("one.txt", "1");
    await read({ type: "tar.gz", source_file: "one.txt", output_path: "m.tar.gz", output_file_mode });
    const tar = gunzipSync(readFileSync(join(folder, "m.tar.gz")));
    expect(Number.parseInt(tar.subarray(100, 107).toString(), 8)).toBe(wanted);
  });

  it("refuses an empty folder and a mode that is no number", async () => {
    write("none/skip.txt", "1");
    const rows: [ValueObject, string][] = [
      [{ source_dir: "none", excludes: ["*.txt"] }, "it would be empty"],
      [{ source_dir: "none", output_file_mode: "rw" }, "error parsing output_file_mode value: rw"],
    ];
    for (const [config, detail] of rows) {
      const { diagnostics } = await read({ type: "zip", output_path: "a.zip", ...config });
      expect(diagnostics).toEqual([expect.objectContaining({ detail: expect.stringContaining(detail) })]);
    }
  });

  it("takes contents from source blocks", async () => {
    const source = [
      { content: "1", filename: "b/one.txt" },
      { content: "2", filename: "a.txt" },
    ];
    await read({ type: "zip", source, output_path: "s.zip" });
    const files = unzipSync(readFileSync(join(folder, "s.zip")));
    expect(Object.fromEntries(Object.entries(files).map(([name, data]) => [name, Buffer.from(data).toString()]))).toEqual({
      "a.txt": "2",
      "b/one.txt": "1",
    });
  });

  it.each<[string, ValueObject, string]>([
    [
      "a folder that is not there",
      { type: "zip", source_dir: "nowhere", output_path: "a.zip" },
      "could not archive missing file or directory",
    ],
    ["no source", { type: "zip", output_path: "a.zip" }, "Exactly one of"],
    ["two sources", { type: "zip", source_dir: "a", source_file: "b", output_path: "a.zip" }, "Exactly one of"],
    ["another format", { type: "rar", source_file: "b", output_path: "a.zip" }, "archive type not supported: rar"],
  ])("refuses %s", async (_what, config, message) => {
    expect((await read(config)).diagnostics.map((d) => d.detail)).toEqual([expect.stringContaining(message)]);
  });
});

describe("local_file", () => {
  it("is written with its permissions, gone when its content was changed by hand, and removed", async () => {
    const config = { filename: "x/y.txt", content: "hello", file_permission: "0600" };
    const state = await create("local", "local_file", config);
    expect(readFileSync(join(folder, "x/y.txt"), "utf8")).toBe("hello");
    expect(statSync(join(folder, "x/y.txt")).mode & 0o777).toBe(0o600);
    expect((await provider("local").read({ type: "local_file", state })).state).toEqual(state);
    writeFileSync(join(folder, "x/y.txt"), "changed");
    expect((await provider("local").read({ type: "local_file", state })).state).toBeNull();
    await provider("local").applyChange({ type: "local_file", prior: state, planned: null, config: null });
    expect(() => statSync(join(folder, "x/y.txt"))).toThrow();
  });
});

describe("time and terraform_data", () => {
  it("time_static: the parts are of the moment", async () => {
    const state = await create("time", "time_static", {});
    expect(state).toMatchObject({ rfc3339: "2026-01-02T03:04:05Z", year: 2026, month: 1, day: 2, hour: 3, minute: 4, second: 5 });
  });

  it("time_offset: moves over the end of a month", async () => {
    const state = await create("time", "time_offset", { base_rfc3339: "2026-12-31T00:00:00Z", offset_days: 1, offset_hours: 2 });
    expect(state.rfc3339).toBe("2027-01-01T02:00:00Z");
  });

  it("time_rotating: is gone once its time has come", async () => {
    const state = await create("time", "time_rotating", { rotation_days: 1 });
    const p = provider("time");
    expect((await p.read({ type: "time_rotating", state })).state).not.toBeNull();
    clock.advance(86_400_000);
    expect((await p.read({ type: "time_rotating", state })).state).toBeNull();
  });

  it("terraform_data: the output follows the input, unknown while it changes", async () => {
    const prior = await create("terraform", "terraform_data", { input: { a: [1, "x"] } });
    expect(prior.output).toEqual({ a: [1, "x"] });
    const config = { input: "new" };
    const p = provider("terraform");
    const plan = await p.planChange({ type: "terraform_data", prior, proposed: config, config });
    expect([plan.planned?.output, plan.requiresReplace]).toEqual([UNKNOWN, []]);
    const made = await p.applyChange({ type: "terraform_data", prior, planned: plan.planned, config });
    expect(made.state).toMatchObject({ id: prior.id, input: "new", output: "new" });
  });

  it("null_resource: has an id and is replaced by its triggers", async () => {
    expect((await create("null", "null_resource", { triggers: { a: "1" } })).id).toMatch(/^\d+$/);
  });
});

describe("all utility providers", () => {
  it("every one is made by name, others are refused by name", () => {
    expect(createUtilityProviders({ clock, random: seededRandom(1) })).toHaveLength(UTILITY_PROVIDERS.length);
    expect(() => createUtilityProvider("vault", { clock, random: seededRandom(1) })).toThrow(/DVT3005/);
  });

  it("an argument that a type does not have is refused with the nearest name", () => {
    const found = provider("random").validateConfig("resource", "random_string", { lenght: 3 });
    expect(found.map((d) => [d.code, d.fix ?? d.detail])).toEqual([
      ["DVT1005", 'Did you mean "length"?'],
      ["DVT1007", 'The argument "length" is required, but no definition was found.'],
    ]);
  });
});
