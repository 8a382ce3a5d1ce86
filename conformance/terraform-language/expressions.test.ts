import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { hasTerraform } from "../terraform/dovetail.ts";
import { disagreements } from "./expression-fuzz.ts";

const SEED = Number(process.env.FUZZ_SEED ?? 20261121);
const COUNT = Number(process.env.FUZZ_COUNT ?? 400);

test.runIf(hasTerraform())(`${COUNT} random expressions (seed ${SEED}) have one answer, from terraform and from us`, async () => {
  const folder = await mkdtemp(join(tmpdir(), "expressions-"));
  try {
    expect(await disagreements(folder, SEED, COUNT)).toEqual([]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
