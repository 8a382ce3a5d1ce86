import { PassThrough } from "node:stream";
import { describe, expect, test } from "vitest";
import { runCommandLine } from "./command-line.ts";
import { COMMANDS } from "./commands.ts";

async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const code = await runCommandLine(args, {
    streams: { stdout, stderr, stdin: new PassThrough() },
    env: {},
    cwd: "/",
    interrupt: new AbortController().signal,
    interruptAgain: new AbortController().signal,
  });
  stdout.end();
  stderr.end();
  return { code, out: String(stdout.read() ?? ""), err: String(stderr.read() ?? "") };
}

describe("runCommandLine", () => {
  test("help lists every command on stdout and exits with 0", async () => {
    const { code, out } = await run("help");
    expect(code).toBe(0);
    for (const name of Object.keys(COMMANDS)) expect(out).toContain(name);
  });

  test("an unknown command is a usage error with the nearest name", async () => {
    const { code, err } = await run("delpoy");
    expect(code).toBe(2);
    expect(err).toContain('There is no command "delpoy"');
    expect(err).toContain('Did you mean "deploy"?');
  });

  test("the first word of a group alone shows the group", async () => {
    const { code, err } = await run("state");
    expect(code).toBe(2);
    expect(err).toContain("state list");
    expect(err).not.toContain("cloud start");
  });

  test.each(["deploy", "diff", "remove", "output", "state list"])("%s outside of any app says where it looked", async (name) => {
    const { code, err } = await run(...name.split(" "), "--stage", "dev");
    expect(code).toBe(1);
    expect(err).toContain("DVT1001");
  });

  test("every command has a name, a summary and explained options, and shows them as help", async () => {
    for (const [name, row] of Object.entries(COMMANDS)) {
      const command = await row.load();
      const { code, out } = await run(...name.split(" "), "--help");
      expect([name, code]).toEqual([name, 0]);
      expect(out).toContain(command.summary);
      for (const [option, definition] of Object.entries(command.options)) {
        expect(out).toContain(`--${option}`);
        expect(definition.help.length).toBeGreaterThan(5);
      }
    }
  });

  test("explain knows every code it prints", async () => {
    const { code, out } = await run("explain", "DVT5001");
    expect([code, out.split("\n")[0]]).toEqual([0, "DVT5001: State is locked"]);
    expect((await run("explain", "DVT0000")).code).toBe(2);
  });
});
