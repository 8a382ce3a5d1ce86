import { resolve } from "node:path";
import {
  attributeConstraint,
  convert,
  decodeBody,
  didYouMean,
  isNull,
  jsonOfValue,
  makeVal,
  NO_SCOPE,
  parseExpression,
  parseNative,
  stringVal,
  type Val,
} from "@dovetail/hcl";
import {
  type BlockSchema,
  type Diagnostic,
  errorDiagnostic,
  hasErrors,
  type SourceRange,
  type ValueObject,
} from "@dovetail/model";
import type { BackendBlock } from "../configuration/model.ts";
import type { Problems } from "../configuration/problems.ts";
import type { Files } from "../files.ts";
import { BACKEND_SCHEMAS, OTHER_BACKENDS, REMOVED_BACKENDS } from "./backend-schemas.ts";
import { backendHash } from "./config-hash.ts";

/** A backend as the configuration has it. */
export interface ConfiguredBackend {
  readonly type: string;
  /** All of its arguments; null where they are not set. */
  readonly config: ValueObject;
  /** Of what stands in the files, without `-backend-config`: Terraform's `hash`. */
  readonly hash: number;
  readonly range: SourceRange;
}

/** What `-backend-config` gave: files' paths and `NAME=VALUE`, in their order. */
export interface BackendArguments {
  readonly given: readonly string[];
  readonly files: Files;
  readonly cwd: string;
}

/** undefined where the block cannot be used; why is in `problems`. */
export function readBackend(
  block: BackendBlock,
  problems: Problems,
  overrides?: BackendArguments,
): ConfiguredBackend | undefined {
  const { type, range } = block;
  const schema = Object.hasOwn(BACKEND_SCHEMAS, type) ? BACKEND_SCHEMAS[type] : undefined;
  if (schema === undefined) {
    unknownType(block, problems);
    return undefined;
  }
  const before = problems.found.length;
  const { value, diagnostics } = decodeBody(block.body, withoutRequired(schema), NO_SCOPE);
  problems.add(diagnostics);
  const given = overrides === undefined ? new Map<string, Val>() : argumentsOf(schema, overrides, range, problems);
  const written = value.raw instanceof Map ? (value.raw as ReadonlyMap<string, Val>) : new Map<string, Val>();
  const merged = makeVal(value.type, new Map([...written].map(([name, own]) => [name, given.get(name) ?? own])));
  if (hasErrors(problems.found.slice(before))) return undefined;
  return { type, config: JSON.parse(jsonOfValue(merged)), hash: backendHash(type, value), range };
}

/** Which arguments are missing that the backend needs. */
export function checkRequiredArguments({ type, config, range }: ConfiguredBackend): readonly Diagnostic[] {
  const missing: Diagnostic[] = [];
  for (const [name, attribute] of Object.entries(BACKEND_SCHEMAS[type]?.attributes ?? {})) {
    if (attribute.required !== true || (config[name] ?? null) !== null) continue;
    const detail = `The attribute "${name}" is required by the backend.\n\nRefer to the backend documentation for additional information which attributes are required.`;
    missing.push(errorDiagnostic("DVT5009", "Missing Required Value", { detail, range }));
  }
  return missing;
}

function unknownType({ type, range }: BackendBlock, problems: Problems): void {
  if (OTHER_BACKENDS.includes(type)) {
    const diagnostic = errorDiagnostic("DVT2028", "Backend is not supported", {
      detail: `The state is configured to be kept in the backend "${type}". Dovetail keeps states in the backends ${Object.keys(BACKEND_SCHEMAS).join(", ")}.`,
      fix: "Keep it in terraform.tfstate for this run:\n    dovetail deploy -backend=false",
      range,
    });
    problems.add([diagnostic]);
    return;
  }
  const detail = REMOVED_BACKENDS.includes(type)
    ? `The "${type}" backend is not supported in Terraform v1.3 or later.`
    : `There is no backend type named "${type}".${didYouMean(type, [...Object.keys(BACKEND_SCHEMAS), ...OTHER_BACKENDS])}`;
  problems.error("Unsupported backend type", detail, range, "DVT2028");
}

/** What is missing may come from `-backend-config`. */
function withoutRequired(schema: BlockSchema): BlockSchema {
  const entries = Object.entries(schema.attributes ?? {}).map(([name, { required: _, ...attribute }]) => [
    name,
    { ...attribute, optional: true },
  ]);
  return { ...schema, attributes: Object.fromEntries(entries) };
}

function argumentsOf(
  schema: BlockSchema,
  { given, files, cwd }: BackendArguments,
  range: SourceRange,
  problems: Problems,
): ReadonlyMap<string, Val> {
  const values = new Map<string, Val>();
  for (const each of given) {
    const at = each.indexOf("=");
    const found =
      at > 0
        ? fromText(schema, each.slice(0, at).trim(), each.slice(at + 1), range, problems)
        : fromFile(schema, resolve(cwd, each), files, range, problems);
    for (const [name, value] of found) if (!isNull(value)) values.set(name, value);
  }
  return values;
}

/** A text is taken as it is where the argument is one; else it is an expression. */
function fromText(
  schema: BlockSchema,
  name: string,
  text: string,
  range: SourceRange,
  problems: Problems,
): readonly (readonly [string, Val])[] {
  const attribute =
    schema.attributes !== undefined && Object.hasOwn(schema.attributes, name) ? schema.attributes[name] : undefined;
  if (attribute === undefined) {
    problems.error("Invalid backend configuration argument", strange(name), range, "DVT5009");
    return [];
  }
  const constraint = attributeConstraint(attribute);
  try {
    if (["string", "number", "bool"].includes(constraint.kind)) return [[name, convert(stringVal(text), constraint)]];
    const { expression, diagnostics } = parseExpression(text, `-backend-config ${name}`);
    const evaluated = expression.evaluate(NO_SCOPE);
    problems.add([...diagnostics, ...evaluated.diagnostics]);
    return [[name, convert(evaluated.value, constraint)]];
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    problems.error(
      "Invalid backend configuration argument",
      `The argument "${name}" of -backend-config: ${reason}.`,
      range,
      "DVT5009",
    );
    return [];
  }
}

function strange(name: string): string {
  return `The backend configuration argument "${name}" given on the command line is not expected for the selected backend type.`;
}

function fromFile(
  schema: BlockSchema,
  path: string,
  files: Files,
  range: SourceRange,
  problems: Problems,
): readonly (readonly [string, Val])[] {
  const bytes = files.read(path);
  if (bytes === undefined) {
    const detail = `The backend configuration file ${path} given on the command line cannot be read.`;
    problems.error("Failed to read file", detail, range, "DVT5009");
    return [];
  }
  const { body, diagnostics } = parseNative(bytes, path);
  problems.add(diagnostics);
  const { value, diagnostics: decoding } = decodeBody(body, withoutRequired(schema), NO_SCOPE);
  problems.add(decoding);
  return value.raw instanceof Map ? [...(value.raw as ReadonlyMap<string, Val>)] : [];
}
