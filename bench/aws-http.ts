/** AWS requests as plain HTTP, so that the client costs little beside what is measured. */
import { Agent, request } from "node:http";

const agent = new Agent({ keepAlive: true, maxSockets: 16 });

export interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** The body of a 2xx answer. Rejects with status and text of any other. */
export function send(url: string, { method = "POST", path = "/", headers = {}, body }: Sent): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) };
    const sent = request(new URL(path, url), { method, agent, headers: { ...headers, ...length } }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const answer = Buffer.concat(chunks);
        if ((response.statusCode ?? 500) < 300) resolve(answer);
        else reject(new Error(`${method} ${path}: ${response.statusCode} ${answer.toString().slice(0, 300)}`));
      });
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

/** Headers of a request that any key may sign: the cloud checks signatures of keys that it issued. */
export function signed(service: string): Record<string, string> {
  return {
    authorization: `AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`,
  };
}

const TARGETS = {
  dynamodb: ["DynamoDB_20120810", "1.0"],
  sqs: ["AmazonSQS", "1.0"],
  logs: ["Logs_20140328", "1.1"],
  ssm: ["AmazonSSM", "1.1"],
  "cognito-idp": ["AWSCognitoIdentityProviderService", "1.1"],
} as const;

/** An operation of the awsJson protocols. */
export async function json(
  url: string,
  service: keyof typeof TARGETS,
  operation: string,
  input: object,
): Promise<Record<string, unknown>> {
  const [prefix, version] = TARGETS[service];
  const headers = {
    ...signed(service),
    "content-type": `application/x-amz-json-${version}`,
    "x-amz-target": `${prefix}.${operation}`,
  };
  const text = (await send(url, { headers, body: JSON.stringify(input) })).toString();
  return text === "" ? {} : JSON.parse(text);
}

/** An operation of the restJson protocol. */
export async function rest(
  url: string,
  service: string,
  method: string,
  path: string,
  input?: object,
): Promise<Record<string, unknown>> {
  const headers = { ...signed(service), "content-type": "application/json" };
  const body = input === undefined ? {} : { body: JSON.stringify(input) };
  const text = (await send(url, { method, path, headers, ...body })).toString();
  return text === "" ? {} : JSON.parse(text);
}
