import type { RunOutcome, TestStatus } from "@dovetail/terraform";
import type { Invocation } from "../../command.ts";
import { diagnosticJson } from "../validate/diagnostic-json.ts";
import { type Counts, summaryLine, type TestView, wordOf } from "./test-view.ts";

/** Terraform: "Machine-Readable UI", test messages: a JSON document a line, with the same words as for people. */

export interface TestJson extends TestView {
  /** @param files names of the test files with those of their runs */
  begins(files: readonly { readonly name: string; readonly runs: readonly { readonly name: string }[] }[]): void;
  /** What is wrong with the files. */
  tells(diagnostics: RunOutcome["diagnostics"]): void;
  ends(): void;
}

interface Place {
  readonly "@testfile"?: string;
  readonly "@testrun"?: string;
}

/** @param now milliseconds since the epoch */
export function testJson({ report, cwd, terminal }: Invocation, now: () => number): TestJson {
  const counts: Counts = { pass: 0, fail: 0, skip: 0 };
  const statuses: { [status in TestStatus]: number } = { pass: 0, fail: 0, error: 0, skip: 0 };
  const say = (message: string, type: string, content: object, place: Place = {}, level = "info") => {
    const head = { "@level": level, "@message": message, "@module": "terraform.ui", ...place };
    report.document(JSON.stringify({ ...head, "@timestamp": new Date(now()).toISOString(), ...content, type }));
  };
  const tell = (diagnostics: RunOutcome["diagnostics"], place: Place) => {
    for (const diagnostic of diagnostics.filter(({ severity }) => severity !== "note")) {
      const word = diagnostic.severity === "error" ? "Error" : "Warning";
      const level = diagnostic.severity === "error" ? "error" : "warn";
      say(`${word}: ${diagnostic.summary}`, "diagnostic", { diagnostic: diagnosticJson(diagnostic, cwd) }, place, level);
    }
  };
  const file = (path: string, word: string, content: object) =>
    say(`${path}... ${word}`, "test_file", { test_file: { path, ...content } }, { "@testfile": path });
  return {
    counts,
    begins(files) {
      const runs = files.reduce((sum, each) => sum + each.runs.length, 0);
      const found = `Found ${counted(files.length, "file")} and ${counted(runs, "run block")}`;
      const abstract = Object.fromEntries(files.map((each) => [each.name, each.runs.map(({ name }) => name)]));
      say(found, "test_abstract", { test_abstract: abstract });
    },
    listener: {
      fileBegins: (path) => file(path, "in progress", { progress: "starting" }),
      async runEnds(path, { name, status, diagnostics }) {
        counts[wordOf(status)] += 1;
        statuses[status] += 1;
        const place = { "@testfile": path, "@testrun": name };
        const run = { path, run: name, progress: "complete", status };
        say(`  "${name}"... ${wordOf(status)}`, "test_run", { test_run: run }, place);
        tell(diagnostics, place);
      },
      tearsDown: (path) => file(path, "tearing down", { progress: "teardown" }),
      async fileEnds(path, status, diagnostics) {
        file(path, wordOf(status), { progress: "complete", status });
        tell(diagnostics, { "@testfile": path });
      },
    },
    tells: (diagnostics) => tell(diagnostics, {}),
    ends() {
      const { pass: passed, fail: failed, error: errored, skip: skipped } = statuses;
      const status = errored > 0 ? "error" : failed > 0 ? "fail" : "pass";
      const summary = { status, passed, failed, errored, skipped };
      say(summaryLine(counts, terminal.style), "test_summary", { test_summary: summary });
    },
  };
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
