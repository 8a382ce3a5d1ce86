/** Server certificates: checked as X.509, kept with their chain; private keys are never given back. */
import { createPrivateKey, X509Certificate } from "node:crypto";
import { identifier } from "../../../core/credentials.ts";
import { type Ctx, type Operation, ServiceError } from "../../../core/service.ts";
import { alreadyExists, entityArn, noSuchEntity, type PageInput, paged, shownTags, type Tag, tagsOf } from "../names.ts";
import { tagOperations } from "../tagged.ts";

interface ServerCertificate {
  readonly name: string;
  readonly id: string;
  readonly path: string;
  readonly body: string;
  readonly chain?: string;
  readonly uploadedMs: number;
  readonly expiresMs: number;
  readonly tags: { readonly [key: string]: string };
}

const keyOf = (ctx: Ctx, name: string) => ["server-certificate", ctx.account, name];

function need(ctx: Ctx, name: string): ServerCertificate {
  const certificate = ctx.store.get<ServerCertificate>(keyOf(ctx, name));
  if (certificate === undefined) throw noSuchEntity(`The Server Certificate with name ${name} cannot be found.`);
  return certificate;
}

const put = (ctx: Ctx, certificate: ServerCertificate) => ctx.store.put(keyOf(ctx, certificate.name), certificate);

function parsed(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch {
    throw new ServiceError(
      "MalformedCertificateException",
      400,
      "Unable to parse certificate. Please ensure the certificate is in PEM format.",
    );
  }
}

function checkKey(certificate: X509Certificate, pem: string): void {
  let matches = false;
  try {
    matches = certificate.checkPrivateKey(createPrivateKey(pem));
  } catch {
    throw new ServiceError("MalformedCertificateException", 400, "Unable to parse key. Please ensure the key is in PEM format.");
  }
  if (!matches) throw new ServiceError("KeyPairMismatchException", 400, "Private key does not match the certificate.");
}

interface UploadInput {
  readonly ServerCertificateName: string;
  readonly Path?: string;
  readonly CertificateBody: string;
  readonly PrivateKey: string;
  readonly CertificateChain?: string;
  readonly Tags?: readonly Tag[];
}

function upload(ctx: Ctx, input: UploadInput) {
  const name = input.ServerCertificateName;
  const x509 = parsed(input.CertificateBody);
  checkKey(x509, input.PrivateKey);
  if (ctx.store.has(keyOf(ctx, name))) throw alreadyExists(`The Server Certificate with name ${name} already exists.`);
  const tags = tagsOf(input.Tags);
  const certificate: ServerCertificate = {
    name,
    id: identifier(ctx.random, "ASCA"),
    path: input.Path ?? "/",
    body: input.CertificateBody.trim(),
    ...(input.CertificateChain === undefined ? {} : { chain: input.CertificateChain.trim() }),
    uploadedMs: ctx.now(),
    expiresMs: Date.parse(x509.validTo),
    tags,
  };
  put(ctx, certificate);
  return { ServerCertificateMetadata: metadata(ctx, certificate), ...shownTags(tags) };
}

const metadata = (ctx: Ctx, certificate: ServerCertificate) => ({
  Path: certificate.path,
  ServerCertificateName: certificate.name,
  ServerCertificateId: certificate.id,
  Arn: entityArn(ctx, "server-certificate", certificate.path, certificate.name),
  UploadDate: new Date(certificate.uploadedMs),
  Expiration: new Date(certificate.expiresMs),
});

interface NameInput {
  readonly ServerCertificateName: string;
}

function get(ctx: Ctx, input: NameInput) {
  const certificate = need(ctx, input.ServerCertificateName);
  return {
    ServerCertificate: {
      ServerCertificateMetadata: metadata(ctx, certificate),
      CertificateBody: certificate.body,
      ...(certificate.chain === undefined ? {} : { CertificateChain: certificate.chain }),
      ...shownTags(certificate.tags),
    },
  };
}

function list(ctx: Ctx, input: PageInput & { readonly PathPrefix?: string }) {
  const all = [...ctx.store.range<ServerCertificate>({ prefix: ["server-certificate", ctx.account] })].map(({ value }) => value);
  const wanted = all.filter((each) => each.path.startsWith(input.PathPrefix ?? "/"));
  const { page, rest } = paged(wanted, input, (each) => each.name);
  return { ServerCertificateMetadataList: page.map((each) => metadata(ctx, each)), ...rest };
}

function update(ctx: Ctx, input: NameInput & { readonly NewPath?: string; readonly NewServerCertificateName?: string }): void {
  const certificate = need(ctx, input.ServerCertificateName);
  const name = input.NewServerCertificateName ?? certificate.name;
  if (name !== certificate.name && ctx.store.has(keyOf(ctx, name)))
    throw alreadyExists(`The Server Certificate with name ${name} already exists.`);
  ctx.store.remove(keyOf(ctx, certificate.name));
  put(ctx, { ...certificate, name, path: input.NewPath ?? certificate.path });
}

export const serverCertificateOperations: { [operation: string]: Operation } = {
  UploadServerCertificate: { handler: upload },
  GetServerCertificate: { readonly: true, handler: get },
  ListServerCertificates: { readonly: true, handler: list },
  UpdateServerCertificate: { handler: update },
  DeleteServerCertificate: {
    handler: (ctx: Ctx, input: NameInput) => ctx.store.remove(keyOf(ctx, need(ctx, input.ServerCertificateName).name)),
  },
  ...tagOperations({ title: "ServerCertificate", member: "ServerCertificateName", need, put }),
};
