/** Reads the members of `wire` operations' bodies, which reach us unchecked, and refuses what AWS refuses. */
import { parseArn } from "../../core/arn.ts";
import type { Ctx } from "../../core/service.ts";
import { ServiceError } from "../../core/service.ts";
import { invalid, notFound } from "./errors.ts";
import { tableOf } from "./store.ts";
import type { TableRecord } from "./table.ts";

/** A request body as parsed. Members are read through the functions here. */
export interface Body {
  readonly [member: string]: unknown;
}

export function isObject(value: unknown): value is Body {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function detected(problem: string): ServiceError {
  return invalid(`1 validation error detected: ${problem}`);
}

function serialization(message: string): ServiceError {
  return new ServiceError("SerializationException", 400, message);
}

/** `TableName` → `tableName`, as constraint messages write members. */
function memberName(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}

export function missing(path: string): ServiceError {
  return detected(`Value null at '${path}' failed to satisfy constraint: Member must not be null`);
}

const TABLE_NAME = /^[a-zA-Z0-9_.-]+$/;

/** The table's name out of a TableName member, which may be an ARN of this account and region. */
export function readTableName(
  ctx: { readonly account: string; readonly region: string },
  value: unknown,
  path = "tableName",
): string {
  if (value == null) throw missing(path);
  if (typeof value !== "string") throw serialization("Unexpected value type in payload");
  if (value.startsWith("arn:")) return nameInArn(ctx, value);
  if (value.length < 3 || value.length > 255)
    throw invalid("TableName must be at least 3 characters long and at most 255 characters long");
  if (!TABLE_NAME.test(value))
    throw detected(
      `Value '${value}' at '${path}' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+`,
    );
  return value;
}

function tableInArn(text: string): { readonly account: string; readonly region: string; readonly name: string } {
  const parts = parseArn(text);
  const [kind, name, ...more] = parts?.resource.split("/") ?? [];
  if (parts?.service !== "dynamodb" || kind !== "table" || name === undefined || more.length > 0)
    throw invalid(`Invalid table ARN: ${text}`);
  return { account: parts.account, region: parts.region, name };
}

function nameInArn(ctx: { readonly account: string; readonly region: string }, text: string): string {
  const { account, region, name } = tableInArn(text);
  if (region !== ctx.region || account !== ctx.account) throw notFound();
  return name;
}

/** The table of an item operation; an ARN may name one of another account, whose policy has been asked before. */
export function readTable(ctx: Ctx, value: unknown): TableRecord {
  if (typeof value !== "string" || !value.startsWith("arn:")) return tableOf(ctx, readTableName(ctx, value));
  const { account, region, name } = tableInArn(value);
  if (region !== ctx.region) throw notFound();
  return tableOf(account === ctx.account ? ctx : ctx.with({ account }), name);
}

export function readObject(body: Body, name: string): Body | undefined {
  const value = body[name];
  if (value == null) return undefined;
  if (!isObject(value)) throw serialization("Start of structure or map found where not expected.");
  return value;
}

export function readList(body: Body, name: string): readonly unknown[] | undefined {
  const value = body[name];
  if (value == null) return undefined;
  if (!Array.isArray(value)) throw serialization("Start of list found where not expected");
  return value;
}

export function readString(body: Body, name: string): string | undefined {
  const value = body[name];
  if (value == null) return undefined;
  if (typeof value !== "string")
    throw serialization(
      `${typeof value === "object" ? "Start of structure or map found where not expected." : "Unexpected token received from parser"}`,
    );
  return value;
}

export function readBoolean(body: Body, name: string): boolean {
  const value = body[name];
  if (value == null) return false;
  if (typeof value !== "boolean") throw serialization("Unexpected token received from parser");
  return value;
}

export function readInteger(body: Body, name: string, least: number, most?: number): number | undefined {
  const value = body[name];
  if (value == null) return undefined;
  if (typeof value !== "number" || !Number.isInteger(value)) throw serialization("Unexpected token received from parser");
  const refuse = (rule: string) =>
    detected(`Value '${value}' at '${memberName(name)}' failed to satisfy constraint: Member must have value ${rule}`);
  if (value < least) throw refuse(`greater than or equal to ${least}`);
  if (most !== undefined && value > most) throw refuse(`less than or equal to ${most}`);
  return value;
}

/** One of the enum's values, in the order in which AWS prints them. */
export function readEnum<T extends string>(body: Body, name: string, values: readonly T[]): T | undefined {
  const value = readString(body, name);
  if (value === undefined) return undefined;
  const found = values.find((each) => each === value);
  if (found === undefined)
    throw detected(
      `Value '${value}' at '${memberName(name)}' failed to satisfy constraint: Member must satisfy enum value set: [${values.join(", ")}]`,
    );
  return found;
}
