/** Who may do what: other accounts, ACLs, the permissions beside PutObject, condition keys, locks. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { manualClock, seededRandom } from "@dovetail/model";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Cloud, startCloud } from "../../cloud.ts";

const START_MS = Date.UTC(2026, 0, 1);
const DAY_MS = 24 * 3600 * 1000;
const OTHER = "111111111111";
let cloud: Cloud;

beforeAll(async () => {
  cloud = await startCloud({ clock: manualClock(START_MS), random: seededRandom(5), volatile: true, listen: false });
});
afterAll(() => cloud.stop());

type Options = Parameters<Cloud["call"]>[3];
const call = <O = Record<string, unknown>>(operation: string, input: object, options?: Options) =>
  cloud.call<O>("s3", operation, input, options);
const asOther: Options = { as: { kind: "root", accountId: OTHER, accessKeyId: "x" }, account: OTHER };
const denied = (action: string) =>
  expect.objectContaining({ code: "AccessDenied", status: 403, message: expect.stringContaining(`perform: ${action} on`) });
const statement = (Action: string | string[], Resource: string, more: object = {}) => ({
  Effect: "Allow",
  Principal: { AWS: `arn:aws:iam::${OTHER}:root` },
  Action,
  Resource,
  ...more,
});
const document = (...Statement: object[]) => JSON.stringify({ Version: "2012-10-17", Statement });

async function role(name: string, ...statements: object[]): Promise<Options> {
  const trust = document({ Effect: "Allow", Principal: { AWS: "*" }, Action: "sts:AssumeRole" });
  const { Role } = await cloud.call<{ Role: { Arn: string; RoleId: string } }>("iam", "CreateRole", {
    RoleName: name,
    AssumeRolePolicyDocument: trust,
  });
  await cloud.call("iam", "PutRolePolicy", { RoleName: name, PolicyName: "p", PolicyDocument: document(...statements) });
  const accountId = cloud.accountId;
  return {
    as: { kind: "role-session", accountId, accessKeyId: "ASIA", roleArn: Role.Arn, roleId: Role.RoleId, sessionName: "s" },
  };
}

describe("another account's root", () => {
  const Bucket = "of-one";
  beforeAll(async () => {
    await call("CreateBucket", { Bucket });
    await call("PutObject", { Bucket, Key: "k", Body: Buffer.from("x") });
  });

  it.each<[string, object, string]>([
    ["GetObject", { Key: "k" }, "s3:GetObject"],
    ["PutObject", { Key: "k", Body: Buffer.from("y") }, "s3:PutObject"],
    ["DeleteObject", { Key: "k" }, "s3:DeleteObject"],
    ["ListObjectsV2", {}, "s3:ListBucket"],
    ["PutBucketTagging", { Tagging: { TagSet: [] } }, "s3:PutBucketTagging"],
    ["DeleteBucket", {}, "s3:DeleteBucket"],
  ])("may not %s", async (operation, input, action) => {
    await expect(call(operation, { Bucket, ...input }, asOther)).rejects.toEqual(denied(action));
  });

  it("may what the bucket's policy lets it", async () => {
    await call("PutBucketPolicy", { Bucket, Policy: document(statement(["s3:GetObject"], `arn:aws:s3:::${Bucket}/*`)) });
    await expect(call("GetObject", { Bucket, Key: "k" }, asOther)).resolves.toMatchObject({ ContentLength: 1 });
    await expect(call("GetObject", { Bucket, Key: "none" }, asOther)).rejects.toEqual(denied("s3:ListBucket"));
    const { Errors } = await call<{ Errors: object[] }>(
      "DeleteObjects",
      { Bucket, Delete: { Objects: [{ Key: "k" }] } },
      asOther,
    );
    expect(Errors).toMatchObject([{ Key: "k", Code: "AccessDenied" }]);
  });

  it("may what an ACL grants it, unless ACLs are disabled", async () => {
    const { Owner } = await call<{ Owner: { ID: string } }>("ListBuckets", {}, asOther);
    await call("CreateBucket", { Bucket: "granting", ObjectOwnership: "ObjectWriter" });
    const GrantRead = `id="${Owner.ID}"`;
    await call("PutObject", { Bucket: "granting", Key: "k", Body: Buffer.from("x"), GrantRead });
    await call("PutObject", { Bucket: "granting", Key: "own", Body: Buffer.from("x") });
    const get = (Key: string) => call("GetObject", { Bucket: "granting", Key }, asOther);
    await expect(get("k")).resolves.toMatchObject({ ContentLength: 1 });
    await expect(get("own")).rejects.toEqual(denied("s3:GetObject"));
    await call("PutBucketOwnershipControls", {
      Bucket: "granting",
      OwnershipControls: { Rules: [{ ObjectOwnership: "BucketOwnerEnforced" }] },
    });
    await expect(get("k")).rejects.toEqual(denied("s3:GetObject"));
  });

  it("is kept out by RestrictPublicBuckets where the policy is public", async () => {
    await call("CreateBucket", { Bucket: "open" });
    await call("PutObject", { Bucket: "open", Key: "k", Body: Buffer.from("x") });
    const block = (RestrictPublicBuckets: boolean) =>
      call("PutPublicAccessBlock", { Bucket: "open", PublicAccessBlockConfiguration: { RestrictPublicBuckets } });
    await block(false);
    await call("PutBucketPolicy", {
      Bucket: "open",
      Policy: document(statement("s3:GetObject", "arn:aws:s3:::open/*", { Principal: "*" })),
    });
    const get = () => call("GetObject", { Bucket: "open", Key: "k" }, asOther);
    await expect(get()).resolves.toMatchObject({ ContentLength: 1 });
    await block(true);
    await expect(get()).rejects.toEqual(denied("s3:GetObject"));
  });
});

describe("a role", () => {
  it("needs a permission for each thing that a new object carries", async () => {
    await call("CreateBucket", { Bucket: "guarded", ObjectLockEnabledForBucket: true });
    const writer = await role("writer", { Effect: "Allow", Action: "s3:PutObject", Resource: "*" });
    const put = (more: object) => call("PutObject", { Bucket: "guarded", Key: "k", Body: Buffer.from("x"), ...more }, writer);
    await put({});
    await expect(put({ Tagging: "a=b" })).rejects.toEqual(denied("s3:PutObjectTagging"));
    await expect(put({ ACL: "bucket-owner-full-control" })).rejects.toEqual(denied("s3:PutObjectAcl"));
    await expect(put({ ObjectLockLegalHoldStatus: "ON" })).rejects.toEqual(denied("s3:PutObjectLegalHold"));
    const until = { ObjectLockMode: "GOVERNANCE", ObjectLockRetainUntilDate: new Date(START_MS + DAY_MS) };
    await expect(put(until)).rejects.toEqual(denied("s3:PutObjectRetention"));
  });

  it("is bound by what the request says of encryption, and what tags the object has", async () => {
    await call("CreateBucket", { Bucket: "conditional" });
    const session = await role("conditional", { Effect: "Allow", Action: "s3:*", Resource: "*" });
    const Resource = "arn:aws:s3:::conditional/*";
    const unless = (key: string, value: string) => ({ Condition: { StringNotEquals: { [key]: value } } });
    await call("PutBucketPolicy", {
      Bucket: "conditional",
      Policy: document(
        {
          Effect: "Deny",
          Principal: "*",
          Action: "s3:PutObject",
          Resource,
          ...unless("s3:x-amz-server-side-encryption", "AES256"),
        },
        { Effect: "Deny", Principal: "*", Action: "s3:GetObject", Resource, ...unless("s3:ExistingObjectTag/open", "yes") },
      ),
    });
    const put = (Key: string, more: object) =>
      call("PutObject", { Bucket: "conditional", Key, Body: Buffer.from("x"), ...more }, session);
    await expect(put("k", {})).rejects.toEqual(denied("s3:PutObject"));
    await put("k", { ServerSideEncryption: "AES256", Tagging: "open=yes" });
    await put("shut", { ServerSideEncryption: "AES256" });
    await expect(call("GetObject", { Bucket: "conditional", Key: "k" }, session)).resolves.toMatchObject({ ContentLength: 1 });
    await expect(call("GetObject", { Bucket: "conditional", Key: "shut" }, session)).rejects.toEqual(denied("s3:GetObject"));
  });
});

describe("object lock", () => {
  const Bucket = "locked";
  const retention = (Mode: string, days: number) => ({ Mode, RetainUntilDate: new Date(START_MS + days * DAY_MS) });
  const protectedByLock = expect.objectContaining({
    code: "AccessDenied",
    message: "Access Denied because object protected by object lock.",
  });
  const version = async (Key: string, more: object = {}) =>
    (await call<{ VersionId: string }>("PutObject", { Bucket, Key, Body: Buffer.from("x"), ...more })).VersionId;

  beforeAll(async () => {
    await call("CreateBucket", { Bucket, ObjectLockEnabledForBucket: true });
  });

  it("in compliance mode ends for nobody before its time, and is only lengthened", async () => {
    const VersionId = await version("compliant");
    const put = (Retention: object, more: object = {}) =>
      call("PutObjectRetention", { Bucket, Key: "compliant", Retention, ...more });
    await put(retention("COMPLIANCE", 10));
    await put(retention("COMPLIANCE", 20));
    for (const shorter of [retention("COMPLIANCE", 5), retention("GOVERNANCE", 30), {}])
      await expect(put(shorter, { BypassGovernanceRetention: true })).rejects.toEqual(protectedByLock);
    const remove = () => call("DeleteObject", { Bucket, Key: "compliant", VersionId, BypassGovernanceRetention: true });
    await expect(remove()).rejects.toEqual(protectedByLock);
    await call("DeleteObject", { Bucket, Key: "compliant" });
    await cloud.clock.advance(21 * DAY_MS);
    await remove();
  });

  it("in governance mode gives way to who may pass it by", async () => {
    const VersionId = await version("governed");
    await call("PutObjectRetention", { Bucket, Key: "governed", Retention: retention("GOVERNANCE", 60) });
    const remove = (more: object, options?: Options) =>
      call("DeleteObject", { Bucket, Key: "governed", VersionId, ...more }, options);
    await expect(remove({})).rejects.toEqual(protectedByLock);
    const deleter = await role("deleter", { Effect: "Allow", Action: "s3:DeleteObject*", Resource: "*" });
    await expect(remove({ BypassGovernanceRetention: true }, deleter)).rejects.toEqual(denied("s3:BypassGovernanceRetention"));
    const bypasser = await role("bypasser", {
      Effect: "Allow",
      Action: ["s3:DeleteObject*", "s3:BypassGovernance*"],
      Resource: "*",
    });
    await remove({ BypassGovernanceRetention: true }, bypasser);
  });

  it("by a bucket's default holds new versions, and a legal hold holds them longer", async () => {
    await call("PutObjectLockConfiguration", {
      Bucket,
      ObjectLockConfiguration: { ObjectLockEnabled: "Enabled", Rule: { DefaultRetention: { Mode: "GOVERNANCE", Days: 1 } } },
    });
    const VersionId = await version("default", { ObjectLockLegalHoldStatus: "ON" });
    const { Retention } = await call<{ Retention: { RetainUntilDate: Date } }>("GetObjectRetention", { Bucket, Key: "default" });
    expect(Retention.RetainUntilDate.getTime()).toBe(cloud.clock.now() + DAY_MS);
    await cloud.clock.advance(2 * DAY_MS);
    const remove = () => call("DeleteObject", { Bucket, Key: "default", VersionId, BypassGovernanceRetention: true });
    await expect(remove()).rejects.toEqual(protectedByLock);
    await call("PutObjectLegalHold", { Bucket, Key: "default", LegalHold: { Status: "OFF" } });
    await remove();
  });

  it("needs a bucket that has it", async () => {
    await call("CreateBucket", { Bucket: "unlocked" });
    await call("PutObject", { Bucket: "unlocked", Key: "k", Body: Buffer.from("x") });
    const missing = expect.objectContaining({ code: "InvalidRequest", message: "Bucket is missing Object Lock Configuration" });
    for (const [operation, more] of [
      ["PutObjectRetention", { Retention: retention("GOVERNANCE", 90) }],
      ["PutObjectLegalHold", { LegalHold: { Status: "ON" } }],
      ["GetObjectRetention", {}],
      ["PutObject", { Body: Buffer.from("x"), ObjectLockLegalHoldStatus: "ON" }],
    ] as const)
      await expect(call(operation, { Bucket: "unlocked", Key: "k", ...more })).rejects.toEqual(missing);
  });
});

describe("DeleteBucket", () => {
  it("takes the parts of unfinished uploads with it, on disk too", async () => {
    const blobs = () =>
      readdirSync(join(cloud.dataDir, "blobs"), { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
    await call("CreateBucket", { Bucket: "unfinished" });
    await call("CreateBucket", { Bucket: "large" });
    await call("PutObject", { Bucket: "large", Key: "k", Body: Buffer.alloc(100_000) });
    const before = blobs().length;
    const { UploadId } = await call<{ UploadId: string }>("CreateMultipartUpload", { Bucket: "unfinished", Key: "k" });
    await call("UploadPart", { Bucket: "unfinished", Key: "k", UploadId, PartNumber: 1, Body: Buffer.alloc(100_000) });
    expect(blobs().length).toBe(before + 1);
    await call("DeleteBucket", { Bucket: "unfinished" });
    await cloud.idle();
    expect(blobs().length).toBe(before);
  });
});

describe("a list", () => {
  it("tells of copies out of the archive where it is asked to", async () => {
    await call("CreateBucket", { Bucket: "frozen" });
    await call("PutObject", { Bucket: "frozen", Key: "k", Body: Buffer.from("x"), StorageClass: "GLACIER" });
    await call("RestoreObject", { Bucket: "frozen", Key: "k", RestoreRequest: { Days: 1 } });
    const list = (OptionalObjectAttributes: string[]) => call("ListObjectsV2", { Bucket: "frozen", OptionalObjectAttributes });
    expect(await list(["RestoreStatus"])).toMatchObject({ Contents: [{ RestoreStatus: { IsRestoreInProgress: true } }] });
    await expect(call("RestoreObject", { Bucket: "frozen", Key: "k", RestoreRequest: { Days: 1 } })).rejects.toMatchObject({
      code: "RestoreAlreadyInProgress",
      status: 409,
    });
    await cloud.clock.advance(DAY_MS / 4);
    expect(await list(["RestoreStatus"])).toMatchObject({
      Contents: [{ RestoreStatus: { IsRestoreInProgress: false, RestoreExpiryDate: expect.any(Date) } }],
    });
    const { Contents } = await call<{ Contents: object[] }>("ListObjectsV2", { Bucket: "frozen" });
    expect(Contents[0]).not.toHaveProperty("RestoreStatus");
  });
});
