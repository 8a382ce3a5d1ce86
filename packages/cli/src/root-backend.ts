/** The backends of Terraform roots, put together: the engine's own with what reaches AWS and this machine's disk. */
import {
  type Backend,
  createLocalBackend,
  createS3Backend,
  encryptedBackend,
  keepingErrored,
  nodeFiles,
  nodeStateFiles,
  type S3Arguments,
  withoutKeys,
} from "@dovetail/engine";
import {
  type Diagnostic,
  DiagnosticError,
  errorDiagnostic,
  isObject,
  systemClock,
  systemRandom,
  type Value,
  type ValueObject,
} from "@dovetail/model";
import type { BucketOptions } from "@dovetail/provider-aws";
import type { Ciphers, EncryptionConfig, SelectedBackend } from "@dovetail/terraform";
import { isLoopback, type Target } from "./target.ts";

export interface BackendSurroundings {
  /** The root's folder. */
  readonly root: string;
  readonly env: NodeJS.ProcessEnv;
  readonly target: Target;
  /** Of the cloud of a local target. */
  readonly endpoint: string | undefined;
  readonly ciphers?: Ciphers;
}

/** Where the backend of a run is, as told to users; undefined where its state lies in the root's folder. */
export function backendTitle({ type, config }: SelectedBackend, around: Pick<BackendSurroundings, "target">): string | undefined {
  if (type === "http") return `state at ${shownAddress(text(config.address))}`;
  if (type !== "s3") return undefined;
  const named = namedEndpoint(config);
  const where =
    named ??
    (around.target.kind === "local" ? "the embedded AWS" : around.target.kind === "aws" ? "AWS" : around.target.endpoint);
  return `state in s3://${text(config.bucket)}/${text(config.key)} on ${where}`;
}

function shownAddress(address: string | undefined): string {
  if (address === undefined) return "TF_HTTP_ADDRESS";
  return URL.canParse(address) ? withoutKeys(address) : "an address that is none";
}

/** True where the backend lies in the embedded cloud. */
export function livesInCloud({ type, config }: SelectedBackend, target: Target): boolean {
  return type === "s3" && target.kind === "local" && namedEndpoint(config) === undefined;
}

/** Throws DiagnosticError where the backend cannot be reached as it is configured. */
export async function openBackend(selected: SelectedBackend, around: BackendSurroundings): Promise<Backend> {
  const backend = await openPlain(selected, around);
  const cipher = around.ciphers?.state;
  return cipher === undefined ? backend : encryptedBackend(backend, cipher);
}

async function openPlain(selected: SelectedBackend, around: BackendSurroundings): Promise<Backend> {
  const files = nodeFiles();
  if (selected.type === "local") {
    const { localPlaces } = await import("@dovetail/terraform");
    return createLocalBackend({ files, access: nodeStateFiles(), ...localPlaces(selected.config, around.root) });
  }
  const backend = selected.type === "s3" ? await openS3(selected.config, around) : await openHttp(selected.config, around);
  return { ...backend, storage: (workspace) => keepingErrored(backend.storage(workspace), { files, folder: around.root }) };
}

async function openHttp(config: ValueObject, { env, target }: BackendSurroundings): Promise<Backend> {
  const { openHttpBackend } = await import("./http-state.ts");
  return openHttpBackend(config, env, target);
}

async function openS3(config: ValueObject, around: BackendSurroundings): Promise<Backend> {
  const { openStateBucket } = await import("@dovetail/provider-aws");
  const [clock, random] = [systemClock(), systemRandom()];
  const bucket = text(config.bucket) ?? "";
  const target = awsTarget(config, around);
  const access = openStateBucket(config, bucket, { target, env: around.env, clock, random });
  await access.check().catch((error: unknown) => {
    throw error instanceof DiagnosticError ? new DiagnosticError(error.diagnostics.map(ofBackend), { cause: error }) : error;
  });
  const endpoint = target.kind === "local" ? target.endpoint : undefined;
  return createS3Backend({ arguments: s3Arguments(config), access, clock, random, bucketFix: bucketFix(bucket, endpoint) });
}

/** What encrypts states and plans; undefined where nothing does. */
export async function openCiphers(
  config: EncryptionConfig | undefined,
  { env, target, endpoint }: Omit<BackendSurroundings, "root">,
): Promise<Ciphers | undefined> {
  if (config === undefined) return undefined;
  const [{ createCiphers }, { openStateKeys }] = await Promise.all([
    import("@dovetail/terraform"),
    import("@dovetail/provider-aws"),
  ]);
  const [clock, random] = [systemClock(), systemRandom()];
  const options: BucketOptions = { target: ownTarget(target, endpoint), env, clock, random };
  return createCiphers(config, { random, kms: (settings) => openStateKeys(settings, options) });
}

/** True where a key of the embedded cloud is needed. */
export function needsKms(config: EncryptionConfig | undefined): boolean {
  return [...(config?.keyProviders.values() ?? [])].some(({ type }) => type === "aws_kms");
}

function ownTarget(target: Target, endpoint: string | undefined): BucketOptions["target"] {
  return target.kind === "aws" ? target : { kind: "local", endpoint: endpoint ?? "", isEmbedded: target.kind === "local" };
}

/** The backend's arguments are read as a provider's are: what is wrong with them is told of the backend. */
function ofBackend({ code, detail = "", severity, fix, aws }: Diagnostic): Diagnostic {
  const text = detail.replace("configuring the AWS provider: ", "").replace(/\b(the) provider block\b/i, "$1 backend block");
  const rest = { ...(fix === undefined ? {} : { fix }), ...(aws === undefined ? {} : { aws }) };
  const diagnostic = errorDiagnostic(code === "DVT7007" ? code : "DVT5010", 'The backend "s3" cannot be reached', {
    detail: text,
    ...rest,
  });
  return { ...diagnostic, severity };
}

function s3Arguments(config: ValueObject): S3Arguments {
  const [workspaceKeyPrefix, dynamodbTable] = [text(config.workspace_key_prefix), text(config.dynamodb_table)];
  return {
    bucket: text(config.bucket) ?? "",
    key: text(config.key) ?? "",
    useLockfile: config.use_lockfile === true,
    ...(workspaceKeyPrefix === undefined ? {} : { workspaceKeyPrefix }),
    ...(dynamodbTable === undefined ? {} : { dynamodbTable }),
  };
}

/** With a local target: the endpoint that the configuration names, on this machine, else the target's own. */
function awsTarget(config: ValueObject, { target, endpoint }: BackendSurroundings): BucketOptions["target"] {
  if (target.kind === "aws") return target;
  const named = namedEndpoint(config);
  if (named !== undefined) {
    refuseOtherMachines(named);
    return { kind: "local", endpoint: named };
  }
  return ownTarget(target, endpoint);
}

function namedEndpoint(config: ValueObject): string | undefined {
  const endpoints: Value = config.endpoints ?? null;
  return (isObject(endpoints) ? text(endpoints.s3) : undefined) ?? text(config.endpoint);
}

function refuseOtherMachines(endpoint: string): void {
  const host = URL.canParse(endpoint) ? new URL(endpoint).hostname : endpoint;
  if (isLoopback(host)) return;
  throw new DiagnosticError(
    errorDiagnostic("DVT7007", "Connection refused by policy", {
      detail: `The backend s3 names the endpoint ${endpoint}. With the local target nothing leaves this machine.`,
      fix: "Leave the endpoint out, so that the state is kept in the embedded AWS, or name the target:\n    dovetail deploy --target aws",
    }),
  );
}

function bucketFix(bucket: string, endpoint: string | undefined): string {
  if (endpoint === undefined) return `Make it, or name the right one:\n    aws s3 mb s3://${bucket}`;
  return `The state is looked for in the embedded AWS, as the target is local. Make the bucket there once:\n    aws --endpoint-url ${endpoint} s3 mb s3://${bucket}\nor keep the state in a file for this run (-backend=false), or name the target: --target aws`;
}

function text(value: Value | undefined): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
