/**
 * What Terraform's core refuses: a body that does not fit its type's schema. The real `terraform validate` and ours read the same files, one a
 * row, and must say the same at the same place.
 */
import { join } from "node:path";
import { createEngine, memoryFiles } from "@dovetail/engine";
import { type Diagnostic, DiagnosticError, type SchemaKind, systemClock, systemRandom } from "@dovetail/model";
import type { Provider } from "@dovetail/provider";
import { loadTerraformApp } from "@dovetail/terraform";
import { diagnosticJson } from "../../../packages/cli/src/commands/validate/diagnostic-json.ts";
import type { Difference } from "./compare.ts";
import { UNKNOWN_VARIABLE } from "./native-syntax.ts";
import type { Judged } from "./report.ts";
import { terraformRoot } from "./terraform-root.ts";

export interface CoreRow {
  readonly kind: Extract<SchemaKind, "resource" | "data">;
  readonly type: string;
  readonly name: string;
  /** Native syntax. */
  readonly body: string;
}

/** Nothing is asked of a cloud: the endpoint is one that nobody listens at. */
const NOWHERE = "http://127.0.0.1:1";

export async function judgeCore(ours: Provider, rows: readonly CoreRow[]): Promise<readonly Judged[]> {
  const root = await terraformRoot({ provider: "real", endpoint: NOWHERE });
  try {
    root.configure({});
    root.write("later.tf", UNKNOWN_VARIABLE);
    for (const [i, { kind, type, body }] of rows.entries()) root.write(fileOf(i), `${kind} "${type}" "r${i}" {\n${body}}\n`);
    await root.succeed("init", "-input=false", "-no-color");
    const { diagnostics } = JSON.parse((await root.run("validate", "-json")).stdout) as { diagnostics: readonly Told[] };
    const real = byFile(diagnostics);
    const mine = byFile(
      (await validated(ours, root.folder)).map((each) => ({ ...diagnosticJson(each, root.folder), code: each.code })),
    );
    const loose = {
      type: "terraform",
      row: "core: what has no place",
      differences: differencesOf(mine.get("") ?? [], real.get("") ?? []),
    };
    const judged = rows.map(({ kind, type, name }, i) => ({
      type: kind === "data" ? `data ${type}` : type,
      row: `core: ${name}`,
      differences: differencesOf(mine.get(fileOf(i)) ?? [], real.get(fileOf(i)) ?? []),
    }));
    return [...judged, loose];
  } finally {
    await root.remove();
  }
}

function fileOf(row: number): string {
  return `r${row}.tf`;
}

interface Place {
  readonly line: number;
  readonly column: number;
}

/** A diagnostic of `terraform validate -json`, or of ours as `dovetail validate -json` prints it, with its code. */
interface Told {
  readonly severity: string;
  readonly summary: string;
  readonly detail?: string;
  readonly range?: { readonly filename: string; readonly start: Place; readonly end: Place };
  readonly code?: string;
}

/** Errors by their file. */
function byFile(diagnostics: readonly Told[]): ReadonlyMap<string, readonly Told[]> {
  const files = new Map<string, Told[]>();
  for (const each of diagnostics) {
    const name = each.range?.filename ?? "";
    if (each.severity === "error") files.set(name, [...(files.get(name) ?? []), each]);
  }
  return files;
}

/** Each error of one side is told by the other too, in the same words and at the same place. */
function differencesOf(ours: readonly Told[], real: readonly Told[]): readonly Difference[] {
  const isSame =
    ours.every((mine) => real.some((other) => isAlike(mine, other))) &&
    real.every((other) => ours.some((mine) => isAlike(mine, other)));
  return isSame ? [] : [{ aspect: "core", path: "", ours: textOf(ours), real: textOf(real) }];
}

/** What providers say has the summary of its code with us; the sentence is the same. */
function isAlike(mine: Told, other: Told): boolean {
  if (placeOf(mine) !== placeOf(other)) return false;
  const said = `${other.summary}: ${other.detail ?? ""}`;
  const isOfCore = mine.code?.startsWith("DVT2") === true;
  if (!isOfCore) return said.includes(mine.detail ?? mine.summary);
  return withoutSuggestion(said) === withoutSuggestion(`${mine.summary}: ${mine.detail ?? ""}`);
}

/** Of several names that are near, Terraform suggests the one that Go's maps put first. */
function withoutSuggestion(text: string): string {
  return text.replace(/(Did you mean) "[^"]+"\?$/, "$1 …?");
}

function placeOf({ range }: Told): string {
  return `${range?.start.line}:${range?.start.column}-${range?.end.line}:${range?.end.column}`;
}

function textOf(told: readonly Told[]): string {
  const lines = told.map((each) => `${each.code ?? ""} ${each.summary}: ${each.detail ?? ""} (${placeOf(each)})`);
  return lines.sort().join(" | ") || "takes it";
}

async function validated(provider: Provider, folder: string): Promise<readonly Diagnostic[]> {
  const [clock, random] = [systemClock(), systemRandom()];
  const engine = createEngine({
    app: "judge",
    stage: "default",
    directory: join(folder, ".dovetail"),
    files: memoryFiles(),
    clock,
    random,
    providers: {
      localNameFor: (type) => (type.startsWith("aws_") ? "aws" : undefined),
      provider: async () => ({ provider, diagnostics: [] }),
      close: async () => undefined,
    },
    owner: { who: "judge", host: "judge", pid: 1, version: "0", isProcessAlive: () => true },
  });
  try {
    const app = loadTerraformApp({
      root: folder,
      cwd: folder,
      workspace: "default",
      env: {},
      variables: [],
      isValidation: true,
      clock,
      random,
    });
    return [...app.diagnostics, ...(await engine.validate(app.frontEnd))];
  } catch (error) {
    if (error instanceof DiagnosticError) return error.diagnostics;
    throw error;
  }
}
