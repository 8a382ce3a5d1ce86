import { statSync } from "node:fs";
import { chmod, mkdir, readFile, unlink, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { type Diagnostic, errorDiagnostic, type ValueObject } from "@dovetail/model";
import { contentDigests, sha1Hex } from "../digests.ts";
import {
  ArgumentProblem,
  type UtilityDataSource,
  type UtilityFunction,
  type UtilityModule,
  type UtilityOptions,
  type UtilityResource,
} from "../utility.ts";
import { text } from "../values.ts";

const SOURCES = ["content", "sensitive_content", "content_base64", "source"];

/** `local_file` and its twin for secrets: a file that is there with exactly this content, or is made anew. */
function fileResource(type: string): UtilityResource {
  return {
    type,
    validate,
    async create(options, planned) {
      const content = await contentOf(options, planned);
      const path = pathOf(options, planned);
      await mkdir(dirname(path), { recursive: true, mode: mode(planned, "directory_permission") });
      await writeFile(path, content);
      await chmod(path, mode(planned, "file_permission"));
      return { id: sha1Hex(content), ...contentDigests(content) };
    },
    async read(options, state) {
      const content = await readIfThere(pathOf(options, state));
      return content !== undefined && sha1Hex(content) === state.id ? state : null;
    },
    async delete(options, state) {
      await unlink(pathOf(options, state)).catch(ignoreMissing);
    },
  };
}

function fileData(type: string): UtilityDataSource {
  return {
    type,
    async read(options, config) {
      const content = await readFile(pathOf(options, config));
      return {
        id: sha1Hex(content),
        content: content.toString("utf8"),
        content_base64: content.toString("base64"),
        ...contentDigests(content),
      };
    },
  };
}

function validate(config: ValueObject): readonly Diagnostic[] {
  const given = SOURCES.filter((name) => (config[name] ?? null) !== null);
  if (given.length <= 1) return [];
  const detail = `Only one of ${SOURCES.join(", ")} can be specified, but ${given.join(", ")} were.`;
  return [errorDiagnostic("DVT3001", "Invalid configuration", { detail, attribute: given[1] ?? "" })];
}

function pathOf({ cwd }: UtilityOptions, object: ValueObject): string {
  return resolve(cwd ?? process.cwd(), text(object, "filename") ?? "");
}

async function contentOf({ cwd }: UtilityOptions, planned: ValueObject): Promise<Buffer> {
  const source = text(planned, "source");
  if (source !== undefined) return readFile(resolve(cwd ?? process.cwd(), source));
  const base64 = text(planned, "content_base64");
  if (base64 !== undefined) return Buffer.from(base64, "base64");
  return Buffer.from(text(planned, "sensitive_content") ?? text(planned, "content") ?? "");
}

function mode(planned: ValueObject, name: string): number {
  return Number.parseInt(text(planned, name) ?? "0777", 8);
}

async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    ignoreMissing(error);
    return undefined;
  }
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
}

/** The `local` provider. */
/** `provider::local::direxists`: false where nothing is; a file is a mistake. */
const direxists: UtilityFunction = ({ cwd }, path) => {
  const given = String(path);
  let found: ReturnType<typeof statSync>;
  try {
    found = statSync(resolve(cwd ?? ".", given), { throwIfNoEntry: false });
  } catch (error) {
    throw new ArgumentProblem(`Error checking for directory: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (found === undefined || found.isDirectory()) return found !== undefined;
  throw new ArgumentProblem(`Invalid file mode detected: ${JSON.stringify(given)} was found, but is not a directory`);
};

export const module: UtilityModule = {
  resources: [fileResource("local_file"), fileResource("local_sensitive_file")],
  dataSources: [fileData("local_file"), fileData("local_sensitive_file")],
  functions: { direxists },
};
