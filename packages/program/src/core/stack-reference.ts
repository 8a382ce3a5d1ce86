import { readdirSync, readFileSync } from "node:fs";
import { isAbsolute, join, resolve } from "node:path";
import { DiagnosticError, errorDiagnostic } from "@dovetail/model";
import type { Evaluation } from "../evaluate/evaluation.ts";
import { NO_RESOURCES, type OutputState, type ResourceOptions } from "./contract.ts";
import { evaluationOf } from "./custom-resource.ts";
import { makeOutput, type OutputMethods, stateOf } from "./output.ts";
import { Resource } from "./resource-base.ts";

interface StateOutputs {
  readonly [name: string]: { readonly value: unknown; readonly sensitive?: boolean };
}

/**
 * The outputs of another stage or app, read from its state file. `name` in the arguments (or the first argument) is a stage of this app,
 * `app/stage` of an app in a neighbouring folder, `organization/app/stage`, or the path of a state file or of an app's folder.
 */
export class StackReference extends Resource {
  readonly #outputs: Promise<StateOutputs>;

  constructor(name: string, args?: { readonly name?: unknown }, opts?: ResourceOptions) {
    const evaluation = evaluationOf(new.target);
    super(evaluation, "pulumi:pulumi:StackReference", name, opts ?? {});
    const range = evaluation.setting.places.here();
    this.#outputs = stateOf(evaluation, args?.name ?? name).then((state) => {
      try {
        return readOutputs(evaluation, String(state.value));
      } catch (error) {
        evaluation.reportException(error, `Reading the outputs of "${String(state.value)}"`, range);
        return {};
      }
    });
    evaluation.track(this.#outputs);
  }

  get outputs(): OutputMethods {
    return this.#output(async (outputs) => ({
      value: Object.fromEntries(Object.entries(outputs).map(([key, output]) => [key, output.value])),
      secret: Object.values(outputs).some((output) => output.sensitive === true),
      resources: NO_RESOURCES,
    }));
  }

  /** An output's value, undefined when there is none. */
  getOutput(name: unknown): OutputMethods {
    return this.#output(async (outputs) => {
      const key = String((await stateOf(this.__evaluation, name)).value);
      const output = Object.hasOwn(outputs, key) ? outputs[key] : undefined;
      return { value: output?.value, secret: output?.sensitive === true, resources: NO_RESOURCES };
    });
  }

  /** An output's value; an error when there is none. */
  requireOutput(name: unknown): OutputMethods {
    const range = this.__evaluation.setting.places.here();
    return this.getOutput(name).apply((value) => {
      if (value !== undefined) return value;
      throw new DiagnosticError(
        errorDiagnostic("DVT1018", "Missing stack configuration", {
          detail: `"${this.__name}" has no output named "${String(name)}".`,
          ...(range ? { range } : {}),
        }),
      );
    });
  }

  async getOutputDetails(name: string): Promise<{ value?: unknown; secretValue?: unknown }> {
    const output = (await this.#outputs)[name];
    return output?.sensitive === true ? { secretValue: output.value } : { value: output?.value };
  }

  async getOutputValue(name: string): Promise<unknown> {
    return (await this.#outputs)[name]?.value;
  }

  async requireOutputValue(name: string): Promise<unknown> {
    return (await this.#outputs)[name]?.value;
  }

  #output(read: (outputs: StateOutputs) => Promise<OutputState>): OutputMethods {
    return makeOutput(this.__evaluation, this.#outputs.then(read));
  }
}

function readOutputs(evaluation: Evaluation, name: string): StateOutputs {
  const named = candidates(evaluation, name);
  const places = [...named, ...neighboursOf(evaluation, name)];
  for (const place of places) {
    let text: string;
    try {
      text = readFileSync(place, "utf8");
    } catch {
      continue;
    }
    const state = JSON.parse(text) as { readonly outputs?: StateOutputs };
    return state.outputs ?? {};
  }
  throw new DiagnosticError(
    errorDiagnostic("DVT1018", "Missing stack configuration", {
      detail: `No state was found for the stack "${name}". Looked at these files, and at the apps in the folders around:\n${named.map((place) => `    ${place}`).join("\n")}`,
      fix: "Deploy that stack first, or name its state file or its app's folder by path.",
    }),
  );
}

/** Folders that are looked into at most, so that a large tree costs little. */
const FOLDERS_MAX = 500;

/** State files of apps in neighbouring folders that have the app's name, whatever the folder is called; the sidecar says which app it is. */
function neighboursOf({ setting: { root, outDir } }: Evaluation, name: string): string[] {
  const [stage = "", app] = name.split("/").reverse();
  if (app === undefined || name.startsWith(".") || isAbsolute(name)) return [];
  const above = ["..", "../.."].map((up) => resolve(root, up));
  const folders = above.flatMap((folder) => subfolders(folder).flatMap((inner) => [inner, join(inner, "infra")]));
  return [outDir, ...folders.slice(0, FOLDERS_MAX).map((folder) => join(folder, ".dovetail"))]
    .filter((folder) => appOf(join(folder, `${stage}.sidecar.json`)) === app)
    .map((folder) => join(folder, `${stage}.tfstate`));
}

function subfolders(folder: string): string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith(".") && entry.name !== "node_modules")
      .map((entry) => join(folder, entry.name));
  } catch {
    return [];
  }
}

function appOf(sidecar: string): string | undefined {
  try {
    const { app } = JSON.parse(readFileSync(sidecar, "utf8")) as { readonly app?: unknown };
    return typeof app === "string" ? app : undefined;
  } catch {
    return undefined;
  }
}

function candidates(evaluation: Evaluation, name: string): string[] {
  const { root, outDir, app } = evaluation.setting;
  if (name.endsWith(".tfstate")) return [isAbsolute(name) ? name : resolve(root, name)];
  const parts = name.split("/");
  const stage = parts.at(-1) ?? name;
  if (parts.length === 1) return [join(outDir, `${stage}.tfstate`)];
  if (name.startsWith(".") || isAbsolute(name)) {
    return [
      join(resolve(root, name), ".dovetail", `${app.stage}.tfstate`),
      join(resolve(root, parts.slice(0, -1).join("/")), ".dovetail", `${stage}.tfstate`),
    ];
  }
  const other = parts.at(-2) ?? "";
  if (other === app.name) return [join(outDir, `${stage}.tfstate`)];
  return ["..", "../..", "../../.."].flatMap((up) =>
    [other, `${other}/infra`].map((folder) => resolve(root, up, folder, ".dovetail", `${stage}.tfstate`)),
  );
}
