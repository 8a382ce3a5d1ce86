import { manualClock, seededRandom } from "@dovetail/model";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Cloud, startCloud } from "../../cloud.ts";

const DAY_MS = 86_400_000;
const [HOME, AWAY, FAR] = ["us-east-1", "eu-west-1", "ap-south-1"];
let cloud: Cloud;

beforeAll(async () => {
  cloud = await startCloud({ clock: manualClock(1_700_000_000_000), random: seededRandom(1), volatile: true });
});
beforeEach(() => cloud.reset());
afterAll(() => cloud.stop());

interface Metadata {
  readonly KeyId: string;
  readonly Arn: string;
  readonly KeyState: string;
  readonly DeletionDate?: Date;
  readonly MultiRegionConfiguration: {
    readonly MultiRegionKeyType: string;
    readonly PrimaryKey: { readonly Region: string };
    readonly ReplicaKeys: readonly { readonly Region: string }[];
  };
}

function kms<O = object>(region: string, operation: string, input: object): Promise<O> {
  return cloud.call<O>("kms", operation, input, { region });
}

async function metadata(region: string, KeyId: string): Promise<Metadata> {
  return (await kms<{ KeyMetadata: Metadata }>(region, "DescribeKey", { KeyId })).KeyMetadata;
}

/** A key with a replica in AWAY. */
async function replicated(more: object = {}): Promise<string> {
  const { KeyMetadata } = await kms<{ KeyMetadata: Metadata }>(HOME, "CreateKey", { MultiRegion: true, ...more });
  await kms(HOME, "ReplicateKey", { KeyId: KeyMetadata.KeyId, ReplicaRegion: AWAY });
  return KeyMetadata.KeyId;
}

async function encrypt(region: string, KeyId: string): Promise<Uint8Array> {
  const Plaintext = Buffer.from("hush");
  return (await kms<{ CiphertextBlob: Uint8Array }>(region, "Encrypt", { KeyId, Plaintext })).CiphertextBlob;
}

async function decrypt(region: string, CiphertextBlob: Uint8Array): Promise<{ text: string; key: string }> {
  const { Plaintext, KeyId } = await kms<{ Plaintext: Uint8Array; KeyId: string }>(region, "Decrypt", { CiphertextBlob });
  return { text: Buffer.from(Plaintext).toString(), key: KeyId };
}

test("what one copy encrypts the other opens, each under its own ARN", async () => {
  const KeyId = await replicated();
  const [home, away] = [await metadata(HOME, KeyId), await metadata(AWAY, KeyId)];
  expect(away.Arn).toBe(home.Arn.replace(HOME, AWAY));
  expect(await decrypt(AWAY, await encrypt(HOME, KeyId))).toEqual({ text: "hush", key: away.Arn });
  expect(await decrypt(HOME, await encrypt(AWAY, KeyId))).toEqual({ text: "hush", key: home.Arn });
  expect(home.MultiRegionConfiguration).toMatchObject({ MultiRegionKeyType: "PRIMARY", ReplicaKeys: [{ Region: AWAY }] });
  expect(away.MultiRegionConfiguration).toMatchObject({ MultiRegionKeyType: "REPLICA", PrimaryKey: { Region: HOME } });
});

test("an asymmetric key's copies sign alike", async () => {
  const KeyId = await replicated({ KeySpec: "ECC_NIST_P256", KeyUsage: "SIGN_VERIFY" });
  const message = { KeyId, Message: Buffer.from("m"), SigningAlgorithm: "ECDSA_SHA_256" };
  const { Signature } = await kms<{ Signature: Uint8Array }>(AWAY, "Sign", message);
  expect(await kms(HOME, "Verify", { ...message, Signature })).toMatchObject({ SignatureValid: true });
});

test("rotation is the primary key's, and holds for its replicas", async () => {
  const KeyId = await replicated();
  await expect(kms(AWAY, "EnableKeyRotation", { KeyId })).rejects.toMatchObject({ code: "UnsupportedOperationException" });
  const old = await encrypt(AWAY, KeyId);
  await kms(HOME, "EnableKeyRotation", { KeyId, RotationPeriodInDays: 90 });
  expect(await kms(AWAY, "GetKeyRotationStatus", { KeyId })).toMatchObject({ KeyRotationEnabled: true });
  await cloud.clock.advance(91 * DAY_MS);
  const fresh = await encrypt(HOME, KeyId);
  expect([(await decrypt(AWAY, fresh)).text, (await decrypt(AWAY, old)).text]).toEqual(["hush", "hush"]);
  await kms(HOME, "UpdatePrimaryRegion", { KeyId, PrimaryRegion: AWAY });
  await cloud.clock.advance(91 * DAY_MS);
  const { Rotations } = await kms<{ Rotations: object[] }>(HOME, "ListKeyRotations", { KeyId });
  expect(Rotations).toHaveLength(2);
});

test("states, descriptions, tags and policies are each copy's own", async () => {
  const KeyId = await replicated({ Description: "home" });
  await kms(AWAY, "DisableKey", { KeyId });
  await kms(AWAY, "UpdateKeyDescription", { KeyId, Description: "away" });
  await expect(encrypt(AWAY, KeyId)).rejects.toMatchObject({ code: "DisabledException" });
  expect(await metadata(HOME, KeyId)).toMatchObject({ KeyState: "Enabled", Description: "home" });
  expect((await decrypt(HOME, await encrypt(HOME, KeyId))).text).toBe("hush");
});

test("the primary region moves; the old primary key is a replica from then on", async () => {
  const KeyId = await replicated();
  await kms(HOME, "ReplicateKey", { KeyId, ReplicaRegion: FAR });
  await kms(HOME, "UpdatePrimaryRegion", { KeyId, PrimaryRegion: AWAY });
  const { MultiRegionConfiguration: shown } = await metadata(FAR, KeyId);
  expect([shown.PrimaryKey.Region, shown.ReplicaKeys.map(({ Region }) => Region)]).toEqual([AWAY, [HOME, FAR]]);
  await expect(kms(HOME, "ReplicateKey", { KeyId, ReplicaRegion: "eu-west-3" })).rejects.toMatchObject({
    code: "UnsupportedOperationException",
  });
});

test("a primary key goes only after its last replica, with a waiting period of its own", async () => {
  const KeyId = await replicated();
  const blob = await encrypt(HOME, KeyId);
  const first = await kms<{ KeyState: string; DeletionDate?: Date }>(HOME, "ScheduleKeyDeletion", {
    KeyId,
    PendingWindowInDays: 7,
  });
  expect([first.KeyState, first.DeletionDate]).toEqual(["PendingReplicaDeletion", undefined]);
  await cloud.clock.advance(30 * DAY_MS);
  expect((await metadata(HOME, KeyId)).KeyState).toBe("PendingReplicaDeletion");
  expect((await decrypt(AWAY, blob)).text).toBe("hush");
  await kms(AWAY, "ScheduleKeyDeletion", { KeyId, PendingWindowInDays: 7 });
  await cloud.clock.advance(7 * DAY_MS);
  await expect(metadata(AWAY, KeyId)).rejects.toMatchObject({ code: "NotFoundException" });
  expect(await metadata(HOME, KeyId)).toMatchObject({ KeyState: "PendingDeletion" });
  await cloud.clock.advance(7 * DAY_MS);
  await expect(metadata(HOME, KeyId)).rejects.toMatchObject({ code: "NotFoundException" });
});

test("a replica that is gone leaves the primary key's ciphertext readable", async () => {
  const KeyId = await replicated();
  const blob = await encrypt(AWAY, KeyId);
  await kms(AWAY, "ScheduleKeyDeletion", { KeyId, PendingWindowInDays: 7 });
  await cloud.clock.advance(7 * DAY_MS);
  expect((await decrypt(HOME, blob)).text).toBe("hush");
  expect((await metadata(HOME, KeyId)).MultiRegionConfiguration.ReplicaKeys).toEqual([]);
});

test.each<[string, object, string, object]>([
  ["a key of one region", {}, "UnsupportedOperationException", { ReplicaRegion: AWAY }],
  ["the primary key's own region", { MultiRegion: true }, "AlreadyExistsException", { ReplicaRegion: HOME }],
  ["what is no region", { MultiRegion: true }, "ValidationException", { ReplicaRegion: "../../etc" }],
  ["a policy that is none", { MultiRegion: true }, "MalformedPolicyDocumentException", { ReplicaRegion: AWAY, Policy: "{}" }],
])("ReplicateKey refuses %s", async (_, create, code, input) => {
  const { KeyMetadata } = await kms<{ KeyMetadata: Metadata }>(HOME, "CreateKey", create);
  await expect(kms(HOME, "ReplicateKey", { KeyId: KeyMetadata.KeyId, ...input })).rejects.toMatchObject({ code });
});

test("UpdatePrimaryRegion refuses a region without a replica", async () => {
  const KeyId = await replicated();
  await expect(kms(HOME, "UpdatePrimaryRegion", { KeyId, PrimaryRegion: FAR })).rejects.toMatchObject({
    code: "NotFoundException",
  });
});
