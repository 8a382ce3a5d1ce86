import {
  AttachRolePolicyCommand,
  CreateAccessKeyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeletePolicyCommand,
  DeleteRoleCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  ListRolesCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
  paginateListPolicies,
  SimulatePrincipalPolicyCommand,
} from "@aws-sdk/client-iam";
import {
  CreateQueueCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { AssumeRoleCommand, GetCallerIdentityCommand, GetSessionTokenCommand, STSClient } from "@aws-sdk/client-sts";
import { manualClock, seededRandom } from "@dovetail/model";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Cloud, startCloud } from "../../cloud.ts";

let cloud: Cloud;
let iam: IAMClient;
let sts: STSClient;
const lines: string[] = [];
const clock = manualClock(Date.now());

beforeAll(async () => {
  cloud = await startCloud({ clock, random: seededRandom(1), log: (line) => lines.push(line) });
  iam = new IAMClient(settings());
  sts = new STSClient(settings());
});
beforeEach(async () => {
  lines.length = 0;
  await cloud.reset();
});
afterAll(() => cloud.stop());

function settings(credentials = { accessKeyId: "test", secretAccessKey: "test" }) {
  return { region: "us-east-1", endpoint: cloud.endpoint, maxAttempts: 1, credentials };
}

const TRUST = (principal: object) =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: principal, Action: "sts:AssumeRole" }] });
const ANYONE = TRUST({ AWS: "arn:aws:iam::000000000000:root" });
const allow = (Action: string | string[], Resource: string | string[], more: object = {}) =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action, Resource, ...more }] });
const QUEUE = "arn:aws:sqs:us-east-1:000000000000:jobs";

async function role(name: string, policy?: string, trust = ANYONE): Promise<string> {
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: trust }));
  if (policy !== undefined) await iam.send(new PutRolePolicyCommand({ RoleName: name, PolicyName: "p", PolicyDocument: policy }));
  return Role?.Arn ?? "";
}

async function assumed(arn: string, more: object = {}) {
  const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn: arn, RoleSessionName: "ses", ...more }));
  return {
    accessKeyId: Credentials?.AccessKeyId ?? "",
    secretAccessKey: Credentials?.SecretAccessKey ?? "",
    sessionToken: Credentials?.SessionToken ?? "",
  };
}

describe("IAM", () => {
  test("a role comes back as it was made, its documents percent-encoded", async () => {
    await role("worker", allow("sqs:*", QUEUE));
    const { Role } = await iam.send(new GetRoleCommand({ RoleName: "worker" }));
    expect(Role).toMatchObject({ Arn: "arn:aws:iam::000000000000:role/worker", Path: "/", MaxSessionDuration: 3600 });
    expect(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? "")).toBe(ANYONE);
    const { PolicyDocument } = await iam.send(new GetRolePolicyCommand({ RoleName: "worker", PolicyName: "p" }));
    expect(decodeURIComponent(PolicyDocument ?? "")).toBe(allow("sqs:*", QUEUE));
  });

  test("AWS managed policies attach; unknown ones do not", async () => {
    await role("worker");
    const PolicyArn = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole";
    await iam.send(new AttachRolePolicyCommand({ RoleName: "worker", PolicyArn }));
    const { AttachedPolicies } = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName: "worker" }));
    expect(AttachedPolicies).toEqual([{ PolicyArn, PolicyName: "AWSLambdaBasicExecutionRole" }]);
    await expect(
      iam.send(new AttachRolePolicyCommand({ RoleName: "worker", PolicyArn: "arn:aws:iam::aws:policy/Nope" })),
    ).rejects.toMatchObject({
      name: "NoSuchEntityException",
      message: "Policy arn:aws:iam::aws:policy/Nope does not exist or is not attachable.",
    });
    await expect(
      iam.send(
        new AttachRolePolicyCommand({
          RoleName: "worker",
          PolicyArn: "arn:aws:iam::aws:policy/aws-service-role/AmazonECSServiceRolePolicy",
        }),
      ),
    ).rejects.toMatchObject({
      name: "PolicyNotAttachableException",
      message: "Cannot attach a Service Role Policy to a Customer Role.",
    });
    await expect(iam.send(new DeleteRoleCommand({ RoleName: "worker" }))).rejects.toMatchObject({
      name: "DeleteConflictException",
      message: "Cannot delete entity, must detach all policies first.",
    });
  });

  test("every AWS managed policy is listed, and its default version can be read", async () => {
    const names: (string | undefined)[] = [];
    for await (const { Policies } of paginateListPolicies({ client: iam, pageSize: 1000 }, { Scope: "AWS" }))
      names.push(...(Policies ?? []).map(({ PolicyName }) => PolicyName));
    expect(names.length).toBeGreaterThan(1_400);
    expect(new Set(names).size).toBe(names.length);
    const PolicyArn = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess";
    const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn }));
    const { PolicyVersion } = await iam.send(
      new GetPolicyVersionCommand({ PolicyArn, VersionId: Policy?.DefaultVersionId ?? "" }),
    );
    expect(decodeURIComponent(PolicyVersion?.Document ?? "")).toContain('"s3:Get*"');
  });

  test("lists come in pages", async () => {
    for (const name of ["a", "b", "c"]) await role(name);
    const first = await iam.send(new ListRolesCommand({ MaxItems: 2 }));
    expect(first.Roles?.map((each) => each.RoleName)).toEqual(["a", "b"]);
    const second = await iam.send(new ListRolesCommand({ MaxItems: 2, Marker: first.Marker }));
    expect(second.Roles?.map((each) => each.RoleName)).toEqual(["c"]);
    expect(second.IsTruncated).toBe(false);
  });

  test.each<[string, () => Promise<unknown>, string, RegExp]>([
    [
      "a role that is missing",
      () => iam.send(new GetRoleCommand({ RoleName: "no" })),
      "NoSuchEntityException",
      /^The role with name no cannot be found\.$/,
    ],
    [
      "a second role of a name",
      () => role("x").then(() => role("X")),
      "EntityAlreadyExistsException",
      /^Role with name X already exists\.$/,
    ],
    [
      "a trust policy without a principal",
      () => role("x", undefined, allow("sts:AssumeRole", "*")),
      "MalformedPolicyDocumentException",
      /Principal/,
    ],
    ["a policy that is no JSON", () => role("x", "{"), "MalformedPolicyDocumentException", /^Syntax errors in policy\.$/],
    ["a policy without a vendor", () => role("x", allow("SendMessage", "*")), "MalformedPolicyDocumentException", /vendor/],
    [
      "a name with a space",
      () => role("a b"),
      "ValidationError",
      /^1 validation error detected: Value 'a b' at 'roleName' failed to satisfy constraint: Member must satisfy regular expression pattern: /,
    ],
    [
      "an unknown policy",
      () => iam.send(new DeletePolicyCommand({ PolicyArn: "arn:aws:iam::000000000000:policy/no-such-policy" })),
      "NoSuchEntityException",
      /was not found/,
    ],
  ])("refuses %s", async (_name, act, name, message) => {
    await expect(act()).rejects.toMatchObject({ name, message: expect.stringMatching(message) });
  });
});

describe("enforcement", () => {
  async function queue(): Promise<string> {
    const { QueueUrl = "" } = await new SQSClient(settings()).send(new CreateQueueCommand({ QueueName: "jobs" }));
    return QueueUrl;
  }

  test("a role session may what its policies allow, and nothing else, in AWS's words", async () => {
    const QueueUrl = await queue();
    const sqs = new SQSClient(settings(await assumed(await role("worker", allow("sqs:SendMessage", QUEUE)))));
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "x" }));
    await expect(sqs.send(new ReceiveMessageCommand({ QueueUrl }))).rejects.toMatchObject({
      name: "AccessDenied",
      message: `User: arn:aws:sts::000000000000:assumed-role/worker/ses is not authorized to perform: sqs:ReceiveMessage on resource: ${QUEUE} because no identity-based policy allows the sqs:ReceiveMessage action`,
    });
    expect(lines.join("\n")).toContain(`missing: {"Effect":"Allow","Action":"sqs:ReceiveMessage","Resource":"${QUEUE}"}`);
  });

  test("the session's identity is the role's", async () => {
    const own = new STSClient(settings(await assumed(await role("worker"))));
    expect((await own.send(new GetCallerIdentityCommand({}))).Arn).toBe("arn:aws:sts::000000000000:assumed-role/worker/ses");
  });

  test("a session policy narrows; an explicit deny wins", async () => {
    const QueueUrl = await queue();
    const arn = await role("worker", allow("sqs:*", "*"));
    const narrow = new SQSClient(settings(await assumed(arn, { Policy: allow("sqs:GetQueueUrl", "*") })));
    await narrow.send(new GetQueueUrlCommand({ QueueName: "jobs" }));
    await expect(narrow.send(new SendMessageCommand({ QueueUrl, MessageBody: "x" }))).rejects.toMatchObject({
      message: expect.stringContaining("no session policy allows"),
    });
    const deny = JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Deny", Action: "sqs:Send*", Resource: "*" }] });
    await iam.send(new PutRolePolicyCommand({ RoleName: "worker", PolicyName: "deny", PolicyDocument: deny }));
    const whole = new SQSClient(settings(await assumed(arn)));
    await expect(whole.send(new SendMessageCommand({ QueueUrl, MessageBody: "x" }))).rejects.toMatchObject({
      message: expect.stringContaining("explicit deny in an identity-based policy"),
    });
  });

  test("signatures with another secret, another token, or after their time are refused", async () => {
    const good = await assumed(await role("worker"));
    const call = (credentials: object) =>
      new STSClient(settings({ ...good, ...credentials })).send(new GetCallerIdentityCommand({}));
    await call({});
    await expect(call({ secretAccessKey: "wrong" })).rejects.toMatchObject({
      name: "SignatureDoesNotMatch",
      $metadata: { httpStatusCode: 403 },
    });
    await expect(call({ sessionToken: "wrong" })).rejects.toMatchObject({
      name: "InvalidClientTokenId",
      $metadata: { httpStatusCode: 403 },
    });
    await cloud.clock.advance(3_600_000);
    await expect(call({})).rejects.toMatchObject({ name: "ExpiredToken" });
  });

  test("a user's access key carries the user's policies, with variables", async () => {
    await queue();
    await iam.send(new CreateUserCommand({ UserName: "jobs" }));
    await iam.send(
      new PutUserPolicyCommand({
        UserName: "jobs",
        PolicyName: "own",
        // biome-ignore lint/suspicious/noTemplateCurlyInString: a policy variable
        PolicyDocument: allow("sqs:GetQueueUrl", "arn:aws:sqs:*:*:${aws:username}"),
      }),
    );
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: "jobs" }));
    const credentials = { accessKeyId: AccessKey?.AccessKeyId ?? "", secretAccessKey: AccessKey?.SecretAccessKey ?? "" };
    const sqs = new SQSClient(settings(credentials));
    await sqs.send(new GetQueueUrlCommand({ QueueName: "jobs" }));
    await expect(sqs.send(new GetQueueUrlCommand({ QueueName: "others" }))).rejects.toMatchObject({ name: "AccessDenied" });
    const session = await new STSClient(settings(credentials)).send(new GetSessionTokenCommand({}));
    expect(session.Credentials?.AccessKeyId).toMatch(/^ASIA/);
  });

  test("a role that trusts only a service cannot be assumed; an external id must match", async () => {
    const service = await role("fn", undefined, TRUST({ Service: "lambda.amazonaws.com" }));
    await expect(assumed(service)).rejects.toMatchObject({
      name: "AccessDenied",
      message: `User: arn:aws:iam::000000000000:root is not authorized to perform: sts:AssumeRole on resource: ${service}`,
    });
    const trust = JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { AWS: "000000000000" },
          Action: "sts:AssumeRole",
          Condition: { StringEquals: { "sts:ExternalId": "42" } },
        },
      ],
    });
    const external = await role("ext", undefined, trust);
    await expect(assumed(external)).rejects.toMatchObject({ name: "AccessDenied" });
    expect((await assumed(external, { ExternalId: "42" })).accessKeyId).toMatch(/^ASIA/);
  });

  test("simulation answers as enforcement would", async () => {
    const arn = await role("worker", allow("sqs:SendMessage", QUEUE));
    await iam.send(new CreatePolicyCommand({ PolicyName: "unused", PolicyDocument: allow("*", "*") }));
    const { EvaluationResults } = await iam.send(
      new SimulatePrincipalPolicyCommand({
        PolicySourceArn: arn,
        ActionNames: ["sqs:SendMessage", "sqs:DeleteQueue"],
        ResourceArns: [QUEUE],
      }),
    );
    expect(EvaluationResults?.map((each) => each.EvalDecision)).toEqual(["allowed", "implicitDeny"]);
  });
});
