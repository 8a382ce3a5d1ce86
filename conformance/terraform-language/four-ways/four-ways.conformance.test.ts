/**
 * What CI runs of the judge: our engine with our provider through every phase. The other ways beside it take minutes: `npm run
 * conformance:roots`.
 */
import { expect, test } from "vitest";
import { judgeFourWays, OURS } from "./judge.ts";
import { phasesOf } from "./phases.ts";
import { moduleExamples } from "./photo-editor.ts";
import { readPieces } from "./pieces.ts";

const TEST_MS = 240_000;

test.each([
  ["every piece: made, changed, drifted, imported, replaced, targeted", () => phasesOf(readPieces(), true)],
  ["the examples of the photo editor's modules", moduleExamples],
])(
  "%s, each time with nothing to do after it, and nothing left after the destroy",
  async (_, phases) => {
    expect(await judgeFourWays({ phases: phases(), ways: [OURS] })).toEqual([]);
  },
  TEST_MS,
);
