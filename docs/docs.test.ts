/** Every command that a page shows is run, in the order of the page, in a copy of examples/kefir. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { copyKefir, type Deployment } from "../examples/kefir/deployment.ts";

/** The lines of a page's code blocks, comments taken off. */
function commandsOf(page: string): readonly string[] {
  const text = readFileSync(join(import.meta.dirname, page), "utf8");
  return [...text.matchAll(/```\n([\s\S]*?)```/g)]
    .flatMap(([, block]) => (block ?? "").split("\n"))
    .map((line) => line.replace(/\s+#.*$/, "").trim())
    .filter((line) => line !== "");
}

function isThere(program: string): boolean {
  return spawnSync("which", [program]).status === 0;
}

let kefir: Deployment;
beforeAll(async () => {
  kefir = await copyKefir();
});
afterAll(() => kefir.dispose());

describe.each(["getting-started.md", "embedded-aws.md"])("docs/%s", (page) => {
  for (const line of commandsOf(page)) {
    const words = line.split(/\s+/);
    const outside = words.includes("--") ? words[words.indexOf("--") + 1] : words[0] === "npx" ? undefined : words[0];
    // A placeholder stands for any command.
    if (outside === "COMMAND") continue;
    const missing = outside !== undefined && !isThere(outside);
    test.skipIf(missing)(`${line}${missing ? ` (skipped: ${outside} is not on PATH)` : ""}`, () => {
      if (words[0] === "npx") {
        const args = words.slice(2);
        // The watch would never end by itself.
        const result = kefir.dovetail(args[0] === "dev" ? [...args, "--once"] : args);
        expect([result.status, result.status === 0 ? "" : result.stdout + result.stderr]).toEqual([0, ""]);
      } else {
        const result = spawnSync(words[0] ?? "", words.slice(1), { cwd: kefir.infra, encoding: "utf8" });
        expect([result.status, result.status === 0 ? "" : result.stderr]).toEqual([0, ""]);
      }
    });
  }
});
