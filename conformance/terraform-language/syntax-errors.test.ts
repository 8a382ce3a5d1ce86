/** What is wrong with a file is told as the real terraform tells it: the same errors, in the same words, at the same places. */
import { parseJson, parseNative } from "@dovetail/hcl";
import { describe, expect, test } from "vitest";
import { hasTerraform } from "../terraform/dovetail.ts";
import { BROKEN_INPUTS } from "./broken-inputs.ts";
import { BROKEN_JSON_INPUTS } from "./broken-json-inputs.ts";
import { mutations } from "./mutations.ts";
import { terraformSays, weSay } from "./validate.ts";

const SEED = 20261121;

describe.skipIf(!hasTerraform())("errors of syntax", () => {
  test.each([
    [`${BROKEN_INPUTS.size} files of native syntax`, BROKEN_INPUTS, parseNative],
    [`${BROKEN_JSON_INPUTS.size} files of JSON syntax`, BROKEN_JSON_INPUTS, parseJson],
    [`1,000 mutations of good files (seed ${SEED})`, mutations(SEED, 1000), parseNative],
  ] as const)("%s", (_, inputs, parse) => {
    const theirs = terraformSays(inputs);
    const different = [...inputs].flatMap(([file, text]) => {
      const said = theirs.get(file) ?? [];
      const ours = weSay(parse(text, file).diagnostics);
      return said.join("\n") === ours.join("\n") ? [] : [{ text, terraform: said, ours }];
    });
    expect(different).toEqual([]);
  });
});
