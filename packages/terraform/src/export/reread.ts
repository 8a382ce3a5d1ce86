import { dirname } from "node:path";
import type { EvaluationHost, Json, OutputValue, SchemaRequest } from "@dovetail/engine";
import { type Clock, DiagnosticError, type Random, type ResourceSchema } from "@dovetail/model";
import { loadTerraformApp } from "../app/load-app.ts";
import { addressOf, type Recording, writtenAddress } from "./record-program.ts";
import type { NeededVariable } from "./variables.ts";

export interface Reread {
  /** Of the export, as its own configuration has them: with Terraform's types. */
  readonly outputs: { readonly [name: string]: OutputValue };
}

/**
 * Reads the export back as Terraform would, each resource being what it is. A program's values have no types of the language (a map of
 * texts is an object to it), so only this tells the types that the state has to have of the outputs. undefined where something is not known.
 */
export async function rereadExport(
  folder: string,
  recording: Recording,
  variables: readonly NeededVariable[],
  around: { readonly clock: Clock; readonly random: Random; schema(request: SchemaRequest): Promise<ResourceSchema> },
): Promise<Reread | undefined> {
  if (variables.some(({ value }) => value === undefined)) return undefined;
  const planned: Json = Object.fromEntries(variables.map(({ name, value }) => [name, { value: value as Json }]));
  const app = loadTerraformApp({
    root: folder,
    cwd: dirname(folder),
    workspace: "default",
    env: {},
    variables: [],
    planned,
    clock: around.clock,
    random: around.random,
  });
  const known = new Map([...recording.real.resources.values()].map((resource) => [writtenAddress(resource), resource.answer]));
  let hasFailed = false;
  const answer = async (mode: "managed" | "data", registration: Parameters<EvaluationHost["register"]>[0]) => {
    const answered = known.get(addressOf(mode, registration));
    if (answered !== undefined) return answered;
    hasFailed = true;
    throw new DiagnosticError([]);
  };
  const { outputs } = await app.frontEnd.evaluate({
    pass: "plan",
    schema: (request) => around.schema(request),
    register: (registration) => answer("managed", registration),
    readData: (registration) => answer("data", registration),
    report: ({ severity }) => {
      if (severity === "error") hasFailed = true;
    },
  });
  return hasFailed ? undefined : { outputs };
}
