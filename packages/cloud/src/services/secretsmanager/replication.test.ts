import { seededRandom } from "@dovetail/model";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Cloud, startCloud } from "../../cloud.ts";

const [HOME, AWAY, FAR] = ["us-east-1", "eu-west-1", "ap-south-1"];
const SecretId = "database";
let cloud: Cloud;

beforeAll(async () => {
  cloud = await startCloud({ random: seededRandom(1), volatile: true });
});
beforeEach(() => cloud.reset());
afterAll(() => cloud.stop());

function secrets<O = Record<string, unknown>>(region: string, operation: string, input: object): Promise<O> {
  return cloud.call<O>("secretsmanager", operation, input, { region });
}

/** A secret with a replica in AWAY. */
async function replicated(more: object = {}): Promise<void> {
  await secrets(HOME, "CreateSecret", { Name: SecretId, SecretString: "one", AddReplicaRegions: [{ Region: AWAY }], ...more });
  await cloud.idle();
}

async function valueIn(region: string): Promise<string> {
  await cloud.idle();
  return (await secrets<{ SecretString: string }>(region, "GetSecretValue", { SecretId })).SecretString;
}

async function statuses(): Promise<unknown> {
  await cloud.idle();
  return (await secrets<{ ReplicationStatus?: object[] }>(HOME, "DescribeSecret", { SecretId })).ReplicationStatus;
}

test("a replica has the primary secret's name, value, tags and policy, and follows its changes", async () => {
  await replicated({ Tags: [{ Key: "team", Value: "a" }] });
  expect(await valueIn(AWAY)).toBe("one");
  await secrets(HOME, "PutSecretValue", { SecretId, SecretString: "two" });
  await secrets(HOME, "TagResource", { SecretId, Tags: [{ Key: "more", Value: "b" }] });
  expect(await valueIn(AWAY)).toBe("two");
  const [home, away] = await Promise.all([HOME, AWAY].map((region) => secrets(region, "DescribeSecret", { SecretId })));
  expect(away).toMatchObject({ PrimaryRegion: HOME, Tags: home?.Tags, VersionIdsToStages: home?.VersionIdsToStages });
  expect(away?.ARN).toBe(String(home?.ARN).replace(HOME, AWAY));
  expect(home).toMatchObject({ PrimaryRegion: HOME, ReplicationStatus: [{ Region: AWAY, Status: "InSync" }] });
});

test.each([
  ["PutSecretValue", { SecretString: "x" }],
  ["UpdateSecret", { Description: "x" }],
  ["TagResource", { Tags: [] }],
  ["DeleteSecret", {}],
  ["ReplicateSecretToRegions", { AddReplicaRegions: [{ Region: FAR }] }],
])("%s is not a replica's", async (operation, input) => {
  await replicated();
  await expect(secrets(AWAY, operation, { SecretId, ...input })).rejects.toMatchObject({
    code: "InvalidRequestException",
    message: "Operation not permitted on a replica secret. Call must be made in primary secret's region.",
  });
});

test("a secret of the same name in the way fails the replica, and is overwritten when that is asked for", async () => {
  await secrets(AWAY, "CreateSecret", { Name: SecretId, SecretString: "in the way" });
  await replicated();
  expect(await statuses()).toMatchObject([{ Status: "Failed", StatusMessage: expect.stringContaining("already exists") }]);
  expect(await valueIn(AWAY)).toBe("in the way");
  await secrets(HOME, "ReplicateSecretToRegions", {
    SecretId,
    AddReplicaRegions: [{ Region: AWAY }],
    ForceOverwriteReplicaSecret: true,
  });
  expect(await statuses()).toMatchObject([{ Status: "InSync" }]);
  expect(await valueIn(AWAY)).toBe("one");
});

test("a KMS key that the region lacks fails the replica", async () => {
  await replicated({ AddReplicaRegions: [{ Region: AWAY, KmsKeyId: "alias/none" }] });
  expect(await statuses()).toMatchObject([{ Status: "Failed", KmsKeyId: "alias/none" }]);
});

test("replicas are removed, or become secrets of their own; only then the primary secret may go", async () => {
  await replicated();
  await secrets(HOME, "ReplicateSecretToRegions", { SecretId, AddReplicaRegions: [{ Region: FAR }] });
  await cloud.idle();
  await expect(secrets(HOME, "DeleteSecret", { SecretId, ForceDeleteWithoutRecovery: true })).rejects.toMatchObject({
    code: "InvalidRequestException",
    message: `You can't delete secret ${SecretId} that still has replica regions [${AWAY}, ${FAR}]`,
  });
  await secrets(HOME, "RemoveRegionsFromReplication", { SecretId, RemoveReplicaRegions: [FAR] });
  await expect(valueIn(FAR)).rejects.toMatchObject({ code: "ResourceNotFoundException" });
  await secrets(AWAY, "StopReplicationToReplica", { SecretId });
  await secrets(HOME, "PutSecretValue", { SecretId, SecretString: "two" });
  await secrets(AWAY, "PutSecretValue", { SecretId, SecretString: "my own" });
  expect([await valueIn(HOME), await valueIn(AWAY), await statuses()]).toEqual(["two", "my own", undefined]);
  await secrets(HOME, "DeleteSecret", { SecretId, ForceDeleteWithoutRecovery: true });
  expect(await valueIn(AWAY)).toBe("my own");
});

test.each<[string, string, object]>([
  ["its own region", "ReplicateSecretToRegions", { AddReplicaRegions: [{ Region: HOME }] }],
  ["what is no region", "ReplicateSecretToRegions", { AddReplicaRegions: [{ Region: "eu-west-100" }] }],
  ["a region twice", "ReplicateSecretToRegions", { AddReplicaRegions: [{ Region: FAR }, { Region: FAR }] }],
  ["a region where it is already", "ReplicateSecretToRegions", { AddReplicaRegions: [{ Region: AWAY }] }],
  ["a region where it is not", "RemoveRegionsFromReplication", { RemoveReplicaRegions: [FAR] }],
])("replication refuses %s", async (_, operation, input) => {
  await replicated();
  await expect(secrets(HOME, operation, { SecretId, ...input })).rejects.toMatchObject({ code: "InvalidParameterException" });
});
