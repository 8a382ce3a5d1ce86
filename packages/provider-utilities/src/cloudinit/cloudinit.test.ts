import { crc32, gunzipSync } from "node:zlib";
import { manualClock, seededRandom, type ValueObject } from "@dovetail/model";
import { describe, expect, it } from "vitest";
import { createUtilityProvider } from "../index.ts";
import { created, dataOf, problemsOf } from "../test-provider.ts";

const provider = createUtilityProvider("cloudinit", { clock: manualClock(), random: seededRandom(1) });
const PARTS: ValueObject[] = [
  { content_type: "text/x-shellscript", content: "baz", filename: "foobar.sh" },
  { content: "#cloud-config\n", merge_type: "list(append)+dict(recurse_array)+str()" },
];
/** Written by hand after the format of Go's mime/multipart: headers of a part in order of their names, as textproto spells them. */
const DOCUMENT = [
  'Content-Type: multipart/mixed; boundary="MIMEBOUNDARY"\nMIME-Version: 1.0',
  "",
  "--MIMEBOUNDARY",
  'Content-Disposition: attachment; filename="foobar.sh"',
  "Content-Transfer-Encoding: 7bit",
  "Content-Type: text/x-shellscript",
  "Mime-Version: 1.0",
  "",
  "baz",
  "--MIMEBOUNDARY",
  "Content-Transfer-Encoding: 7bit",
  "Content-Type: text/plain",
  "Mime-Version: 1.0",
  "X-Merge-Type: list(append)+dict(recurse_array)+str()",
  "",
  "#cloud-config\n",
  "--MIMEBOUNDARY--",
  "",
].join("\r\n");

describe("cloudinit_config", () => {
  it("writes the parts as one document, its id the CRC-32 of it", async () => {
    const state = await dataOf(provider, "cloudinit_config", { gzip: false, base64_encode: false, part: PARTS });
    expect(state.rendered).toBe(DOCUMENT);
    expect(state).toMatchObject({ id: String(crc32(DOCUMENT)), boundary: "MIMEBOUNDARY", gzip: false, base64_encode: false });
  });

  it("is packed and in base64 unless told otherwise, with the head that Go writes", async () => {
    const { rendered, gzip, base64_encode } = await dataOf(provider, "cloudinit_config", { part: PARTS });
    const bytes = Buffer.from(String(rendered), "base64");
    expect([gzip, base64_encode, gunzipSync(bytes).toString()]).toEqual([true, true, DOCUMENT]);
    expect([...bytes.subarray(0, 10)]).toEqual([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);
  });

  it("as a resource says the same, and a changed part replaces", async () => {
    const config = { gzip: false, base64_encode: false, part: PARTS };
    const state = await created(provider, "cloudinit_config", config);
    expect(state.rendered).toBe(DOCUMENT);
    const changed = { ...config, part: [{ content: "other" }] };
    const plan = await provider.planChange({ type: "cloudinit_config", prior: state, proposed: changed, config: changed });
    expect(plan.requiresReplace).toEqual([["part"]]);
  });

  it.each<[string, ValueObject, string]>([
    [
      "packed bytes that are no text",
      { base64_encode: false, part: PARTS },
      "Expected base64_encode to be set to true when gzip is true.",
    ],
    ["no part", {}, "part must have a configuration value"],
    ["an empty boundary", { boundary: "", part: PARTS }, "string length must be at least 1, got: 0"],
    [
      "an empty content type",
      { part: [{ content: "a", content_type: "" }] },
      "part[0].content_type string length must be at least 1",
    ],
    ["a boundary of other letters", { boundary: "a\r\nb", part: PARTS }, "mime: invalid boundary character"],
    ["a long boundary", { boundary: "a".repeat(71), part: PARTS }, "mime: invalid boundary length"],
  ])("refuses %s", async (_what, config, detail) => {
    for (const kind of ["data", "resource"] as const) {
      const found = await problemsOf(provider, kind, "cloudinit_config", config);
      expect(found).toEqual([expect.objectContaining({ detail: expect.stringContaining(detail) })]);
    }
  });
});
