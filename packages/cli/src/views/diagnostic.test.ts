import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { errorDiagnostic, noteDiagnostic } from "@dovetail/model";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTerminal, type TerminalStreams } from "../terminal.ts";
import { renderDiagnostic, renderDiagnostics, sortDiagnostics } from "./diagnostic.ts";

const plain = createTerminal(
  { stdout: process.stdout, stderr: { isTTY: false } as never, stdin: process.stdin } satisfies TerminalStreams,
  {},
).style;
let folder: string;
let file: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "dovetail-diagnostic-"));
  file = join(folder, "sst.config.ts");
  writeFileSync(file, 'const queue = new sst.aws.Queue("Orders", {\n\tvisibilityTimout: "30 seconds",\n});\n');
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("renderDiagnostic", () => {
  test("says what, where with an excerpt, why and how to mend it", () => {
    const text = renderDiagnostic(
      errorDiagnostic("DVT1005", "Unsupported argument", {
        detail: 'Queue has no argument named "visibilityTimout".',
        fix: 'Did you mean "visibilityTimeout"?',
        range: { file, line: 2, column: 2 },
        address: "aws_sqs_queue.Orders",
      }),
      plain,
      folder,
    );
    expect(text).toBe(
      [
        "Error DVT1005: Unsupported argument",
        "  at sst.config.ts:2:2, in aws_sqs_queue.Orders",
        '     2 | \tvisibilityTimout: "30 seconds",',
        "       | \t^^^^^^^^^^^^^^^^",
        '  Queue has no argument named "visibilityTimout".',
        '  Did you mean "visibilityTimeout"?',
      ].join("\n"),
    );
  });

  test("what names stood for is shown under the excerpt", () => {
    const range = { file, line: 1, column: 1, endColumn: 6 };
    const values = [{ traversal: "var.count", statement: 'is "x"' }];
    const text = renderDiagnostic(
      errorDiagnostic("DVT2003", "Invalid operand", { detail: "Why.", range, values }),
      plain,
      folder,
    );
    expect(text.split("\n").slice(-2)).toEqual(['     var.count is "x"', "  Why."]);
  });

  test.each([
    ["a file that is gone", { file: "/nowhere/x.ts", line: 3, column: 1 }],
    ["a line past the end", { file: "sst.config.ts", line: 999, column: 1 }],
  ])("quotes nothing of %s", (_, range) => {
    expect(
      renderDiagnostic(noteDiagnostic("DVT1008", "Output used as a plain value", { range }), plain, folder).split("\n"),
    ).toHaveLength(2);
  });

  test("AWS's own code and request id are shown", () => {
    const text = renderDiagnostic(
      errorDiagnostic("DVT4001", "Provider operation failed", {
        aws: { code: "AccessDenied", status: 403, requestId: "r-1", operation: "PutObject" },
      }),
      plain,
      folder,
    );
    expect(text).toContain("AWS: PutObject, AccessDenied, HTTP 403, request r-1");
  });

  test("more than three notes of one kind stand together, a line each; errors stay alone", () => {
    const note = (line: number) =>
      noteDiagnostic("DVT1008", "Output used as a plain value", {
        detail: "Not there yet.",
        fix: "Use apply.",
        range: { file, line, column: 1 },
      });
    const error = errorDiagnostic("DVT1005", "Unsupported argument", { range: { file, line: 2, column: 2 } });
    const alone = renderDiagnostics([note(1), error, note(2), note(3)], plain, folder);
    expect(alone).toHaveLength(4);
    const [together, ...rest] = renderDiagnostics([note(1), error, note(2), note(3), note(4)], plain, folder);
    expect(rest).toHaveLength(1);
    expect(together?.split("\n").map((line) => line.replace(/\s+/g, " "))).toEqual([
      "Note DVT1008: Output used as a plain value (4 places)",
      ' sst.config.ts:1:1 const queue = new sst.aws.Queue("Orders", {',
      ' sst.config.ts:2:1 visibilityTimout: "30 seconds",',
      " sst.config.ts:3:1 });",
      " sst.config.ts:4:1",
      " Not there yet.",
      " Use apply.",
    ]);
  });

  test("the place of a block's body, its brace, shows the line that opens the block", () => {
    const root = join(folder, "main.tf");
    writeFileSync(root, 'module "m" {\n  resource "x" "y" {\n  }\n}\n');
    const rendered = renderDiagnostic(
      errorDiagnostic("DVT4001", "Provider operation failed", {
        range: { file: root, line: 2, column: 20, endLine: 2, endColumn: 20 },
      }),
      plain,
      folder,
    );
    expect(rendered.split("\n").slice(1)).toEqual([
      "  at main.tf:2:20",
      '     2 |   resource "x" "y" {',
      "       |   ^^^^^^^^^^^^^^^^^^",
    ]);
  });

  test("sorted by file, line and column, those without a place last", () => {
    const at = (name: string, line: number) =>
      noteDiagnostic("DVT1008", `${name}${line}`, { range: { file: name, line, column: 1 } });
    const sorted = sortDiagnostics([noteDiagnostic("DVT1008", "nowhere"), at("b", 1), at("a", 9), at("a", 2)]);
    expect(sorted.map((d) => d.summary)).toEqual(["a2", "a9", "b1", "nowhere"]);
  });
});
