import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const folder = import.meta.dirname;
const root = join(folder, "../..");

test("each situation of the README names tests that there are, and each test of this folder is named", () => {
  const rows = readFileSync(join(folder, "README.md"), "utf8").match(/^\| .* \| .* \| (.*`.*) \|$/gm) ?? [];
  expect(rows.length).toBeGreaterThan(30);
  const named = rows.flatMap((row) => [...(row.split("|").at(-2) ?? "").matchAll(/`([^`]+)`/g)].map(([, path]) => path ?? ""));
  const place = (path: string) => (path.startsWith("packages/") ? join(root, path) : join(folder, path));
  expect(named.filter((path) => !existsSync(place(path)))).toEqual([]);
  const here = readdirSync(folder).filter((name) => name.endsWith(".test.ts") && name !== "readme.test.ts");
  expect(here.filter((name) => !named.includes(name))).toEqual([]);
});

test("each root of terraform/ is named, and no other", () => {
  const part = readFileSync(join(folder, "README.md"), "utf8").split("## Terraform roots")[1] ?? "";
  const rows = part.match(/^\| .* \| (`.*`) \|$/gm) ?? [];
  const named = rows.flatMap((row) => [...(row.split("|").at(-2) ?? "").matchAll(/`([^`]+)`/g)].map(([, name]) => name));
  expect(named.sort()).toEqual(readdirSync(join(folder, "terraform")).sort());
});
