import * as ci from "@aws-sdk/client-cognito-identity";
import * as idp from "@aws-sdk/client-cognito-identity-provider";
import { CreateTableCommand, DynamoDBClient, GetItemCommand, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import * as iam from "@aws-sdk/client-iam";
import { AssumeRoleWithWebIdentityCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { manualClock, seededRandom } from "@dovetail/model";
import { decodeJwt } from "jose";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Cloud, startCloud } from "../../cloud.ts";

const START = Date.parse("2026-01-01T00:00:00Z");
const ROOT = { accessKeyId: "test", secretAccessKey: "test" };
let cloud: Cloud;
let clock: ReturnType<typeof manualClock>;
let identity: ci.CognitoIdentityClient;
let users: idp.CognitoIdentityProviderClient;
let roles: iam.IAMClient;

/** Clients sign by the cloud's clock. */
const at = () => ({
  endpoint: cloud.endpoint,
  region: "us-east-1",
  maxAttempts: 1,
  systemClockOffset: clock.now() - Date.now(),
});

beforeEach(async () => {
  clock = manualClock(START);
  cloud = await startCloud({ clock, random: seededRandom(11) });
  identity = new ci.CognitoIdentityClient({ ...at(), credentials: ROOT });
  users = new idp.CognitoIdentityProviderClient({ ...at(), credentials: ROOT });
  roles = new iam.IAMClient({ ...at(), credentials: ROOT });
});
afterEach(() => cloud.stop());

const reason = (work: Promise<unknown>) =>
  work.then(
    () => "no error",
    (error: Error) => `${error.name}: ${error.message}`,
  );

/** A role for identities of a pool; `tags`: they may bring tags. */
async function role(RoleName: string, poolId: string, amr: "authenticated" | "unauthenticated", statements: readonly object[]) {
  const condition = {
    StringEquals: { "cognito-identity.amazonaws.com:aud": poolId },
    "ForAnyValue:StringLike": { "cognito-identity.amazonaws.com:amr": amr },
  };
  const { Role } = await roles.send(
    new iam.CreateRoleCommand({
      RoleName,
      AssumeRolePolicyDocument: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: { Federated: "cognito-identity.amazonaws.com" },
            Action: ["sts:AssumeRoleWithWebIdentity", "sts:TagSession"],
            Condition: condition,
          },
        ],
      }),
    }),
  );
  await roles.send(
    new iam.PutRolePolicyCommand({
      RoleName,
      PolicyName: "own",
      PolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement: statements }),
    }),
  );
  return Role?.Arn ?? "";
}

const ALL = { Effect: "Allow", Action: "*", Resource: "*" };

/** A user pool with ada in the group `admins`, its client, and an identity pool that takes it. */
async function setUp(more: Partial<ci.CreateIdentityPoolCommandInput> = {}) {
  const { UserPool } = await users.send(new idp.CreateUserPoolCommand({ PoolName: "p" }));
  const userPoolId = UserPool?.Id ?? "";
  const { UserPoolClient } = await users.send(
    new idp.CreateUserPoolClientCommand({
      UserPoolId: userPoolId,
      ClientName: "c",
      ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    }),
  );
  const clientId = UserPoolClient?.ClientId ?? "";
  await users.send(new idp.AdminCreateUserCommand({ UserPoolId: userPoolId, Username: "ada", MessageAction: "SUPPRESS" }));
  await users.send(
    new idp.AdminSetUserPasswordCommand({ UserPoolId: userPoolId, Username: "ada", Password: "Passw0rd!", Permanent: true }),
  );
  const provider = `cognito-idp.us-east-1.amazonaws.com/${userPoolId}`;
  const pool = await identity.send(
    new ci.CreateIdentityPoolCommand({
      IdentityPoolName: "people",
      AllowUnauthenticatedIdentities: true,
      CognitoIdentityProviders: [{ ProviderName: provider, ClientId: clientId }],
      ...more,
    }),
  );
  return { userPoolId, clientId, provider, poolId: pool.IdentityPoolId ?? "" };
}

async function idToken(clientId: string): Promise<string> {
  const { AuthenticationResult } = await users.send(
    new idp.InitiateAuthCommand({
      ClientId: clientId,
      AuthFlow: "USER_PASSWORD_AUTH",
      AuthParameters: { USERNAME: "ada", PASSWORD: "Passw0rd!" },
    }),
  );
  return AuthenticationResult?.IdToken ?? "";
}

async function credentialsOf(poolId: string, Logins?: Record<string, string>, CustomRoleArn?: string) {
  const { IdentityId } = await identity.send(new ci.GetIdCommand({ IdentityPoolId: poolId, Logins }));
  const { Credentials } = await identity.send(new ci.GetCredentialsForIdentityCommand({ IdentityId, Logins, CustomRoleArn }));
  const credentials = {
    accessKeyId: Credentials?.AccessKeyId ?? "",
    secretAccessKey: Credentials?.SecretKey ?? "",
    sessionToken: Credentials?.SessionToken ?? "",
  };
  return { IdentityId: IdentityId ?? "", credentials };
}

const callerArn = async (credentials: typeof ROOT) =>
  (await new STSClient({ ...at(), credentials }).send(new GetCallerIdentityCommand({}))).Arn;

describe("credentials for identities", () => {
  test("guests get the unauthenticated role, bounded to the services that AWS opens to guests", async () => {
    const { poolId } = await setUp();
    const unauthenticated = await role("guest", poolId, "unauthenticated", [ALL]);
    await identity.send(new ci.SetIdentityPoolRolesCommand({ IdentityPoolId: poolId, Roles: { unauthenticated } }));
    const { credentials, IdentityId } = await credentialsOf(poolId);
    expect(IdentityId).toMatch(/^us-east-1:[0-9a-f-]{36}$/);
    expect(await callerArn(credentials)).toBe("arn:aws:sts::000000000000:assumed-role/guest/CognitoIdentityCredentials");
    await new DynamoDBClient({ ...at(), credentials }).send(new ListTablesCommand({}));
    expect(await reason(new iam.IAMClient({ ...at(), credentials }).send(new iam.ListUsersCommand({})))).toContain(
      "because no session policy allows the iam:ListUsers action",
    );
  });

  test("a user of the user pool gets the authenticated role, always the same identity, and reads only what is theirs", async () => {
    const { poolId, clientId, provider } = await setUp();
    const authenticated = await role("member", poolId, "authenticated", [
      {
        Effect: "Allow",
        Action: "dynamodb:GetItem",
        Resource: "*",
        // biome-ignore lint/suspicious/noTemplateCurlyInString: a policy variable
        Condition: { "ForAllValues:StringEquals": { "dynamodb:LeadingKeys": ["${cognito-identity.amazonaws.com:sub}"] } },
      },
    ]);
    await identity.send(new ci.SetIdentityPoolRolesCommand({ IdentityPoolId: poolId, Roles: { authenticated } }));
    const Logins = { [provider]: await idToken(clientId) };
    const { credentials, IdentityId } = await credentialsOf(poolId, Logins);
    expect((await credentialsOf(poolId, Logins)).IdentityId).toBe(IdentityId);
    await new DynamoDBClient({ ...at(), credentials: ROOT }).send(
      new CreateTableCommand({
        TableName: "notes",
        BillingMode: "PAY_PER_REQUEST",
        KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
        AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      }),
    );
    const table = () => new DynamoDBClient({ ...at(), credentials });
    await table().send(new GetItemCommand({ TableName: "notes", Key: { id: { S: IdentityId } } }));
    expect(await reason(table().send(new GetItemCommand({ TableName: "notes", Key: { id: { S: "another" } } })))).toContain(
      "AccessDeniedException",
    );
    expect(await reason(identity.send(new ci.GetCredentialsForIdentityCommand({ IdentityId })))).toBe(
      `NotAuthorizedException: Access to Identity '${IdentityId}' is forbidden.`,
    );
  });

  test("role mappings: by the token's groups, by rules, and by choice", async () => {
    const { poolId, clientId, provider, userPoolId } = await setUp();
    const plain = await role("plain", poolId, "authenticated", [ALL]);
    const admin = await role("admin", poolId, "authenticated", [ALL]);
    const other = await role("other", poolId, "authenticated", [ALL]);
    await users.send(new idp.CreateGroupCommand({ UserPoolId: userPoolId, GroupName: "admins", RoleArn: admin, Precedence: 1 }));
    await users.send(new idp.CreateGroupCommand({ UserPoolId: userPoolId, GroupName: "others", RoleArn: other, Precedence: 2 }));
    const mapping = (map: ci.RoleMapping) =>
      identity.send(
        new ci.SetIdentityPoolRolesCommand({
          IdentityPoolId: poolId,
          Roles: { authenticated: plain },
          RoleMappings: { [`${provider}:${clientId}`]: map },
        }),
      );
    const arn = async (custom?: string) =>
      callerArn((await credentialsOf(poolId, { [provider]: await idToken(clientId) }, custom)).credentials);
    await mapping({ Type: "Token", AmbiguousRoleResolution: "AuthenticatedRole" });
    expect(await arn()).toContain("/plain/");
    for (const GroupName of ["admins", "others"])
      await users.send(new idp.AdminAddUserToGroupCommand({ UserPoolId: userPoolId, Username: "ada", GroupName }));
    expect(await arn()).toContain("/admin/");
    expect(await arn(other)).toContain("/other/");
    expect(await reason(arn(plain))).toContain("NotAuthorizedException");
    await mapping({
      Type: "Rules",
      AmbiguousRoleResolution: "Deny",
      RulesConfiguration: { Rules: [{ Claim: "cognito:username", MatchType: "StartsWith", Value: "ad", RoleARN: other }] },
    });
    expect(await arn()).toContain("/other/");
    await mapping({
      Type: "Rules",
      AmbiguousRoleResolution: "Deny",
      RulesConfiguration: { Rules: [{ Claim: "cognito:username", MatchType: "Equals", Value: "eve", RoleARN: other }] },
    });
    expect(await reason(arn())).toContain("NotAuthorizedException");
  });

  test("claims become principal tags that policies see", async () => {
    const { poolId, clientId, provider } = await setUp();
    const authenticated = await role("tagged", poolId, "authenticated", [
      {
        Effect: "Allow",
        Action: "dynamodb:ListTables",
        Resource: "*",
        Condition: { StringEquals: { "aws:PrincipalTag/who": "ada" } },
      },
    ]);
    await identity.send(new ci.SetIdentityPoolRolesCommand({ IdentityPoolId: poolId, Roles: { authenticated } }));
    const list = async () => {
      const { credentials } = await credentialsOf(poolId, { [provider]: await idToken(clientId) });
      return reason(new DynamoDBClient({ ...at(), credentials }).send(new ListTablesCommand({})));
    };
    expect(await list()).toContain("AccessDenied");
    const IdentityProviderName = provider;
    await identity.send(
      new ci.SetPrincipalTagAttributeMapCommand({
        IdentityPoolId: poolId,
        IdentityProviderName,
        PrincipalTags: { who: "cognito:username" },
      }),
    );
    expect(await list()).toBe("no error");
  });

  test("the basic flow: a token that STS verifies itself", async () => {
    const { poolId, clientId, provider } = await setUp({ AllowClassicFlow: true });
    const RoleArn = await role("member", poolId, "authenticated", [ALL]);
    const Logins = { [provider]: await idToken(clientId) };
    const { IdentityId } = await identity.send(new ci.GetIdCommand({ IdentityPoolId: poolId, Logins }));
    const { Token = "" } = await identity.send(new ci.GetOpenIdTokenCommand({ IdentityId, Logins }));
    expect(decodeJwt(Token)).toMatchObject({
      iss: "https://cognito-identity.amazonaws.com",
      aud: poolId,
      sub: IdentityId,
      amr: ["authenticated", provider, expect.stringContaining(`${provider}:CognitoSignIn:`)],
    });
    const sts = new STSClient({ ...at(), credentials: ROOT });
    const assume = (WebIdentityToken: string) =>
      sts.send(new AssumeRoleWithWebIdentityCommand({ RoleArn, RoleSessionName: "session", WebIdentityToken }));
    expect((await assume(Token)).SubjectFromWebIdentityToken).toBe(IdentityId);
    expect(await reason(assume(`${Token.slice(0, -8)}AAAAAAAA`))).toContain("InvalidIdentityToken");
    clock.advance(601_000);
    expect(await reason(assume(Token))).toContain("ExpiredToken");
  });

  test("developer identities: the backend says who somebody is", async () => {
    const { poolId } = await setUp({ DeveloperProviderName: "login.example" });
    const authenticated = await role("member", poolId, "authenticated", [ALL]);
    await identity.send(new ci.SetIdentityPoolRolesCommand({ IdentityPoolId: poolId, Roles: { authenticated } }));
    const open = (user: string) =>
      identity.send(
        new ci.GetOpenIdTokenForDeveloperIdentityCommand({ IdentityPoolId: poolId, Logins: { "login.example": user } }),
      );
    const ada = await open("ada");
    expect((await open("ada")).IdentityId).toBe(ada.IdentityId);
    const { Credentials } = await identity.send(
      new ci.GetCredentialsForIdentityCommand({
        IdentityId: ada.IdentityId,
        Logins: { "cognito-identity.amazonaws.com": ada.Token ?? "" },
      }),
    );
    expect(Credentials?.AccessKeyId).toMatch(/^ASIA/);
    const eve = await open("eve");
    await identity.send(
      new ci.MergeDeveloperIdentitiesCommand({
        IdentityPoolId: poolId,
        DeveloperProviderName: "login.example",
        SourceUserIdentifier: "eve",
        DestinationUserIdentifier: "ada",
      }),
    );
    expect((await open("eve")).IdentityId).toBe(ada.IdentityId);
    expect(await reason(identity.send(new ci.DescribeIdentityCommand({ IdentityId: eve.IdentityId })))).toContain(
      "ResourceNotFoundException",
    );
  });
});

const BAD_LOGINS: readonly (readonly [name: string, token: (good: string) => string, message: string])[] = [
  ["no token at all", () => "nothing", "Invalid login token. Not a valid OpenId Connect identity token."],
  ["another signature", (good) => `${good.slice(0, -8)}AAAAAAAA`, "Invalid login token. Token signature invalid."],
];

describe("refusals", () => {
  test.each(BAD_LOGINS)("a login with %s", async (_name, token, message) => {
    const { poolId, clientId, provider } = await setUp();
    const Logins = { [provider]: token(await idToken(clientId)) };
    expect(await reason(identity.send(new ci.GetIdCommand({ IdentityPoolId: poolId, Logins })))).toBe(
      `NotAuthorizedException: ${message}`,
    );
  });

  test("a provider that the pool doesn't take, an expired token, a pool without guests, a pool without roles", async () => {
    const { poolId, clientId, provider } = await setUp({ AllowUnauthenticatedIdentities: false });
    const getId = (Logins?: Record<string, string>) =>
      reason(identity.send(new ci.GetIdCommand({ IdentityPoolId: poolId, Logins })));
    expect(await getId()).toBe("NotAuthorizedException: Unauthenticated access is not supported for this identity pool.");
    const token = await idToken(clientId);
    expect(await getId({ "graph.facebook.com": token })).toBe(
      "NotAuthorizedException: Token is not from a supported provider of this identity pool.",
    );
    expect(await reason(credentialsOf(poolId, { [provider]: token }))).toBe(
      "InvalidIdentityPoolConfigurationException: Invalid identity pool configuration. Check assigned IAM roles for this pool.",
    );
    clock.advance(3_601_000);
    expect(await getId({ [provider]: token })).toContain("Invalid login token. Token expired: ");
  });
});
