/** Imported key material and ML-DSA, through the SDK. KMS developer guide, "Importing key material". */
import { constants, createCipheriv, createPublicKey, generateKeyPairSync, publicEncrypt, randomBytes, verify } from "node:crypto";
import * as K from "@aws-sdk/client-kms";
import { manualClock, seededRandom } from "@dovetail/model";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Cloud, startCloud } from "../../cloud.ts";

const START = 1_700_000_000_000;
const DAY_MS = 86_400_000;
const NEVER = { ExpirationModel: "KEY_MATERIAL_DOES_NOT_EXPIRE" } as const;
let cloud: Cloud;
let kms: K.KMSClient;

beforeAll(async () => {
  cloud = await startCloud({ clock: manualClock(START), random: seededRandom(1) });
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  kms = new K.KMSClient({ region: "us-east-1", endpoint: cloud.endpoint, credentials, maxAttempts: 1 });
});
beforeEach(() => cloud.reset());
afterAll(() => cloud.stop());

async function externalKey(more: Partial<K.CreateKeyCommandInput> = {}): Promise<string> {
  return (await kms.send(new K.CreateKeyCommand({ Origin: "EXTERNAL", ...more }))).KeyMetadata?.KeyId ?? "";
}

function wrap(publicKey: Uint8Array, algorithm: string, material: Uint8Array): Buffer {
  const key = createPublicKey({ key: Buffer.from(publicKey), format: "der", type: "spki" });
  const oaepHash = algorithm.endsWith("_SHA_1") ? "sha1" : "sha256";
  const seal = (bytes: Uint8Array) => publicEncrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash }, bytes);
  if (algorithm.startsWith("RSAES_")) return seal(material);
  const inner = randomBytes(32);
  const cipher = createCipheriv("id-aes256-wrap-pad", inner, Buffer.from("A65959A6", "hex"));
  return Buffer.concat([seal(inner), cipher.update(material), cipher.final()]);
}

async function load(
  KeyId: string,
  material: Uint8Array,
  more: Partial<K.ImportKeyMaterialCommandInput> = NEVER,
  WrappingAlgorithm: K.AlgorithmSpec = "RSAES_OAEP_SHA_256",
): Promise<K.ImportKeyMaterialCommandOutput> {
  const given = await kms.send(new K.GetParametersForImportCommand({ KeyId, WrappingAlgorithm, WrappingKeySpec: "RSA_2048" }));
  const EncryptedKeyMaterial = wrap(given.PublicKey ?? new Uint8Array(), WrappingAlgorithm, material);
  return kms.send(new K.ImportKeyMaterialCommand({ KeyId, ImportToken: given.ImportToken, EncryptedKeyMaterial, ...more }));
}

const describe = async (KeyId: string) => (await kms.send(new K.DescribeKeyCommand({ KeyId }))).KeyMetadata;
const encrypt = (KeyId: string) => kms.send(new K.EncryptCommand({ KeyId, Plaintext: Buffer.from("hush") }));
const fails = (call: Promise<unknown>, name: string) => expect(call).rejects.toMatchObject({ name });

test.each<[K.AlgorithmSpec]>([
  ["RSAES_OAEP_SHA_1"],
  ["RSAES_OAEP_SHA_256"],
  ["RSA_AES_KEY_WRAP_SHA_1"],
  ["RSA_AES_KEY_WRAP_SHA_256"],
])("material wrapped by %s makes a key usable", async (algorithm) => {
  const id = await externalKey();
  expect(await describe(id)).toMatchObject({ KeyState: "PendingImport", Enabled: false, Origin: "EXTERNAL" });
  await fails(encrypt(id), "KMSInvalidStateException");
  await load(id, randomBytes(32), NEVER, algorithm);
  expect(await describe(id)).toMatchObject({ KeyState: "Enabled", ExpirationModel: "KEY_MATERIAL_DOES_NOT_EXPIRE" });
  const { CiphertextBlob } = await encrypt(id);
  expect(Buffer.from((await kms.send(new K.DecryptCommand({ CiphertextBlob }))).Plaintext ?? []).toString()).toBe("hush");
});

test("deleted material comes back only as the same bytes, and opens what it sealed", async () => {
  const id = await externalKey();
  const material = randomBytes(32);
  await load(id, material);
  const { CiphertextBlob } = await encrypt(id);
  await kms.send(new K.DeleteImportedKeyMaterialCommand({ KeyId: id }));
  await fails(kms.send(new K.DecryptCommand({ CiphertextBlob })), "KMSInvalidStateException");
  await fails(kms.send(new K.DeleteImportedKeyMaterialCommand({ KeyId: id })), "KMSInvalidStateException");
  await fails(load(id, randomBytes(32)), "IncorrectKeyMaterialException");
  await load(id, material);
  expect((await kms.send(new K.DecryptCommand({ CiphertextBlob }))).KeyId).toContain(id);
});

test("material expires by the clock", async () => {
  const id = await externalKey();
  const ValidTo = new Date(START + DAY_MS);
  await load(id, randomBytes(32), { ValidTo });
  expect(await describe(id)).toMatchObject({ KeyState: "Enabled", ExpirationModel: "KEY_MATERIAL_EXPIRES", ValidTo });
  await cloud.clock.advance(DAY_MS);
  expect(await describe(id)).toMatchObject({ KeyState: "PendingImport" });
  expect((await describe(id))?.ValidTo).toBeUndefined();
});

test.each<[string, Partial<K.ImportKeyMaterialCommandInput>, number, string]>([
  ["of the wrong length", NEVER, 31, "IncorrectKeyMaterialException"],
  ["with an expiry without a date", {}, 32, "ValidationException"],
  ["that expired", { ValidTo: new Date(START - 1) }, 32, "ValidationException"],
  ["that expires too late", { ValidTo: new Date(START + 366 * DAY_MS) }, 32, "ValidationException"],
  ["with a date and no expiry", { ...NEVER, ValidTo: new Date(START + DAY_MS) }, 32, "ValidationException"],
  ["of another token", { ...NEVER, ImportToken: randomBytes(32) }, 32, "InvalidImportTokenException"],
  ["that is no ciphertext", { ...NEVER, EncryptedKeyMaterial: randomBytes(256) }, 32, "InvalidCiphertextException"],
  ["cut off", { ...NEVER, EncryptedKeyMaterial: randomBytes(3) }, 32, "InvalidCiphertextException"],
])("material %s is refused", async (_name, more, bytes, name) => {
  const id = await externalKey();
  await fails(load(id, randomBytes(bytes), more), name);
  expect(await describe(id)).toMatchObject({ KeyState: "PendingImport" });
});

test("an import's parameters are good for a day, and for keys with outside material only", async () => {
  const id = await externalKey();
  const ask = (KeyId: string, WrappingAlgorithm: K.AlgorithmSpec = "RSAES_OAEP_SHA_256") =>
    kms.send(new K.GetParametersForImportCommand({ KeyId, WrappingAlgorithm, WrappingKeySpec: "RSA_2048" }));
  const { PublicKey, ImportToken } = await ask(id);
  const EncryptedKeyMaterial = wrap(PublicKey ?? new Uint8Array(), "RSAES_OAEP_SHA_256", randomBytes(32));
  await cloud.clock.advance(DAY_MS);
  const late = kms.send(new K.ImportKeyMaterialCommand({ KeyId: id, ImportToken, EncryptedKeyMaterial, ...NEVER }));
  await fails(late, "ExpiredImportTokenException");
  const own = (await kms.send(new K.CreateKeyCommand({}))).KeyMetadata?.KeyId ?? "";
  await fails(ask(own), "UnsupportedOperationException");
  await fails(ask(id, "RSAES_PKCS1_V1_5"), "UnsupportedOperationException");
});

test("an imported pair signs as itself; a pair of another kind is refused", async () => {
  const id = await externalKey({ KeySpec: "ECC_NIST_P256", KeyUsage: "SIGN_VERIFY" });
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  const other = generateKeyPairSync("ec", { namedCurve: "secp384r1" }).privateKey;
  await fails(load(id, other.export({ format: "der", type: "pkcs8" })), "IncorrectKeyMaterialException");
  await load(id, privateKey.export({ format: "der", type: "pkcs8" }));
  const Message = Buffer.from("text");
  const { Signature } = await kms.send(new K.SignCommand({ KeyId: id, Message, SigningAlgorithm: "ECDSA_SHA_256" }));
  expect(verify("sha256", Message, publicKey, Signature ?? new Uint8Array())).toBe(true);
});

test.each<[K.KeySpec]>([["ML_DSA_44"], ["ML_DSA_65"], ["ML_DSA_87"]])("%s signs what verifies outside", async (KeySpec) => {
  const { KeyMetadata } = await kms.send(new K.CreateKeyCommand({ KeySpec, KeyUsage: "SIGN_VERIFY" }));
  const KeyId = KeyMetadata?.KeyId;
  expect(KeyMetadata?.SigningAlgorithms).toEqual(["ML_DSA_SHAKE_256"]);
  const given = { KeyId, Message: Buffer.from("text"), SigningAlgorithm: "ML_DSA_SHAKE_256" } as const;
  const { Signature = new Uint8Array() } = await kms.send(new K.SignCommand(given));
  const { PublicKey = new Uint8Array() } = await kms.send(new K.GetPublicKeyCommand({ KeyId }));
  const key = createPublicKey({ key: Buffer.from(PublicKey), format: "der", type: "spki" });
  expect(verify(null, given.Message, key, Signature)).toBe(true);
  expect(await kms.send(new K.VerifyCommand({ ...given, Signature }))).toMatchObject({ SignatureValid: true });
  await fails(kms.send(new K.VerifyCommand({ ...given, Message: Buffer.from("x"), Signature })), "KMSInvalidSignatureException");
  await fails(kms.send(new K.SignCommand({ ...given, MessageType: "DIGEST" })), "ValidationException");
});
