/**
 * `aws_iam_policy_document`: statements to the JSON text that the real provider writes, byte for byte: members in its order, one value as a
 * text and several in descending order, `<`, `>`, `&` escaped as Go does. Source: observed of terraform-provider-aws 5.100 (conformance/provider).
 */
import { DiagnosticError, isObject, type ValueObject } from "@dovetail/model";
import { blocksAt, textAt, textsAt } from "../attribute-map.ts";
import { configError } from "../checks.ts";
import { inSdkOrder } from "./sdk-set-order.ts";

type Texts = string | readonly string[];

/** A statement in the order in which its members are written. */
export interface Statement {
  readonly Sid?: string;
  readonly Effect?: string;
  readonly Action?: Texts;
  readonly NotAction?: Texts;
  readonly Resource?: Texts;
  readonly NotResource?: Texts;
  readonly Principal?: unknown;
  readonly NotPrincipal?: unknown;
  readonly Condition?: unknown;
}

export interface Policy {
  readonly Version?: string;
  readonly Id?: string;
  readonly Statement: readonly Statement[];
}

const MEMBERS = [
  "Sid",
  "Effect",
  "Action",
  "NotAction",
  "Resource",
  "NotResource",
  "Principal",
  "NotPrincipal",
  "Condition",
] as const;

/** The policy that the data source's arguments describe: sources, own statements, overrides, later ones over earlier ones by Sid. */
export function buildPolicy(config: ValueObject): Policy {
  const version = textAt(config, "version") ?? "2012-10-17";
  const sources = [textAt(config, "source_json") ?? "", ...textsAt(config, "source_policy_documents")].filter(
    (text) => text !== "",
  );
  const overrides = [textAt(config, "override_json") ?? "", ...textsAt(config, "override_policy_documents")].filter(
    (text) => text !== "",
  );
  let policy: Policy = { Statement: [] };
  for (const text of sources) policy = merge(policy, parsePolicy(text, "source_policy_documents"), "refuse");
  const own: Policy = { Version: version, Id: textAt(config, "policy_id"), Statement: ownStatements(config, version) } as Policy;
  policy = merge(policy, own, "replace");
  for (const text of overrides) policy = merge(policy, parsePolicy(text, "override_policy_documents"), "replace");
  return policy;
}

function ownStatements(config: ValueObject, version: string): readonly Statement[] {
  const sids = new Set<string>();
  return blocksAt(config, "statement").map((block) => {
    const statement = buildStatement(block, version);
    if (statement.Sid !== undefined && sids.has(statement.Sid)) {
      throw new DiagnosticError(
        configError(`duplicate Sid (${statement.Sid}). Remove the Sid or ensure the Sid is unique.`, "statement"),
      );
    }
    if (statement.Sid !== undefined) sids.add(statement.Sid);
    return statement;
  });
}

function merge(policy: Policy, next: Policy, duplicates: "refuse" | "replace"): Policy {
  const statements = [...policy.Statement];
  for (const statement of next.Statement) {
    const at = statement.Sid === undefined ? -1 : statements.findIndex((old) => old.Sid === statement.Sid);
    if (at < 0) statements.push(statement);
    else if (duplicates === "replace") statements[at] = statement;
    else {
      const detail = `duplicate Sid (${statement.Sid}) in source_policy_documents. Remove the Sid or ensure Sids are unique.`;
      throw new DiagnosticError(configError(detail, "source_policy_documents"));
    }
  }
  const Id = next.Id ?? policy.Id;
  return { Version: next.Version ?? policy.Version, ...(Id === undefined ? {} : { Id }), Statement: statements } as Policy;
}

function buildStatement(block: ValueObject, version: string): Statement {
  const sid = textAt(block, "sid");
  const variables = (text: string) => expandVariables(text, version);
  const list = (name: string): Texts | undefined => oneOrMore(textsAt(block, name).map(variables));
  const statement = {
    Sid: sid,
    Effect: textAt(block, "effect") ?? "Allow",
    Action: oneOrMore(textsAt(block, "actions")),
    NotAction: oneOrMore(textsAt(block, "not_actions")),
    Resource: list("resources"),
    NotResource: list("not_resources"),
    Principal: principals(blocksAt(block, "principals"), variables),
    NotPrincipal: principals(blocksAt(block, "not_principals"), variables),
    Condition: conditions(blocksAt(block, "condition"), variables),
  };
  return Object.fromEntries(Object.entries(statement).filter(([, value]) => value !== undefined));
}

/** `&{aws:username}` stands for a policy variable, where `${` would be Terraform's. */
function expandVariables(text: string, version: string): string {
  if (version === "2012-10-17") return text.replaceAll("&{", "${");
  if (!text.includes("&{")) return text;
  throw new DiagnosticError(
    configError(`found &{ sequence in (${text}), which is not supported in document version ${version}`, "version"),
  );
}

function oneOrMore(values: readonly string[]): Texts | undefined {
  const [first] = values;
  if (first === undefined) return undefined;
  return values.length === 1 ? first : [...values].sort(descending);
}

function descending(a: string, b: string): number {
  return Buffer.compare(Buffer.from(b), Buffer.from(a));
}

function principals(blocks: readonly ValueObject[], variables: (text: string) => string): unknown {
  if (blocks.length === 0) return undefined;
  const groups: { [type: string]: string[] } = {};
  for (const block of inSdkOrder(blocks, [])) {
    const type = textAt(block, "type") ?? "";
    const who = textsAt(block, "identifiers").map(variables).sort(descending);
    groups[type] = [...(groups[type] ?? []), ...who];
  }
  const all = groups["*"];
  if (all?.length === 1 && all[0] === "*" && Object.keys(groups).length === 1) return "*";
  return Object.fromEntries(Object.entries(groups).map(([type, who]) => [type, who.length === 1 ? who[0] : who]));
}

function conditions(blocks: readonly ValueObject[], variables: (text: string) => string): unknown {
  if (blocks.length === 0) return undefined;
  const tests: { [test: string]: { [variable: string]: string[] } } = {};
  for (const block of inSdkOrder(blocks, ["values"])) {
    const test = textAt(block, "test") ?? "";
    const variable = textAt(block, "variable") ?? "";
    tests[test] ??= {};
    const of = tests[test];
    of[variable] = [...(of[variable] ?? []), ...textsAt(block, "values").map(variables)];
  }
  const single = (values: readonly string[]) => (values.length === 1 ? values[0] : values);
  return Object.fromEntries(
    Object.entries(tests).map(([test, keys]) => [
      test,
      Object.fromEntries(Object.entries(keys).map(([key, values]) => [key, single(values)])),
    ]),
  );
}

function parsePolicy(text: string, attribute: string): Policy {
  try {
    const value: unknown = JSON.parse(text);
    if (!isRecord(value)) throw new Error("not a JSON object");
    const listed = value.Statement === undefined ? [] : Array.isArray(value.Statement) ? value.Statement : [value.Statement];
    return {
      ...(typeof value.Version === "string" ? { Version: value.Version } : {}),
      ...(typeof value.Id === "string" ? { Id: value.Id } : {}),
      Statement: listed.filter(isRecord).map(orderStatement),
    };
  } catch (error) {
    throw new DiagnosticError(
      configError(`${attribute} is no policy document: ${error instanceof Error ? error.message : String(error)}`, attribute),
    );
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return isObject(value as never) && typeof value === "object";
}

/** A parsed statement in the written order, lists as the real provider's decoder leaves them. */
function orderStatement(value: Record<string, unknown>): Statement {
  const out: Record<string, unknown> = {};
  for (const member of MEMBERS) {
    const item = value[member];
    if (item === undefined || item === "") continue;
    const isList = ["Action", "NotAction", "Resource", "NotResource"].includes(member) && Array.isArray(item);
    out[member] = isList ? oneOrMore(item.map(String)) : item;
  }
  return out;
}

/** Go's `json.MarshalIndent(policy, "", "  ")`; maps with sorted keys. */
export function writePolicy(policy: Policy, indent: "  " | ""): string {
  const members: [string, unknown][] = [];
  if (policy.Version !== undefined) members.push(["Version", policy.Version]);
  if (policy.Id !== undefined) members.push(["Id", policy.Id]);
  if (policy.Statement.length > 0) members.push(["Statement", policy.Statement]);
  const ordered = Object.fromEntries(members.map(([name, value]) => [name, name === "Statement" ? value : value]));
  return JSON.stringify(sortMaps(ordered), null, indent).replace(
    /[<>&\u2028\u2029]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** Principals and conditions are maps, which Go writes by key; the rest are structures, which keep their order. */
function sortMaps(value: unknown, isMap = false): unknown {
  if (Array.isArray(value)) return value.map((item) => sortMaps(item, isMap));
  if (!isRecord(value)) return value;
  const entries = Object.entries(value);
  if (isMap) entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(
    entries.map(([key, item]) => [key, sortMaps(item, isMap || ["Principal", "NotPrincipal", "Condition"].includes(key))]),
  );
}
