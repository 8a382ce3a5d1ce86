/** The programs as an editor sees them: with the typings that `dovetail types` writes, and no package installed. */
import { spawnSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { withCloud } from "./harness.ts";

const cloud = withCloud();
const root = join(import.meta.dirname, "../..");

test("every program passes tsc in strict mode, and a misspelled property does not", async () => {
  // Left out: pipeline names aws.types.input.*, which the typings lack; modules has a tsconfig of its own.
  const names = ["api", "adopt", "clockwork", "dynamic", "many", "names", "oldbucket", "options", "orders", "platform"];
  const apps = [...names, "regions"].map((name) => cloud.app(name));
  const first = apps[0];
  if (first === undefined) throw new Error("no program");
  await first.succeed("types");
  const folder = dirname(first.folder);
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(join(root, "node_modules/@types"), join(folder, "node_modules/@types"));
  const compilerOptions = {
    strict: true,
    noEmit: true,
    module: "esnext",
    moduleResolution: "bundler",
    target: "es2023",
    skipLibCheck: true,
    types: ["node"],
  };
  const include = [`${first.folder}/.dovetail/types/*.d.ts`, ...apps.map((app) => `${app.folder}/sst.config.ts`)];
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include }));
  const check = () => spawnSync(join(root, "node_modules/.bin/tsc"), ["-p", folder], { encoding: "utf8" }).stdout;
  expect(check()).toBe("");
  first.edit("sst.config.ts", "billingMode", "billingMod");
  expect(check()).toMatch(/sst\.config\.ts.*'billingMod' does not exist/);
});
