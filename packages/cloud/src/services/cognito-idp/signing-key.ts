import { createPrivateKey, createPublicKey, generateKeyPair, type JsonWebKey } from "node:crypto";
import { promisify } from "node:util";
import type { Ctx } from "../../core/service.ts";
import { keys, type PoolRecord } from "./store.ts";

/** A pool's RSA key: made off the main thread after the pool is kept (or when a token first needs it), then stored. */
export interface SigningKey {
  readonly kid: string;
  /** PKCS #8, PEM. */
  readonly privateKey: string;
  /** The public half as a JSON Web Key with kid, alg and use. */
  readonly jwk: JsonWebKey;
}

const generate = promisify(generateKeyPair);
const MODULUS_BITS = 2048;

/** The pool's key, made when there is none. Of two makers at once the first to store wins and both get its key. */
export async function ensureSigningKey(ctx: Ctx, poolId: string): Promise<SigningKey> {
  const known = ctx.snapshot((store) => store.get<SigningKey>(keys.signingKey(poolId)));
  if (known !== undefined) return known;
  const { privateKey, publicKey } = await generate("rsa", { modulusLength: MODULUS_BITS });
  const kid = Buffer.from(ctx.random.bytes(32)).toString("base64");
  const jwk = { alg: "RS256", ...publicKey.export({ format: "jwk" }), kid, use: "sig" };
  const made: SigningKey = { kid, privateKey: privateKey.export({ format: "pem", type: "pkcs8" }).toString(), jwk };
  return ctx.transact((store) => {
    const first = store.get<SigningKey>(keys.signingKey(poolId));
    if (first !== undefined) return first;
    // A pool deleted in the meantime must not leave a key behind.
    if (store.get<PoolRecord>(keys.pool(poolId)) !== undefined) store.put(keys.signingKey(poolId), made);
    return made;
  });
}

export const privateKeyOf = (key: SigningKey) => createPrivateKey(key.privateKey);
export const publicKeyOf = (key: SigningKey) => createPublicKey({ key: key.jwk, format: "jwk" });
