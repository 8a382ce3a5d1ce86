/** Every command that a page shows is run, in the order of the pages, in a copy of examples/kefir; what a page shows in HCL is in the file that its first line names, else in `queues/main.tf`. */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { copyKefir, type Deployment } from "../examples/kefir/deployment.ts";

const PAGES = ["getting-started.md", "working-beside-terraform.md", "terraform-roots.md", "export.md"];

/** The text of a page's code blocks of a language; "" for commands. */
function blocksOf(page: string, language: string): readonly string[] {
  const text = readFileSync(join(import.meta.dirname, page), "utf8");
  return [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].flatMap(([, own, block]) => (own === language ? [block ?? ""] : []));
}

/** The lines of a page's commands, comments taken off. */
function commandsOf(page: string): readonly string[] {
  return blocksOf(page, "")
    .flatMap((block) => block.split("\n"))
    .map((line) => line.replace(/\s+#.*$/, "").trim())
    .filter((line) => line !== "");
}

/** Why a command cannot be run on this machine; undefined where it can. */
function missingFor(words: readonly string[]): string | undefined {
  const isOwn = words[0] === "npx";
  const isTerraform = isOwn && words[2] === "terraform";
  const after = words.includes("--") ? words[words.indexOf("--") + 1] : undefined;
  const outside = isTerraform ? "terraform" : (after ?? (isOwn ? undefined : words[0]));
  if (outside !== undefined && !isThere(outside)) return `${outside} is not on PATH`;
  const needsProvider = words.includes("--real-provider") && process.env.DOVETAIL_TF_MIRROR === undefined;
  return needsProvider ? "DOVETAIL_TF_MIRROR names no mirror with the real provider" : undefined;
}

function isThere(program: string): boolean {
  return spawnSync("which", [program]).status === 0;
}

let kefir: Deployment;
beforeAll(async () => {
  kefir = await copyKefir();
  for (const page of PAGES) {
    for (const block of blocksOf(page, "hcl")) {
      const file = join(kefir.infra, /^# (\S+\.tf)\n/.exec(block)?.[1] ?? "queues/main.tf");
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, block);
    }
  }
  const mirror = process.env.DOVETAIL_TF_MIRROR;
  if (mirror !== undefined)
    writeFileSync(
      join(kefir.infra, "mirror.tfrc"),
      `provider_installation {\n  filesystem_mirror {\n    path = "${mirror}"\n  }\n}\n`,
    );
});
afterAll(() => kefir.dispose());

describe.each(PAGES)("docs/%s", (page) => {
  for (const line of commandsOf(page)) {
    const words = line.split(/\s+/);
    // A placeholder stands for any command.
    if (words.includes("COMMAND")) continue;
    const missing = missingFor(words);
    test.skipIf(missing !== undefined)(`${line}${missing === undefined ? "" : ` (skipped: ${missing})`}`, () => {
      if (words[0] === "npx") {
        const args = words.slice(2);
        const isReal = words.includes("--real-provider");
        // The watch would never end by itself.
        const result = kefir.dovetail(
          args[0] === "dev" ? [...args, "--once"] : args,
          isReal ? { TF_CLI_CONFIG_FILE: join(kefir.infra, "mirror.tfrc") } : {},
        );
        expect([result.status, result.status === 0 ? "" : result.stdout + result.stderr]).toEqual([0, ""]);
      } else {
        const result = spawnSync(words[0] ?? "", words.slice(1), { cwd: kefir.infra, encoding: "utf8" });
        expect([result.status, result.status === 0 ? "" : result.stderr]).toEqual([0, ""]);
      }
    });
  }
});
