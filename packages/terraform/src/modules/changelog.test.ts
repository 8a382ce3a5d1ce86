import { describe, expect, test } from "vitest";
import { changelogOf, changesSince } from "./changelog.ts";

const read = (text: string) => ({ read: () => Buffer.from(text) });
const versions = (text: string) => changelogOf("/m", read(text)).map(({ version }) => version.text);

describe("a changelog", () => {
  test("tells its versions, the newest first, whatever their order and form", () => {
    expect(versions("# Changelog\n\n## 1.0.0\n- a\n## [v1.10.0] - 2025-10-02\n- b\n### 1.9.0 (yanked)\n")).toEqual([
      "1.10.0",
      "1.9.0",
      "1.0.0",
    ]);
  });

  test("keeps what stands below each heading", () => {
    const entries = changelogOf("/m", read("## 2.0.0\n\n- **Breaking**: one\n\n- two\n\n## 1.0.0\n\n- first\n"));
    expect(entries.map(({ text }) => text)).toEqual(["- **Breaking**: one\n\n- two", "- first"]);
    expect(changesSince(entries, "1.0.0").map(({ version }) => version.text)).toEqual(["2.0.0"]);
    expect(changesSince(entries, undefined)).toHaveLength(2);
  });

  test.each([
    ["nothing", ""],
    ["no heading", "1.0.0\n2.0.0"],
    ["a heading that is no version", "## Unreleased\n## 1.0\n"],
  ])("with %s has no version", (_what, text) => expect(versions(text)).toEqual([]));

  test("that is not there has no version", () => {
    expect(changelogOf("/m", { read: () => undefined })).toEqual([]);
  });

  test("of a million odd lines is read at once", () => {
    expect(versions(`## 1.0.0\n${"## 1.0.0-".repeat(100_000)}`)).toEqual(["1.0.0"]);
  });
});
