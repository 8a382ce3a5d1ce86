/** The same scenarios through the AWS SDK for JavaScript, in this process: a third implementation of every protocol. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Outcome, Scenario, Step } from "./case.ts";
import { valueAt, withKept } from "./kept.ts";

/** Clients whose package isn't called after the service. */
const PACKAGES: { readonly [service: string]: string } = {
  logs: "cloudwatch-logs",
  "cognito-idp": "cognito-identity-provider",
  events: "eventbridge",
  secretsmanager: "secrets-manager",
  dynamodbstreams: "dynamodb-streams",
  apigateway: "api-gateway",
};

interface Client {
  readonly send: (command: object) => Promise<object>;
  readonly destroy: () => void;
}
type Constructor = new (input: object) => object;
interface Package {
  readonly client: Client;
  readonly commands: ReadonlyMap<string, Constructor>;
}

interface Shape {
  readonly t: string;
  readonly m?: { readonly [member: string]: string | { readonly s: string } };
  readonly of?: string | { readonly s: string };
}
interface Model {
  readonly operations: { readonly [operation: string]: { readonly in?: string } };
  readonly shapes: { readonly [shape: string]: Shape };
}

const services = join(import.meta.dirname, "../../packages/cloud/src/services");

/** Runs the scenarios one after another; a step whose service has no client package here, or which the client won't send, is `refused`. */
export async function runJsSdk(endpoint: string, scenarios: readonly Scenario[]): Promise<readonly (readonly Outcome[])[]> {
  const packages = new Map<string, Promise<Package | undefined>>();
  const packageOf = (service: string): Promise<Package | undefined> => {
    const had = packages.get(service) ?? load(service, endpoint);
    packages.set(service, had);
    return had;
  };
  const outcomes: (readonly Outcome[])[] = [];
  for (const { steps } of scenarios) outcomes.push(await runScenario(steps, packageOf));
  for (const loaded of packages.values()) (await loaded)?.client.destroy();
  return outcomes;
}

async function runScenario(
  steps: readonly Step[],
  packageOf: (service: string) => Promise<Package | undefined>,
): Promise<readonly Outcome[]> {
  const kept = new Map<string, unknown>();
  const outcomes: Outcome[] = [];
  for (const step of steps) {
    const loaded = await packageOf(step.service);
    const outcome =
      loaded === undefined ? { refused: `no client package for ${step.service}` } : await runStep(loaded, step, kept);
    for (const [name, path] of Object.entries(step.keep ?? {}))
      kept.set(name, ("output" in outcome ? valueAt(outcome.output, path) : undefined) ?? `nothing was at ${path}`);
    outcomes.push(outcome);
  }
  return outcomes;
}

async function runStep({ client, commands }: Package, step: Step, kept: ReadonlyMap<string, unknown>): Promise<Outcome> {
  const Command = commands.get(step.operation);
  if (Command === undefined) return { refused: `the client has no ${step.operation}` };
  const model = modelOf(step.service);
  const input = typed(model, model.operations[step.operation]?.in, withKept(step.input, kept));
  try {
    return { output: await plain(await client.send(new Command(input as object))) };
  } catch (cause) {
    return outcomeOf(cause);
  }
}

/** An answer of the cloud, or what the client itself said before it sent anything. */
function outcomeOf(cause: unknown): Outcome {
  const error = cause as {
    readonly name?: string;
    readonly message?: string;
    readonly $metadata?: { readonly httpStatusCode?: number };
    readonly Error?: { readonly Code?: string };
    readonly Code?: string;
  };
  const status = error.$metadata?.httpStatusCode;
  if (status === undefined) return { refused: `${error.name}: ${error.message}` };
  return { error: { code: error.Error?.Code ?? error.Code ?? error.name ?? "", message: error.message ?? "", status } };
}

async function load(service: string, endpoint: string): Promise<Package | undefined> {
  const loaded = await import(`@aws-sdk/client-${PACKAGES[service] ?? service}`).then(
    (module: { readonly [name: string]: unknown }) => module,
    () => undefined,
  );
  if (loaded === undefined) return undefined;
  const [, Client] =
    Object.entries(loaded).find(
      ([name, value]) => /^[A-Za-z0-9]+Client$/.test(name) && name !== "__Client" && typeof value === "function",
    ) ?? [];
  const commands = new Map<string, Constructor>();
  for (const [name, value] of Object.entries(loaded))
    if (name.endsWith("Command") && typeof value === "function")
      commands.set(name.slice(0, -"Command".length), value as Constructor);
  const options = {
    endpoint,
    region: "eu-west-1",
    credentials: { accessKeyId: "anything", secretAccessKey: "anything" },
    maxAttempts: 1,
    forcePathStyle: true,
    disableHostPrefix: true,
  };
  return { client: new (Client as new (options: object) => Client)(options), commands };
}

const models = new Map<string, Model>();
function modelOf(service: string): Model {
  const known = models.get(service);
  if (known !== undefined) return known;
  const model = JSON.parse(readFileSync(join(services, service, "model.gen.json"), "utf8")) as Model;
  models.set(service, model);
  return model;
}

function shapeName(member: string | { readonly s: string } | undefined): string | undefined {
  return typeof member === "object" ? member.s : member;
}

/** The input as the SDK's types want it: `Date` for timestamps, bytes for blobs. boto3 takes texts and numbers for both. */
function typed(model: Model, name: string | undefined, value: unknown): unknown {
  if (isBytes(value)) return Buffer.from(value.$bytes, "base64");
  const shape = name === undefined ? undefined : model.shapes[name];
  if (shape?.t === "timestamp" && (typeof value === "string" || typeof value === "number"))
    return new Date(typeof value === "number" ? value * 1_000 : value);
  if (shape?.t === "blob" && typeof value === "string") return Buffer.from(value);
  if (Array.isArray(value)) return value.map((each) => typed(model, shapeName(shape?.of), each));
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([key, each]) => [key, typed(model, shapeName(shape?.m?.[key] ?? shape?.of), each)]),
    );
  return value;
}

function isBytes(value: unknown): value is { readonly $bytes: string } {
  return typeof value === "object" && value !== null && typeof (value as { $bytes?: unknown }).$bytes === "string";
}

/** The answer as `boto3-driver.py` writes it: bytes as `{ $bytes }`, times as texts, streams read. */
async function plain(value: unknown): Promise<unknown> {
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return { $bytes: Buffer.from(value).toString("base64") };
  if (Array.isArray(value)) return Promise.all(value.map(plain));
  if (typeof value !== "object" || value === null) return value;
  const stream = value as { readonly transformToByteArray?: () => Promise<Uint8Array> };
  if (stream.transformToByteArray !== undefined) return plain(await stream.transformToByteArray());
  if (Symbol.asyncIterator in value) return events(value as AsyncIterable<unknown>);
  const entries = Object.entries(value).map(async ([key, each]) =>
    key === "$metadata"
      ? (["ResponseMetadata", { HTTPStatusCode: each?.httpStatusCode }] as const)
      : ([key, await plain(each)] as const),
  );
  return Object.fromEntries(await Promise.all(entries));
}

async function events(stream: AsyncIterable<unknown>): Promise<unknown[]> {
  const out: unknown[] = [];
  for await (const event of stream) out.push(await plain(event));
  return out;
}
