import type { GrantConstraints, GrantListEntry, GrantOperation } from "@aws-sdk/client-kms";
import { DiagnosticError, errorDiagnostic, type ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource, RetryRow, WaitRow } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { blocksAt, isTrue, requiredText, textAt, textMapAt, textsAt } from "../attribute-map.ts";
import { type Check, each, isArn, oneOf, runChecks } from "../checks.ts";
import { findGrant, KMS_MISSING } from "./find.ts";

const OPERATIONS = [
  "Decrypt",
  "Encrypt",
  "GenerateDataKey",
  "GenerateDataKeyWithoutPlaintext",
  "ReEncryptFrom",
  "ReEncryptTo",
  "Sign",
  "Verify",
  "GetPublicKey",
  "CreateGrant",
  "RetireGrant",
  "DescribeKey",
  "GenerateDataKeyPair",
  "GenerateDataKeyPairWithoutPlaintext",
  "GenerateMac",
  "VerifyMac",
  "DeriveSharedSecret",
];
const SERVICE_PRINCIPAL = /^([0-9a-z-]+\.){1,4}(amazonaws|amazon)\.com$/;

/** An ARN or a service's principal; what is neither gets both sentences, as SDKv2's `validation.Any` gives them. */
function principal(path: string): Check {
  const service = each(path, (value, key) =>
    typeof value === "string" && !SERVICE_PRINCIPAL.test(value)
      ? `"${key}" (${value}) is an invalid Service Principal: invalid prefix value (expecting to match regular expression: ${SERVICE_PRINCIPAL.source})`
      : undefined,
  );
  return {
    run(config) {
      const [notArn, notService] = [isArn(path).run(config), service.run(config)];
      return notArn.length > 0 && notService.length > 0 ? [...notArn, ...notService] : [];
    },
  };
}

const CHECKS = [
  principal("grantee_principal"),
  principal("retiring_principal"),
  oneOf("operations", OPERATIONS),
  each("name", (value, key) =>
    typeof value === "string" && value.length > 256 ? `${key} can not be greater than 256 characters` : undefined,
  ),
  each("name", (value, key) =>
    typeof value === "string" && !/^[0-9A-Za-z_:/-]+$/.test(value) ? `${key} must only contain [0-9A-Za-z_:/-]` : undefined,
  ),
];

const RETRY: RetryRow = {
  codes: ["DependencyTimeoutException", "KMSInternalException", "InvalidArnException"],
  timeoutMs: 120_000,
  why: "a role that IAM has only just made is not yet a principal for KMS",
  source: "https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateGrant.html",
};
const DELETION: WaitRow = {
  what: "KMS grant deletion",
  timeoutMs: 120_000,
  source: "https://docs.aws.amazon.com/kms/latest/APIReference/API_RevokeGrant.html",
};

/** aws_kms_grant. Its id is `key:grant`; every change replaces it. */
export const resource: NativeResource = {
  type: "aws_kms_grant",
  defaults: { retire_on_delete: false },
  forceNew: [
    "constraints",
    "grant_creation_tokens",
    "grantee_principal",
    "key_id",
    "name",
    "operations",
    "retire_on_delete",
    "retiring_principal",
  ],
  validate: (config) => runChecks(CHECKS, config),
  async create(aws, planned, onCreated) {
    const KeyId = requiredText(planned, "key_id");
    const tokens = textsAt(planned, "grant_creation_tokens");
    const input = {
      KeyId,
      GranteePrincipal: requiredText(planned, "grantee_principal"),
      Operations: textsAt(planned, "operations") as GrantOperation[],
      Constraints: constraintsOf(planned),
      GrantTokens: tokens.length > 0 ? tokens : undefined,
      Name: textAt(planned, "name"),
      RetiringPrincipal: textAt(planned, "retiring_principal"),
    };
    const { GrantId = "", GrantToken = "" } = await aws.retry(RETRY, () => aws.clients.kms.createGrant(input));
    await onCreated({ id: `${KeyId}:${GrantId}`, grant_token: GrantToken });
  },
  read,
  async delete(aws, state) {
    const [KeyId, GrantId] = partsOf(requiredText(state, "id"));
    const input = { KeyId, GrantId };
    await unlessMissing(KMS_MISSING, () =>
      isTrue(state, "retire_on_delete") ? aws.clients.kms.retireGrant(input) : aws.clients.kms.revokeGrant(input),
    );
    await aws.wait(DELETION, async () => ((await findGrant(aws, KeyId, GrantId)) === undefined ? true : undefined));
  },
  importId(id) {
    const [key_id, grant_id] = partsOf(id);
    return { id: `${key_id}:${grant_id}`, key_id, grant_id };
  },
  // A second grant may say the same.
  find: async () => null,
};

function constraintsOf(planned: ValueObject): GrantConstraints | undefined {
  const blocks = blocksAt(planned, "constraints");
  if (blocks.length === 0) return undefined;
  const constraints: GrantConstraints = {};
  for (const block of blocks) {
    const [equals, subset] = [textMapAt(block, "encryption_context_equals"), textMapAt(block, "encryption_context_subset")];
    if (Object.keys(equals).length > 0) constraints.EncryptionContextEquals = equals;
    if (Object.keys(subset).length > 0) constraints.EncryptionContextSubset = subset;
  }
  if (constraints.EncryptionContextEquals !== undefined && constraints.EncryptionContextSubset !== undefined) {
    const detail = "A grant constraint can't have both encryption_context_equals and encryption_context_subset set";
    throw new DiagnosticError(errorDiagnostic("DVT3001", "Invalid configuration", { detail, attribute: "constraints" }));
  }
  return constraints;
}

async function read(aws: AwsContext, state: ValueObject): Promise<ValueObject | null> {
  const id = requiredText(state, "id");
  const [keyId, grantId] = partsOf(id);
  const grant = await findGrant(aws, keyId, grantId);
  if (grant === undefined) return null;
  return {
    ...state,
    ...(grant.Constraints === undefined ? {} : { constraints: [flattenConstraints(grant.Constraints)] }),
    id,
    key_id: keyId,
    grant_id: grant.GrantId ?? grantId,
    ...principals(grant),
    ...(grant.Name ? { name: grant.Name } : {}),
    operations: [...(grant.Operations ?? [])],
  };
}

function principals(grant: GrantListEntry): ValueObject {
  return {
    ...(grant.GranteePrincipal === undefined ? {} : { grantee_principal: grant.GranteePrincipal }),
    ...(grant.RetiringPrincipal === undefined ? {} : { retiring_principal: grant.RetiringPrincipal }),
  };
}

function flattenConstraints(constraints: GrantConstraints): ValueObject {
  return {
    encryption_context_equals: { ...constraints.EncryptionContextEquals },
    encryption_context_subset: { ...constraints.EncryptionContextSubset },
  };
}

/** Key (id or ARN) and grant of an id. Throws the real provider's sentences. */
function partsOf(id: string): [key: string, grant: string] {
  const bad = (of: string) => {
    const detail = `unexpected format of ${of} (${id}), expected KeyID:GrantID`;
    return new DiagnosticError(errorDiagnostic("DVT4006", "Import failed", { detail }));
  };
  const isArnId = id.startsWith("arn:");
  const [prefix = "", rest, ...more] = isArnId ? id.split("/") : ["", id];
  if (rest === undefined || more.length > 0) throw bad("ARN");
  const [key = "", grant, ...others] = rest.split(":");
  if (grant === undefined || others.length > 0) throw bad("ID");
  return [isArnId ? `${prefix}/${key}` : key, grant];
}
