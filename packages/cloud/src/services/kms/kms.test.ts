import { createHash, createPublicKey, verify } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import * as K from "@aws-sdk/client-kms";
import { manualClock, seededRandom } from "@dovetail/model";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Cloud, startCloud } from "../../cloud.ts";
import type { Principal } from "../../core/service.ts";

const DAY_MS = 86_400_000;
let cloud: Cloud;
let kms: K.KMSClient;

beforeAll(async () => {
  cloud = await startCloud({ clock: manualClock(1_700_000_000_000), random: seededRandom(1) });
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  kms = new K.KMSClient({ region: "us-east-1", endpoint: cloud.endpoint, credentials, maxAttempts: 1 });
});
beforeEach(() => cloud.reset());
afterAll(() => cloud.stop());

const text = (value: string) => Buffer.from(value);

async function makeKey(input: K.CreateKeyCommandInput = {}): Promise<{ id: string; arn: string }> {
  const { KeyMetadata } = await kms.send(new K.CreateKeyCommand(input));
  return { id: KeyMetadata?.KeyId ?? "", arn: KeyMetadata?.Arn ?? "" };
}

const encrypt = async (KeyId: string, plain = "hush", EncryptionContext?: Record<string, string>) =>
  (await kms.send(new K.EncryptCommand({ KeyId, Plaintext: text(plain), EncryptionContext }))).CiphertextBlob ?? new Uint8Array();
const decrypt = async (CiphertextBlob: Uint8Array, more: Partial<K.DecryptCommandInput> = {}) =>
  Buffer.from((await kms.send(new K.DecryptCommand({ CiphertextBlob, ...more }))).Plaintext ?? []).toString();

test("a ciphertext names its key and opens only in its encryption context", async () => {
  const key = await makeKey();
  const other = await makeKey();
  const blob = await encrypt(key.id, "hush", { b: "2", a: "1" });
  expect(Buffer.from(blob).toString("base64")).toMatch(/^AQICAH/);
  expect(await decrypt(blob, { EncryptionContext: { a: "1", b: "2" } })).toBe("hush");
  const fails = (more: Partial<K.DecryptCommandInput>, name: string, bytes = blob) =>
    expect(decrypt(bytes, more)).rejects.toMatchObject({ name });
  await fails({}, "InvalidCiphertextException");
  await fails({ EncryptionContext: { a: "1", b: "3" } }, "InvalidCiphertextException");
  await fails({ EncryptionContext: { a: "1", b: "2" }, KeyId: other.id }, "IncorrectKeyException");
  for (const cut of [0, 5, 40, blob.length - 1].map((end) => blob.slice(0, Math.max(end, 1))))
    await fails({ EncryptionContext: { a: "1", b: "2" } }, "InvalidCiphertextException", cut);
});

test("old ciphertext opens after rotations on demand and by the clock, and each is listed", async () => {
  const key = await makeKey();
  const blob = await encrypt(key.id);
  await kms.send(new K.RotateKeyOnDemandCommand({ KeyId: key.id }));
  await kms.send(new K.EnableKeyRotationCommand({ KeyId: key.id, RotationPeriodInDays: 90 }));
  const before = await kms.send(new K.GetKeyRotationStatusCommand({ KeyId: key.id }));
  expect(before).toMatchObject({ KeyRotationEnabled: true, RotationPeriodInDays: 90 });
  await cloud.clock.advance(181 * DAY_MS);
  const { Rotations } = await kms.send(new K.ListKeyRotationsCommand({ KeyId: key.id }));
  expect(Rotations?.map((each) => each.RotationType)).toEqual(["ON_DEMAND", "AUTOMATIC", "AUTOMATIC"]);
  expect(await decrypt(blob)).toBe("hush");
  expect(await decrypt(await encrypt(key.id, "new"))).toBe("new");
});

test("a key that waits for deletion refuses work, comes back disabled, and goes by the clock", async () => {
  const key = await makeKey();
  const blob = await encrypt(key.id);
  const schedule = () => kms.send(new K.ScheduleKeyDeletionCommand({ KeyId: key.id, PendingWindowInDays: 7 }));
  expect(await schedule()).toMatchObject({ KeyState: "PendingDeletion", KeyId: key.arn });
  await expect(encrypt(key.id)).rejects.toMatchObject({
    name: "KMSInvalidStateException",
    message: `${key.arn} is pending deletion.`,
  });
  await kms.send(new K.CancelKeyDeletionCommand({ KeyId: key.id }));
  await expect(encrypt(key.id)).rejects.toMatchObject({ name: "DisabledException", message: `${key.arn} is disabled.` });
  await kms.send(new K.EnableKeyCommand({ KeyId: key.id }));
  expect(await decrypt(blob)).toBe("hush");
  await schedule();
  await cloud.clock.advance(7 * DAY_MS);
  await expect(kms.send(new K.DescribeKeyCommand({ KeyId: key.id }))).rejects.toMatchObject({
    name: "NotFoundException",
    message: `Key '${key.arn}' does not exist`,
  });
});

test("aliases name keys, move between them, and an AWS managed key begins to exist when it is asked for", async () => {
  const [one, two] = [await makeKey(), await makeKey()];
  await kms.send(new K.CreateAliasCommand({ AliasName: "alias/app", TargetKeyId: one.id }));
  const blob = await encrypt("alias/app");
  await kms.send(new K.UpdateAliasCommand({ AliasName: "alias/app", TargetKeyId: two.arn }));
  expect(await decrypt(blob, { KeyId: one.id })).toBe("hush");
  const { KeyMetadata } = await kms.send(new K.DescribeKeyCommand({ KeyId: "alias/aws/sqs" }));
  expect(KeyMetadata).toMatchObject({ KeyManager: "AWS", KeyState: "Enabled", MultiRegion: false });
  const { Aliases } = await kms.send(new K.ListAliasesCommand({}));
  expect(Aliases?.map((each) => each.AliasName)).toEqual(["alias/app", "alias/aws/sqs"]);
  await kms.send(new K.DeleteAliasCommand({ AliasName: "alias/app" }));
  await expect(encrypt("alias/app")).rejects.toMatchObject({
    message: "Alias arn:aws:kms:us-east-1:000000000000:alias/app is not found.",
  });
  expect(await cloud.inventory()).toMatchObject({ "kms keys": 2 });
});

const SIGNERS: [K.KeySpec, K.SigningAlgorithmSpec][] = [
  ["RSA_2048", "RSASSA_PKCS1_V1_5_SHA_256"],
  ["RSA_2048", "RSASSA_PSS_SHA_384"],
  ["ECC_NIST_P256", "ECDSA_SHA_256"],
  ["ECC_NIST_P384", "ECDSA_SHA_384"],
  ["ECC_NIST_P521", "ECDSA_SHA_512"],
  ["ECC_SECG_P256K1", "ECDSA_SHA_256"],
];

test.each(SIGNERS)("%s signs messages and digests alike with %s", async (KeySpec, SigningAlgorithm) => {
  const { id: KeyId } = await makeKey({ KeySpec, KeyUsage: "SIGN_VERIFY" });
  const message = text("the message");
  const digest = createHash(`sha${SigningAlgorithm.slice(-3)}`)
    .update(message)
    .digest();
  const asRaw = { KeyId, SigningAlgorithm, Message: message };
  const asDigest = { KeyId, SigningAlgorithm, Message: digest, MessageType: "DIGEST" } as const;
  for (const [given, other] of [
    [asRaw, asDigest],
    [asDigest, asRaw],
  ] as const) {
    const { Signature } = await kms.send(new K.SignCommand(given));
    expect(await kms.send(new K.VerifyCommand({ ...other, Signature }))).toMatchObject({ SignatureValid: true });
    const Changed = Buffer.from(Signature ?? []);
    Changed[Changed.length - 1] = (Changed.at(-1) ?? 0) ^ 1;
    for (const each of [given, other])
      await expect(kms.send(new K.VerifyCommand({ ...each, Signature: Changed }))).rejects.toMatchObject({
        name: "KMSInvalidSignatureException",
      });
  }
});

test("the public key verifies outside, and Ed25519 signs", async () => {
  const { id: KeyId } = await makeKey({ KeySpec: "ECC_NIST_EDWARDS25519", KeyUsage: "SIGN_VERIFY" });
  const { PublicKey, SigningAlgorithms } = await kms.send(new K.GetPublicKeyCommand({ KeyId }));
  expect(SigningAlgorithms).toContain("ED25519_SHA_512");
  const prehashed = {
    KeyId,
    Message: createHash("sha512").update("m").digest(),
    SigningAlgorithm: "ED25519_PH_SHA_512",
  } as const;
  await expect(kms.send(new K.SignCommand(prehashed))).rejects.toMatchObject({ name: "ValidationException" });
  const { Signature: ofDigest } = await kms.send(new K.SignCommand({ ...prehashed, MessageType: "DIGEST" }));
  const again = await kms.send(new K.VerifyCommand({ ...prehashed, MessageType: "DIGEST", Signature: ofDigest }));
  expect(again.SignatureValid).toBe(true);
  const { Signature } = await kms.send(new K.SignCommand({ KeyId, Message: text("m"), SigningAlgorithm: "ED25519_SHA_512" }));
  const open = createPublicKey({ key: Buffer.from(PublicKey ?? []), format: "der", type: "spki" });
  expect(verify(null, text("m"), open, Buffer.from(Signature ?? []))).toBe(true);
});

test("RSA encrypts, HMAC keys authenticate, data keys open again", async () => {
  const rsa = await makeKey({ KeySpec: "RSA_2048", KeyUsage: "ENCRYPT_DECRYPT" });
  const EncryptionAlgorithm = "RSAES_OAEP_SHA_256";
  const sealed = await kms.send(new K.EncryptCommand({ KeyId: rsa.id, Plaintext: text("x"), EncryptionAlgorithm }));
  expect(await decrypt(sealed.CiphertextBlob ?? new Uint8Array(), { KeyId: rsa.id, EncryptionAlgorithm })).toBe("x");
  const hmac = await makeKey({ KeySpec: "HMAC_256", KeyUsage: "GENERATE_VERIFY_MAC" });
  const asked = { KeyId: hmac.id, Message: text("m"), MacAlgorithm: "HMAC_SHA_256" } as const;
  const { Mac } = await kms.send(new K.GenerateMacCommand(asked));
  expect(await kms.send(new K.VerifyMacCommand({ ...asked, Mac }))).toMatchObject({ MacValid: true });
  await expect(kms.send(new K.VerifyMacCommand({ ...asked, Message: text("n"), Mac }))).rejects.toMatchObject({
    name: "KMSInvalidMacException",
  });
  const key = await makeKey();
  const data = await kms.send(new K.GenerateDataKeyCommand({ KeyId: key.id, KeySpec: "AES_256" }));
  const opened = await kms.send(new K.DecryptCommand({ CiphertextBlob: data.CiphertextBlob }));
  expect(Buffer.from(opened.Plaintext ?? []).equals(Buffer.from(data.Plaintext ?? []))).toBe(true);
  const moved = await kms.send(
    new K.ReEncryptCommand({ CiphertextBlob: await encrypt(key.id), DestinationKeyId: (await makeKey()).id }),
  );
  expect(await decrypt(moved.CiphertextBlob ?? new Uint8Array())).toBe("hush");
});

async function role(policy?: object): Promise<Principal> {
  const accountId = "000000000000";
  const { Role } = await cloud.call<{ Role: { Arn: string; RoleId: string } }>("iam", "CreateRole", {
    RoleName: "worker",
    AssumeRolePolicyDocument: JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { AWS: "*" }, Action: "sts:AssumeRole" }],
    }),
  });
  if (policy !== undefined)
    await cloud.call("iam", "PutRolePolicy", {
      RoleName: "worker",
      PolicyName: "own",
      PolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement: [policy] }),
    });
  return { kind: "role-session", accountId, accessKeyId: "ASIA", roleArn: Role.Arn, roleId: Role.RoleId, sessionName: "s" };
}

test("a role's own policy counts only where the key policy gives the account the say; a grant needs neither", async () => {
  const as = await role({ Effect: "Allow", Action: "kms:*", Resource: "*" });
  const locked = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { AWS: "arn:aws:iam::000000000000:role/admin" }, Action: "kms:*", Resource: "*" }],
  });
  const key = await makeKey();
  const use = () =>
    cloud.call("kms", "Encrypt", { KeyId: key.id, Plaintext: text("x"), EncryptionContext: { app: "a" } }, { as });
  await use();
  const lock = (more: object) => kms.send(new K.PutKeyPolicyCommand({ KeyId: key.id, Policy: locked, ...more }));
  await expect(lock({})).rejects.toThrow("The new key policy will not allow you to update the key policy in the future.");
  await lock({ BypassPolicyLockoutSafetyCheck: true });
  await expect(use()).rejects.toMatchObject({ name: "AccessDeniedException" });
  const grant = { KeyId: key.id, GranteePrincipal: "arn:aws:iam::000000000000:role/worker" };
  const Constraints = { EncryptionContextSubset: { app: "b" } };
  await kms.send(new K.CreateGrantCommand({ ...grant, Operations: ["Encrypt"], Constraints }));
  await expect(use()).rejects.toMatchObject({ name: "AccessDeniedException" });
  const { GrantId } = await kms.send(new K.CreateGrantCommand({ ...grant, Operations: ["Encrypt"] }));
  await use();
  await kms.send(new K.RevokeGrantCommand({ KeyId: key.id, GrantId }));
  await expect(use()).rejects.toMatchObject({ name: "AccessDeniedException" });
});

test("an AWS managed key serves everybody who comes through its service", async () => {
  const as = await role();
  await cloud.call("iam", "PutRolePolicy", {
    RoleName: "worker",
    PolicyName: "parameters",
    PolicyDocument: JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "ssm:*", Resource: "*" }],
    }),
  });
  const put = (Name: string, more: object) =>
    cloud.call("ssm", "PutParameter", { Name, Value: "hush", Type: "SecureString", ...more }, { as });
  await put("a", {});
  const read = await cloud.call("ssm", "GetParameter", { Name: "a", WithDecryption: true }, { as });
  expect(read).toMatchObject({ Parameter: { Value: "hush" } });
  const direct = cloud.call("kms", "GenerateDataKey", { KeyId: "alias/aws/ssm", KeySpec: "AES_256" }, { as });
  await expect(direct).rejects.toMatchObject({ name: "AccessDeniedException" });
  const { id: KeyId } = await makeKey();
  await expect(put("b", { KeyId })).rejects.toMatchObject({ name: "AccessDeniedException" });
});

test("no key material lies readable in the data folder, and the key of the seal is its owner's alone", async () => {
  const { id: KeyId } = await makeKey({ KeySpec: "ECC_NIST_P256", KeyUsage: "SIGN_VERIFY" });
  expect(KeyId).not.toBe("");
  const file = join(cloud.dataDir, "services", "kms", "seal.key");
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const pkcs8 = Buffer.from("301306072a8648ce3d020106082a8648ce3d030107046d306b", "hex");
  const stored = readdirSync(cloud.dataDir).filter((name) => name.startsWith("data.mdb"));
  expect(stored.some((name) => readFileSync(join(cloud.dataDir, name)).includes(pkcs8))).toBe(false);
});

test.each<[string, () => Promise<unknown>, string, RegExp?]>([
  ["a key that is no id", () => encrypt("nothing"), "NotFoundException", /^Invalid keyId 'nothing'$/],
  [
    "an alias without prefix",
    () => makeKey().then((k) => kms.send(new K.CreateAliasCommand({ AliasName: "a", TargetKeyId: k.id }))),
    "ValidationException",
  ],
  [
    "an alias of AWS's",
    () => makeKey().then((k) => kms.send(new K.CreateAliasCommand({ AliasName: "alias/aws/x", TargetKeyId: k.id }))),
    "NotAuthorizedException",
  ],
  [
    "signing with an encryption key",
    () =>
      makeKey().then((k) => kms.send(new K.SignCommand({ KeyId: k.id, Message: text("m"), SigningAlgorithm: "ECDSA_SHA_256" }))),
    "InvalidKeyUsageException",
    /key usage is ENCRYPT_DECRYPT which is not valid for Sign/,
  ],
  [
    "rotating an HMAC key",
    () =>
      makeKey({ KeySpec: "HMAC_256", KeyUsage: "GENERATE_VERIFY_MAC" }).then((k) =>
        kms.send(new K.EnableKeyRotationCommand({ KeyId: k.id })),
      ),
    "UnsupportedOperationException",
  ],
  ["an asymmetric key without usage", () => makeKey({ KeySpec: "RSA_2048" }), "ValidationException", /KeyUsage/],
  [
    "plaintext above 4096 bytes",
    () => makeKey().then((k) => encrypt(k.id, "x".repeat(4097))),
    "ValidationException",
    /less than or equal to 4096/,
  ],
  ["a policy that is none", () => makeKey({ Policy: "{" }), "MalformedPolicyDocumentException"],
  [
    "a deletion window of 3 days",
    () => makeKey().then((k) => kms.send(new K.ScheduleKeyDeletionCommand({ KeyId: k.id, PendingWindowInDays: 3 }))),
    "ValidationException",
  ],
  [
    "cancelling what is not pending",
    () => makeKey().then((k) => kms.send(new K.CancelKeyDeletionCommand({ KeyId: k.id }))),
    "KMSInvalidStateException",
    /is not pending deletion/,
  ],
  [
    "a dry run",
    () => makeKey().then((k) => kms.send(new K.EncryptCommand({ KeyId: k.id, Plaintext: text("x"), DryRun: true }))),
    "DryRunOperationException",
  ],
  ["material of a custom key store, by name", () => makeKey({ Origin: "AWS_CLOUDHSM" }), "NotImplemented", /AWS_CLOUDHSM/],
])("refuses %s", async (_name, act, name, message = /^/) => {
  await expect(act()).rejects.toMatchObject({ name, message: expect.stringMatching(message) });
});
