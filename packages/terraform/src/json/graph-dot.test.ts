import { expect, test } from "vitest";
import { graphDot } from "./graph-dot.ts";

test("each module has its cluster; an arrow that others make up for is left out", () => {
  const graph = new Map([
    ["a.a", new Set<string>()],
    ["a.b", new Set(["a.a"])],
    ["module.m.module.n.a.c", new Set(["a.b", "a.a"])],
    ["data.a.d", new Set(["module.m.module.n.a.c", "a.a"])],
  ]);
  expect(graphDot(graph)).toBe(`digraph G {
  rankdir = "RL";
  node [shape = rect, fontname = "sans-serif"];
  "a.a" [label="a.a"];
  "a.b" [label="a.b"];
  "data.a.d" [label="data.a.d"];
  subgraph "cluster_module.m.module.n" {
    label = "module.m.module.n"
    fontname = "sans-serif"
    "module.m.module.n.a.c" [label="a.c"];
  }
  "a.b" -> "a.a";
  "data.a.d" -> "module.m.module.n.a.c";
  "module.m.module.n.a.c" -> "a.b";
}`);
});
