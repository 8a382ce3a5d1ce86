import { spawn } from "node:child_process";
import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { delimiter, join, resolve } from "node:path";
import { isObject, type ValueObject } from "@dovetail/model";
import { failure, invalid } from "../invalid.ts";
import type { UtilityModule, UtilityOptions } from "../utility.ts";
import { text, texts } from "../values.ts";

/** More output than this is no answer. */
const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;

const LOOKUP = `The data source received an unexpected error while attempting to find the program.

The program must be accessible according to the platform where Terraform is running.

If the expected program should be automatically found on the platform where Terraform is running, ensure that the program is in an expected directory. On Unix-based platforms, these directories are typically searched based on the '$PATH' environment variable.

If the expected program is relative to the Terraform configuration, it is recommended that the program name includes the interpolated value of 'path.module' before the program name.

The program must also be executable according to the platform where Terraform is running. On Unix-based platforms, the file on the filesystem must have the executable bit set.
`;
const UNEXPECTED = `The data source received unexpected results after executing the program.

Program output must be a JSON encoded map of string keys and string values.
`;
const EXECUTION = "The data source received an unexpected error while attempting to execute the program.";

/** Data source `external`, after terraform-provider-external 2.3: a program that answers JSON on its output to JSON on its input. */
async function read(options: UtilityOptions, config: ValueObject): Promise<ValueObject> {
  const [program, ...args] = texts(config, "program").filter((each) => each !== "");
  if (program === undefined) {
    const detail =
      "The data source was configured without a program to execute. Verify the configuration contains at least one non-empty value.";
    throw failure("External Program Missing", detail, "program");
  }
  const folder = options.cwd ?? process.cwd();
  const path = await lookUp(program, folder);
  const ended = await run(path, args, resolve(folder, text(config, "working_dir") ?? ""), queryJson(config));
  if (ended.state !== undefined) {
    const said = ended.stderr === "" ? "\n\nThe program was executed, however it returned no additional error messaging." : "";
    const message = ended.stderr === "" ? "" : `\nError Message: ${ended.stderr}`;
    const detail = `${EXECUTION}${said}\n\nProgram: ${path}${message}\nState: ${ended.state}`;
    throw failure("External Program Execution Failed", detail, "program");
  }
  return { id: "-", result: resultOf(ended.stdout, path) };
}

/** Where a program is. Throws in the real provider's words when it is nowhere or cannot be run. */
async function lookUp(program: string, folder: string): Promise<string> {
  const hasPath = program.includes("/");
  const candidates = hasPath
    ? [resolve(folder, program)]
    : (process.env.PATH ?? "").split(delimiter).map((each) => join(each === "" ? folder : each, program));
  let why = hasPath ? `stat ${program}: no such file or directory` : "executable file not found in $PATH";
  for (const path of candidates) {
    const found = await stat(path).catch(() => undefined);
    if (found === undefined) continue;
    const runs =
      found.isFile() &&
      (await access(path, constants.X_OK).then(
        () => true,
        () => false,
      ));
    if (runs) return path;
    if (hasPath) why = found.isDirectory() ? "is a directory" : "permission denied";
  }
  const detail = `${LOOKUP}\nPlatform: ${process.platform}\nProgram: ${program}\nError: exec: ${JSON.stringify(program)}: ${why}`;
  throw failure("External Program Lookup Failed", detail, "program");
}

/** The query as Go's encoding/json writes a map: keys in order, `<`, `>` and `&` escaped; entries without a value left out. */
function queryJson(config: ValueObject): string {
  const query = config.query ?? null;
  const entries = isObject(query) ? Object.entries(query).filter(([, value]) => value !== null) : [];
  entries.sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const json = `{${entries.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(",")}}`;
  return json.replaceAll(/[<>&\u2028\u2029]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

interface Ended {
  readonly stdout: string;
  readonly stderr: string;
  /** How it failed, as Go says it; undefined: it ended well. */
  readonly state?: string;
}

function run(path: string, args: readonly string[], cwd: string, input: string): Promise<Ended> {
  return new Promise((settle) => {
    const child = spawn(path, args, { cwd, stdio: "pipe" });
    const [out, err]: [Buffer[], Buffer[]] = [[], []];
    let bytes = 0;
    const take = (into: Buffer[]) => (chunk: Buffer) => {
      bytes += chunk.byteLength;
      if (bytes > OUTPUT_BYTES_MAX) child.kill("SIGKILL");
      else into.push(chunk);
    };
    child.stdout.on("data", take(out));
    child.stderr.on("data", take(err));
    const end = (state?: string) => {
      const ended = { stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() };
      settle(state === undefined ? ended : { ...ended, state });
    };
    child.once("error", (error) => end(`fork/exec ${path}: ${error.message}`));
    child.once("close", (code, signal) => {
      if (bytes > OUTPUT_BYTES_MAX) end(`its output has more than ${OUTPUT_BYTES_MAX} bytes`);
      else end(signal !== null ? `signal: ${signal}` : code === 0 ? undefined : `exit status ${code}`);
    });
    // A program that does not read its input is none the worse for it.
    child.stdin.on("error", () => {});
    child.stdin.end(input);
  });
}

/** The program's answer: texts by name. A null is an empty text, as Go reads it. */
function resultOf(stdout: string, path: string): ValueObject {
  const wrong = (why: string) =>
    failure("Unexpected External Program Results", `${UNEXPECTED}\nProgram: ${path}\nResult Error: ${why}`, "program");
  let parsed: unknown;
  try {
    parsed = JSON.parse(stdout);
  } catch (error) {
    throw wrong(stdout.trim() === "" ? "unexpected end of JSON input" : error instanceof Error ? error.message : String(error));
  }
  if (parsed === null) return {};
  if (typeof parsed !== "object" || Array.isArray(parsed)) {
    throw wrong(`json: cannot unmarshal ${kindOf(parsed)} into Go value of type map[string]string`);
  }
  return Object.fromEntries(
    Object.entries(parsed).map(([name, value]: [string, unknown]) => {
      if (value === null) return [name, ""];
      if (typeof value !== "string") throw wrong(`json: cannot unmarshal ${kindOf(value)} into Go value of type string`);
      return [name, value];
    }),
  );
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return "array";
  return typeof value === "boolean" ? "bool" : typeof value;
}

/** The `external` provider. */
export const module: UtilityModule = {
  resources: [],
  dataSources: [
    {
      type: "external",
      validate: (config) =>
        Array.isArray(config.program) && config.program.length === 0
          ? [invalid("program", "Attribute program list must contain at least 1 elements, got: 0")]
          : [],
      read,
    },
  ],
};
