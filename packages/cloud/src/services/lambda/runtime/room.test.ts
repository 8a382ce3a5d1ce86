import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { hasRooms, inRoom, keptInTmp } from "./room.ts";

test.each([
  ["nothing", [], []],
  ["folders elsewhere", ["/home/a", "/tmpfs/x", "/tmp"], []],
  ["folders in /tmp, by the topmost one, once", ["/tmp/a/b", "/tmp/a/c", "/tmp/d"], ["/tmp/a", "/tmp/d"]],
  ["a path that leads out", ["/tmp/../etc", "/tmp//x"], []],
])("what is kept of %s", (_name, folders, kept) => {
  expect(keptInTmp(folders)).toEqual(kept);
});

describe.skipIf(!hasRooms())("a room (skipped where this machine allows none)", () => {
  const run = (script: string, keeps: readonly string[] = []) => {
    const { program, args } = inRoom({ program: "sh", args: ["-c", script] }, { megabytes: 1, keeps });
    const { status, stdout, stderr } = spawnSync(program, args, { encoding: "utf8" });
    return { status, out: stdout.trim(), error: stderr };
  };

  test("is full when its size is used up", () => {
    const { status, error } = run("head -c 900000 /dev/zero > /tmp/a && head -c 900000 /dev/zero > /tmp/b");
    expect([status === 0, error]).toEqual([false, expect.stringContaining("No space left on device")]);
  });

  test("holds nothing of the machine's /tmp but what is kept, and leaves nothing there", () => {
    const kept = mkdtempSync("/tmp/dovetail-room-");
    const other = mkdtempSync("/tmp/dovetail-room-");
    writeFileSync(join(kept, "code"), "here");
    const name = `/tmp/left-by-a-room-${process.pid}`;
    const { out } = run(`cat ${kept}/code; echo; ls -d /tmp/*; touch ${name}; echo seen > ${kept}/written`, [join(kept, "code")]);
    expect(out.split("\n")).toEqual(["here", kept]);
    expect([existsSync(name), readFileSync(join(kept, "written"), "utf8")]).toEqual([false, "seen\n"]);
    for (const folder of [kept, other]) rmSync(folder, { recursive: true });
  });

  test("runs a command whose arguments look like the shell's own", () => {
    const { program, args } = inRoom(
      { program: "printf", args: ["%s|", "a b", "$(id)", "'", "--"] },
      { megabytes: 1, keeps: [] },
    );
    expect(spawnSync(program, args, { encoding: "utf8" }).stdout).toBe("a b|$(id)|'|--|");
  });
});
