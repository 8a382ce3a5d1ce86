import { createHash, createHmac, getDiffieHellman, hkdfSync } from "node:crypto";
import * as idp from "@aws-sdk/client-cognito-identity-provider";
import { manualClock, seededRandom } from "@dovetail/model";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Cloud, startCloud } from "../../cloud.ts";
import { passwordVerifier } from "./srp.ts";

const START = Date.parse("2026-01-01T00:00:00Z");
let cloud: Cloud;
let client: idp.CognitoIdentityProviderClient;

beforeEach(async () => {
  cloud = await startCloud({ clock: manualClock(START), random: seededRandom(2) });
  client = new idp.CognitoIdentityProviderClient({
    endpoint: cloud.endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
  });
});
afterEach(() => cloud.stop());

const reason = (work: Promise<unknown>) =>
  work.then(
    () => "no error",
    (error: Error) => `${error.name}: ${error.message}`,
  );
const lastCode = () => /\d{6,8}/.exec(cloud.mailbox.list().at(-1)?.body ?? "")?.[0] ?? "";

async function setUp(
  flows: idp.ExplicitAuthFlowsType[],
  poolInput: Partial<idp.CreateUserPoolCommandInput> = {},
  clientInput: Partial<idp.CreateUserPoolClientCommandInput> = {},
) {
  const { UserPool } = await client.send(
    new idp.CreateUserPoolCommand({ PoolName: "p", AutoVerifiedAttributes: ["email"], ...poolInput }),
  );
  const UserPoolId = UserPool?.Id ?? "";
  const { UserPoolClient } = await client.send(
    new idp.CreateUserPoolClientCommand({ UserPoolId, ClientName: "c", ExplicitAuthFlows: flows, ...clientInput }),
  );
  await client.send(
    new idp.AdminCreateUserCommand({
      UserPoolId,
      Username: "ann",
      MessageAction: "SUPPRESS",
      UserAttributes: [
        { Name: "email", Value: "ann@example.com" },
        { Name: "email_verified", Value: "true" },
      ],
    }),
  );
  await client.send(new idp.AdminSetUserPasswordCommand({ UserPoolId, Username: "ann", Password: "Passw0rd!", Permanent: true }));
  return { UserPoolId, ClientId: UserPoolClient?.ClientId ?? "" };
}
const signIn = (ClientId: string, AuthFlow: idp.AuthFlowType, more: Record<string, string> = {}) =>
  client.send(new idp.InitiateAuthCommand({ ClientId, AuthFlow, AuthParameters: { USERNAME: "ann", ...more } }));
const respond = (
  ClientId: string,
  ChallengeName: idp.ChallengeNameType,
  Session: string | undefined,
  more: Record<string, string>,
) =>
  client.send(
    new idp.RespondToAuthChallengeCommand({ ClientId, ChallengeName, Session, ChallengeResponses: { USERNAME: "ann", ...more } }),
  );

/** The client's half of SRP-6a, written from RFC 5054 with Node's own group, for the test. */
function srpClient(poolId: string, password: string) {
  const N = BigInt(`0x${getDiffieHellman("modp15").getPrime("hex")}`);
  const power = (base: bigint, exponent: bigint) => {
    let result = 1n;
    let square = ((base % N) + N) % N;
    for (let rest = exponent; rest > 0n; rest >>= 1n) {
      if (rest & 1n) result = (result * square) % N;
      square = (square * square) % N;
    }
    return result;
  };
  const pad = (value: bigint) => {
    const hex = value.toString(16);
    const even = hex.length % 2 ? `0${hex}` : hex;
    return Number.parseInt(even.charAt(0), 16) >= 8 ? `00${even}` : even;
  };
  const sha = (hex: string) => createHash("sha256").update(Buffer.from(hex, "hex")).digest("hex");
  const big = (hex: string) => BigInt(`0x${hex}`);
  const a = big("c0ffee".repeat(10));
  const A = power(2n, a);
  return {
    A: A.toString(16),
    answer(challenge: Record<string, string>, timestamp: string) {
      const { SALT = "0", SRP_B = "0", SECRET_BLOCK = "", USER_ID_FOR_SRP = "" } = challenge;
      const name = poolId.split("_")[1] ?? "";
      const B = big(SRP_B);
      const u = big(sha(pad(A) + pad(B)));
      const x = big(sha(pad(big(SALT)) + createHash("sha256").update(`${name}${USER_ID_FOR_SRP}:${password}`).digest("hex")));
      const S = power(B - big(sha(`${pad(N)}02`)) * power(2n, x), a + u * x);
      const key = hkdfSync("sha256", Buffer.from(pad(S), "hex"), Buffer.from(pad(u), "hex"), "Caldera Derived Key", 16);
      const text = Buffer.concat([
        Buffer.from(name + USER_ID_FOR_SRP),
        Buffer.from(SECRET_BLOCK, "base64"),
        Buffer.from(timestamp),
      ]);
      return {
        PASSWORD_CLAIM_SIGNATURE: createHmac("sha256", Buffer.from(key)).update(text).digest("base64"),
        PASSWORD_CLAIM_SECRET_BLOCK: SECRET_BLOCK,
        TIMESTAMP: timestamp,
      };
    },
  };
}

test("SRP: the right password gives tokens, the wrong one does not, a proof works once", async () => {
  const { UserPoolId, ClientId } = await setUp(["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]);
  const good = srpClient(UserPoolId, "Passw0rd!");
  const first = await signIn(ClientId, "USER_SRP_AUTH", { SRP_A: good.A });
  expect(first.ChallengeName).toBe("PASSWORD_VERIFIER");
  const proof = good.answer(first.ChallengeParameters ?? {}, "Thu Jan 1 00:00:00 UTC 2026");
  expect((await respond(ClientId, "PASSWORD_VERIFIER", undefined, proof)).AuthenticationResult?.IdToken).toBeDefined();
  expect(await reason(respond(ClientId, "PASSWORD_VERIFIER", undefined, proof))).toMatch(/^NotAuthorizedException/);
  const bad = srpClient(UserPoolId, "other");
  const second = await signIn(ClientId, "USER_SRP_AUTH", { SRP_A: bad.A });
  expect(
    await reason(respond(ClientId, "PASSWORD_VERIFIER", undefined, bad.answer(second.ChallengeParameters ?? {}, "now"))),
  ).toBe("NotAuthorizedException: Incorrect username or password.");
});

test("USER_AUTH: a choice, then a code by e-mail", async () => {
  const { ClientId } = await setUp(["ALLOW_USER_AUTH"], {
    Policies: { SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD", "EMAIL_OTP"] } },
  });
  const first = await signIn(ClientId, "USER_AUTH");
  expect(first).toMatchObject({
    ChallengeName: "SELECT_CHALLENGE",
    AvailableChallenges: ["PASSWORD", "PASSWORD_SRP", "EMAIL_OTP"],
  });
  const second = await respond(ClientId, "SELECT_CHALLENGE", first.Session, { ANSWER: "EMAIL_OTP" });
  expect(second).toMatchObject({
    ChallengeName: "EMAIL_OTP",
    ChallengeParameters: { CODE_DELIVERY_DESTINATION: "a***@e***", CODE_DELIVERY_DELIVERY_MEDIUM: "EMAIL" },
  });
  expect(await reason(respond(ClientId, "EMAIL_OTP", second.Session, { EMAIL_OTP_CODE: "x" }))).toMatch(/^CodeMismatchException/);
  expect(
    (await respond(ClientId, "EMAIL_OTP", second.Session, { EMAIL_OTP_CODE: lastCode() })).AuthenticationResult,
  ).toBeDefined();
  const direct = await signIn(ClientId, "USER_AUTH", { PREFERRED_CHALLENGE: "PASSWORD", PASSWORD: "Passw0rd!" });
  expect(direct.AuthenticationResult).toBeDefined();
});

test("refresh tokens rotate where the client says so, and a revoked one is void", async () => {
  const { ClientId } = await setUp(
    ["ALLOW_USER_PASSWORD_AUTH"],
    {},
    { RefreshTokenRotation: { Feature: "ENABLED", RetryGracePeriodSeconds: 10 } },
  );
  const { AuthenticationResult } = await signIn(ClientId, "USER_PASSWORD_AUTH", { PASSWORD: "Passw0rd!" });
  const refresh = (RefreshToken: string | undefined) =>
    client.send(new idp.GetTokensFromRefreshTokenCommand({ ClientId, RefreshToken }));
  const second = await refresh(AuthenticationResult?.RefreshToken);
  expect(second.AuthenticationResult?.RefreshToken).toMatch(/^eyJ/);
  await cloud.clock.advance(10_000);
  expect(await reason(refresh(AuthenticationResult?.RefreshToken))).toMatch(/^RefreshTokenReuseException/);
  await client.send(new idp.RevokeTokenCommand({ ClientId, Token: second.AuthenticationResult?.RefreshToken }));
  expect(await reason(refresh(second.AuthenticationResult?.RefreshToken))).toBe(
    "NotAuthorizedException: Refresh Token has been revoked",
  );
});

test("a changed address waits for its code when the pool wants it proved first", async () => {
  const { ClientId, UserPoolId } = await setUp(["ALLOW_USER_PASSWORD_AUTH"], {
    UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ["email"] },
  });
  const { AuthenticationResult } = await signIn(ClientId, "USER_PASSWORD_AUTH", { PASSWORD: "Passw0rd!" });
  const AccessToken = AuthenticationResult?.AccessToken;
  const email = async () =>
    (await client.send(new idp.AdminGetUserCommand({ UserPoolId, Username: "ann" }))).UserAttributes?.find(
      (row) => row.Name === "email",
    )?.Value;
  const { CodeDeliveryDetailsList } = await client.send(
    new idp.UpdateUserAttributesCommand({ AccessToken, UserAttributes: [{ Name: "email", Value: "new@other.org" }] }),
  );
  expect(CodeDeliveryDetailsList).toEqual([{ AttributeName: "email", DeliveryMedium: "EMAIL", Destination: "n***@o***" }]);
  expect(await email()).toBe("ann@example.com");
  await client.send(new idp.VerifyUserAttributeCommand({ AccessToken, AttributeName: "email", Code: lastCode() }));
  expect(await email()).toBe("new@other.org");
  expect(
    await reason(
      client.send(
        new idp.UpdateUserAttributesCommand({ AccessToken, UserAttributes: [{ Name: "email_verified", Value: "true" }] }),
      ),
    ),
  ).toBe("NotAuthorizedException: A client attempted to write unauthorized attribute");
  await client.send(new idp.ChangePasswordCommand({ AccessToken, PreviousPassword: "Passw0rd!", ProposedPassword: "Another1!" }));
  expect((await signIn(ClientId, "USER_PASSWORD_AUTH", { PASSWORD: "Another1!" })).AuthenticationResult).toBeDefined();
});

test("domains, resource servers, identity providers and groups are kept and found", async () => {
  const { UserPoolId } = await setUp([]);
  await client.send(new idp.CreateUserPoolDomainCommand({ UserPoolId, Domain: "kefir-dev" }));
  expect((await client.send(new idp.DescribeUserPoolDomainCommand({ Domain: "kefir-dev" }))).DomainDescription).toMatchObject({
    UserPoolId,
    Status: "ACTIVE",
  });
  expect((await client.send(new idp.DescribeUserPoolDomainCommand({ Domain: "nobody" }))).DomainDescription).toEqual({});
  expect(await reason(client.send(new idp.DeleteUserPoolCommand({ UserPoolId })))).toMatch(/has a domain configured/);
  await client.send(
    new idp.CreateResourceServerCommand({
      UserPoolId,
      Identifier: "kefir",
      Name: "k",
      Scopes: [{ ScopeName: "read", ScopeDescription: "r" }],
    }),
  );
  const machine = (AllowedOAuthScopes: string[]) =>
    client.send(
      new idp.CreateUserPoolClientCommand({
        UserPoolId,
        ClientName: "m",
        GenerateSecret: true,
        AllowedOAuthFlowsUserPoolClient: true,
        AllowedOAuthFlows: ["client_credentials"],
        AllowedOAuthScopes,
      }),
    );
  expect((await machine(["kefir/read"])).UserPoolClient?.AllowedOAuthScopes).toEqual(["kefir/read"]);
  expect(await reason(machine(["kefir/write"]))).toMatch(/^ScopeDoesNotExistException/);
  await client.send(
    new idp.CreateIdentityProviderCommand({
      UserPoolId,
      ProviderName: "Google",
      ProviderType: "Google",
      ProviderDetails: { client_id: "x" },
    }),
  );
  expect(
    (await client.send(new idp.ListIdentityProvidersCommand({ UserPoolId }))).Providers?.map((row) => row.ProviderName),
  ).toEqual(["Google"]);
  await client.send(new idp.CreateGroupCommand({ UserPoolId, GroupName: "g" }));
  expect(await reason(client.send(new idp.CreateGroupCommand({ UserPoolId, GroupName: "g" })))).toBe(
    "GroupExistsException: A group with the name already exists.",
  );
  await client.send(new idp.AdminAddUserToGroupCommand({ UserPoolId, Username: "ann", GroupName: "g" }));
  expect(
    (await client.send(new idp.ListUsersInGroupCommand({ UserPoolId, GroupName: "g" }))).Users?.map((user) => user.Username),
  ).toEqual(["ann"]);
});

test("a remembered device proves itself in the second factor's place", async () => {
  const { UserPoolId, ClientId } = await setUp(["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"], {
    DeviceConfiguration: { ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: false },
  });
  const first = (await signIn(ClientId, "USER_PASSWORD_AUTH", { PASSWORD: "Passw0rd!" })).AuthenticationResult;
  const { DeviceKey = "", DeviceGroupKey = "" } = first?.NewDeviceMetadata ?? {};
  expect(DeviceKey).toMatch(/^us-east-1_[0-9a-f-]{36}$/);
  const { salt, verifier } = passwordVerifier(DeviceGroupKey, DeviceKey, "device-secret", Buffer.alloc(16, 9));
  const base64 = (hex: string) => Buffer.from(hex.padStart(hex.length + (hex.length % 2), "0"), "hex").toString("base64");
  const confirmed = await client.send(
    new idp.ConfirmDeviceCommand({
      AccessToken: first?.AccessToken,
      DeviceKey,
      DeviceName: "laptop",
      DeviceSecretVerifierConfig: { PasswordVerifier: base64(verifier), Salt: base64(salt) },
    }),
  );
  expect(confirmed.UserConfirmationNecessary).toBe(false);
  await client.send(
    new idp.SetUserPoolMfaConfigCommand({ UserPoolId, MfaConfiguration: "ON", SoftwareTokenMfaConfiguration: { Enabled: true } }),
  );
  const without = await signIn(ClientId, "USER_PASSWORD_AUTH", { PASSWORD: "Passw0rd!" });
  expect(without.ChallengeName).toBe("MFA_SETUP");
  const asked = await signIn(ClientId, "USER_PASSWORD_AUTH", { PASSWORD: "Passw0rd!", DEVICE_KEY: DeviceKey });
  expect(asked.ChallengeName).toBe("DEVICE_SRP_AUTH");
  const srp = srpClient(`x_${DeviceGroupKey}`, "device-secret");
  const verify = await respond(ClientId, "DEVICE_SRP_AUTH", asked.Session, { DEVICE_KEY: DeviceKey, SRP_A: srp.A });
  expect(verify.ChallengeName).toBe("DEVICE_PASSWORD_VERIFIER");
  const proof = srp.answer({ ...verify.ChallengeParameters, USER_ID_FOR_SRP: DeviceKey }, "Thu Jan 1 00:00:00 UTC 2026");
  const done = await respond(ClientId, "DEVICE_PASSWORD_VERIFIER", verify.Session, { ...proof, DEVICE_KEY: DeviceKey });
  const claims = JSON.parse(Buffer.from(done.AuthenticationResult?.AccessToken?.split(".")[1] ?? "", "base64url").toString());
  expect(claims.device_key).toBe(DeviceKey);
  const { Devices } = await client.send(new idp.AdminListDevicesCommand({ UserPoolId, Username: "ann" }));
  expect(Devices?.map((device) => device.DeviceAttributes?.find((row) => row.Name === "device_name")?.Value)).toEqual(["laptop"]);
  await client.send(new idp.AdminForgetDeviceCommand({ UserPoolId, Username: "ann", DeviceKey }));
  expect(await reason(signIn(ClientId, "USER_PASSWORD_AUTH", { PASSWORD: "Passw0rd!", DEVICE_KEY: DeviceKey }))).toBe(
    "ResourceNotFoundException: Device does not exist.",
  );
});
