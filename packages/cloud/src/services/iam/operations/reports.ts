/** Credential report, and the condition keys that policies name. */
import type { AccessKeyRecord, EntityRecord } from "../../../core/identities.ts";
import { getEntity, identityOf } from "../../../core/identities.ts";
import { MalformedPolicy, parsePolicy } from "../../../core/policy/document.ts";
import { type Ctx, type Operation, ServiceError } from "../../../core/service.ts";
import { listEntities } from "../entities.ts";
import { noSuchEntity } from "../names.ts";
import { hasLoginProfile } from "./login-profiles.ts";
import { mfaDevicesOf } from "./mfa-devices.ts";

const COLUMNS =
  "user arn user_creation_time password_enabled password_last_used password_last_changed password_next_rotation mfa_active access_key_1_active access_key_1_last_rotated access_key_1_last_used_date access_key_1_last_used_region access_key_1_last_used_service access_key_2_active access_key_2_last_rotated access_key_2_last_used_date access_key_2_last_used_region access_key_2_last_used_service cert_1_active cert_1_last_rotated cert_2_active cert_2_last_rotated";

const FRESH_MS = 4 * 3_600_000;
const reportKey = (ctx: Ctx) => ["credential-report", ctx.account];
const time = (ms: number) => new Date(ms).toISOString().replace(/\.\d{3}Z$/, "+00:00");

function keyColumns(key: AccessKeyRecord | undefined): string[] {
  return key === undefined
    ? ["false", "N/A", "N/A", "N/A", "N/A"]
    : [String(key.status === "Active"), time(key.createdMs), "N/A", "N/A", "N/A"];
}

function userRow(ctx: Ctx, user: EntityRecord, keys: readonly AccessKeyRecord[]): string {
  const own = keys.filter((key) => key.account === ctx.account && key.userName === user.name);
  const password = hasLoginProfile(ctx, user.name);
  return [
    user.name,
    user.arn,
    time(user.createdMs),
    String(password),
    password ? "no_information" : "N/A",
    "N/A",
    "N/A",
    String(mfaDevicesOf(ctx, user.name).length > 0),
    ...keyColumns(own[0]),
    ...keyColumns(own[1]),
    "false",
    "N/A",
    "false",
    "N/A",
  ].join(",");
}

function generate(ctx: Ctx) {
  const known = ctx.store.get<{ createdMs: number }>(reportKey(ctx));
  if (known !== undefined && ctx.now() - known.createdMs < FRESH_MS) return { State: "COMPLETE" };
  const keys = [...ctx.store.range<AccessKeyRecord>({ prefix: ["access-key"] })].map(({ value }) => value);
  const root = ["<root_account>", `arn:aws:iam::${ctx.account}:root`, time(0), "not_supported", "no_information"];
  const rows = [
    COLUMNS.split(" ").join(","),
    [
      ...root,
      ..."not_supported not_supported false false N/A N/A N/A N/A false N/A N/A N/A N/A false N/A false N/A".split(" "),
    ].join(","),
    ...listEntities(ctx, "user").map((user) => userRow(ctx, user, keys)),
  ];
  ctx.store.put(reportKey(ctx), { createdMs: ctx.now(), text: rows.join("\n") });
  return {
    State: known === undefined ? "STARTED" : "COMPLETE",
    Description: "No report exists. Starting a new report generation task",
  };
}

function get(ctx: Ctx) {
  const report = ctx.store.get<{ createdMs: number; text: string }>(reportKey(ctx));
  if (report === undefined)
    throw new ServiceError(
      "CredentialReportNotPresentException",
      410,
      "No report is present for this account. Use GenerateCredentialReport to start a new report.",
    );
  if (ctx.now() - report.createdMs >= FRESH_MS)
    throw new ServiceError(
      "CredentialReportExpiredException",
      410,
      "The most recent credential report is more than 4 hours old. Use GenerateCredentialReport to start a new report.",
    );
  return { Content: Buffer.from(report.text), ReportFormat: "text/csv", GeneratedTime: new Date(report.createdMs) };
}

/** Keys of conditions and of variables, as written, each once. Throws InvalidInput for what is no policy. */
export function contextKeys(documents: readonly string[]): string[] {
  const found = new Map<string, string>();
  const add = (key: string) => {
    if (!found.has(key.toLowerCase())) found.set(key.toLowerCase(), key);
  };
  for (const text of documents) {
    try {
      for (const { conditions } of parsePolicy(text).statements)
        for (const keys of Object.values(conditions)) Object.keys(keys).forEach(add);
    } catch (error) {
      if (!(error instanceof MalformedPolicy)) throw error;
      throw new ServiceError("InvalidInputException", 400, "Syntax errors in policy.");
    }
    for (const [, key = ""] of text.matchAll(/\$\{\s*([A-Za-z0-9_.:/-]+)\s*(?:,[^}]*)?\}/g)) add(key);
  }
  return [...found.values()];
}

function ofPrincipal(ctx: Ctx, input: { readonly PolicySourceArn: string; readonly PolicyInputList?: readonly string[] }) {
  const [, kind, name = ""] = /^arn:aws:iam::\d{12}:(role|user|group)\/(?:.*\/)?([^/]+)$/.exec(input.PolicySourceArn) ?? [];
  const entity =
    kind === "role" || kind === "user" || kind === "group" ? getEntity(ctx.store, kind, ctx.account, name) : undefined;
  if (entity === undefined) throw noSuchEntity(`Invalid principal: ${input.PolicySourceArn}`);
  const documents = identityOf(ctx.store, entity).policies.map(({ document }) => document);
  return { ContextKeyNames: contextKeys([...documents, ...(input.PolicyInputList ?? [])]) };
}

export const reportOperations: { [operation: string]: Operation } = {
  GenerateCredentialReport: { handler: generate },
  GetCredentialReport: { readonly: true, handler: get, missing: "last uses" },
  GetContextKeysForCustomPolicy: {
    readonly: true,
    handler: (_ctx: Ctx, input: { readonly PolicyInputList: readonly string[] }) => ({
      ContextKeyNames: contextKeys(input.PolicyInputList),
    }),
  },
  GetContextKeysForPrincipalPolicy: { readonly: true, handler: ofPrincipal },
};
