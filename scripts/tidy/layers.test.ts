/** The layers of design §2: a package imports only what stands below it, and no file imports in a circle. */
import { dirname, join, normalize } from "node:path";
import { describe, expect, test } from "vitest";
import { importsOf, type SourceFile, sourceFiles } from "./source-files.ts";

/** Package -> the packages it may import. */
const BELOW: { readonly [room: string]: readonly string[] } = {
  model: [],
  hcl: ["model"],
  provider: ["model"],
  "provider-aws": ["model", "provider"],
  "provider-utilities": ["model", "provider"],
  "provider-plugin": ["model", "provider"],
  engine: ["model", "provider"],
  program: ["model", "provider", "provider-aws", "provider-utilities", "engine", "hcl", "terraform"],
  terraform: ["model", "hcl", "provider", "provider-utilities", "engine"],
  governance: ["model", "engine"],
  cloud: ["model"],
  cli: [
    "model",
    "provider",
    "provider-aws",
    "provider-utilities",
    "provider-plugin",
    "engine",
    "program",
    "terraform",
    "governance",
    "cloud",
  ],
};

const files = sourceFiles();

describe("layers", () => {
  test("every package has its row", () => {
    expect([...new Set(files.map((f) => f.room))].filter((room) => !Object.hasOwn(BELOW, room))).toEqual([]);
  });

  test("a package imports only packages below it, and by their public entry", () => {
    const wrong = files
      .filter((f) => !f.isTest)
      .flatMap((f) =>
        importsOf(f.text)
          .filter(({ specifier }) => specifier.startsWith("@dovetail/"))
          .filter(({ specifier }) => !(BELOW[f.room] ?? []).includes(specifier.slice("@dovetail/".length)))
          .map(({ specifier }) => `${f.path} imports ${specifier}`),
      );
    expect(wrong).toEqual([]);
  });

  test("no relative import leaves its package, and none goes through the package's own index", () => {
    const wrong = files.flatMap((f) =>
      importsOf(f.text)
        .filter(({ specifier }) => specifier.startsWith("."))
        .map(({ specifier }) => normalize(join(dirname(f.path), specifier)))
        .filter((target) => !target.startsWith(`packages/${f.room}/`) || target === `packages/${f.room}/src/index.ts`)
        .filter(() => !f.isTest)
        .map((target) => `${f.path} imports ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  test("no file imports itself through others, type-only imports included", () => {
    expect(cycles(files.filter((f) => !f.isTest))).toEqual([]);
  });
});

/** One path per cycle found. Imports that wait (`import()`) do not count: they are how a table loads its rows. */
function cycles(sources: readonly SourceFile[]): readonly string[] {
  const edges = new Map<string, readonly string[]>();
  for (const f of sources) {
    const targets = importsOf(f.text)
      .filter(({ specifier, dynamic }) => specifier.startsWith(".") && !dynamic)
      .map(({ specifier }) => normalize(join(dirname(f.path), specifier)));
    edges.set(f.path, targets);
  }
  const state = new Map<string, "open" | "done">();
  const found: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    if (state.get(path) === "done") return;
    if (state.get(path) === "open") {
      found.push([...trail.slice(trail.indexOf(path)), path].join(" -> "));
      return;
    }
    state.set(path, "open");
    for (const next of edges.get(path) ?? []) visit(next, [...trail, path]);
    state.set(path, "done");
  };
  for (const path of edges.keys()) visit(path, []);
  return found;
}
