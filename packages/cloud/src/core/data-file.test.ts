import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { checkDataFile, DATA_FILE } from "./data-file.ts";
import { openStore } from "./lmdb-store.ts";

const folder = mkdtempSync(join(tmpdir(), "dovetail-data-file-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("the data file", () => {
  test("is taken when it is missing, empty or a database", async () => {
    const path = join(folder, DATA_FILE);
    expect(() => checkDataFile(path)).not.toThrow();
    writeFileSync(path, "");
    expect(() => checkDataFile(path)).not.toThrow();
    await openStore(folder).close();
    expect(() => checkDataFile(path)).not.toThrow();
  });

  test.each([
    ["text", Buffer.from("this is no database\n".repeat(1000))],
    ["zeros", Buffer.alloc(65_536)],
    ["less than two pages", Buffer.alloc(100, 1)],
  ])("is refused with DVT6005 when it is %s, and left as it is", (_, bytes) => {
    const path = join(folder, "other.mdb");
    writeFileSync(path, bytes);
    expect(() => checkDataFile(path)).toThrow("DVT6005");
  });
});
