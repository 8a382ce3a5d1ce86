/** What the real terraform answers to many expressions at once: a root with an output for each, planned; those that fail are told, left out, and the rest asked again. */
import { execFile } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { JsonNumber, type JsonTree, parseJsonText, type Type, typeFromJson, type Val, valueOfJsonAs } from "@dovetail/hcl";

export type Answer = { readonly value: Val } | { readonly error: string } | { readonly unknown: true };

/** Runs of terraform for one batch: every error may hide others of a later phase. */
const ROUNDS_MAX = 8;

/** What terraform answers to an expression that makes it fall over. */
const CRASHED: Answer = { error: "terraform: panic in function implementation" };

/**
 * @param folder an empty folder of the caller's, in which relative paths are read
 * @param locals HCL put beside the outputs
 * @returns an answer for each expression, in order; an error is `Summary: detail`
 */
export async function askTerraform(folder: string, expressions: readonly string[], locals = ""): Promise<readonly Answer[]> {
  const answers = await askOnce(folder, expressions, locals);
  if (answers !== undefined) return answers;
  if (expressions.length <= 1) return expressions.map(() => CRASHED);
  const half = Math.ceil(expressions.length / 2);
  const first = await askTerraform(join(folder, "first"), expressions.slice(0, half), locals);
  return [...first, ...(await askTerraform(join(folder, "second"), expressions.slice(half), locals))];
}

/** undefined where one of the expressions makes terraform fall over. */
async function askOnce(folder: string, expressions: readonly string[], locals: string): Promise<readonly Answer[] | undefined> {
  const answers: (Answer | undefined)[] = expressions.map(() => undefined);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "locals.tf"), locals);
  await Promise.all(expressions.map((expression, i) => writeFile(fileOf(folder, i), outputOf(expression, i))));
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const { stdout, hasCrashed } = await terraform(folder, [
      "plan",
      "-json",
      "-out=plan.bin",
      "-refresh=false",
      "-input=false",
      "-lock=false",
    ]);
    if (hasCrashed) return undefined;
    const errors = errorsOf(stdout);
    if (errors.size === 0) {
      await takeValues(folder, answers);
      return answers.map((answer) => answer ?? { unknown: true });
    }
    for (const [i, error] of errors) {
      answers[i] ??= { error };
      await rm(fileOf(folder, i), { force: true });
    }
  }
  throw new Error("terraform goes on finding errors");
}

function fileOf(folder: string, i: number): string {
  return join(folder, `e${i}.tf`);
}
function outputOf(expression: string, i: number): string {
  return `output "e${i}" {\n  sensitive = true\n  value = ${expression}\n}\n`;
}

interface Ran {
  readonly stdout: string;
  readonly hasCrashed: boolean;
}

function terraform(folder: string, arguments_: readonly string[]): Promise<Ran> {
  const env = { PATH: process.env.PATH, HOME: folder, TF_CLI_CONFIG_FILE: "/dev/null", CHECKPOINT_DISABLE: "1" };
  return new Promise((resolve) => {
    execFile("terraform", [...arguments_], { cwd: folder, env, maxBuffer: 2 ** 30 }, (_, stdout, stderr) =>
      resolve({ stdout, hasCrashed: stderr.includes("panic:") }),
    );
  });
}

interface JsonLine {
  readonly diagnostic?: {
    readonly severity: string;
    readonly summary: string;
    readonly detail: string;
    readonly range?: { readonly filename: string };
  };
}

function errorsOf(stdout: string): ReadonlyMap<number, string> {
  const errors = new Map<number, string>();
  for (const line of stdout.split("\n")) {
    if (!line.startsWith("{")) continue;
    const { diagnostic } = JSON.parse(line) as JsonLine;
    if (diagnostic?.severity !== "error") continue;
    const file = /^e([0-9]+)\.tf$/.exec(diagnostic.range?.filename ?? "");
    if (file === null) throw new Error(`terraform: ${diagnostic.range?.filename}: ${diagnostic.summary}: ${diagnostic.detail}`);
    const i = Number(file[1]);
    errors.set(i, [errors.get(i), `${diagnostic.summary}: ${diagnostic.detail}`].filter((text) => text !== undefined).join("\n"));
  }
  return errors;
}

async function takeValues(folder: string, answers: (Answer | undefined)[]): Promise<void> {
  const { stdout } = await terraform(folder, ["show", "-json", "plan.bin"]);
  const outputs = member(member(parseJsonText(stdout.trim()), "planned_values"), "outputs");
  if (!(outputs instanceof Map)) return;
  for (const [name, output] of outputs as ReadonlyMap<string, JsonTree>) {
    const type: Type | undefined = typeFromJson(member(output, "type"));
    const value = member(output, "value");
    if (type === undefined || value === undefined) continue;
    answers[Number(name.slice(1))] ??= { value: valueOfJsonAs(value, type) };
  }
}

function member(tree: JsonTree | undefined, name: string): JsonTree | undefined {
  return tree instanceof Map && !(tree instanceof JsonNumber) ? (tree as ReadonlyMap<string, JsonTree>).get(name) : undefined;
}
