/** SSM's records: `["parameter", account, region, name]` -> ParameterRecord, `["version", account, region, name, version]` -> VersionRecord. */
import type { Ctx } from "../../core/service.ts";

export interface VersionRecord {
  readonly version: number;
  readonly value: string;
  readonly type: ParameterType;
  readonly modifiedMs: number;
  readonly keyId?: string;
  readonly description?: string;
  readonly pattern?: string;
  readonly tier: string;
  readonly dataType: string;
  readonly labels: readonly string[];
  readonly policies?: string;
}

export type ParameterType = "String" | "StringList" | "SecureString";

export interface ParameterRecord {
  readonly name: string;
  readonly latest: number;
  readonly oldest: number;
  readonly tags: { readonly [key: string]: string };
}

export function getParameter(ctx: Ctx, name: string): ParameterRecord | undefined {
  return ctx.store.get<ParameterRecord>(["parameter", ctx.account, ctx.region, name]);
}

export function putParameter(ctx: Ctx, parameter: ParameterRecord): void {
  ctx.store.put(["parameter", ctx.account, ctx.region, parameter.name], parameter);
}

export function getVersion(ctx: Ctx, name: string, version: number): VersionRecord | undefined {
  return ctx.store.get<VersionRecord>(["version", ctx.account, ctx.region, name, version]);
}

export function putVersion(ctx: Ctx, name: string, version: VersionRecord): void {
  ctx.store.put(["version", ctx.account, ctx.region, name, version.version], version);
}

export function removeVersion(ctx: Ctx, name: string, version: number): void {
  ctx.store.remove(["version", ctx.account, ctx.region, name, version]);
}

export function versionsOf(ctx: Ctx, name: string): VersionRecord[] {
  return [...ctx.store.range<VersionRecord>({ prefix: ["version", ctx.account, ctx.region, name] })].map(({ value }) => value);
}

export function removeParameter(ctx: Ctx, name: string): void {
  ctx.store.remove(["parameter", ctx.account, ctx.region, name]);
  ctx.store.removeRange({ prefix: ["version", ctx.account, ctx.region, name] });
}

/** In order of name. */
export function* allParameters(ctx: Ctx, after = ""): Generator<ParameterRecord> {
  const base = ["parameter", ctx.account, ctx.region];
  for (const { value } of ctx.store.range<ParameterRecord>({ prefix: base, start: [...base, after] }))
    if (value.name > after) yield value;
}
