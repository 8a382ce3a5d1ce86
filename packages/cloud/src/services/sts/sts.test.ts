import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import * as iam from "@aws-sdk/client-iam";
import * as sts from "@aws-sdk/client-sts";
import { manualClock, seededRandom } from "@dovetail/model";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Cloud, startCloud } from "../../cloud.ts";
import { totpCode, totpStep } from "../../core/totp.ts";

const START = Date.parse("2026-01-01T00:00:00Z");
const ROOT = { accessKeyId: "test", secretAccessKey: "test" };
let cloud: Cloud;
let clock: ReturnType<typeof manualClock>;

/** Clients sign by the cloud's clock. */
const at = () => ({
  endpoint: cloud.endpoint,
  region: "us-east-1",
  maxAttempts: 1,
  systemClockOffset: clock.now() - Date.now(),
});
let roles: iam.IAMClient;

beforeEach(async () => {
  clock = manualClock(START);
  cloud = await startCloud({ clock, random: seededRandom(13) });
  roles = new iam.IAMClient({ ...at(), credentials: ROOT });
});
afterEach(() => cloud.stop());

type Keys = { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
const client = (credentials: Keys = ROOT) => new sts.STSClient({ ...at(), credentials });
const keysOf = (credentials: sts.Credentials | undefined): Keys => ({
  accessKeyId: credentials?.AccessKeyId ?? "",
  secretAccessKey: credentials?.SecretAccessKey ?? "",
  sessionToken: credentials?.SessionToken ?? "",
});
const reason = (work: Promise<unknown>) =>
  work.then(
    () => "no error",
    (error: Error) => `${error.name}: ${error.message}`,
  );
const document = (...Statement: object[]) => JSON.stringify({ Version: "2012-10-17", Statement });
const ALL = { Effect: "Allow", Action: "*", Resource: "*" };

async function role(RoleName: string, trust: object[], own: object[] = [ALL], more: Partial<iam.CreateRoleCommandInput> = {}) {
  const { Role } = await roles.send(
    new iam.CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: document(...trust), ...more }),
  );
  await roles.send(new iam.PutRolePolicyCommand({ RoleName, PolicyName: "own", PolicyDocument: document(...own) }));
  return Role?.Arn ?? "";
}

const TRUST = { Effect: "Allow", Principal: { AWS: "*" }, Action: "sts:AssumeRole" };

async function assume(RoleArn: string, more: Partial<sts.AssumeRoleCommandInput> = {}, as: Keys = ROOT) {
  const answer = await client(as).send(new sts.AssumeRoleCommand({ RoleArn, RoleSessionName: "session", ...more }));
  return keysOf(answer.Credentials);
}
const listTables = (credentials: Keys) => reason(new DynamoDBClient({ ...at(), credentials }).send(new ListTablesCommand({})));

describe("AssumeRole", () => {
  test("PolicyArns and Policy bound the session; one of them must allow", async () => {
    const arn = await role("worker", [TRUST]);
    const reads = { arn: "arn:aws:iam::aws:policy/AmazonDynamoDBReadOnlyAccess" };
    const Policy = document({ Effect: "Allow", Action: "s3:*", Resource: "*" });
    expect(await listTables(await assume(arn, { PolicyArns: [reads], Policy }))).toBe("no error");
    expect(await listTables(await assume(arn, { Policy }))).toContain("because no session policy allows");
    expect(await reason(assume(arn, { PolicyArns: [{ arn: "arn:aws:iam::000000000000:policy/none" }] }))).toContain(
      "does not exist",
    );
    expect(await reason(assume(arn, { Policy: "{}" }))).toContain("MalformedPolicyDocument");
  });

  test("session tags need sts:TagSession, are seen by policies, and transitive ones go on down the chain", async () => {
    const tagging = { ...TRUST, Action: ["sts:AssumeRole", "sts:TagSession"] };
    const whenBlue = { ...ALL, Condition: { StringEquals: { "aws:PrincipalTag/team": "blue" } } };
    const first = await role("first", [tagging], [ALL]);
    const second = await role("second", [tagging], [whenBlue]);
    const strict = await role("strict", [TRUST]);
    const Tags = [{ Key: "team", Value: "blue" }];
    expect(await reason(assume(strict, { Tags }))).toContain("is not authorized to perform: sts:TagSession");
    const passing = await assume(first, { Tags, TransitiveTagKeys: ["team"] });
    expect(await listTables(await assume(second, {}, passing))).toBe("no error");
    const stopping = await assume(first, { Tags });
    expect(await listTables(await assume(second, {}, stopping))).toContain("AccessDenied");
    expect(await reason(assume(second, { Tags: [{ Key: "Team", Value: "red" }] }, passing))).toContain("Duplicate tag keys");
    expect(await reason(assume(first, { TransitiveTagKeys: ["none"] }))).toContain("must be included in the requested tags");
  });

  test("ExternalId and SourceIdentity are what trust policies ask for; a source identity stays", async () => {
    const outside = await role("outside", [{ ...TRUST, Condition: { StringEquals: { "sts:ExternalId": "x-1" } } }]);
    expect(await reason(assume(outside))).toContain("AccessDenied");
    expect(await reason(assume(outside, { ExternalId: "x-1" }))).toBe("no error");
    const named = await role("named", [{ ...TRUST, Action: ["sts:AssumeRole", "sts:SetSourceIdentity"] }]);
    const session = await assume(named, { SourceIdentity: "ada" });
    expect(await reason(assume(named, { SourceIdentity: "eve" }, session))).toContain("You cannot change the SourceIdentity");
    expect(await reason(assume(outside, { ExternalId: "x-1" }, session))).toBe("no error");
  });

  test("a session lasts as long as the role allows, and an hour in a chain", async () => {
    const long = await role("long", [TRUST], [ALL], { MaxSessionDuration: 43_200 });
    const session = await assume(long, { DurationSeconds: 43_200 });
    expect(await reason(assume(long, { DurationSeconds: 3_601 }, session))).toContain("1 hour session limit");
    const short = await role("short", [TRUST]);
    expect(await reason(assume(short, { DurationSeconds: 3_601 }))).toContain("exceeds the MaxSessionDuration");
    clock.advance(43_201_000);
    expect(await listTables(session)).toContain("Expired");
  });

  test("a second factor: a virtual device of the calling user, each code once", async () => {
    const arn = await role("careful", [{ ...TRUST, Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } } }]);
    await roles.send(new iam.CreateUserCommand({ UserName: "ada" }));
    await roles.send(new iam.PutUserPolicyCommand({ UserName: "ada", PolicyName: "p", PolicyDocument: document(ALL) }));
    const { AccessKey } = await roles.send(new iam.CreateAccessKeyCommand({ UserName: "ada" }));
    const ada = { accessKeyId: AccessKey?.AccessKeyId ?? "", secretAccessKey: AccessKey?.SecretAccessKey ?? "" };
    const { VirtualMFADevice } = await roles.send(new iam.CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: "ada" }));
    const SerialNumber = VirtualMFADevice?.SerialNumber ?? "";
    const secret = Buffer.from(VirtualMFADevice?.Base32StringSeed ?? []).toString();
    const code = (steps: number) => totpCode(secret, totpStep(clock.now()) + steps);
    const enable = (AuthenticationCode2: string) =>
      roles.send(
        new iam.EnableMFADeviceCommand({ UserName: "ada", SerialNumber, AuthenticationCode1: code(-1), AuthenticationCode2 }),
      );
    expect(await reason(enable(code(-1)))).toContain("InvalidAuthenticationCode");
    await enable(code(0));
    expect(await reason(assume(arn, {}, ada))).toContain("AccessDenied");
    clock.advance(30_000);
    const TokenCode = code(0);
    expect(await reason(assume(arn, { SerialNumber, TokenCode: "000000" }, ada))).toContain("invalid MFA one time pass code");
    expect(await reason(assume(arn, { SerialNumber, TokenCode }, ada))).toBe("no error");
    expect(await reason(assume(arn, { SerialNumber, TokenCode }, ada))).toContain("invalid MFA one time pass code");
    expect(await reason(assume(arn, { SerialNumber: `${SerialNumber}x`, TokenCode }, ada))).toContain(
      "unable to validate MFA code",
    );
    clock.advance(30_000);
    const { Credentials } = await client(ada).send(new sts.GetSessionTokenCommand({ SerialNumber, TokenCode: code(0) }));
    expect(await reason(assume(arn, {}, keysOf(Credentials)))).toBe("no error");
    expect(await reason(roles.send(new iam.DeleteUserCommand({ UserName: "ada" })))).toContain("DeleteConflict");
    await roles.send(new iam.DeactivateMFADeviceCommand({ UserName: "ada", SerialNumber }));
    await roles.send(new iam.DeleteVirtualMFADeviceCommand({ SerialNumber }));
  });
});

test("GetFederationToken: a name of its own, and only what its policy and its maker's allow", async () => {
  await roles.send(new iam.CreateUserCommand({ UserName: "broker" }));
  await roles.send(
    new iam.PutUserPolicyCommand({
      UserName: "broker",
      PolicyName: "p",
      PolicyDocument: document({ Effect: "Allow", Action: ["dynamodb:*", "sts:GetFederationToken"], Resource: "*" }),
    }),
  );
  const { AccessKey } = await roles.send(new iam.CreateAccessKeyCommand({ UserName: "broker" }));
  const broker = { accessKeyId: AccessKey?.AccessKeyId ?? "", secretAccessKey: AccessKey?.SecretAccessKey ?? "" };
  const federate = async (Policy: string | undefined) => {
    const answer = await client(broker).send(new sts.GetFederationTokenCommand({ Name: "guest", Policy }));
    return keysOf(answer.Credentials);
  };
  const guest = await federate(document(ALL));
  const { Arn } = await client(guest).send(new sts.GetCallerIdentityCommand({}));
  expect(Arn).toBe("arn:aws:sts::000000000000:federated-user/guest");
  expect(await listTables(guest)).toBe("no error");
  expect(await listTables(await federate(undefined))).toContain("AccessDenied");
  const session = await assume(await role("r", [TRUST]));
  expect(await reason(client(session).send(new sts.GetFederationTokenCommand({ Name: "someone" })))).toContain(
    "Cannot call GetFederationToken with session credentials",
  );
});

describe("AssumeRoleWithWebIdentity", () => {
  const token = (claims: object) => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
    return `${part({ alg: "RS256", kid: "k" })}.${part({ sub: "s", exp: START / 1000 + 60, ...claims })}.c2ln`;
  };
  const GITHUB = "https://token.actions.githubusercontent.com";
  const attempt = (WebIdentityToken: string) =>
    reason(
      client().send(
        new sts.AssumeRoleWithWebIdentityCommand({
          RoleArn: "arn:aws:iam::000000000000:role/deploy",
          RoleSessionName: "session",
          WebIdentityToken,
        }),
      ),
    );

  test("an issuer without provider, another audience, an issuer that is not on this machine, and no token", async () => {
    const github = token({ iss: GITHUB, aud: "sts.amazonaws.com" });
    expect(await attempt(github)).toContain(`No OpenIDConnect provider found in your account for ${GITHUB}`);
    await roles.send(new iam.CreateOpenIDConnectProviderCommand({ Url: GITHUB, ClientIDList: ["sts.amazonaws.com"] }));
    expect(await attempt(token({ iss: GITHUB, aud: "other" }))).toContain("Incorrect token audience");
    expect(await attempt(github)).toContain("Couldn't retrieve verification key from your identity provider");
    expect(await attempt("a.b.c")).toContain("InvalidIdentityToken");
  });
});

describe("an encoded authorization message", () => {
  const call = <O>(service: string, operation: string, input: object, options?: object) =>
    cloud.call<O>(service, operation, input, options);

  test("of a refusal of EC2 is read by who may, and by nobody after it was changed", async () => {
    await role("no-ec2", [TRUST], [{ Sid: "Never", Effect: "Deny", Action: "ec2:*", Resource: "*" }]);
    const as = {
      kind: "role-session",
      accountId: "000000000000",
      accessKeyId: "A",
      roleArn: "arn:aws:iam::000000000000:role/no-ec2",
      roleId: "AROA",
      sessionName: "s",
    } as const;
    const refused = await reason(call("ec2", "DescribeAvailabilityZones", {}, { as }));
    const EncodedMessage = /Encoded authorization failure message: ([\w-]+)$/.exec(refused)?.[1] ?? "";
    const { DecodedMessage } = await call<{ DecodedMessage: string }>("sts", "DecodeAuthorizationMessage", { EncodedMessage });
    expect(JSON.parse(DecodedMessage)).toMatchObject({
      allowed: false,
      explicitDeny: true,
      matchedStatements: { items: [{ statementId: "Never", effect: "DENY" }] },
      context: { action: "ec2:DescribeAvailabilityZones", principal: { arn: expect.stringContaining("assumed-role/no-ec2/s") } },
    });
    expect(await reason(call("sts", "DecodeAuthorizationMessage", { EncodedMessage }, { as }))).toContain("is not authorized");
    for (const hostile of [`${EncodedMessage.slice(0, -2)}AA`, "AAAA", "x".repeat(10_000), "é"])
      expect(await reason(call("sts", "DecodeAuthorizationMessage", { EncodedMessage: hostile }))).toMatch(
        /^InvalidAuthorizationMessageException/,
      );
  });
});
