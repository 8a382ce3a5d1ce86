import { parseArn } from "../../core/arn.ts";
import type { Ctx } from "../../core/service.ts";
import { validation } from "./errors.ts";

/** A function as a request names it. `qualifier` is a version number, an alias or `$LATEST`. */
export interface FunctionRef {
  readonly account: string;
  readonly region: string;
  readonly name: string;
  readonly qualifier?: string;
}

/**
 * Reads the four forms that AWS takes: name, `name:qualifier`, partial ARN (`123456789012:function:name`) and full ARN, each
 * with an optional qualifier. Throws ValidationException when the text's qualifier contradicts the `Qualifier` parameter.
 */
export function parseFunctionRef(ctx: Pick<Ctx, "account" | "region">, text: string, qualifier?: string): FunctionRef {
  const { account, region, rest } = splitOwner(ctx, text);
  const [name = "", inText] = rest.split(":");
  if (inText !== undefined && qualifier !== undefined && inText !== qualifier) {
    throw validation("The derived qualifier from the function name does not match the specified qualifier.");
  }
  const chosen = inText ?? qualifier;
  return { account, region, name, ...(chosen === undefined ? {} : { qualifier: chosen }) };
}

function splitOwner(ctx: Pick<Ctx, "account" | "region">, text: string): { account: string; region: string; rest: string } {
  const parts = parseArn(text);
  if (parts !== undefined)
    return { account: parts.account, region: parts.region, rest: parts.resource.replace(/^function:/, "") };
  const partial = /^(\d{12}):function:(.+)$/.exec(text);
  if (partial !== null) return { account: partial[1] ?? "", region: ctx.region, rest: partial[2] ?? "" };
  return { account: ctx.account, region: ctx.region, rest: text.replace(/^function:/, "") };
}

export function functionArn(ref: FunctionRef): string {
  const base = `arn:aws:lambda:${ref.region}:${ref.account}:function:${ref.name}`;
  return ref.qualifier === undefined ? base : `${base}:${ref.qualifier}`;
}

/** `arn:aws:lambda:R:A:layer:NAME:3` -> its parts; undefined when it is no layer version. */
export function parseLayerArn(text: string): { account: string; region: string; name: string; version: number } | undefined {
  const parts = parseArn(text);
  const match = parts === undefined ? null : /^layer:([^:]+):(\d+)$/.exec(parts.resource);
  if (parts === undefined || match === null) return undefined;
  return { account: parts.account, region: parts.region, name: match[1] ?? "", version: Number(match[2]) };
}
