/**
 * Signatures of notifications, and the certificate that they are checked with, served by the cloud. SNS developer guide, "Verifying the
 * signatures of Amazon SNS messages": version 1 is SHA1withRSA, version 2 SHA256withRSA, over names and values in order of name.
 */
import { createHash, createPrivateKey, generateKeyPair, type KeyObject, sign } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import type { Ctx } from "../../core/service.ts";
import { selfSigned } from "./certificate.ts";

interface Signer {
  readonly key: KeyObject;
  readonly certificate: string;
  readonly path: string;
}

const YEARS_MS = 20 * 365 * 86_400_000;
const KEY_FILE = "signing-key.pem";
const CERTIFICATE_FILE = "signing-certificate.pem";

function signerOf(key: KeyObject, certificate: string): Signer {
  const id = createHash("sha256").update(certificate).digest("hex").slice(0, 32);
  return { key, certificate, path: `/_aws/sns/SimpleNotificationService-${id}.pem` };
}

function makeKey(): Promise<KeyObject> {
  return new Promise((resolve, reject) =>
    generateKeyPair("rsa", { modulusLength: 2048 }, (error, _open, key) => (error === null ? resolve(key) : reject(error))),
  );
}

async function makeSigner(ctx: Ctx): Promise<Signer> {
  const keyFile = join(ctx.folder, KEY_FILE);
  const certificateFile = join(ctx.folder, CERTIFICATE_FILE);
  if (existsSync(keyFile) && existsSync(certificateFile))
    return signerOf(createPrivateKey(readFileSync(keyFile)), readFileSync(certificateFile, "utf8"));
  const key = await makeKey();
  const now = ctx.now();
  const validity = { fromMs: now - 86_400_000, toMs: now + YEARS_MS };
  const certificate = selfSigned(key, "sns.amazonaws.com", validity, ctx.random.bytes(8));
  writeFileSync(keyFile, key.export({ format: "pem", type: "pkcs8" }), { mode: 0o600 });
  writeFileSync(certificateFile, certificate);
  return signerOf(key, certificate);
}

/** Made on first use: 2,048 bits take a moment. */
function signer(ctx: Ctx): Promise<Signer> {
  const memory = ctx.memory<{ signer?: Promise<Signer> }>(() => ({}));
  memory.signer ??= makeSigner(ctx);
  return memory.signer;
}

const SIGNED = ["Message", "MessageId", "SubscribeURL", "Subject", "Timestamp", "Token", "TopicArn", "Type"];

function textToSign(message: { readonly [name: string]: unknown }): string {
  const names = SIGNED.filter((name) => message[name] !== undefined);
  return names.map((name) => `${name}\n${String(message[name])}\n`).join("");
}

export interface Signature {
  readonly SignatureVersion: string;
  readonly Signature: string;
  readonly SigningCertURL: string;
}

/** What a message of a topic with this SignatureVersion carries. Off the event loop. */
export async function signatureOf(
  ctx: Ctx,
  version: string | undefined,
  message: { readonly [name: string]: unknown },
): Promise<Signature> {
  const { key, path } = await signer(ctx);
  const algorithm = version === "2" ? "sha256" : "sha1";
  const signature = await new Promise<Buffer>((resolve, reject) =>
    sign(algorithm, Buffer.from(textToSign(message)), key, (error, made) => (error === null ? resolve(made) : reject(error))),
  );
  return {
    SignatureVersion: version === "2" ? "2" : "1",
    Signature: signature.toString("base64"),
    SigningCertURL: `${ctx.endpoint}${path}`,
  };
}

/** GET of the certificate. */
export async function serveCertificate(ctx: Ctx, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { certificate, path } = await signer(ctx);
  if (request.url?.split("?")[0] !== path) {
    response.writeHead(404, { "Content-Type": "text/plain" }).end("no such certificate\n");
    return;
  }
  response.writeHead(200, { "Content-Type": "application/x-pem-file" }).end(certificate);
}
