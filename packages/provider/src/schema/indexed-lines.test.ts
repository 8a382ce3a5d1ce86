import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { IndexedLines } from "./indexed-lines.ts";

const folder = mkdtempSync(join(tmpdir(), "dovetail-lines-"));
afterAll(() => rmSync(folder, { recursive: true }));

const rows = { a: { one: { x: 1 }, "t:wo/o:O": { y: "ü{}[]" } }, b: { one: { z: 3 } }, none: {} };

function written(): IndexedLines {
  const lines: string[] = [];
  const sections: { [section: string]: { [name: string]: [number, number] } } = {};
  let offset = 0;
  for (const [section, entries] of Object.entries(rows)) {
    sections[section] = {};
    for (const [name, entry] of Object.entries(entries)) {
      const line = JSON.stringify(entry);
      sections[section][name] = [offset, Buffer.byteLength(line)];
      offset += Buffer.byteLength(line) + 1;
      lines.push(line);
    }
  }
  writeFileSync(join(folder, "x.jsonl"), `${lines.join("\n")}\n`);
  writeFileSync(join(folder, "x.index.json"), `${JSON.stringify({ format: 1, aliases: { old: "new" }, sections })}\n`);
  return new IndexedLines(join(folder, "x.jsonl"), join(folder, "x.index.json"));
}

describe("IndexedLines", () => {
  test("has every entry of every section, and what stands before them", () => {
    const lines = written();
    for (const [section, entries] of Object.entries(rows)) {
      expect(lines.names(section)).toEqual(Object.keys(entries));
      for (const [name, entry] of Object.entries(entries)) expect(lines.entry(section, name)).toEqual(entry);
    }
    expect(lines.head).toEqual({ format: 1, aliases: { old: "new" } });
  });

  test.each(["two", "on", "", "__proto__", "constructor", '"', "t:wo", "sections"])("has no entry %j", (name) => {
    const lines = written();
    expect(lines.has("b", name)).toBe(false);
    expect(lines.entry("a", name)).toBeUndefined();
    expect(lines.names(name)).toEqual([]);
    expect(lines.entry(name, "one")).toBeUndefined();
  });

  test("knows how names begin", () => {
    const lines = written();
    expect(["t:wo/", "on", "one", "two", "z"].map((prefix) => lines.hasPrefix("a", prefix))).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
    expect(["t:wo/", "x"].map((prefix) => lines.hasPrefix("b", prefix))).toEqual([false, false]);
  });

  test("a name of another section is not found in this one", () => {
    const lines = written();
    expect(lines.has("b", "t:wo/o:O")).toBe(false);
    expect(lines.has("none", "one")).toBe(false);
  });
});
