import { createHmac, createPublicKey, type JsonWebKey, verify } from "node:crypto";
import * as idp from "@aws-sdk/client-cognito-identity-provider";
import { manualClock, seededRandom } from "@dovetail/model";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Cloud, startCloud } from "../../cloud.ts";
import type { ServiceDefinition } from "../../core/service.ts";
import { totpCode, totpStep } from "../../core/totp.ts";

/** Functions of the tests, in Lambda's place: name -> what it does with the event. */
type Trigger = (event: { request: Record<string, unknown>; response: Record<string, unknown>; triggerSource: string }) => object;

const START = Date.parse("2026-01-01T00:00:00Z");
let cloud: Cloud;
let client: idp.CognitoIdentityProviderClient;
let triggers: Record<string, Trigger>;
let events: { name: string; event: Record<string, unknown> }[];

const OPEN_TO_COGNITO = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "cognito-idp.amazonaws.com" }, Action: "*", Resource: "*" }],
});

const lambda: ServiceDefinition = {
  name: "lambda",
  operations: {
    Invoke: {
      waits: true,
      iam: () => ({ resources: ["*"], resourcePolicy: OPEN_TO_COGNITO }),
      handler: async (_ctx, input: { FunctionName: string; Payload: Uint8Array }) => {
        const name = input.FunctionName.split(":").at(-1) ?? "";
        const event = JSON.parse(Buffer.from(input.Payload).toString());
        events.push({ name, event: structuredClone(event) });
        try {
          return { StatusCode: 200, Payload: Buffer.from(JSON.stringify(triggers[name]?.(event) ?? event)) };
        } catch (error) {
          return {
            StatusCode: 200,
            FunctionError: "Unhandled",
            Payload: Buffer.from(JSON.stringify({ errorMessage: error instanceof Error ? error.message : "?" })),
          };
        }
      },
    },
  },
};

beforeEach(async () => {
  triggers = {};
  events = [];
  cloud = await startCloud({ clock: manualClock(START), random: seededRandom(1), services: { lambda }, enforceIam: false });
  client = new idp.CognitoIdentityProviderClient({
    endpoint: cloud.endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
  });
});
afterEach(() => cloud.stop());

const fn = (name: string) => `arn:aws:lambda:us-east-1:000000000000:function:${name}`;
const reason = (work: Promise<unknown>) =>
  work.then(
    () => "no error",
    (error: Error) => `${error.name}: ${error.message}`,
  );

async function pool(input: Partial<idp.CreateUserPoolCommandInput> = {}) {
  const { UserPool } = await client.send(new idp.CreateUserPoolCommand({ PoolName: "pool", ...input }));
  if (UserPool?.Id === undefined) throw new Error("no pool");
  return { ...UserPool, Id: UserPool.Id };
}

async function appClient(poolId: string, input: Partial<idp.CreateUserPoolClientCommandInput> = {}) {
  const { UserPoolClient } = await client.send(
    new idp.CreateUserPoolClientCommand({ UserPoolId: poolId, ClientName: "app", ...input }),
  );
  if (UserPoolClient?.ClientId === undefined) throw new Error("no client");
  return { ...UserPoolClient, ClientId: UserPoolClient.ClientId };
}

function claims(token: string | undefined): Record<string, unknown> {
  return JSON.parse(Buffer.from((token ?? "").split(".")[1] ?? "", "base64url").toString());
}

function lastCode(): string {
  const body = cloud.mailbox.list().at(-1)?.body ?? "";
  return /\d{6,8}/.exec(body)?.[0] ?? "";
}

describe("user pools", () => {
  test("a pool without settings answers AWS's defaults", async () => {
    const created = await pool();
    expect(created.Id).toMatch(/^us-east-1_[A-Za-z0-9]{9}$/);
    expect(created).toMatchObject({
      Arn: `arn:aws:cognito-idp:us-east-1:000000000000:userpool/${created.Id}`,
      Policies: {
        PasswordPolicy: {
          MinimumLength: 8,
          RequireUppercase: true,
          RequireLowercase: true,
          RequireNumbers: true,
          RequireSymbols: true,
          TemporaryPasswordValidityDays: 7,
        },
        SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD"] },
      },
      DeletionProtection: "INACTIVE",
      LambdaConfig: {},
      VerificationMessageTemplate: { DefaultEmailOption: "CONFIRM_WITH_CODE" },
      MfaConfiguration: "OFF",
      EstimatedNumberOfUsers: 0,
      EmailConfiguration: { EmailSendingAccount: "COGNITO_DEFAULT" },
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: false, UnusedAccountValidityDays: 7 },
    });
    expect(created.SchemaAttributes).toHaveLength(21);
    expect(created.SchemaAttributes?.find((row) => row.Name === "sub")).toEqual({
      Name: "sub",
      AttributeDataType: "String",
      DeveloperOnlyAttribute: false,
      Mutable: false,
      Required: true,
      StringAttributeConstraints: { MinLength: "1", MaxLength: "2048" },
    });
    const { UserPool } = await client.send(new idp.DescribeUserPoolCommand({ UserPoolId: created.Id }));
    expect(UserPool).toEqual(created);
  });

  test.each<[string, Partial<idp.CreateUserPoolCommandInput>, string]>([
    [
      "MFA without a factor",
      { MfaConfiguration: "OPTIONAL" },
      "SMS configuration and Auto verification for phone_number are required when MFA is required/optional",
    ],
    [
      "a required custom attribute",
      { Schema: [{ Name: "x", AttributeDataType: "String", Required: true }] },
      "Required custom attributes are not supported currently.",
    ],
    [
      "phone verification without SMS",
      { AutoVerifiedAttributes: ["phone_number"] },
      "SMS configuration is required when phone_number is selected for auto verification",
    ],
    [
      "both kinds of sign-in names",
      { AliasAttributes: ["email"], UsernameAttributes: ["email"] },
      "Only one of the aliasAttributes or usernameAttributes can be set in a user pool.",
    ],
  ])("%s is refused in AWS's words", async (_what, input, message) => {
    expect(await reason(pool(input))).toBe(`InvalidParameterException: ${message}`);
  });

  test("SetUserPoolMfaConfig wants a factor, and gives what was set", async () => {
    const { Id } = await pool();
    const set = (input: Partial<idp.SetUserPoolMfaConfigCommandInput>) =>
      client.send(new idp.SetUserPoolMfaConfigCommand({ UserPoolId: Id, ...input }));
    expect(await reason(set({ MfaConfiguration: "OPTIONAL" }))).toBe(
      "InvalidParameterException: Invalid MFA configuration given, can't disable all MFAs with a required or optional configuration.",
    );
    await set({ MfaConfiguration: "OPTIONAL", SoftwareTokenMfaConfiguration: { Enabled: true } });
    const got = await client.send(new idp.GetUserPoolMfaConfigCommand({ UserPoolId: Id }));
    expect(got).toMatchObject({ MfaConfiguration: "OPTIONAL", SoftwareTokenMfaConfiguration: { Enabled: true } });
  });

  test("a protected pool, an unknown pool and a short code of a client's lifetimes are refused", async () => {
    const { Id } = await pool({ DeletionProtection: "ACTIVE" });
    expect(await reason(client.send(new idp.DeleteUserPoolCommand({ UserPoolId: Id })))).toMatch(
      /^InvalidParameterException: .*deletion protection is activated/,
    );
    expect(await reason(client.send(new idp.DescribeUserPoolCommand({ UserPoolId: "us-east-1_nope" })))).toBe(
      "ResourceNotFoundException: User pool us-east-1_nope does not exist.",
    );
    expect(await reason(appClient(Id, { AccessTokenValidity: 4, TokenValidityUnits: { AccessToken: "minutes" } }))).toBe(
      "InvalidParameterException: Invalid range for token validity.",
    );
  });
});

describe("CUSTOM_AUTH", () => {
  const flows: idp.ExplicitAuthFlowsType[] = ["ALLOW_CUSTOM_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"];
  const config = {
    DefineAuthChallenge: fn("define"),
    CreateAuthChallenge: fn("create"),
    VerifyAuthChallengeResponse: fn("verify"),
    PreSignUp: fn("presignup"),
  };

  beforeEach(() => {
    triggers = {
      presignup: (event) => ({ ...event, response: { autoConfirmUser: true, autoVerifyEmail: true } }),
      define: (event) => {
        const session = event.request.session as { challengeResult: boolean }[];
        const response =
          session.at(-1)?.challengeResult === true
            ? { issueTokens: true, failAuthentication: false }
            : session.length >= 3
              ? { failAuthentication: true }
              : { challengeName: "CUSTOM_CHALLENGE" };
        return { ...event, response };
      },
      create: (event) => ({
        ...event,
        response: {
          publicChallengeParameters: { hint: "six digits" },
          privateChallengeParameters: { answer: "123456" },
          challengeMetadata: "OTP",
        },
      }),
      verify: (event) => ({
        ...event,
        response: {
          answerCorrect:
            event.request.challengeAnswer === (event.request.privateChallengeParameters as { answer: string }).answer,
        },
      }),
    };
  });

  async function setUp(clientInput: Partial<idp.CreateUserPoolClientCommandInput> = {}) {
    const { Id } = await pool({ UsernameAttributes: ["email"], AutoVerifiedAttributes: ["email"], LambdaConfig: config });
    const app = await appClient(Id, { ExplicitAuthFlows: flows, ...clientInput });
    return { poolId: Id, clientId: app.ClientId };
  }
  const signUp = (ClientId: string) =>
    client.send(new idp.SignUpCommand({ ClientId, Username: "ann@example.com", Password: "Passw0rd!" }));
  const start = (ClientId: string, USERNAME = "ann@example.com") =>
    client.send(new idp.InitiateAuthCommand({ ClientId, AuthFlow: "CUSTOM_AUTH", AuthParameters: { USERNAME } }));
  const answer = (ClientId: string, Session: string | undefined, ANSWER: string, USERNAME = "ann@example.com") =>
    client.send(
      new idp.RespondToAuthChallengeCommand({
        ClientId,
        ChallengeName: "CUSTOM_CHALLENGE",
        Session,
        ChallengeResponses: { USERNAME, ANSWER },
      }),
    );

  test("a right answer gives tokens that the pool's JWKS verifies", async () => {
    const { poolId, clientId } = await setUp();
    const { UserSub, UserConfirmed } = await signUp(clientId);
    expect(UserConfirmed).toBe(true);
    const first = await start(clientId);
    expect(first).toMatchObject({
      ChallengeName: "CUSTOM_CHALLENGE",
      ChallengeParameters: { hint: "six digits", USERNAME: UserSub },
    });
    const wrong = await answer(clientId, first.Session, "000000");
    expect(wrong.ChallengeName).toBe("CUSTOM_CHALLENGE");
    const done = await answer(clientId, wrong.Session, "123456");
    const issuer = `https://cognito-idp.us-east-1.amazonaws.com/${poolId}`;
    const seconds = START / 1000;
    expect(claims(done.AuthenticationResult?.IdToken)).toMatchObject({
      sub: UserSub,
      aud: clientId,
      iss: issuer,
      token_use: "id",
      email: "ann@example.com",
      email_verified: true,
      "cognito:username": UserSub,
      auth_time: seconds,
      exp: seconds + 3600,
    });
    expect(claims(done.AuthenticationResult?.AccessToken)).toMatchObject({
      sub: UserSub,
      client_id: clientId,
      token_use: "access",
      scope: "aws.cognito.signin.user.admin",
      username: UserSub,
    });
    const jwks = (await (await fetch(`${cloud.endpoint}/${poolId}/.well-known/jwks.json`)).json()) as {
      keys: ({ kid: string } & JsonWebKey)[];
    };
    const [head = "", body = "", signature = ""] = (done.AuthenticationResult?.IdToken ?? "").split(".");
    const { kid } = JSON.parse(Buffer.from(head, "base64url").toString());
    const key = createPublicKey({ key: jwks.keys.find((row) => row.kid === kid) ?? {}, format: "jwk" });
    expect(verify("RSA-SHA256", Buffer.from(`${head}.${body}`), key, Buffer.from(signature, "base64url"))).toBe(true);
    const user = await client.send(new idp.GetUserCommand({ AccessToken: done.AuthenticationResult?.AccessToken }));
    expect(user.Username).toBe(UserSub);
  });

  test("triggers get AWS's events", async () => {
    const { poolId, clientId } = await setUp();
    const { UserSub } = await signUp(clientId);
    const first = await start(clientId);
    await answer(clientId, first.Session, "123456");
    expect(events.map(({ event }) => event.triggerSource)).toEqual([
      "PreSignUp_SignUp",
      "DefineAuthChallenge_Authentication",
      "CreateAuthChallenge_Authentication",
      "VerifyAuthChallengeResponse_Authentication",
      "DefineAuthChallenge_Authentication",
    ]);
    expect(events[1]?.event).toEqual({
      version: "1",
      region: "us-east-1",
      userPoolId: poolId,
      userName: UserSub,
      callerContext: { awsSdkVersion: expect.stringMatching(/^aws-sdk-js-3\./), clientId },
      triggerSource: "DefineAuthChallenge_Authentication",
      request: {
        userAttributes: { sub: UserSub, "cognito:user_status": "CONFIRMED", email: "ann@example.com", email_verified: "true" },
        session: [],
      },
      response: { challengeName: null, issueTokens: null, failAuthentication: null },
    });
    expect(events[4]?.event.request).toMatchObject({
      session: [{ challengeName: "CUSTOM_CHALLENGE", challengeResult: true, challengeMetadata: "OTP" }],
    });
  });

  test("three wrong answers end it, a used session is void, an old one expires", async () => {
    const { clientId } = await setUp();
    await signUp(clientId);
    const first = await start(clientId);
    const second = await answer(clientId, first.Session, "0");
    expect(await reason(answer(clientId, first.Session, "123456"))).toBe("NotAuthorizedException: Invalid session for the user.");
    const third = await answer(clientId, second.Session, "0");
    expect(await reason(answer(clientId, third.Session, "0"))).toBe("NotAuthorizedException: Incorrect username or password.");
    const fresh = await start(clientId);
    await cloud.clock.advance(3 * 60_000);
    expect(await reason(answer(clientId, fresh.Session, "123456"))).toBe(
      "NotAuthorizedException: Invalid session for the user, session is expired.",
    );
  });

  test("an unknown user is refused, or led on when the client hides who exists", async () => {
    const open = await setUp();
    expect(await reason(start(open.clientId, "bob@example.com"))).toBe("UserNotFoundException: User does not exist.");
    const hiding = await setUp({ PreventUserExistenceErrors: "ENABLED" });
    const first = await start(hiding.clientId, "bob@example.com");
    expect(events.at(-1)?.event.request).toMatchObject({ userNotFound: true, userAttributes: {} });
    expect(await reason(answer(hiding.clientId, first.Session, "123456", "bob@example.com"))).toBe(
      "NotAuthorizedException: Incorrect username or password.",
    );
  });

  test("a pool without triggers, a failing trigger and a client without the flow give AWS's errors", async () => {
    const bare = await pool();
    const app = await appClient(bare.Id, { ExplicitAuthFlows: flows });
    expect(await reason(start(app.ClientId))).toBe(
      "InvalidParameterException: Custom auth lambda trigger is not configured for the user pool.",
    );
    const other = await appClient(bare.Id, { ExplicitAuthFlows: ["ALLOW_USER_SRP_AUTH"] });
    expect(await reason(start(other.ClientId))).toBe("InvalidParameterException: CUSTOM_AUTH is not enabled for the client.");
    const { clientId } = await setUp();
    await signUp(clientId);
    triggers.define = () => {
      throw new Error("boom");
    };
    expect(await reason(start(clientId))).toBe("UserLambdaValidationException: DefineAuthChallenge failed with error boom.");
    expect(await reason(start("nope"))).toBe("ResourceNotFoundException: User pool client nope does not exist.");
  });
});

describe("passwords", () => {
  async function setUp(
    poolInput: Partial<idp.CreateUserPoolCommandInput> = {},
    clientInput: Partial<idp.CreateUserPoolClientCommandInput> = {},
  ) {
    const { Id } = await pool({ AutoVerifiedAttributes: ["email"], ...poolInput });
    const app = await appClient(Id, {
      ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH"],
      ...clientInput,
    });
    return { poolId: Id, clientId: app.ClientId, secret: app.ClientSecret };
  }
  const signIn = (ClientId: string, PASSWORD: string, more: Record<string, string> = {}) =>
    client.send(
      new idp.InitiateAuthCommand({
        ClientId,
        AuthFlow: "USER_PASSWORD_AUTH",
        AuthParameters: { USERNAME: "ann", PASSWORD, ...more },
      }),
    );

  test("sign-up, the code by e-mail, sign-in, refresh, sign-out", async () => {
    const { clientId } = await setUp();
    const up = await client.send(
      new idp.SignUpCommand({
        ClientId: clientId,
        Username: "ann",
        Password: "Passw0rd!",
        UserAttributes: [{ Name: "email", Value: "ann@example.com" }],
      }),
    );
    expect(up).toMatchObject({
      UserConfirmed: false,
      CodeDeliveryDetails: { Destination: "a***@e***", DeliveryMedium: "EMAIL", AttributeName: "email" },
    });
    expect(await reason(signIn(clientId, "Passw0rd!"))).toBe("UserNotConfirmedException: User is not confirmed.");
    const confirm = (ConfirmationCode: string) =>
      client.send(new idp.ConfirmSignUpCommand({ ClientId: clientId, Username: "ann", ConfirmationCode }));
    const code = lastCode();
    expect(await reason(confirm(code === "000000" ? "111111" : "000000"))).toBe(
      "CodeMismatchException: Invalid verification code provided, please try again.",
    );
    await confirm(code);
    expect(await reason(signIn(clientId, "wrong"))).toBe("NotAuthorizedException: Incorrect username or password.");
    const { AuthenticationResult } = await signIn(clientId, "Passw0rd!");
    const refresh = () =>
      client.send(
        new idp.InitiateAuthCommand({
          ClientId: clientId,
          AuthFlow: "REFRESH_TOKEN_AUTH",
          AuthParameters: { REFRESH_TOKEN: AuthenticationResult?.RefreshToken ?? "" },
        }),
      );
    const again = await refresh();
    expect(again.AuthenticationResult?.RefreshToken).toBeUndefined();
    expect(claims(again.AuthenticationResult?.AccessToken).origin_jti).toBe(claims(AuthenticationResult?.AccessToken).origin_jti);
    await client.send(new idp.GlobalSignOutCommand({ AccessToken: again.AuthenticationResult?.AccessToken }));
    expect(await reason(refresh())).toBe("NotAuthorizedException: Refresh Token has been revoked");
    expect(await reason(client.send(new idp.GetUserCommand({ AccessToken: AuthenticationResult?.AccessToken })))).toBe(
      "NotAuthorizedException: Access Token has been revoked",
    );
  });

  test("an access token ends by the clock, a code after a day", async () => {
    const { clientId, poolId } = await setUp();
    await client.send(new idp.AdminCreateUserCommand({ UserPoolId: poolId, Username: "ann", MessageAction: "SUPPRESS" }));
    await client.send(
      new idp.AdminSetUserPasswordCommand({ UserPoolId: poolId, Username: "ann", Password: "Passw0rd!", Permanent: true }),
    );
    const { AuthenticationResult } = await signIn(clientId, "Passw0rd!");
    await cloud.clock.advance(3600_000);
    expect(await reason(client.send(new idp.GetUserCommand({ AccessToken: AuthenticationResult?.AccessToken })))).toBe(
      "NotAuthorizedException: Access Token has expired",
    );
    expect(await reason(client.send(new idp.GetUserCommand({ AccessToken: "a.b.c" })))).toBe(
      "NotAuthorizedException: Invalid Access Token",
    );
  });

  test("an invited user must choose a password", async () => {
    const { clientId, poolId } = await setUp();
    await client.send(
      new idp.AdminCreateUserCommand({
        UserPoolId: poolId,
        Username: "ann",
        TemporaryPassword: "Tempor4ry!",
        UserAttributes: [{ Name: "email", Value: "ann@example.com" }],
        DesiredDeliveryMediums: ["EMAIL"],
      }),
    );
    expect(cloud.mailbox.list().at(-1)).toMatchObject({
      to: "ann@example.com",
      subject: "Your temporary password",
      body: "Your username is ann and temporary password is Tempor4ry!. ",
    });
    const first = await signIn(clientId, "Tempor4ry!");
    expect(first.ChallengeName).toBe("NEW_PASSWORD_REQUIRED");
    const choose = (NEW_PASSWORD: string) =>
      client.send(
        new idp.RespondToAuthChallengeCommand({
          ClientId: clientId,
          ChallengeName: "NEW_PASSWORD_REQUIRED",
          Session: first.Session,
          ChallengeResponses: { USERNAME: "ann", NEW_PASSWORD },
        }),
      );
    expect(await reason(choose("short"))).toBe(
      "InvalidPasswordException: Password did not conform with policy: Password not long enough",
    );
    expect((await choose("Chosen1!")).AuthenticationResult?.IdToken).toBeDefined();
    const user = await client.send(new idp.AdminGetUserCommand({ UserPoolId: poolId, Username: "ann" }));
    expect(user.UserStatus).toBe("CONFIRMED");
  });

  test("a temporary password ends after the policy's days", async () => {
    const { clientId, poolId } = await setUp();
    await client.send(
      new idp.AdminCreateUserCommand({
        UserPoolId: poolId,
        Username: "ann",
        TemporaryPassword: "Tempor4ry!",
        MessageAction: "SUPPRESS",
      }),
    );
    await cloud.clock.advance(7 * 86_400_000);
    expect(await reason(signIn(clientId, "Tempor4ry!"))).toBe(
      "NotAuthorizedException: Temporary password has expired and must be reset by an administrator.",
    );
  });

  test("a client's secret must be proved", async () => {
    const { clientId, poolId, secret = "" } = await setUp({}, { GenerateSecret: true });
    await client.send(new idp.AdminCreateUserCommand({ UserPoolId: poolId, Username: "ann", MessageAction: "SUPPRESS" }));
    await client.send(
      new idp.AdminSetUserPasswordCommand({ UserPoolId: poolId, Username: "ann", Password: "Passw0rd!", Permanent: true }),
    );
    expect(await reason(signIn(clientId, "Passw0rd!"))).toBe(
      `NotAuthorizedException: Client ${clientId} is configured with secret but SECRET_HASH was not received`,
    );
    expect(await reason(signIn(clientId, "Passw0rd!", { SECRET_HASH: "AAAA" }))).toBe(
      `NotAuthorizedException: Unable to verify secret hash for client ${clientId}`,
    );
    const SECRET_HASH = createHmac("sha256", secret).update(`ann${clientId}`).digest("base64");
    expect((await signIn(clientId, "Passw0rd!", { SECRET_HASH })).AuthenticationResult).toBeDefined();
  });

  test("five wrong passwords lock for a while", async () => {
    const { clientId, poolId } = await setUp();
    await client.send(new idp.AdminCreateUserCommand({ UserPoolId: poolId, Username: "ann", MessageAction: "SUPPRESS" }));
    await client.send(
      new idp.AdminSetUserPasswordCommand({ UserPoolId: poolId, Username: "ann", Password: "Passw0rd!", Permanent: true }),
    );
    for (let tries = 0; tries < 5; tries++) await reason(signIn(clientId, "wrong"));
    expect(await reason(signIn(clientId, "Passw0rd!"))).toBe("NotAuthorizedException: Password attempts exceeded");
    await cloud.clock.advance(1000);
    expect((await signIn(clientId, "Passw0rd!")).AuthenticationResult).toBeDefined();
  });

  test("a forgotten password is reset by code, once, within the hour", async () => {
    const { clientId, poolId } = await setUp();
    await client.send(
      new idp.AdminCreateUserCommand({
        UserPoolId: poolId,
        Username: "ann",
        MessageAction: "SUPPRESS",
        UserAttributes: [
          { Name: "email", Value: "a@b.org" },
          { Name: "email_verified", Value: "true" },
        ],
      }),
    );
    await client.send(
      new idp.AdminSetUserPasswordCommand({ UserPoolId: poolId, Username: "ann", Password: "Passw0rd!", Permanent: true }),
    );
    const forgot = () => client.send(new idp.ForgotPasswordCommand({ ClientId: clientId, Username: "ann" }));
    const reset = (ConfirmationCode: string) =>
      client.send(
        new idp.ConfirmForgotPasswordCommand({ ClientId: clientId, Username: "ann", ConfirmationCode, Password: "Newpassw0rd!" }),
      );
    await forgot();
    await cloud.clock.advance(3600_000);
    expect(await reason(reset(lastCode()))).toBe("ExpiredCodeException: Invalid code provided, please request a code again.");
    await forgot();
    await reset(lastCode());
    expect((await signIn(clientId, "Newpassw0rd!")).AuthenticationResult).toBeDefined();
  });

  test("TOTP: set up, asked for, used once", async () => {
    const { clientId, poolId } = await setUp();
    await client.send(
      new idp.SetUserPoolMfaConfigCommand({
        UserPoolId: poolId,
        MfaConfiguration: "ON",
        SoftwareTokenMfaConfiguration: { Enabled: true },
      }),
    );
    await client.send(new idp.AdminCreateUserCommand({ UserPoolId: poolId, Username: "ann", MessageAction: "SUPPRESS" }));
    await client.send(
      new idp.AdminSetUserPasswordCommand({ UserPoolId: poolId, Username: "ann", Password: "Passw0rd!", Permanent: true }),
    );
    const first = await signIn(clientId, "Passw0rd!");
    expect(first).toMatchObject({
      ChallengeName: "MFA_SETUP",
      ChallengeParameters: { MFAS_CAN_SETUP: '["SOFTWARE_TOKEN_MFA"]' },
    });
    const { SecretCode = "", Session } = await client.send(new idp.AssociateSoftwareTokenCommand({ Session: first.Session }));
    const verified = await client.send(
      new idp.VerifySoftwareTokenCommand({ Session, UserCode: totpCode(SecretCode, totpStep(cloud.clock.now())) }),
    );
    expect(verified.Status).toBe("SUCCESS");
    await client.send(
      new idp.RespondToAuthChallengeCommand({
        ClientId: clientId,
        ChallengeName: "MFA_SETUP",
        Session: verified.Session,
        ChallengeResponses: { USERNAME: "ann" },
      }),
    );
    await cloud.clock.advance(60_000);
    const second = await signIn(clientId, "Passw0rd!");
    const code = (SOFTWARE_TOKEN_MFA_CODE: string) =>
      client.send(
        new idp.RespondToAuthChallengeCommand({
          ClientId: clientId,
          ChallengeName: "SOFTWARE_TOKEN_MFA",
          Session: second.Session,
          ChallengeResponses: { USERNAME: "ann", SOFTWARE_TOKEN_MFA_CODE },
        }),
      );
    expect(await reason(code("abcdef"))).toBe("CodeMismatchException: Invalid code received for user");
    expect((await code(totpCode(SecretCode, totpStep(cloud.clock.now())))).AuthenticationResult).toBeDefined();
  });
});

describe("users and groups", () => {
  test("groups are in the tokens, PreTokenGeneration V2 changes both", async () => {
    const { Id } = await pool({
      LambdaConfig: { PreTokenGenerationConfig: { LambdaArn: fn("pretoken"), LambdaVersion: "V2_0" } },
    });
    const app = await appClient(Id, { ExplicitAuthFlows: ["ALLOW_ADMIN_USER_PASSWORD_AUTH"] });
    triggers.pretoken = (event) => ({
      ...event,
      response: {
        claimsAndScopeOverrideDetails: {
          idTokenGeneration: { claimsToAddOrOverride: { tenant: "t1", sub: "forged" }, claimsToSuppress: ["email"] },
          accessTokenGeneration: { claimsToAddOrOverride: { plan: "pro" }, scopesToAdd: ["kefir/read"] },
        },
      },
    });
    await client.send(
      new idp.AdminCreateUserCommand({
        UserPoolId: Id,
        Username: "ann",
        MessageAction: "SUPPRESS",
        UserAttributes: [{ Name: "email", Value: "a@b.org" }],
      }),
    );
    await client.send(
      new idp.AdminSetUserPasswordCommand({ UserPoolId: Id, Username: "ann", Password: "Passw0rd!", Permanent: true }),
    );
    await client.send(new idp.CreateGroupCommand({ UserPoolId: Id, GroupName: "admins", Precedence: 1 }));
    await client.send(new idp.AdminAddUserToGroupCommand({ UserPoolId: Id, Username: "ann", GroupName: "admins" }));
    const { AuthenticationResult } = await client.send(
      new idp.AdminInitiateAuthCommand({
        UserPoolId: Id,
        ClientId: app.ClientId,
        AuthFlow: "ADMIN_USER_PASSWORD_AUTH",
        AuthParameters: { USERNAME: "ann", PASSWORD: "Passw0rd!" },
      }),
    );
    const id = claims(AuthenticationResult?.IdToken);
    expect(id).toMatchObject({ "cognito:groups": ["admins"], tenant: "t1" });
    expect(id.email).toBeUndefined();
    expect(id.sub).not.toBe("forged");
    expect(claims(AuthenticationResult?.AccessToken)).toMatchObject({
      plan: "pro",
      scope: "aws.cognito.signin.user.admin kefir/read",
      "cognito:groups": ["admins"],
    });
    expect(events.at(-1)?.event).toMatchObject({
      version: "2",
      triggerSource: "TokenGeneration_Authentication",
      request: { groupConfiguration: { groupsToOverride: ["admins"] } },
    });
  });

  test("ListUsers filters and pages", async () => {
    const { Id } = await pool();
    for (const name of ["ann", "anna", "bob"])
      await client.send(
        new idp.AdminCreateUserCommand({
          UserPoolId: Id,
          Username: name,
          MessageAction: "SUPPRESS",
          UserAttributes: [{ Name: "email", Value: `${name}@b.org` }],
        }),
      );
    const list = async (input: Partial<idp.ListUsersCommandInput>) =>
      client.send(new idp.ListUsersCommand({ UserPoolId: Id, ...input }));
    expect((await list({ Filter: 'username ^= "ann"' })).Users?.map((user) => user.Username)).toEqual(["ann", "anna"]);
    expect((await list({ Filter: 'email = "bob@b.org"' })).Users?.map((user) => user.Username)).toEqual(["bob"]);
    const first = await list({ Limit: 2 });
    expect((await list({ PaginationToken: first.PaginationToken })).Users?.map((user) => user.Username)).toEqual(["bob"]);
    expect(await reason(list({ Filter: "(((" }))).toBe("InvalidParameterException: Error while parsing filter.");
  });

  test("deleting a pool leaves nothing of it", async () => {
    const { Id } = await pool();
    const app = await appClient(Id);
    await client.send(new idp.AdminCreateUserCommand({ UserPoolId: Id, Username: "ann", MessageAction: "SUPPRESS" }));
    await client.send(new idp.DeleteUserPoolCommand({ UserPoolId: Id }));
    expect((await client.send(new idp.ListUserPoolsCommand({ MaxResults: 10 }))).UserPools).toEqual([]);
    expect(await reason(client.send(new idp.InitiateAuthCommand({ ClientId: app.ClientId, AuthFlow: "CUSTOM_AUTH" })))).toBe(
      `ResourceNotFoundException: User pool client ${app.ClientId} does not exist.`,
    );
  });
});
