/** Whatever comes to the hosted pages: an answer below 500, no text of the request unescaped, no way to another origin. */
import * as idp from "@aws-sdk/client-cognito-identity-provider";
import { manualClock, seededRandom } from "@dovetail/model";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Cloud, startCloud } from "../../../cloud.ts";

const PATHS =
  "/oauth2/authorize /oauth2/token /oauth2/revoke /oauth2/userInfo /oauth2/idpresponse /login /mfa /newpassword /signup /confirm /resendcode /confirmUser /forgotPassword /confirmForgotPassword /logout /error /oauth2/none /saml2/idpresponse".split(
    " ",
  );
const CALLBACK = "http://localhost:3000/callback";
let cloud: Cloud;
let clientId: string;

beforeAll(async () => {
  cloud = await startCloud({ clock: manualClock(1_767_225_600_000), random: seededRandom(21) });
  const client = new idp.CognitoIdentityProviderClient({
    endpoint: cloud.endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  const { UserPool } = await client.send(new idp.CreateUserPoolCommand({ PoolName: "p" }));
  const made = await client.send(
    new idp.CreateUserPoolClientCommand({
      UserPoolId: UserPool?.Id,
      ClientName: "c",
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthFlows: ["code"],
      AllowedOAuthScopes: ["openid"],
      CallbackURLs: [CALLBACK],
      LogoutURLs: [CALLBACK],
    }),
  );
  clientId = made.UserPoolClient?.ClientId ?? "";
});
afterAll(() => cloud.stop());

const MARK = "<i>mark</i>";
const text = fc.oneof(
  fc.constantFrom(
    "",
    MARK,
    '"><script>',
    "\0",
    "%00",
    "a".repeat(5_000),
    "http://evil.example/",
    "code",
    "openid",
    "{",
    "[1]",
    "NEW_PASSWORD_REQUIRED",
    "MFA_SETUP",
    "SELECT_MFA_TYPE",
  ),
  fc.string({ unit: "binary", maxLength: 30 }),
);
const FIELDS =
  "response_type redirect_uri scope state nonce code_challenge code_challenge_method identity_provider idp_identifier prompt login_hint code token refresh_token grant_type client_secret username password session challenge required pending _csrf error user_name confirmation_code logout_uri new_password userAttributes.email requiredAttributes[email]".split(
    " ",
  );
const fields = fc.dictionary(fc.constantFrom(...FIELDS), text, { maxKeys: 6 });
const request = fc.record({
  path: fc.constantFrom(...PATHS),
  method: fc.constantFrom("GET", "POST", "PUT"),
  query: fields,
  form: fields,
  isClient: fc.boolean(),
  isGood: fc.boolean(),
  csrf: fc.boolean(),
  authorization: fc.option(
    fc.constantFrom("Basic", "Basic !!!", "Basic OjpiYWQ=", "Bearer a.b.c", "Bearer ", "AWS4-HMAC-SHA256 x"),
    {
      nil: undefined,
    },
  ),
});

test("every page answers whatever it gets", async () => {
  await fc.assert(
    fc.asyncProperty(request, async ({ path, method, query, form, isClient, isGood, csrf, authorization }) => {
      const good: Record<string, string> = isGood ? { redirect_uri: CALLBACK, response_type: "code", scope: "openid" } : {};
      const search = new URLSearchParams({ ...query, ...good, ...(isClient ? { client_id: clientId } : {}) });
      const token: Record<string, string> = csrf ? { _csrf: "t".repeat(30) } : {};
      const answer = await fetch(`${cloud.endpoint}${path}?${search}`, {
        method,
        redirect: "manual",
        headers: { cookie: `XSRF-TOKEN=${"t".repeat(30)}; a; =`, ...(authorization === undefined ? {} : { authorization }) },
        ...(method === "GET"
          ? {}
          : { body: new URLSearchParams({ ...form, ...token, ...(isClient ? { client_id: clientId } : {}) }) }),
      });
      const body = await answer.text();
      expect(answer.status === 501 || answer.status < 500, `${answer.status} ${body.slice(0, 300)}`).toBe(true);
      if ((answer.headers.get("content-type") ?? "").includes("html")) expect(body).not.toMatch(/<i>mark|<script/);
      const location = answer.headers.get("location");
      if (location !== null) expect(location).toMatch(/^http:\/\/(localhost:3000\/callback|127\.0\.0\.1:\d+\/)/);
    }),
    { numRuns: 400 },
  );
}, 60_000);
