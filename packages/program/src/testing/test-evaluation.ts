import { Console } from "node:console";
import { join } from "node:path";
import type { EvaluationHost } from "@dovetail/engine";
import { type Diagnostic, DiagnosticError } from "@dovetail/model";
import { type ParseYaml, readStackConfig } from "../app/stack-config.ts";
import { createArchiver } from "../assets/archiver.ts";
import { Catalogs } from "../catalog/catalogs.ts";
import type { Mocks } from "../core/contract.ts";
import { DYNAMIC_DESCRIPTOR, DYNAMIC_TOKEN } from "../core/dynamic-schema.ts";
import { register } from "../core/registration.ts";
import { Evaluation } from "../evaluate/evaluation.ts";
import { NameTable } from "../evaluate/name-table.ts";
import { PlaceFinder } from "../evaluate/place.ts";
import { nextEvaluationId } from "../evaluate/program-run.ts";

/**
 * The one evaluation of a test process: its program's files are loaded by the test itself, and mocks answer in place of an engine.
 * What is wrong is an unhandled rejection, which test runners count as a failure.
 */
export function createTestEvaluation(root: string, parseYaml: ParseYaml | undefined): Evaluation {
  const app = { name: "project", stage: "stack", removal: "remove" as const, protect: false, providers: {} };
  const outDir = join(root, ".dovetail");
  const run = { isPreview: false };
  const host: EvaluationHost = {
    get pass() {
      return run.isPreview ? ("plan" as const) : ("apply" as const);
    },
    register: withoutMocks,
    readData: withoutMocks,
    readExisting: withoutMocks,
    report: tell,
  };
  const evaluation: Evaluation = new Evaluation({
    id: nextEvaluationId(),
    app,
    host,
    kind: "pulumi",
    entryPlace: () => undefined,
    outputPlace: () => undefined,
    root,
    outDir,
    isLocal: true,
    isDev: false,
    command: "test",
    catalogs: new Catalogs(),
    places: new PlaceFinder(join(outDir, "no-bundle.mjs")),
    names: new NameTable(),
    archiver: createArchiver(root, outDir, true),
    providerConfigurations: [],
    dynamics: { describe: (type) => (type === DYNAMIC_TOKEN ? DYNAMIC_DESCRIPTOR : undefined), provide: () => {} },
    hooks: new Map(),
    stackConfig: () => readStackConfig(root, app, process.env, parseYaml),
    register,
    rejects: (error) => void Promise.reject(error),
    setMocks(mocks: Mocks, project?: string, stack?: string, preview?: boolean) {
      evaluation.mocks = mocks;
      app.name = project ?? "project";
      app.stage = stack ?? "stack";
      run.isPreview = preview === true;
    },
  });
  return evaluation;
}

async function withoutMocks(): Promise<never> {
  throw new Error("pulumi.runtime.setMocks(...) must be called before the program under test is imported");
}

const terminal = new Console({ stdout: process.stderr, stderr: process.stderr });

function tell(diagnostic: Diagnostic): void {
  if (diagnostic.severity === "error") void Promise.reject(new DiagnosticError(diagnostic));
  else if (diagnostic.severity === "warning" || diagnostic.code === "DVT1021")
    terminal.error(`${diagnostic.severity} ${diagnostic.code}: ${diagnostic.detail ?? diagnostic.summary}`);
}
