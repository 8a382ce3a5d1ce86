import type { Ctx, IamRequest, Operation, ServiceDefinition } from "../../core/service.ts";
import type { EncryptionContext } from "./ciphertext.ts";
import { findKey } from "./find-key.ts";
import * as aliases from "./operations/aliases.ts";
import * as encryption from "./operations/encrypt.ts";
import * as grants from "./operations/grants.ts";
import * as imports from "./operations/imports.ts";
import * as keys from "./operations/keys.ts";
import * as replicas from "./operations/replicas.ts";
import * as settings from "./operations/settings.ts";
import * as signing from "./operations/sign.ts";
import { askAbout } from "./policy.ts";
import { observeRequest } from "./request-metrics.ts";
import { type KeyRecord, keysOf } from "./store.ts";

interface Asked {
  readonly KeyId?: string;
  readonly EncryptionContext?: EncryptionContext;
  readonly EncryptionAlgorithm?: string;
  readonly SigningAlgorithm?: string;
  readonly MacAlgorithm?: string;
  readonly MessageType?: string;
  readonly CiphertextBlob?: Uint8Array;
  readonly GranteePrincipal?: string;
  readonly Operations?: readonly string[];
}

const NOBODY: IamRequest = { resources: ["*"] };

/** Condition keys that come from the request's own members. */
function conditionsOf(input: Asked): Record<string, string | readonly string[]> {
  const pairs: readonly (readonly [string, string | readonly string[] | undefined])[] = [
    ["kms:EncryptionAlgorithm", input.EncryptionAlgorithm],
    ["kms:SigningAlgorithm", input.SigningAlgorithm],
    ["kms:MacAlgorithm", input.MacAlgorithm],
    ["kms:MessageType", input.MessageType],
    ["kms:GranteePrincipal", input.GranteePrincipal],
    ["kms:GrantOperations", input.Operations],
  ];
  const out: Record<string, string | readonly string[]> = {};
  for (const [name, value] of pairs) if (value !== undefined) out[name] = value;
  return out;
}

function about(ctx: Ctx, key: KeyRecord | undefined, action: string, input: Asked): IamRequest {
  if (key === undefined) return { ...NOBODY, action: `kms:${action}` };
  return askAbout(ctx, key, {
    action: `kms:${action}`,
    context: input.EncryptionContext,
    alias: input.KeyId?.includes("alias/") === true ? input.KeyId.slice(input.KeyId.indexOf("alias/")) : undefined,
    more: conditionsOf(input),
  });
}

function onKey(action: string): NonNullable<Operation["iam"]> {
  return (ctx, input: Asked) => about(ctx, input.KeyId === undefined ? undefined : findKey(ctx, input.KeyId), action, input);
}

function onCiphertext(ctx: Ctx, input: Asked): IamRequest {
  return about(ctx, encryption.keyToOpen(ctx, input.KeyId, input.CiphertextBlob), "Decrypt", input);
}

interface ReEncrypted {
  readonly CiphertextBlob?: Uint8Array;
  readonly SourceKeyId?: string;
  readonly DestinationKeyId?: string;
  readonly SourceEncryptionContext?: EncryptionContext;
  readonly DestinationEncryptionContext?: EncryptionContext;
}

function onBoth(ctx: Ctx, input: ReEncrypted): IamRequest[] {
  const { SourceEncryptionContext: from = {}, DestinationEncryptionContext: to = {} } = input;
  const source = encryption.keyToOpen(ctx, input.SourceKeyId, input.CiphertextBlob);
  const target = input.DestinationKeyId === undefined ? undefined : findKey(ctx, input.DestinationKeyId);
  return [
    about(ctx, source, "ReEncryptFrom", { EncryptionContext: from }),
    about(ctx, target, "ReEncryptTo", { EncryptionContext: to }),
  ];
}

/** Needs the permission on the alias and on the key. */
function onAlias(action: string): NonNullable<Operation["iam"]> {
  return (ctx, input: { readonly AliasName: string; readonly TargetKeyId?: string }) => {
    const target = findKey(ctx, input.TargetKeyId ?? input.AliasName);
    const alias = { action: `kms:${action}`, resources: [aliases.aliasArn(ctx, input.AliasName)] };
    return target === undefined ? alias : [alias, about(ctx, target, action, {})];
  };
}

function key(name: string, handler: Operation["handler"], more: Partial<Operation> = {}): { readonly [name: string]: Operation } {
  return { [name]: { handler, iam: onKey(name), ...more } };
}

const reads = { readonly: true } as const;
const TOKENS = "grant tokens are not needed, as a grant holds at once";

export const service: ServiceDefinition = {
  name: "kms",
  operations: {
    CreateKey: {
      handler: keys.createKey,
      waits: true,
      missing: "custom key stores",
    },
    ...key("DescribeKey", keys.describeKey),
    ListKeys: { handler: keys.listKeys, ...reads },
    ...key("EnableKey", keys.enableKey),
    ...key("DisableKey", keys.disableKey),
    ...key("UpdateKeyDescription", keys.updateKeyDescription),
    ...key("ScheduleKeyDeletion", keys.scheduleKeyDeletion),
    ...key("CancelKeyDeletion", keys.cancelKeyDeletion),
    ...key("GetPublicKey", keys.getPublicKey, reads),
    ...key("GetParametersForImport", imports.getParametersForImport, { waits: true }),
    ...key("ImportKeyMaterial", imports.importKeyMaterial, { missing: "a second material for rotation on demand" }),
    ...key("DeleteImportedKeyMaterial", imports.deleteImportedKeyMaterial),
    CreateAlias: { handler: aliases.createAlias, iam: onAlias("CreateAlias") },
    UpdateAlias: { handler: aliases.updateAlias, iam: onAlias("UpdateAlias") },
    DeleteAlias: { handler: aliases.deleteAlias, iam: onAlias("DeleteAlias") },
    ListAliases: { handler: aliases.listAliases, ...reads },
    ...key("GetKeyPolicy", settings.getKeyPolicy),
    ...key("PutKeyPolicy", settings.putKeyPolicy),
    ...key("ListKeyPolicies", settings.listKeyPolicies),
    ...key("TagResource", settings.tagResource),
    ...key("UntagResource", settings.untagResource),
    ...key("ListResourceTags", settings.listResourceTags),
    ...key("EnableKeyRotation", settings.enableKeyRotation),
    ...key("DisableKeyRotation", settings.disableKeyRotation),
    ...key("GetKeyRotationStatus", settings.getKeyRotationStatus),
    ...key("ReplicateKey", replicas.replicateKey),
    ...key("UpdatePrimaryRegion", replicas.updatePrimaryRegion),
    ...key("RotateKeyOnDemand", settings.rotateKeyOnDemand),
    ...key("ListKeyRotations", settings.listKeyRotations),
    ...key("CreateGrant", grants.createGrant),
    ...key("ListGrants", grants.listGrants),
    ListRetirableGrants: { handler: grants.listRetirableGrants, ...reads },
    ...key("RevokeGrant", grants.revokeGrant),
    // Decided in the operation: root, retiring principal or grantee.
    RetireGrant: { handler: grants.retireGrant, iam: () => [] },
    ...key("Encrypt", encryption.encrypt, { missing: TOKENS }),
    Decrypt: { handler: encryption.decrypt, iam: onCiphertext, missing: "Recipient" },
    ReEncrypt: { handler: encryption.reEncrypt, iam: onBoth },
    ...key("GenerateDataKey", encryption.generateDataKey, { missing: "Recipient" }),
    ...key("GenerateDataKeyWithoutPlaintext", encryption.generateDataKeyWithoutPlaintext),
    ...key("GenerateDataKeyPair", encryption.generateDataKeyPair, { waits: true, missing: "Recipient" }),
    ...key("GenerateDataKeyPairWithoutPlaintext", encryption.generateDataKeyPairWithoutPlaintext, { waits: true }),
    GenerateRandom: { handler: encryption.generateRandom, ...reads, missing: "Recipient, custom key stores" },
    ...key("Sign", signing.signOperation, { missing: "EXTERNAL_MU" }),
    ...key("Verify", signing.verifyOperation, { missing: "EXTERNAL_MU" }),
    ...key("GenerateMac", signing.generateMac),
    ...key("VerifyMac", signing.verifyMac),
    ...key("DeriveSharedSecret", signing.deriveSharedSecret, { missing: "Recipient" }),
  },
  timers: { "delete-key": keys.deleteDueKey, "rotate-key": settings.rotateDueKey, [imports.EXPIRE]: imports.expireMaterial },
  observe: observeRequest,
  internal: { checkKey: encryption.checkKey },
  inventory: (ctx) => ({ keys: [...keysOf(ctx)].filter((each) => each.manager === "CUSTOMER").length }),
};
