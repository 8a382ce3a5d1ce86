import { createPrivateKey, generateKeyPair, type JsonWebKey, sign } from "node:crypto";
import { promisify } from "node:util";
import type { Ctx } from "../../core/service.ts";
import { OWN_ISSUER } from "./logins.ts";

/** The key that signs tokens of identity pools: one for all pools, as on AWS. */

interface SigningKey {
  readonly kid: string;
  readonly privateKey: string;
  readonly jwk: JsonWebKey;
}

const KEY = ["signing-key"];
const generate = promisify(generateKeyPair);

async function ensureKey(ctx: Ctx): Promise<SigningKey> {
  const known = ctx.snapshot((store) => store.get<SigningKey>(KEY));
  if (known !== undefined) return known;
  const { privateKey, publicKey } = await generate("rsa", { modulusLength: 2048 });
  const kid = `${ctx.region}1`;
  const jwk = { ...publicKey.export({ format: "jwk" }), kid, alg: "RS512", use: "sig" };
  const made: SigningKey = { kid, privateKey: privateKey.export({ format: "pem", type: "pkcs8" }).toString(), jwk };
  return ctx.transact((store) => {
    const first = store.get<SigningKey>(KEY);
    if (first === undefined) store.put(KEY, made);
    return first ?? made;
  });
}

/** A JWT of RS512, as identity pools sign them. */
export async function signedToken(ctx: Ctx, claims: object): Promise<string> {
  const key = await ensureKey(ctx);
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const body = `${part({ kid: key.kid, typ: "JWS", alg: "RS512" })}.${part(claims)}`;
  return `${body}.${sign("RSA-SHA512", Buffer.from(body), createPrivateKey(key.privateKey)).toString("base64url")}`;
}

/** The keys of the issuer of identity pools' tokens; undefined for another. */
export async function jwks(ctx: Ctx, input: { readonly issuer: string }): Promise<{ keys: object[] } | undefined> {
  return input.issuer === OWN_ISSUER ? { keys: [(await ensureKey(ctx)).jwk] } : undefined;
}
