/** What is wrong with a resource's body is told as the real terraform with the real provider tells it. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { decodeBody, intVal, listOf, objectVal, parseNative, STRING, scopeOf, tupleVal, unknownVal } from "@dovetail/hcl";
import { createSchemaStore } from "@dovetail/provider-aws";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createRoot, type RealRoot, whyMissing } from "../provider/real-provider.ts";
import { linesByFile, weSay } from "./validate.ts";
import { WRONG_BODIES } from "./wrong-bodies.ts";

const missing = whyMissing();
if (missing !== undefined) console.warn(`skipped: ${missing}`);

const SCOPE = scopeOf({
  var: objectVal({ unk: unknownVal(listOf(STRING)) }),
  local: objectVal({ ports: tupleVal([intVal(80), intVal(443)]), obj: objectVal({ a: intVal(1) }) }),
});
const FILES = new Map(
  WRONG_BODIES.map(([type, body], i) => [`w${i}.tf`, { type, text: `resource "${type}" "r${i}" {\n${body}\n}\n` }]),
);

let root: RealRoot;
beforeAll(() => {
  if (missing !== undefined) return;
  const locals = { ports: [80, 443], obj: { a: 1 } };
  root = createRoot({ variable: { unk: { type: "list(string)" } }, locals });
  for (const [file, { text }] of FILES) writeFileSync(join(root.folder, file), text);
});
afterAll(() => root?.remove());

describe.skipIf(missing !== undefined)("errors of decoding", () => {
  test(`${WRONG_BODIES.length} bodies`, () => {
    const theirs = linesByFile(FILES.keys(), root.run("validate", "-json").stdout);
    const schemas = createSchemaStore("5.100.0");
    const different = [...FILES].flatMap(([file, { type, text }]) => {
      const { blocks } = parseNative(text, file).body.content({
        attributes: [],
        blocks: [{ type: "resource", labels: ["type", "name"] }],
      });
      const [block] = blocks;
      const schema = schemas.get("resource", type);
      if (block === undefined || schema === undefined) throw new Error(`no schema of ${type}`);
      const said = theirs.get(file) ?? [];
      const ours = weSay(decodeBody(block.body, schema, SCOPE).diagnostics);
      return said.length > 0 && said.join("\n") === ours.join("\n") ? [] : [{ text, terraform: said, ours }];
    });
    expect(different).toEqual([]);
  });
});
