/** The backend `http` of a root: its arguments, and the requests that it makes. */
import type { ClientRequest, IncomingMessage } from "node:http";
import type { RequestOptions } from "node:https";
import { type Backend, createHttpBackend, type HttpStateAnswer, type HttpStateRequest } from "@dovetail/engine";
import { DiagnosticError, errorDiagnostic, type Value, type ValueObject } from "@dovetail/model";
import { isLoopback, type Target } from "./target.ts";

const RETRIES = { max: 2, waitMinSeconds: 1, waitMaxSeconds: 30 };
/** An answer that takes longer does not come. */
const TIMEOUT_MS = 60_000;
const ANSWER_BYTES_MAX = 400 * 1024 * 1024;

/** Arguments that the block leaves out come from the environment: `TF_HTTP_ADDRESS` and so on. Throws DVT5009, DVT7007. */
export function openHttpBackend(config: ValueObject, env: NodeJS.ProcessEnv, target: Target): Backend {
  const text = (name: string) => textOf(config[name]) ?? textOf(env[`TF_HTTP_${name.toUpperCase()}`]);
  const place = (addressName: string, methodName: string, otherwise: string) => {
    const address = text(addressName);
    return address === undefined
      ? undefined
      : { address: checked(address, addressName, target), method: text(methodName) ?? otherwise };
  };
  const address = checked(text("address") ?? "", "address", target);
  const [lock, unlock] = [place("lock_address", "lock_method", "LOCK"), place("unlock_address", "unlock_method", "UNLOCK")];
  return createHttpBackend({
    address,
    updateMethod: text("update_method") ?? "POST",
    ...(lock === undefined ? {} : { lock }),
    ...(unlock === undefined ? {} : { unlock }),
    send: sender(config, env, text),
  });
}

function textOf(value: Value | undefined): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function checked(address: string, name: string, target: Target): string {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new DiagnosticError(
      errorDiagnostic("DVT5009", "Invalid backend configuration", {
        detail: `The argument "${name}" of the backend http must be an HTTP URL${address === "" ? ", and it is not set" : `, and "${address}" is none`}.`,
      }),
    );
  }
  if (target.kind === "aws" || isLoopback(url.hostname)) return address;
  throw new DiagnosticError(
    errorDiagnostic("DVT7007", "Connection refused by policy", {
      detail: `The backend http names ${url.origin}. With the local target nothing leaves this machine.`,
      fix: "Keep the state in a file for this run (-backend=false), or name the target:\n    dovetail deploy --target aws",
    }),
  );
}

type Text = (name: string) => string | undefined;

function sender(
  config: ValueObject,
  env: NodeJS.ProcessEnv,
  text: Text,
): (request: HttpStateRequest) => Promise<HttpStateAnswer> {
  const number = (name: string, otherwise: number) => {
    const given = config[name] ?? env[`TF_HTTP_${name.toUpperCase()}`];
    return given === undefined || given === null || Number.isNaN(Number(given)) ? otherwise : Number(given);
  };
  const max = number("retry_max", RETRIES.max);
  const [waitMin, waitMax] = [number("retry_wait_min", RETRIES.waitMinSeconds), number("retry_wait_max", RETRIES.waitMaxSeconds)];
  const [user, password] = [text("username"), text("password")];
  const options: RequestOptions = {
    rejectUnauthorized: config.skip_cert_verification !== true,
    timeout: TIMEOUT_MS,
    ...(user === undefined ? {} : { auth: `${user}:${password ?? ""}` }),
    ...pem(text, "client_ca_certificate_pem", "ca"),
    ...pem(text, "client_certificate_pem", "cert"),
    ...pem(text, "client_private_key_pem", "key"),
  };
  return async (request) => {
    for (let attempt = 0; ; attempt++) {
      const answer = await exchange(request, options).catch((error: Error) => error);
      const isFinal = attempt >= max;
      if (!(answer instanceof Error) && (answer.status < 500 || answer.status === 501 || isFinal)) return answer;
      if (answer instanceof Error && isFinal)
        throw new Error(`giving up after ${attempt + 1} attempt(s): ${answer.message}`, { cause: answer });
      const seconds = Math.min(waitMax, waitMin * 2 ** attempt);
      await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    }
  };
}

function pem(text: Text, name: string, option: string): object {
  const value = text(name);
  return value === undefined ? {} : { [option]: value };
}

async function exchange({ method, url, body, headers }: HttpStateRequest, options: RequestOptions): Promise<HttpStateAnswer> {
  const { request } = url.startsWith("https:") ? await import("node:https") : await import("node:http");
  return await new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { "Content-Length": String(body.length) };
    const sent: ClientRequest = request(url, { ...options, method, headers: { ...headers, ...length } }, (answer) => {
      collect(answer).then(resolve, reject);
    });
    sent.on("timeout", () => sent.destroy(new Error("no answer in time")));
    sent.on("error", reject);
    sent.end(body);
  });
}

async function collect(answer: IncomingMessage): Promise<HttpStateAnswer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > ANSWER_BYTES_MAX) throw new Error(`an answer of more than ${ANSWER_BYTES_MAX} bytes`);
    chunks.push(chunk);
  }
  const md5 = answer.headers["content-md5"];
  return { status: answer.statusCode ?? 0, body: Buffer.concat(chunks), ...(typeof md5 === "string" ? { md5 } : {}) };
}
