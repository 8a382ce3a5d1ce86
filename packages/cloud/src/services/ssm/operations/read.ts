/** GetParameter(s), GetParametersByPath, GetParameterHistory, DescribeParameters. */
import { type Ctx, ServiceError } from "../../../core/service.ts";
import { findReference, notFound, parameterArn, plainName, presentParameter, validation } from "../parameter.ts";
import { policiesOf } from "../policies.ts";
import { allParameters, getParameter, getVersion, type ParameterRecord, type VersionRecord, versionsOf } from "../store.ts";

interface Decryption {
  readonly WithDecryption?: boolean;
}

export async function getParameterOperation(ctx: Ctx, input: Decryption & { readonly Name: string }) {
  const found = findReference(ctx, input.Name);
  if (found === undefined) throw notFound();
  return { Parameter: await presentParameter(ctx, found, input.WithDecryption) };
}

export async function getParameters(ctx: Ctx, input: Decryption & { readonly Names: readonly string[] }) {
  const Parameters: object[] = [];
  const InvalidParameters: string[] = [];
  for (const name of input.Names) {
    const found = tryReference(ctx, name);
    if (found === undefined) InvalidParameters.push(name);
    else Parameters.push(await presentParameter(ctx, found, input.WithDecryption));
  }
  return { Parameters, InvalidParameters };
}

function tryReference(ctx: Ctx, name: string): ReturnType<typeof findReference> {
  try {
    return findReference(ctx, name);
  } catch (error) {
    if (error instanceof ServiceError) return undefined;
    throw error;
  }
}

interface Filter {
  readonly Key?: string;
  readonly Option?: string;
  readonly Values?: readonly string[];
}

interface Page {
  readonly MaxResults?: number;
  readonly NextToken?: string;
}

function tokenOf(name: string): string {
  return Buffer.from(name).toString("base64");
}

function afterOf(token: string | undefined): string {
  if (token === undefined) return "";
  const name = Buffer.from(token, "base64").toString("utf8");
  if (name === "" || tokenOf(name) !== token) throw new ServiceError("InvalidNextToken", 400, "The specified token isn't valid.");
  return name;
}

function underPath(name: string, path: string, option: string | undefined): boolean {
  const base = path.endsWith("/") ? path : `${path}/`;
  if (!name.startsWith(base)) return false;
  return option === "Recursive" || !name.slice(base.length).includes("/");
}

const TEXT_FILTERS: { readonly [key: string]: (parameter: ParameterRecord, version: VersionRecord) => string | undefined } = {
  Name: (parameter) => parameter.name,
  Type: (_parameter, version) => version.type,
  KeyId: (_parameter, version) => version.keyId,
  Tier: (_parameter, version) => version.tier,
  DataType: (_parameter, version) => version.dataType,
};

function passes(filter: Filter, parameter: ParameterRecord, version: VersionRecord): boolean {
  const { Key = "", Option, Values = [] } = filter;
  if (Key === "Path") return Values.some((path) => underPath(parameter.name, path, Option));
  if (Key === "Label") return version.labels.some((label) => Values.includes(label));
  if (Key.startsWith("tag:")) {
    const value = parameter.tags[Key.slice(4)];
    return value !== undefined && (Values.length === 0 || Values.includes(value));
  }
  const read = Object.hasOwn(TEXT_FILTERS, Key) ? TEXT_FILTERS[Key] : undefined;
  if (read === undefined)
    throw new ServiceError(
      "InvalidFilterKey",
      400,
      `The specified key isn't valid: ${Key}. Valid keys include: [Name, Type, KeyId, Path, Label, Tier, DataType, tag:*].`,
    );
  const text = read(parameter, version);
  if (text === undefined) return false;
  if (Option === "BeginsWith") return Values.some((value) => text.startsWith(value) || text.startsWith(`/${value}`));
  if (Option === "Contains") return Values.some((value) => text.includes(value));
  return Values.includes(text) || (Key === "Name" && Values.includes(text.replace(/^\//, "")));
}

function select(ctx: Ctx, page: Page, limit: number, wanted: (parameter: ParameterRecord, version: VersionRecord) => boolean) {
  const found: { parameter: ParameterRecord; version: VersionRecord }[] = [];
  for (const parameter of allParameters(ctx, afterOf(page.NextToken))) {
    const version = getVersion(ctx, parameter.name, parameter.latest);
    if (version === undefined || !wanted(parameter, version)) continue;
    found.push({ parameter, version });
    if (found.length > limit) break;
  }
  const shown = found.slice(0, limit);
  const last = shown.at(-1);
  return { shown, token: found.length > limit && last !== undefined ? { NextToken: tokenOf(last.parameter.name) } : {} };
}

interface PathInput extends Decryption, Page {
  readonly Path: string;
  readonly Recursive?: boolean;
  readonly ParameterFilters?: readonly Filter[];
}

export async function getParametersByPath(ctx: Ctx, input: PathInput) {
  if (!input.Path.startsWith("/"))
    throw validation(
      'The parameter doesn\'t meet the parameter name requirements. The parameter name must begin with a forward slash "/". It can\'t be prefixed with "aws" or "ssm" (case-insensitive). It must use only letters, numbers, or the following symbols: . (period), - (hyphen), _ (underscore). Special characters are not allowed. All sub-paths, if specified, must use the forward slash symbol "/". Valid example: /get/parameters2-/by1./path0_.',
    );
  const filters = input.ParameterFilters ?? [];
  const option = input.Recursive === true ? "Recursive" : "OneLevel";
  const { shown, token } = select(
    ctx,
    input,
    input.MaxResults ?? 10,
    (parameter, version) =>
      underPath(parameter.name, input.Path, option) && filters.every((filter) => passes(filter, parameter, version)),
  );
  const Parameters: object[] = [];
  for (const each of shown) Parameters.push(await presentParameter(ctx, each, input.WithDecryption));
  return { Parameters, ...token };
}

function metadata(ctx: Ctx, parameter: ParameterRecord, version: VersionRecord) {
  return {
    Name: parameter.name,
    ARN: parameterArn(ctx, parameter.name),
    Type: version.type,
    ...(version.keyId === undefined ? {} : { KeyId: version.keyId }),
    LastModifiedDate: new Date(version.modifiedMs),
    LastModifiedUser: `arn:aws:iam::${ctx.account}:root`,
    ...(version.description === undefined ? {} : { Description: version.description }),
    ...(version.pattern === undefined ? {} : { AllowedPattern: version.pattern }),
    Version: version.version,
    Tier: version.tier,
    Policies: policiesOf(version),
    DataType: version.dataType,
  };
}

interface DescribeInput extends Page {
  readonly Filters?: readonly Filter[];
  readonly ParameterFilters?: readonly Filter[];
}

export function describeParameters(ctx: Ctx, input: DescribeInput) {
  if (input.Filters !== undefined && input.ParameterFilters !== undefined)
    throw validation("You can use either Filters or ParameterFilters in a single request.");
  const filters = [
    ...(input.ParameterFilters ?? []),
    ...(input.Filters ?? []).map((filter) => ({ Option: "BeginsWith", ...filter })),
  ];
  const { shown, token } = select(ctx, input, input.MaxResults ?? 50, (parameter, version) =>
    filters.every((filter) => passes(filter, parameter, version)),
  );
  return { Parameters: shown.map(({ parameter, version }) => metadata(ctx, parameter, version)), ...token };
}

export async function getParameterHistory(ctx: Ctx, input: Decryption & Page & { readonly Name: string }) {
  const parameter = getParameter(ctx, plainName(input.Name));
  if (parameter === undefined) throw notFound();
  const after = input.NextToken === undefined ? 0 : Number(input.NextToken);
  const versions = versionsOf(ctx, parameter.name).filter((version) => version.version > after);
  const limit = input.MaxResults ?? 50;
  const shown = versions.slice(0, limit);
  const Parameters: object[] = [];
  for (const version of shown) {
    const { Value } = await presentParameter(ctx, { parameter, version }, input.WithDecryption);
    Parameters.push({ ...metadata(ctx, parameter, version), Value, Labels: version.labels });
  }
  return { Parameters, ...(versions.length > limit ? { NextToken: String(shown.at(-1)?.version) } : {}) };
}
