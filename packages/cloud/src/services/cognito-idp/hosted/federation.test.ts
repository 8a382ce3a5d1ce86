import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import * as idp from "@aws-sdk/client-cognito-identity-provider";
import { manualClock, seededRandom } from "@dovetail/model";
import { decodeJwt, exportJWK, generateKeyPair, SignJWT } from "jose";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Cloud, startCloud } from "../../../cloud.ts";

const START = Date.parse("2026-01-01T00:00:00Z");
const CALLBACK = "http://localhost:3000/callback";

/** A provider on this machine: discovery, keys, token and user info, of one subject. */
interface Issuer {
  readonly url: string;
  readonly server: Server;
  /** What the ID token says beyond sub and aud; changed by tests. */
  claims: Record<string, unknown>;
  nonce: string;
  signsWithOtherKey: boolean;
}

async function issuer(): Promise<Issuer> {
  const { publicKey, privateKey } = await generateKeyPair("RS256");
  const other = await generateKeyPair("RS256");
  const jwk = { ...(await exportJWK(publicKey)), kid: "k", alg: "RS256", use: "sig" };
  const answers = async (self: Issuer, path: string): Promise<object> => {
    if (path === "/.well-known/openid-configuration")
      return {
        issuer: self.url,
        authorization_endpoint: `${self.url}/authorize`,
        token_endpoint: `${self.url}/token`,
        userinfo_endpoint: `${self.url}/userinfo`,
        jwks_uri: `${self.url}/keys`,
      };
    if (path === "/keys") return { keys: [jwk] };
    if (path === "/userinfo") return { sub: "42", family_name: "Lovelace" };
    const token = await new SignJWT({ nonce: self.nonce, ...self.claims })
      .setProtectedHeader({ alg: "RS256", kid: "k" })
      .setIssuer(self.url)
      .setSubject("42")
      .setAudience("app-at-issuer")
      .setExpirationTime(START / 1000 + 600)
      .sign(self.signsWithOtherKey ? other.privateKey : privateKey);
    return { access_token: "opaque", id_token: token, token_type: "Bearer" };
  };
  const server = createServer((request, response) => {
    answers(made, (request.url ?? "").split("?")[0] ?? "").then((body) => response.end(JSON.stringify(body)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const made: Issuer = { url, server, claims: { email: "ada@example.com" }, nonce: "", signsWithOtherKey: false };
  return made;
}

let cloud: Cloud;
let provider: Issuer;
let client: idp.CognitoIdentityProviderClient;
let poolId: string;
let clientId: string;
let login: string;

beforeEach(async () => {
  provider = await issuer();
  cloud = await startCloud({ clock: manualClock(START), random: seededRandom(3) });
  client = new idp.CognitoIdentityProviderClient({
    endpoint: cloud.endpoint,
    region: "eu-west-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  poolId = (await client.send(new idp.CreateUserPoolCommand({ PoolName: "people" }))).UserPool?.Id ?? "";
  await client.send(new idp.CreateUserPoolDomainCommand({ UserPoolId: poolId, Domain: "people" }));
  await client.send(
    new idp.CreateIdentityProviderCommand({
      UserPoolId: poolId,
      ProviderName: "Corp",
      ProviderType: "OIDC",
      ProviderDetails: {
        client_id: "app-at-issuer",
        client_secret: "s",
        oidc_issuer: provider.url,
        authorize_scopes: "openid email",
        attributes_request_method: "GET",
      },
      AttributeMapping: { email: "email", family_name: "family_name", username: "sub" },
      IdpIdentifiers: ["corp.example"],
    }),
  );
  const made = await client.send(
    new idp.CreateUserPoolClientCommand({
      UserPoolId: poolId,
      ClientName: "web",
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthFlows: ["code"],
      AllowedOAuthScopes: ["openid"],
      CallbackURLs: [CALLBACK],
      SupportedIdentityProviders: ["Corp"],
    }),
  );
  clientId = made.UserPoolClient?.ClientId ?? "";
  const configuration = (await (await fetch(`${cloud.endpoint}/${poolId}/.well-known/openid-configuration`)).json()) as {
    token_endpoint: string;
  };
  login = configuration.token_endpoint.replace("/oauth2/token", "");
});
afterEach(async () => {
  await cloud.stop();
  provider.server.close();
});

const go = (url: string) => fetch(url, { redirect: "manual" }).then((answer) => answer.headers.get("location") ?? "");

async function signIn(): Promise<URL> {
  const query = new URLSearchParams({ client_id: clientId, response_type: "code", redirect_uri: CALLBACK, state: "mine" });
  const there = new URL(await go(`${login}/oauth2/authorize?${query}`));
  expect(`${there.origin}${there.pathname}`).toBe(`${provider.url}/authorize`);
  expect(there.searchParams.get("redirect_uri")).toBe(`${login}/oauth2/idpresponse`);
  provider.nonce = there.searchParams.get("nonce") ?? "";
  return new URL(await go(`${login}/oauth2/idpresponse?code=abc&state=${there.searchParams.get("state")}`));
}

test("a provider's user is made at the first sign-in, in the provider's group, and found at the next", async () => {
  const back = await signIn();
  expect(back.searchParams.get("state")).toBe("mine");
  const form = { grant_type: "authorization_code", client_id: clientId, redirect_uri: CALLBACK };
  const tokens = (await (
    await fetch(`${login}/oauth2/token`, {
      method: "POST",
      body: new URLSearchParams({ ...form, code: back.searchParams.get("code") ?? "" }),
    })
  ).json()) as { id_token: string };
  expect(decodeJwt(tokens.id_token)).toMatchObject({
    "cognito:username": "Corp_42",
    "cognito:groups": [`${poolId}_Corp`],
    email: "ada@example.com",
    family_name: "Lovelace",
    identities: [{ providerName: "Corp", providerType: "OIDC", userId: "42", primary: true }],
  });
  provider.claims = { email: "countess@example.com" };
  await signIn();
  const { Users } = await client.send(new idp.ListUsersCommand({ UserPoolId: poolId }));
  expect(Users?.map(({ Username, UserStatus }) => [Username, UserStatus])).toEqual([["Corp_42", "EXTERNAL_PROVIDER"]]);
  expect(Users?.[0]?.Attributes).toContainEqual({ Name: "email", Value: "countess@example.com" });
});

test("a token under another key, or with another's nonce, signs nobody in", async () => {
  provider.signsWithOtherKey = true;
  expect((await signIn()).searchParams.get("error_description")).toBe("Bad id_token: signature");
  provider.signsWithOtherKey = false;
  provider.claims = { nonce: "stolen" };
  expect((await signIn()).searchParams.get("error")).toBe("server_error");
});

test("a state that was never given out, or was used, is refused", async () => {
  expect((await fetch(`${login}/oauth2/idpresponse?code=abc&state=x`)).status).toBe(400);
});

test("a provider that is not on this machine is refused by name", async () => {
  await client.send(
    new idp.UpdateIdentityProviderCommand({
      UserPoolId: poolId,
      ProviderName: "Corp",
      ProviderDetails: { client_id: "a", oidc_issuer: "https://login.example.com", authorize_scopes: "openid" },
    }),
  );
  const query = new URLSearchParams({ client_id: clientId, response_type: "code", redirect_uri: CALLBACK });
  const back = new URL(await go(`${login}/oauth2/authorize?${query}`));
  expect(back.searchParams.get("error_description")).toContain("is not on this machine");
});

test("users of a provider are linked to a user of the pool, and unlinked", async () => {
  await client.send(new idp.AdminCreateUserCommand({ UserPoolId: poolId, Username: "ada", MessageAction: "SUPPRESS" }));
  const SourceUser = { ProviderName: "Corp", ProviderAttributeName: "Cognito_Subject", ProviderAttributeValue: "42" };
  await client.send(
    new idp.AdminLinkProviderForUserCommand({
      UserPoolId: poolId,
      DestinationUser: { ProviderName: "Cognito", ProviderAttributeValue: "ada" },
      SourceUser,
    }),
  );
  await signIn();
  const { Users } = await client.send(new idp.ListUsersCommand({ UserPoolId: poolId }));
  expect(Users?.map(({ Username }) => Username)).toEqual(["ada"]);
  await client.send(new idp.AdminDisableProviderForUserCommand({ UserPoolId: poolId, User: SourceUser }));
  await signIn();
  const after = await client.send(new idp.ListUsersCommand({ UserPoolId: poolId }));
  expect(after.Users?.map(({ Username }) => Username)).toEqual(["Corp_42", "ada"]);
});
