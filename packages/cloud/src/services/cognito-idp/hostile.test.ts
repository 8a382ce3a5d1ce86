import { manualClock, seededRandom } from "@dovetail/model";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Cloud, startCloud } from "../../cloud.ts";
import { ServiceError } from "../../core/service.ts";

let cloud: Cloud;
let UserPoolId: string;
let ClientId: string;

beforeAll(async () => {
  cloud = await startCloud({ clock: manualClock(Date.parse("2026-01-01T00:00:00Z")), random: seededRandom(3), listen: false });
  const made = await cloud.call<{ UserPool: { Id: string } }>("cognito-idp", "CreateUserPool", {
    PoolName: "p",
    UsernameAttributes: ["email"],
  });
  UserPoolId = made.UserPool.Id;
  const ExplicitAuthFlows = ["USER_SRP", "USER_PASSWORD", "USER", "CUSTOM", "REFRESH_TOKEN"].map((flow) => `ALLOW_${flow}_AUTH`);
  const app = { UserPoolId, ClientName: "c", ExplicitAuthFlows, PreventUserExistenceErrors: "ENABLED" };
  ClientId = (await cloud.call<{ UserPoolClient: { ClientId: string } }>("cognito-idp", "CreateUserPoolClient", app))
    .UserPoolClient.ClientId;
  await cloud.call("cognito-idp", "AdminCreateUser", { UserPoolId, Username: "a@b.org", MessageAction: "SUPPRESS" });
});
afterAll(() => cloud.stop());

const word = fc.oneof(
  fc.constantFrom(
    "a@b.org",
    "__proto__",
    "constructor",
    "0",
    "ff",
    "{}",
    "e30.e30.e30",
    "AAAA",
    '"',
    "\0",
    "🥛",
    "x".repeat(2000),
  ),
  fc.string(),
);
const parameters = (...names: string[]) => fc.record(Object.fromEntries(names.map((name) => [name, word])), { requiredKeys: [] });

const CASES: { readonly [operation: string]: () => fc.Arbitrary<object> } = {
  InitiateAuth: () =>
    fc.record({
      ClientId: fc.constant(ClientId),
      AuthFlow: fc.constantFrom("USER_SRP_AUTH", "USER_PASSWORD_AUTH", "USER_AUTH", "CUSTOM_AUTH", "REFRESH_TOKEN_AUTH"),
      AuthParameters: parameters("USERNAME", "PASSWORD", "SRP_A", "REFRESH_TOKEN", "PREFERRED_CHALLENGE", "CHALLENGE_NAME"),
    }),
  RespondToAuthChallenge: () =>
    fc.record({
      ClientId: fc.constant(ClientId),
      ChallengeName: fc.constantFrom(
        "PASSWORD_VERIFIER",
        "CUSTOM_CHALLENGE",
        "NEW_PASSWORD_REQUIRED",
        "SMS_MFA",
        "SELECT_CHALLENGE",
      ),
      Session: fc.constant("x".repeat(30)),
      ChallengeResponses: parameters(
        "USERNAME",
        "ANSWER",
        "PASSWORD_CLAIM_SECRET_BLOCK",
        "PASSWORD_CLAIM_SIGNATURE",
        "TIMESTAMP",
      ),
    }),
  SignUp: () =>
    fc.record({
      ClientId: fc.constant(ClientId),
      Username: word,
      Password: word,
      UserAttributes: fc.array(fc.record({ Name: word, Value: word })),
    }),
  AdminUpdateUserAttributes: () =>
    fc.record({
      UserPoolId: fc.constant(UserPoolId),
      Username: word,
      UserAttributes: fc.array(fc.record({ Name: word, Value: word })),
    }),
  ListUsers: () =>
    fc.record({ UserPoolId: fc.constant(UserPoolId), Filter: word, PaginationToken: word }, { requiredKeys: ["UserPoolId"] }),
  GetUser: () => fc.record({ AccessToken: word }),
  RevokeToken: () => fc.record({ ClientId: fc.constant(ClientId), Token: word }),
};

test.each(Object.keys(CASES))("%s answers hostile input or refuses it as AWS's client error", async (operation) => {
  const inputs = CASES[operation]?.() ?? fc.constant({});
  await fc.assert(
    fc.asyncProperty(inputs, async (input) => {
      try {
        await cloud.call("cognito-idp", operation, input);
      } catch (error) {
        expect(error).toBeInstanceOf(ServiceError);
        expect(error).toHaveProperty("status", 400);
      }
    }),
  );
});
