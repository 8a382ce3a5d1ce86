import type { MutableValueObject } from "@dovetail/model";
import { checkHandler } from "../assets/handler-check.ts";
import { Archive, Asset } from "../core/asset.ts";
import type { Declaration } from "../core/contract.ts";
import type { ArchivedFile, Evaluation } from "../evaluate/evaluation.ts";
import { dropReservedVariables } from "./lambda-environment.ts";
import { onlyMention } from "./locate.ts";
import type { Problem } from "./to-schema.ts";

export interface Adjusted {
  readonly args: { readonly [name: string]: unknown };
  /** Attributes of the schema that no argument stands for. */
  readonly extra: MutableValueObject;
}

/** What a bridge does to arguments before they become a config: defaults, assets into files, reserved variables out. */
export async function adjustArguments(
  evaluation: Evaluation,
  declaration: Declaration,
  given: { readonly [name: string]: unknown },
  problems: Problem[],
): Promise<Adjusted> {
  const { descriptor } = declaration;
  const args: { [name: string]: unknown } = { ...topDefaults(descriptor.map.defaults), ...withoutUndefined(given) };
  const extra: MutableValueObject = {};
  if (descriptor.tf === "aws_lambda_function") {
    args.environment = dropReservedVariables(args.environment, problems, (name) => isWritten(evaluation, declaration, name));
  }
  const file = await filesForAssets(evaluation, declaration, args, extra);
  if (descriptor.tf === "aws_lambda_function" && file !== undefined && args.packageType !== "Image") {
    checkHandler(
      {
        handler: args.handler,
        runtime: args.runtime,
        hasLayers: Array.isArray(args.layers) ? args.layers.length > 0 : args.layers !== undefined,
      },
      file,
      problems,
    );
  }
  if (descriptor.tf === "aws_s3_bucket" && forcesDestroy(evaluation) && args.forceDestroy === undefined) args.forceDestroy = true;
  return { args: withoutUndefined(args), extra };
}

/** Whether the text of the function's file, from its declaration on, has `name:` exactly once. */
function isWritten({ setting: { places } }: Evaluation, { range }: Declaration, name: string): boolean {
  const text = range && places.text(range.file);
  const place = text === undefined ? undefined : onlyMention(text, range, name);
  return place !== undefined && range !== undefined && place.line >= range.line;
}

/** What is only ever local and marked for removal may go with its content; on AWS a bucket with objects stays, as in SST. */
function forcesDestroy(evaluation: Evaluation): boolean {
  return evaluation.setting.isLocal && evaluation.setting.app.removal === "remove";
}

function topDefaults(defaults: { readonly [path: string]: string | boolean } | undefined): { [name: string]: unknown } {
  return Object.fromEntries(Object.entries(defaults ?? {}).filter(([path]) => !path.includes(".")));
}

function withoutUndefined(args: { readonly [name: string]: unknown }): { [name: string]: unknown } {
  return Object.fromEntries(Object.entries(args).filter(([, value]) => value !== undefined));
}

async function filesForAssets(
  evaluation: Evaluation,
  { descriptor, range }: Declaration,
  args: { [name: string]: unknown },
  extra: MutableValueObject,
): Promise<ArchivedFile | undefined> {
  let last: ArchivedFile | undefined;
  if (descriptor.map.asset === undefined) return undefined;
  for (const member of descriptor.members("", descriptor.schema).values()) {
    const kind = descriptor.map.asset?.[member.tf];
    const value = args[member.js];
    if (kind === undefined || !(value instanceof Asset || value instanceof Archive)) continue;
    const file = await evaluation.setting.archiver.file(value, range);
    last = file;
    args[member.js] = file.path;
    if (kind === "archive" && args.sourceCodeHash === undefined) extra.source_code_hash = file.sha256Base64;
    if (kind === "asset" && args.sourceHash === undefined && Object.hasOwn(descriptor.schema.attributes ?? {}, "source_hash"))
      extra.source_hash = file.sha256Base64;
  }
  return last;
}
