/** Style that can be counted: where time and chance come from, sizes, names. */
import { describe, expect, test } from "vitest";
import { sourceFiles, withoutComments } from "./source-files.ts";

const files = sourceFiles().filter((f) => !f.isTest);

/** Files that are the border to the machine, with the reason. */
const BORDER: { readonly [path: string]: string } = {
  "packages/model/src/clock.ts": "is the system clock that others are handed",
};

/** Files longer than the limit, each with its reason. */
const LONG: { readonly [path: string]: string } = {
  "packages/cloud/src/core/managed-policies.ts": "is a table of AWS's own policy documents",
};
const LINES_MAX = 450;

const BANNED: readonly { readonly what: RegExp; readonly say: string }[] = [
  { what: /\bDate\.now\(/, say: "reads the machine's clock" },
  { what: /\bnew Date\(\)/, say: "reads the machine's clock" },
  { what: /\bMath\.random\(/, say: "draws its own random numbers" },
];

/** Rooms whose every effect is handed to them (style §9). */
function isDeterministic(path: string): boolean {
  return /^packages\/(model|engine)\/src\//.test(path) || /^packages\/cloud\/src\/services\//.test(path);
}

describe("tidy", () => {
  test("model, engine and the cloud's services take time and chance from what they are handed", () => {
    const wrong = files
      .filter((f) => isDeterministic(f.path) && !Object.hasOwn(BORDER, f.path))
      .flatMap((f) => {
        const code = withoutComments(f.text);
        return BANNED.filter(({ what }) => what.test(code)).map(({ say }) => `${f.path} ${say}`);
      });
    expect(wrong).toEqual([]);
  });

  test(`no source is longer than ${LINES_MAX} lines without a reason`, () => {
    const wrong = files
      .filter((f) => f.text.split("\n").length > LINES_MAX && !Object.hasOwn(LONG, f.path))
      .map((f) => `${f.path}: ${f.text.split("\n").length}`);
    expect(wrong).toEqual([]);
  });

  test("no file is called by what everything is", () => {
    const wrong = files.filter((f) => /(^|[/.-])(utils?|helpers?|common|misc|manager)([/.-]|$)/.test(f.path)).map((f) => f.path);
    expect(wrong).toEqual([]);
  });

  test("nothing reaches into the material beside the project", () => {
    const beside = ["..", "shared"].join("/");
    expect(files.filter((f) => f.text.includes(beside) || f.text.includes("/work/")).map((f) => f.path)).toEqual([]);
  });
});
