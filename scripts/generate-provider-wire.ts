/**
 * Writes `packages/provider-aws/data/wire/<service>.jsonl`: the wire schemas of every operation of a service, as the AWS SDK's client
 * package carries them. The first line says what concerns the service, each further line is one shape, so that a run parses those that
 * it uses and no others. The provider needs no SDK at run time (fourteen clients cost 250 ms and 117 MB, these files a millisecond).
 *
 * Usage: node scripts/generate-provider-wire.ts
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Name in `AwsClients`, client package, and the name in signatures; endpoint hosts carry the same name but for `ENDPOINT_PREFIXES`. */
const SERVICES: readonly (readonly [service: string, packageName: string, signingName: string])[] = [
  ["apigateway", "api-gateway", "apigateway"],
  ["apigatewayv2", "apigatewayv2", "apigateway"],
  ["cloudwatch", "cloudwatch", "monitoring"],
  ["appautoscaling", "application-auto-scaling", "application-autoscaling"],
  ["budgets", "budgets", "budgets"],
  ["cognito", "cognito-identity-provider", "cognito-idp"],
  ["cognitoidentity", "cognito-identity", "cognito-identity"],
  ["dynamodb", "dynamodb", "dynamodb"],
  ["ec2", "ec2", "ec2"],
  ["events", "eventbridge", "events"],
  ["iam", "iam", "iam"],
  ["kinesis", "kinesis", "kinesis"],
  ["kms", "kms", "kms"],
  ["lambda", "lambda", "lambda"],
  ["logs", "cloudwatch-logs", "logs"],
  ["s3", "s3", "s3"],
  ["scheduler", "scheduler", "scheduler"],
  ["secretsmanager", "secrets-manager", "secretsmanager"],
  ["ses", "ses", "ses"],
  ["sesv2", "sesv2", "ses"],
  ["sns", "sns", "sns"],
  ["sqs", "sqs", "sqs"],
  ["ssm", "ssm", "ssm"],
  ["sts", "sts", "sts"],
];

const ENDPOINT_PREFIXES: { readonly [service: string]: string } = { ses: "email", sesv2: "email" };

const OPERATION_KIND = 9;
const ERROR_KIND = -3;

interface ClientModule {
  readonly [name: string]: unknown;
}

interface ClientConfig {
  readonly serviceId: string;
  readonly protocol: { readonly constructor: { readonly name: string } };
}

/** Flattens schemas into a table; a reference to another schema becomes `{ "r": index }`. */
class ShapeTable {
  readonly shapes: unknown[] = [];
  readonly #index = new Map<unknown, number>();

  /** The table's index of a schema array, adding it (and all it refers to) when it is new. */
  add(schema: readonly unknown[]): number {
    const known = this.#index.get(schema);
    if (known !== undefined) return known;
    const index = this.shapes.push(null) - 1;
    this.#index.set(schema, index);
    this.shapes[index] = schema.map((part) => this.#part(part));
    return index;
  }

  #part(part: unknown): unknown {
    if (typeof part === "function") return this.#part(part());
    if (isShape(part)) return { r: this.add(part) };
    return Array.isArray(part) ? part.map((inner) => this.#part(inner)) : part;
  }
}

/** A schema with a name: `[kind, namespace, name, ...]`. */
function isShape(part: unknown): part is readonly unknown[] {
  return Array.isArray(part) && typeof part[0] === "number" && typeof part[1] === "string" && typeof part[2] === "string";
}

async function generate(service: string, packageName: string, signingName: string): Promise<string> {
  const client = (await import(`@aws-sdk/client-${packageName}`)) as ClientModule;
  const table = new ShapeTable();
  const operations: { [name: string]: number } = {};
  const errors: { [name: string]: number } = {};
  for (const [name, schema] of Object.entries(client)) {
    if (!name.endsWith("$") || !Array.isArray(schema)) continue;
    if (schema[0] === OPERATION_KIND) operations[String(schema[2])] = table.add(schema);
    if (schema[0] === ERROR_KIND) errors[String(schema[2])] = table.add(schema);
  }
  const settings = protocolSettings(client);
  const endpointPrefix = ENDPOINT_PREFIXES[service] ?? signingName;
  const head = { service, signingName, endpointPrefix, ...settings, operations, errors };
  return [head, ...table.shapes].map((line) => `${JSON.stringify(line)}\n`).join("");
}

/** Protocol name, target and namespaces, read from a client instance as the package configures it. */
function protocolSettings(client: ClientModule): object {
  const [, Client] = Object.entries(client).find(([name]) => name.endsWith("Client") && !name.startsWith("__")) ?? [];
  const instance = new (Client as new (config: object) => { config: ClientConfig & { [key: string]: unknown } })({
    region: "us-east-1",
    credentials: { accessKeyId: "x", secretAccessKey: "x" },
  });
  const protocol = instance.config.protocol as ClientConfig["protocol"] & { options?: Record<string, unknown> } & Record<
      string,
      unknown
    >;
  const options = protocol.options ?? {};
  return {
    protocol: protocol.constructor.name,
    serviceId: instance.config.serviceId,
    namespace: options.defaultNamespace,
    xmlNamespace: options.xmlNamespace,
    version: options.version ?? instance.config.apiVersion,
    target: protocol.serviceTarget,
    queryCompatible: protocol.awsQueryCompatible === true ? true : undefined,
  };
}

const out = join(import.meta.dirname, "../packages/provider-aws/data/wire");
mkdirSync(out, { recursive: true });
for (const [service, packageName, signingName] of SERVICES) {
  const lines = await generate(service, packageName, signingName);
  writeFileSync(join(out, `${service}.jsonl`), lines);
  process.stdout.write(`${service}: ${lines.length} bytes\n`);
}
