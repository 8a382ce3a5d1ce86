import { DiagnosticError, errorDiagnostic, type SourceRange } from "@dovetail/model";
import type { Evaluation } from "../evaluate/evaluation.ts";
import type { PlaceFinder } from "../evaluate/place.ts";
import { forgetProgram, loadProgram } from "../evaluate/program-run.ts";
import { checkAppOptions } from "./app-options.ts";

/**
 * Loads a program and asks its `app()`.
 * @throws DiagnosticError DVT1003 (exception), DVT1004 (not an app)
 */
export async function askApp(
  evaluation: Evaluation,
  url: string,
  { configFile, stage }: { readonly configFile: string; readonly stage: string },
) {
  const { places } = evaluation.setting;
  try {
    const config = checkConfig((await loadProgram(evaluation, url)).default, configFile);
    const returned: unknown = await config.app({ stage: stage });
    return checkAppOptions(returned, stage, appPlace(places, configFile));
  } catch (error) {
    if (error instanceof DiagnosticError) throw error;
    const range = places.ofError(error);
    const detail = error instanceof Error ? `${error.name === "Error" ? "" : `${error.name}: `}${error.message}` : String(error);
    throw new DiagnosticError(errorDiagnostic("DVT1003", "Program threw an exception", { detail, ...(range ? { range } : {}) }), {
      cause: error,
    });
  } finally {
    forgetProgram(evaluation);
  }
}

/** Where the config file has its `app`. */
export function appPlace(places: PlaceFinder, file: string): SourceRange {
  return memberPlace(places, file, "app");
}

function memberPlace(places: PlaceFinder, file: string, name: "app" | "run"): SourceRange {
  const lines = places.text(file)?.split("\n") ?? [];
  const line = lines.findIndex((text) => new RegExp(`\\b${name}\\s*(\\(|:|=)`).test(text));
  const column = (lines[line] ?? "").search(new RegExp(`\\b${name}\\b`)) + 1;
  return line < 0 ? { file, line: 1, column: 1 } : { file, line: line + 1, column };
}

/** Where the config file sets an option of `app()`, by its name; undefined where it does not show it. */
export function optionPlace(places: PlaceFinder, file: string, option: string): SourceRange | undefined {
  const lines = places.text(file)?.split("\n") ?? [];
  const line = lines.findIndex((text) => new RegExp(`\\b${option}\\b\\s*[:,}]`).test(text));
  if (line < 0) return undefined;
  return { file, line: line + 1, column: (lines[line] ?? "").search(new RegExp(`\\b${option}\\b\\s*[:,}]`)) + 1 };
}

/** Where the program begins: `run` of the config file, or the first line of a Pulumi program's entry. */
export function entryPlace(places: PlaceFinder, configFile: string, entry: string | undefined): SourceRange {
  return entry === undefined ? memberPlace(places, configFile, "run") : { file: entry, line: 1, column: 1 };
}

/** Where the file gives an output its name: in an export, else as a word after its last `return`; undefined where it shows none. */
export function outputPlace(places: PlaceFinder, file: string, name: string): SourceRange | undefined {
  const text = places.text(file);
  if (text === undefined || !/^[A-Za-z_$][\w$]*$/.test(name)) return undefined;
  const word = name.replaceAll("$", "\\$");
  const exported = new RegExp(`\\bexport\\s+(?:const|let|var)\\s+(?=${word}\\b)`).exec(text);
  const from = text.lastIndexOf("return");
  const returned = from < 0 ? null : new RegExp(`\\b${word}\\b`).exec(text.slice(from));
  const at = exported ? exported.index + exported[0].length : returned ? from + returned.index : -1;
  if (at < 0) return undefined;
  const lines = text.slice(0, at).split("\n");
  return { file, line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}

interface Config {
  readonly app: (input: { stage: string }) => unknown;
  readonly run: () => unknown;
}

function checkConfig(config: unknown, file: string): Config {
  const range = { file, line: 1, column: 1 };
  const wrong = (detail: string, fix: string) =>
    new DiagnosticError(errorDiagnostic("DVT1004", "Invalid app definition", { detail, fix, range }));
  if (config === undefined || config === null)
    throw wrong(
      "The config file has no default export.",
      "End it with:\n    export default $config({ app(input) { ... }, async run() { ... } });",
    );
  const { app, run, stacks, config: v2 } = config as { readonly [name: string]: unknown };
  if (typeof stacks === "function" || typeof v2 === "function") {
    throw wrong(
      "This looks like an SST v2 config: it has config() and stacks() in place of app() and run().",
      "Move it to SST v3's form first:\n    export default $config({ app(input) { ... }, async run() { ... } });",
    );
  }
  if (typeof app !== "function")
    throw wrong("The config has no app() function.", 'Add one:\n    app(input) { return { name: "my-app" }; },');
  if (typeof run !== "function")
    throw wrong(
      run === undefined ? "The config has no run() function." : '"run" is not a function.',
      "Add one:\n    async run() { },",
    );
  return { app: (input) => Reflect.apply(app, config, [input]) as unknown, run: () => Reflect.apply(run, config, []) as unknown };
}
