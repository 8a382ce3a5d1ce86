import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as S from "@aws-sdk/client-secrets-manager";
import { manualClock, seededRandom } from "@dovetail/model";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Cloud, startCloud } from "../../cloud.ts";
import type { Ctx, ServiceDefinition } from "../../core/service.ts";

const DAY_MS = 86_400_000;
const ROTATOR = "arn:aws:lambda:us-east-1:000000000000:function:rotator";
let cloud: Cloud;
let secrets: S.SecretsManagerClient;
let steps: string[];
let failsIn: string | undefined;

interface Event {
  readonly Step: string;
  readonly SecretId: string;
  readonly ClientRequestToken: string;
  readonly RotationToken: string;
}

/** Does what AWS's rotation template does. Secrets Manager user guide, "Lambda rotation functions". */
async function rotate(ctx: Ctx, event: Event): Promise<void> {
  const { Step, SecretId, ClientRequestToken, RotationToken } = event;
  if (Step === "createSecret")
    await ctx.call("secretsmanager", "PutSecretValue", {
      SecretId,
      ClientRequestToken,
      RotationToken,
      SecretString: `made ${ClientRequestToken}`,
      VersionStages: ["AWSPENDING"],
    });
  if (Step !== "finishSecret") return;
  const { VersionId } = await ctx.call<{ VersionId: string }>("secretsmanager", "GetSecretValue", { SecretId });
  await ctx.call("secretsmanager", "UpdateSecretVersionStage", {
    SecretId,
    VersionStage: "AWSCURRENT",
    MoveToVersionId: ClientRequestToken,
    RemoveFromVersionId: VersionId,
  });
}

const lambda: ServiceDefinition = {
  name: "lambda",
  operations: {
    GetFunctionConfiguration: { handler: () => ({}) },
    Invoke: {
      waits: true,
      iam: () => [],
      handler: async (ctx: Ctx, input: { readonly Payload: Uint8Array }) => {
        const event = JSON.parse(Buffer.from(input.Payload).toString()) as Event;
        steps.push(event.Step);
        expect(event.RotationToken).toMatch(/^[0-9a-f-]{36}$/);
        if (event.Step === failsIn) return { FunctionError: "Unhandled", Payload: Buffer.from("{}") };
        const { accountId } = ctx.principal;
        await rotate(ctx.with({ principal: { kind: "root", accountId, accessKeyId: "" } }), event);
        return {};
      },
    },
  },
};

beforeAll(async () => {
  cloud = await startCloud({ clock: manualClock(1_700_000_000_000), random: seededRandom(1), services: { lambda } });
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  secrets = new S.SecretsManagerClient({ region: "us-east-1", endpoint: cloud.endpoint, credentials, maxAttempts: 1 });
});
beforeEach(async () => {
  await cloud.reset();
  steps = [];
  failsIn = undefined;
});
afterAll(() => cloud.stop());

const create = (Name: string, SecretString?: string, more: Partial<S.CreateSecretCommandInput> = {}) =>
  secrets.send(new S.CreateSecretCommand({ Name, SecretString, ...more }));
const get = (SecretId: string, more: Partial<S.GetSecretValueCommandInput> = {}) =>
  secrets.send(new S.GetSecretValueCommand({ SecretId, ...more }));
const put = (SecretId: string, SecretString: string, more: Partial<S.PutSecretValueCommandInput> = {}) =>
  secrets.send(new S.PutSecretValueCommand({ SecretId, SecretString, ...more }));

test("versions move their labels, and a secret is found by name, ARN and ARN without its end", async () => {
  const { ARN = "", VersionId: first } = await create("app/db", "one");
  expect(ARN).toMatch(/^arn:aws:secretsmanager:us-east-1:000000000000:secret:app\/db-[A-Za-z0-9]{6}$/);
  await cloud.clock.advance(1000);
  const { VersionId: second } = await put("app/db", "two");
  for (const id of ["app/db", ARN, ARN.slice(0, -7)])
    expect(await get(id)).toMatchObject({ SecretString: "two", VersionId: second, VersionStages: ["AWSCURRENT"] });
  expect(await get(ARN, { VersionStage: "AWSPREVIOUS" })).toMatchObject({ SecretString: "one", VersionId: first });
  await put(ARN, "three", { VersionStages: ["draft"] });
  expect((await get(ARN)).SecretString).toBe("two");
  await secrets.send(
    new S.UpdateSecretVersionStageCommand({
      SecretId: ARN,
      VersionStage: "AWSCURRENT",
      MoveToVersionId: first,
      RemoveFromVersionId: second,
    }),
  );
  const { VersionIdsToStages } = await secrets.send(new S.DescribeSecretCommand({ SecretId: ARN }));
  expect([VersionIdsToStages?.[first ?? ""], VersionIdsToStages?.[second ?? ""]]).toEqual([["AWSCURRENT"], ["AWSPREVIOUS"]]);
});

test("the same token with the same value is the same request, with another value it is refused", async () => {
  const ClientRequestToken = "a".repeat(32);
  await create("s", "one");
  await put("s", "two", { ClientRequestToken });
  expect(await put("s", "two", { ClientRequestToken })).toMatchObject({ VersionId: ClientRequestToken });
  await expect(put("s", "three", { ClientRequestToken })).rejects.toMatchObject({ name: "ResourceExistsException" });
});

test("a deleted secret can be restored until its window ends by the clock", async () => {
  await create("s", "x");
  const remove = (more: object = {}) => secrets.send(new S.DeleteSecretCommand({ SecretId: "s", ...more }));
  await remove({ RecoveryWindowInDays: 7 });
  await expect(get("s")).rejects.toMatchObject({
    name: "InvalidRequestException",
    message: expect.stringMatching(/marked for deletion/),
  });
  await expect(create("s", "y")).rejects.toMatchObject({
    name: "InvalidRequestException",
    message: expect.stringMatching(/already scheduled/),
  });
  await secrets.send(new S.RestoreSecretCommand({ SecretId: "s" }));
  expect((await get("s")).SecretString).toBe("x");
  await remove({ RecoveryWindowInDays: 7 });
  await cloud.clock.advance(7 * DAY_MS);
  await expect(get("s")).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  await create("s", "z");
  await remove({ ForceDeleteWithoutRecovery: true });
  await remove({ ForceDeleteWithoutRecovery: true });
  expect(await cloud.inventory()).not.toHaveProperty("secretsmanager secrets");
});

test("a rotation calls its four steps, makes the new version current, and comes again by the clock", async () => {
  await create("s", "old");
  const rotation = { SecretId: "s", RotationLambdaARN: ROTATOR, RotationRules: { AutomaticallyAfterDays: 30 } };
  const { VersionId } = await secrets.send(new S.RotateSecretCommand(rotation));
  await cloud.idle();
  expect(steps).toEqual(["createSecret", "setSecret", "testSecret", "finishSecret"]);
  expect(await get("s")).toMatchObject({ SecretString: `made ${VersionId}`, VersionStages: ["AWSCURRENT"] });
  expect((await get("s", { VersionStage: "AWSPREVIOUS" })).SecretString).toBe("old");
  const described = await secrets.send(new S.DescribeSecretCommand({ SecretId: "s" }));
  expect(described).toMatchObject({ RotationEnabled: true, RotationLambdaARN: ROTATOR });
  await cloud.clock.advance(30 * DAY_MS);
  expect(steps.length).toBe(8);
  await secrets.send(new S.CancelRotateSecretCommand({ SecretId: "s" }));
  await cloud.clock.advance(60 * DAY_MS);
  expect(steps.length).toBe(8);
});

test("a step that fails leaves the version pending and the current one as it was", async () => {
  await create("s", "old");
  failsIn = "testSecret";
  await secrets.send(new S.RotateSecretCommand({ SecretId: "s", RotationLambdaARN: ROTATOR }));
  await cloud.idle();
  expect(steps).toEqual(["createSecret", "setSecret", "testSecret"]);
  expect((await get("s")).SecretString).toBe("old");
  expect((await get("s", { VersionStage: "AWSPENDING" })).SecretString).toMatch(/^made /);
  expect(cloud.hints.map((hint) => hint.message)).toEqual([expect.stringContaining("failed in testSecret")]);
  await expect(secrets.send(new S.RotateSecretCommand({ SecretId: "s" }))).rejects.toMatchObject({
    message: expect.stringContaining("previous rotation"),
  });
});

test("a secret under a KMS key opens only as long as the key may be used", async () => {
  const { KeyMetadata } = await cloud.call<{ KeyMetadata: { KeyId: string } }>("kms", "CreateKey", {});
  await create("s", "x".repeat(60_000), { KmsKeyId: KeyMetadata.KeyId });
  expect((await get("s")).SecretString?.length).toBe(60_000);
  await cloud.call("kms", "DisableKey", { KeyId: KeyMetadata.KeyId });
  await expect(get("s")).rejects.toMatchObject({ name: "DecryptionFailure" });
  await expect(create("t", "y", { KmsKeyId: "alias/none" })).rejects.toMatchObject({ name: "EncryptionFailure" });
});

test("no value lies readable in the data folder", async () => {
  await create("s", "a value that nobody may find");
  const files = readdirSync(cloud.dataDir).filter((name) => name.startsWith("data.mdb"));
  const found = files.filter((name) => readFileSync(join(cloud.dataDir, name)).includes("nobody may find"));
  expect(found).toEqual([]);
});

test("lists filter by prefix, negate, page; batches answer values beside errors", async () => {
  await create("app/one", "1", { Tags: [{ Key: "team", Value: "a" }], Description: "the First secret" });
  await create("app/two", "2");
  await create("other", "3");
  const names = async (Key: S.FilterNameStringType, ...Values: string[]) =>
    (
      await secrets.send(new S.ListSecretsCommand({ Filters: [{ Key, Values }], SortBy: "name", SortOrder: "asc" }))
    ).SecretList?.map((each) => each.Name);
  expect(await names("name", "app/")).toEqual(["app/one", "app/two"]);
  expect(await names("name", "!app/")).toEqual(["other"]);
  expect(await names("tag-key", "team")).toEqual(["app/one"]);
  expect(await names("description", "first")).toEqual(["app/one"]);
  const first = await secrets.send(new S.ListSecretsCommand({ MaxResults: 2 }));
  const rest = await secrets.send(new S.ListSecretsCommand({ MaxResults: 2, NextToken: first.NextToken }));
  expect([first.SecretList?.length, rest.SecretList?.length, rest.NextToken]).toEqual([2, 1, undefined]);
  const batch = await secrets.send(new S.BatchGetSecretValueCommand({ SecretIdList: ["app/one", "none"] }));
  expect(batch.SecretValues?.map((each) => each.SecretString)).toEqual(["1"]);
  expect(batch.Errors).toMatchObject([{ SecretId: "none", ErrorCode: "ResourceNotFoundException" }]);
});

test.each<[Partial<S.GetRandomPasswordCommandInput>, RegExp]>([
  [{}, /^[!-~]{32}$/],
  [{ PasswordLength: 12, ExcludePunctuation: true }, /^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)[a-zA-Z0-9]{12}$/],
  [
    {
      PasswordLength: 4,
      ExcludeLowercase: true,
      ExcludeUppercase: true,
      ExcludePunctuation: true,
      ExcludeCharacters: "012345678",
    },
    /^9999$/,
  ],
])("a random password of %j is as asked", async (input, pattern) => {
  expect((await secrets.send(new S.GetRandomPasswordCommand(input))).RandomPassword).toMatch(pattern);
});

test("a resource policy alone lets another principal read", async () => {
  const { ARN } = await create("s", "x");
  const as = {
    kind: "role-session",
    accountId: "000000000000",
    accessKeyId: "",
    roleArn: "arn:aws:iam::000000000000:role/r",
    roleId: "AROA",
    sessionName: "s",
  } as const;
  const read = () => cloud.call("secretsmanager", "GetSecretValue", { SecretId: "s" }, { as });
  await expect(read()).rejects.toMatchObject({ name: "AccessDeniedException" });
  const statement = { Effect: "Allow", Principal: { AWS: as.roleArn }, Action: "secretsmanager:GetSecretValue", Resource: "*" };
  const ResourcePolicy = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
  await secrets.send(new S.PutResourcePolicyCommand({ SecretId: "s", ResourcePolicy }));
  expect(await read()).toMatchObject({ ARN, SecretString: "x" });
});

test("a rotation by cron is due on the hour that it names", async () => {
  await create("s", "x");
  const rotate = (ScheduleExpression: string, Duration = "3h") =>
    secrets.send(
      new S.RotateSecretCommand({
        SecretId: "s",
        RotationLambdaARN: ROTATOR,
        RotateImmediately: false,
        RotationRules: { ScheduleExpression, Duration },
      }),
    );
  await rotate("cron(0 8 ? * SUN *)");
  const { NextRotationDate } = await secrets.send(new S.DescribeSecretCommand({ SecretId: "s" }));
  expect(NextRotationDate?.toISOString()).toBe("2023-11-19T08:00:00.000Z");
  for (const wrong of ["cron(5 8 ? * SUN *)", "cron(0 8 ? * SUN 2030)", "cron(0 8)", "rate(1 hour)"])
    await expect(rotate(wrong)).rejects.toMatchObject({ name: "InvalidParameterException" });
  await expect(rotate("rate(10 days)", "3d")).rejects.toMatchObject({ name: expect.stringMatching(/Invalid|Validation/) });
});

test.each<[string, () => Promise<unknown>, string]>([
  ["reading what is not there", () => get("none"), "ResourceNotFoundException"],
  ["a secret that has no value yet", () => create("s").then(() => get("s")), "ResourceNotFoundException"],
  ["a name that is taken", () => create("s", "x").then(() => create("s", "x")), "ResourceExistsException"],
  ["a name with a space", () => create("a b", "x"), "ValidationException"],
  ["both kinds of value", () => create("s", "x", { SecretBinary: Buffer.from("y") }), "InvalidParameterException"],
  ["a value above 64 KB", () => create("s", "x".repeat(65_537)), "ValidationException"],
  [
    "a window of 3 days",
    () => create("s", "x").then(() => secrets.send(new S.DeleteSecretCommand({ SecretId: "s", RecoveryWindowInDays: 3 }))),
    "InvalidParameterException",
  ],
  [
    "a rotation without function",
    () => create("s", "x").then(() => secrets.send(new S.RotateSecretCommand({ SecretId: "s" }))),
    "InvalidRequestException",
  ],
  [
    "a policy that is none",
    () => create("s", "x").then(() => secrets.send(new S.PutResourcePolicyCommand({ SecretId: "s", ResourcePolicy: "{" }))),
    "MalformedPolicyDocumentException",
  ],
  ["a made-up page token", () => secrets.send(new S.ListSecretsCommand({ NextToken: "zzz" })), "InvalidNextTokenException"],
  [
    "a replica where the secret is",
    () => create("s", "x", { AddReplicaRegions: [{ Region: "us-east-1" }] }),
    "InvalidParameterException",
  ],
])("refuses %s", async (_name, act, name) => {
  await expect(act()).rejects.toMatchObject({ name });
});
