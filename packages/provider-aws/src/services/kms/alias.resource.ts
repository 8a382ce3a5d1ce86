import type { AliasListEntry } from "@aws-sdk/client-kms";
import type { ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { requiredText } from "../attribute-map.ts";
import { conflicts, each, runChecks } from "../checks.ts";
import { prefixOfName } from "../name-prefix.ts";
import { findInPages } from "../pages.ts";
import { KMS_MISSING, NEW_KEY, sameKey } from "./find.ts";

const PREFIX = "alias/";

/** Texts of `internal/service/kms/validate.go`. */
function aliasName(path: string) {
  return [
    each(path, (value, key) =>
      typeof value === "string" && value.startsWith("alias/aws/")
        ? `"${key}" cannot begin with reserved AWS CMK prefix 'alias/aws/'`
        : undefined,
    ),
    each(path, (value, key) =>
      typeof value === "string" && !/^alias\/[0-9A-Za-z_/-]+$/.test(value)
        ? `"${key}" must begin with 'alias/' and be comprised of only [0-9A-Za-z_/-]`
        : undefined,
    ),
  ];
}

const CHECKS = [
  ...aliasName("name"),
  ...aliasName("name_prefix"),
  conflicts("name", ["name_prefix"]),
  conflicts("name_prefix", ["name"]),
];

/** aws_kms_alias. Its id is its name. */
export const resource: NativeResource = {
  type: "aws_kms_alias",
  forceNew: ["name", "name_prefix"],
  naming: { attribute: "name", prefix: "name_prefix", maxLength: 256, fallback: PREFIX },
  validate: (config) => runChecks(CHECKS, config),
  suppressDiff: (path, prior, config) =>
    path === "target_key_id" && typeof prior === "string" && typeof config === "string" && sameKey(prior, config),
  async create(aws, planned, onCreated) {
    const AliasName = requiredText(planned, "name");
    await aws.retry(NEW_KEY, () =>
      aws.clients.kms.createAlias({ AliasName, TargetKeyId: requiredText(planned, "target_key_id") }),
    );
    await onCreated({ id: AliasName });
  },
  read,
  async update(aws, prior, planned, changed) {
    if (!changed("target_key_id")) return;
    await aws.clients.kms.updateAlias({
      AliasName: requiredText(prior, "id"),
      TargetKeyId: requiredText(planned, "target_key_id"),
    });
  },
  async delete(aws, state) {
    await unlessMissing(KMS_MISSING, () => aws.clients.kms.deleteAlias({ AliasName: requiredText(state, "id") }));
  },
};

/** An alias; undefined when there is none, or none that names a key. */
export async function findAlias(aws: AwsContext, name: string): Promise<AliasListEntry | undefined> {
  const page = async (Marker: string | undefined) => {
    const answer = await aws.clients.kms.listAliases({ Limit: 100, Marker });
    return { items: answer.Aliases, next: answer.NextMarker };
  };
  return findInPages(page, (alias) => alias.AliasName === name);
}

/** `arn:…:alias/x` and a key's id as the key's ARN. */
export function keyArnOf(aliasArn: string, keyId: string): string {
  return `${aliasArn.slice(0, aliasArn.indexOf(":alias/"))}:key/${keyId}`;
}

async function read(aws: AwsContext, state: ValueObject): Promise<ValueObject | null> {
  const name = requiredText(state, "id");
  const alias = await findAlias(aws, name);
  if (alias === undefined) return null;
  const { AliasArn = "", AliasName = name, TargetKeyId = "" } = alias;
  return {
    ...state,
    id: name,
    arn: AliasArn,
    name: AliasName,
    name_prefix: prefixOfName(AliasName),
    target_key_arn: keyArnOf(AliasArn, TargetKeyId),
    target_key_id: TargetKeyId,
  };
}
