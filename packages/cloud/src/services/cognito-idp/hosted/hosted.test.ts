import { createHash, randomBytes } from "node:crypto";
import * as idp from "@aws-sdk/client-cognito-identity-provider";
import { manualClock, seededRandom } from "@dovetail/model";
import { compactVerify, createLocalJWKSet, decodeJwt, type JSONWebKeySet } from "jose";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Cloud, startCloud } from "../../../cloud.ts";

const START = Date.parse("2026-01-01T00:00:00Z");
const CALLBACK = "http://localhost:3000/callback";
const VERIFIER = "a".repeat(20) + randomBytes(24).toString("hex");
const CHALLENGE = createHash("sha256").update(VERIFIER).digest("base64url");
let cloud: Cloud;
let clock: ReturnType<typeof manualClock>;
let client: idp.CognitoIdentityProviderClient;

beforeEach(async () => {
  clock = manualClock(START);
  cloud = await startCloud({ clock, random: seededRandom(7) });
  client = new idp.CognitoIdentityProviderClient({
    endpoint: cloud.endpoint,
    region: "eu-west-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
  });
});
afterEach(() => cloud.stop());

interface Setup {
  readonly poolId: string;
  readonly clientId: string;
  readonly secret: string | undefined;
  /** Base address of the hosted pages. */
  readonly login: string;
}

async function setUp(
  more: Partial<idp.CreateUserPoolClientCommandInput> = {},
  pool: Partial<idp.CreateUserPoolCommandInput> = {},
): Promise<Setup> {
  const { UserPool } = await client.send(
    new idp.CreateUserPoolCommand({ PoolName: "people", AutoVerifiedAttributes: ["email"], ...pool }),
  );
  const poolId = UserPool?.Id ?? "";
  await client.send(new idp.CreateUserPoolDomainCommand({ UserPoolId: poolId, Domain: "people" }));
  await client.send(
    new idp.CreateResourceServerCommand({
      UserPoolId: poolId,
      Identifier: "orders",
      Name: "orders",
      Scopes: [{ ScopeName: "read", ScopeDescription: "r" }],
    }),
  );
  const { UserPoolClient } = await client.send(
    new idp.CreateUserPoolClientCommand({
      UserPoolId: poolId,
      ClientName: "web",
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthFlows: ["code", "implicit"],
      AllowedOAuthScopes: ["openid", "email", "profile", "orders/read"],
      CallbackURLs: [CALLBACK],
      LogoutURLs: ["http://localhost:3000/bye"],
      SupportedIdentityProviders: ["COGNITO"],
      ...more,
    }),
  );
  await client.send(
    new idp.AdminCreateUserCommand({
      UserPoolId: poolId,
      Username: "ada",
      MessageAction: "SUPPRESS",
      UserAttributes: [
        { Name: "email", Value: "ada@example.com" },
        { Name: "email_verified", Value: "true" },
        { Name: "name", Value: "<b>Ada</b>" },
      ],
    }),
  );
  await client.send(
    new idp.AdminSetUserPasswordCommand({ UserPoolId: poolId, Username: "ada", Password: "Correct-1-horse", Permanent: true }),
  );
  const configuration = (await (await fetch(`${cloud.endpoint}/${poolId}/.well-known/openid-configuration`)).json()) as {
    token_endpoint: string;
  };
  const login = String(configuration.token_endpoint).replace("/oauth2/token", "");
  return { poolId, clientId: UserPoolClient?.ClientId ?? "", secret: UserPoolClient?.ClientSecret, login };
}

function query(setup: Setup, more: Record<string, string> = {}): string {
  return new URLSearchParams({
    client_id: setup.clientId,
    response_type: "code",
    redirect_uri: CALLBACK,
    scope: "openid email",
    state: "s&1",
    ...more,
  }).toString();
}

/** A browser as small as these pages need one: cookies, and forms filled in. */
class Browser {
  readonly jar = new Map<string, string>();
  async go(url: string, form?: Record<string, string>): Promise<{ status: number; location: string; html: string }> {
    const answer = await fetch(url, {
      redirect: "manual",
      headers: { cookie: [...this.jar].map(([name, value]) => `${name}=${value}`).join("; ") },
      ...(form === undefined ? {} : { method: "POST", body: new URLSearchParams(form) }),
    });
    for (const text of answer.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(text) ?? [];
      if (text.includes("Max-Age=0")) this.jar.delete(name);
      else this.jar.set(name, value);
    }
    return { status: answer.status, location: answer.headers.get("location") ?? "", html: await answer.text() };
  }
  /** Submits the page's form with its hidden fields. */
  submit(base: string, html: string, fields: Record<string, string>) {
    const plain = (text: string) => text.replaceAll("&quot;", '"').replaceAll("&amp;", "&");
    const action = plain(/<form method="post" action="([^"]+)"/.exec(html)?.[1] ?? "");
    const hidden = [...html.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)];
    return this.go(base + action, {
      ...Object.fromEntries(hidden.map(([, name = "", value = ""]) => [name, plain(value)])),
      ...fields,
    });
  }
}

async function codeFor(setup: Setup, more: Record<string, string> = {}): Promise<string> {
  const browser = new Browser();
  const { location } = await browser.go(`${setup.login}/oauth2/authorize?${query(setup, more)}`);
  const { html } = await browser.go(location);
  const signed = await browser.submit(setup.login, html, { username: "ada", password: "Correct-1-horse" });
  return new URL(signed.location).searchParams.get("code") ?? "";
}

interface Answer {
  readonly access_token: string;
  readonly id_token: string;
  readonly refresh_token: string;
  readonly token_type: string;
  readonly expires_in: number;
}

async function token(setup: Setup, form: Record<string, string>, headers: Record<string, string> = {}) {
  const answer = await fetch(`${setup.login}/oauth2/token`, { method: "POST", body: new URLSearchParams(form), headers });
  return {
    status: answer.status,
    body: (await answer.json()) as Answer,
    cors: answer.headers.get("access-control-allow-origin"),
  };
}

const redeem = (setup: Setup, code: string, more: Record<string, string> = {}) =>
  token(setup, { grant_type: "authorization_code", client_id: setup.clientId, code, redirect_uri: CALLBACK, ...more });

describe("signing in on the hosted pages", () => {
  test("a code comes back with the state, and becomes tokens that the pool's keys verify", async () => {
    const setup = await setUp();
    const browser = new Browser();
    const start = await browser.go(
      `${setup.login}/oauth2/authorize?${query(setup, { nonce: "n-1", code_challenge: CHALLENGE, code_challenge_method: "S256" })}`,
    );
    expect(start.status).toBe(302);
    expect(start.location).toContain(`${setup.login}/login?client_id=`);
    const page = await browser.go(start.location);
    expect(page.html).toContain('name="_csrf"');
    const wrong = await browser.submit(setup.login, page.html, { username: "ada", password: "no" });
    expect(wrong.html).toContain("Incorrect username or password.");
    const unknown = await browser.submit(setup.login, page.html, { username: "bob", password: "no" });
    expect(unknown.html).toContain("Incorrect username or password.");
    const signed = await browser.submit(setup.login, page.html, { username: "ada", password: "Correct-1-horse" });
    const back = new URL(signed.location);
    expect(`${back.origin}${back.pathname}`).toBe(CALLBACK);
    expect(back.searchParams.get("state")).toBe("s&1");
    const { status, body, cors } = await redeem(setup, back.searchParams.get("code") ?? "", { code_verifier: VERIFIER });
    expect({ status, cors, type: body.token_type, seconds: body.expires_in }).toEqual({
      status: 200,
      cors: "*",
      type: "Bearer",
      seconds: 3600,
    });
    const keys = (await (await fetch(`${cloud.endpoint}/${setup.poolId}/.well-known/jwks.json`)).json()) as JSONWebKeySet;
    for (const text of [body.id_token, body.access_token]) await compactVerify(text, createLocalJWKSet(keys));
    expect(decodeJwt(body.id_token)).toMatchObject({
      nonce: "n-1",
      email: "ada@example.com",
      token_use: "id",
      aud: setup.clientId,
    });
    expect(decodeJwt(body.id_token)).not.toHaveProperty("name");
    expect(decodeJwt(body.access_token)).toMatchObject({ scope: "openid email", version: 2, username: "ada" });
    const again = await browser.go(`${setup.login}/oauth2/authorize?${query(setup)}`);
    expect(again.location).toMatch(/^http:\/\/localhost:3000\/callback\?code=/);
    const info = await fetch(`${setup.login}/oauth2/userInfo`, { headers: { authorization: `Bearer ${body.access_token}` } });
    expect(await info.json()).toMatchObject({ username: "ada", email: "ada@example.com", email_verified: "true" });
  });

  test("the implicit flow answers in the fragment, without a refresh token", async () => {
    const setup = await setUp();
    const browser = new Browser();
    const { html } = await browser.go(`${setup.login}/login?${query(setup, { response_type: "token" })}`);
    const { location } = await browser.submit(setup.login, html, { username: "ada", password: "Correct-1-horse" });
    const fragment = new URLSearchParams(new URL(location).hash.slice(1));
    expect([...fragment.keys()]).toEqual(["id_token", "access_token", "expires_in", "token_type", "state"]);
  });

  test("a form from elsewhere signs nobody in", async () => {
    const setup = await setUp();
    const forged = await new Browser().go(`${setup.login}/login?${query(setup)}`, {
      username: "ada",
      password: "Correct-1-horse",
      _csrf: "x",
    });
    expect(forged.html).toContain("The form has expired");
  });

  test("what the request carries is escaped on the page", async () => {
    const setup = await setUp();
    const { html } = await new Browser().go(
      `${setup.login}/login?${query(setup, { state: '"><script>x</script>', login_hint: '"><img src=x>' })}`,
    );
    expect(html).not.toContain("<script>");
    expect(html).not.toContain("<img");
  });

  test("logging out forgets the browser; only the client's own sign-out URLs are gone to", async () => {
    const setup = await setUp();
    const browser = new Browser();
    const { html } = await browser.go(`${setup.login}/login?${query(setup)}`);
    await browser.submit(setup.login, html, { username: "ada", password: "Correct-1-horse" });
    const foreign = await browser.go(`${setup.login}/logout?client_id=${setup.clientId}&logout_uri=http://evil.example/`);
    expect(foreign.status).toBe(400);
    const out = await browser.go(`${setup.login}/logout?client_id=${setup.clientId}&logout_uri=http://localhost:3000/bye`);
    expect(out.location).toBe("http://localhost:3000/bye");
    const again = await browser.go(`${setup.login}/oauth2/authorize?${query(setup, { prompt: "none" })}`);
    expect(again.location).toBe(`${CALLBACK}?error=login_required&state=s%261`);
  });

  test("signing up, confirming by the mailed code, and being signed in", async () => {
    const setup = await setUp();
    const browser = new Browser();
    const { html } = await browser.go(`${setup.login}/signup?${query(setup)}`);
    const weak = await browser.submit(setup.login, html, {
      username: "eve",
      "requiredAttributes[email]": "eve@example.com",
      password: "weak",
    });
    expect(weak.html).toContain("Password did not conform with policy");
    const made = await browser.submit(setup.login, html, {
      username: "eve",
      "requiredAttributes[email]": "eve@example.com",
      password: "Correct-2-horse",
    });
    expect(made.html).toContain("Confirm your account");
    const code = await mailedCode("eve@example.com");
    const done = await browser.submit(setup.login, made.html, { code });
    expect(done.location).toMatch(/callback\?code=/);
  });

  test("a forgotten password is set anew by the mailed code", async () => {
    const setup = await setUp();
    const browser = new Browser();
    const { html } = await browser.go(`${setup.login}/forgotPassword?${query(setup)}`);
    const sent = await browser.submit(setup.login, html, { username: "ada" });
    const changed = await browser.submit(setup.login, sent.html, {
      code: await mailedCode("ada@example.com"),
      password: "Another-1-horse",
    });
    expect(changed.html).toContain("Your password is changed");
    const signed = await browser.submit(setup.login, changed.html, { username: "ada", password: "Another-1-horse" });
    expect(signed.location).toMatch(/callback\?code=/);
  });

  test("a temporary password is changed, an authenticator app is set up, on the way", async () => {
    const setup = await setUp({}, { MfaConfiguration: "OFF" });
    await client.send(
      new idp.AdminSetUserPasswordCommand({ UserPoolId: setup.poolId, Username: "ada", Password: "Temporary-1-x" }),
    );
    const browser = new Browser();
    const { html } = await browser.go(`${setup.login}/login?${query(setup)}`);
    const change = await browser.submit(setup.login, html, { username: "ada", password: "Temporary-1-x" });
    expect(change.html).toContain("Change password");
    const weak = await browser.submit(setup.login, change.html, { new_password: "x" });
    expect(weak.html).toContain("Password did not conform");
    const done = await browser.submit(setup.login, weak.html, { new_password: "Correct-3-horse" });
    expect(done.location).toMatch(/callback\?code=/);
    await client.send(
      new idp.SetUserPoolMfaConfigCommand({
        UserPoolId: setup.poolId,
        MfaConfiguration: "ON",
        SoftwareTokenMfaConfiguration: { Enabled: true },
      }),
    );
    const { totpCode, totpStep } = await import("../../../core/totp.ts");
    const other = new Browser();
    const login = await other.go(`${setup.login}/login?${query(setup)}`);
    const setupPage = await other.submit(setup.login, login.html, { username: "ada", password: "Correct-3-horse" });
    const secret = /<code>([A-Z2-7]+)<\/code>/.exec(setupPage.html)?.[1] ?? "";
    const signed = await other.submit(setup.login, setupPage.html, { code: totpCode(secret, totpStep(START)) });
    expect(signed.location).toMatch(/callback\?code=/);
  });
});

async function mailedCode(to: string): Promise<string> {
  const { messages } = (await (await fetch(`${cloud.endpoint}/_dovetail/mailbox`)).json()) as {
    messages: { to: string; body: string }[];
  };
  const body: string = messages.filter((mail) => mail.to === to).at(-1)?.body ?? "";
  return /\b\d{6}\b/.exec(body)?.[0] ?? "";
}

const REFUSED: readonly (readonly [name: string, change: Record<string, string>, location: string])[] = [
  ["another redirect", { redirect_uri: `${CALLBACK}/` }, "/error?error=redirect_mismatch"],
  ["an unknown client", { client_id: "nobody" }, "/error?error=invalid_request"],
  ["no response type", { response_type: "" }, `${CALLBACK}?error=unsupported_response_type`],
  ["a scope that the client lacks", { scope: "openid phone" }, `${CALLBACK}?error=invalid_scope`],
  ["a plain PKCE challenge", { code_challenge: CHALLENGE, code_challenge_method: "plain" }, `${CALLBACK}?error=invalid_request`],
  ["a challenge without method", { code_challenge: CHALLENGE }, `${CALLBACK}?error=invalid_request`],
];

describe("/oauth2/authorize refuses", () => {
  test.each(REFUSED)("%s", async (_name, change, location) => {
    const setup = await setUp();
    const host = `people.auth.eu-west-1.amazoncognito.com`;
    const answer = await fetch(`${setup.login}/oauth2/authorize?${query(setup, change)}`, {
      redirect: "manual",
      headers: { host },
    });
    expect(answer.status).toBe(302);
    expect(answer.headers.get("location")).toContain(location);
  });
});

describe("/oauth2/token", () => {
  test("a code is good once, for five minutes, with its own redirect and verifier", async () => {
    const setup = await setUp();
    const pkce = { code_challenge: CHALLENGE, code_challenge_method: "S256" };
    const code = await codeFor(setup, pkce);
    expect(await redeem(setup, code, { code_verifier: "b".repeat(43) })).toMatchObject({
      status: 400,
      body: { error: "invalid_grant" },
    });
    expect(await redeem(setup, code, { code_verifier: VERIFIER })).toMatchObject({
      status: 400,
      body: { error: "invalid_grant" },
    });
    expect(await redeem(setup, await codeFor(setup), { redirect_uri: "http://localhost:3000/" })).toMatchObject({
      body: { error: "invalid_grant" },
    });
    const old = await codeFor(setup);
    clock.advance(5 * 60_000);
    expect(await redeem(setup, old)).toMatchObject({ body: { error: "invalid_grant" } });
    expect((await redeem(setup, await codeFor(setup))).status).toBe(200);
  });

  test("a client with a secret proves it, by Basic credentials or in the form", async () => {
    const setup = await setUp({ GenerateSecret: true });
    const basic = `Basic ${Buffer.from(`${setup.clientId}:${setup.secret}`).toString("base64")}`;
    const form = async () => ({
      grant_type: "authorization_code",
      client_id: setup.clientId,
      code: await codeFor(setup),
      redirect_uri: CALLBACK,
    });
    expect(await token(setup, await form())).toMatchObject({ status: 400, body: { error: "invalid_client" } });
    expect(await token(setup, { ...(await form()), client_secret: "no" })).toMatchObject({ body: { error: "invalid_client" } });
    expect((await token(setup, await form(), { authorization: basic })).status).toBe(200);
    expect((await token(setup, { ...(await form()), client_secret: setup.secret ?? "" })).status).toBe(200);
  });

  test("refreshing keeps the scopes; revoking ends it", async () => {
    const setup = await setUp();
    const first = await redeem(setup, await codeFor(setup));
    const form = { grant_type: "refresh_token", client_id: setup.clientId, refresh_token: first.body.refresh_token };
    const second = await token(setup, form);
    expect(second.status).toBe(200);
    expect(decodeJwt(second.body.access_token).scope).toBe("openid email");
    const revoked = await fetch(`${setup.login}/oauth2/revoke`, {
      method: "POST",
      body: new URLSearchParams({ client_id: setup.clientId, token: first.body.refresh_token }),
    });
    expect(revoked.status).toBe(200);
    expect(await token(setup, form)).toMatchObject({ status: 400, body: { error: "invalid_grant" } });
    const info = await fetch(`${setup.login}/oauth2/userInfo`, {
      headers: { authorization: `Bearer ${second.body.access_token}` },
    });
    expect(info.status).toBe(401);
  });

  test("client_credentials gives the resource server's scopes to a client with a secret", async () => {
    const setup = await setUp({
      GenerateSecret: true,
      AllowedOAuthFlows: ["client_credentials"],
      AllowedOAuthScopes: ["orders/read"],
      CallbackURLs: [],
    });
    const form = { grant_type: "client_credentials", client_id: setup.clientId, client_secret: setup.secret ?? "" };
    const { status, body } = await token(setup, form);
    expect({ status, keys: Object.keys(body) }).toEqual({ status: 200, keys: ["access_token", "expires_in", "token_type"] });
    expect(decodeJwt(body.access_token)).toMatchObject({ sub: setup.clientId, scope: "orders/read", client_id: setup.clientId });
    expect(await token(setup, { ...form, scope: "orders/write" })).toMatchObject({ body: { error: "invalid_scope" } });
    expect(await token(setup, { ...form, grant_type: "password" })).toMatchObject({ body: { error: "unsupported_grant_type" } });
    expect(await token(setup, { client_id: setup.clientId })).toMatchObject({ body: { error: "invalid_request" } });
  });

  test("browsers of other origins may ask", async () => {
    const setup = await setUp();
    const answer = await fetch(`${cloud.endpoint}/oauth2/token`, {
      method: "OPTIONS",
      headers: { origin: "http://localhost:3000", "access-control-request-headers": "content-type" },
    });
    expect([answer.status, answer.headers.get("access-control-allow-origin")]).toEqual([200, "*"]);
    expect(setup.login).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  });
});
