/** HTTP to this machine: nothing of the cloud talks to the internet. */
import { type ClientRequest, type IncomingMessage, request as plain } from "node:http";
import { request as secure } from "node:https";
import { ServiceError } from "../../core/service.ts";

export interface HttpCall {
  readonly url: URL;
  readonly method: string;
  readonly headers: { readonly [name: string]: string };
  readonly body?: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

const TIMEOUT_MS = 5_000;
const ANSWER_BYTES_MAX = 1_048_576;

export function isLocal(url: URL): boolean {
  return ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname) || url.hostname.endsWith(".localhost");
}

/** Throws ConnectionFailure (worth a retry) or BeyondThisMachine (not). Any status is an answer. */
export function call({ url, method, headers, body }: HttpCall): Promise<HttpAnswer> {
  if (!isLocal(url))
    throw new ServiceError(
      "BeyondThisMachine",
      400,
      `${url.origin} is beyond this machine; only localhost and loopback addresses are called`,
    );
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => reject(new ServiceError("ConnectionFailure", 503, `${url.origin}: ${error.message}`));
    const onAnswer = (answer: IncomingMessage) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (part: string) => {
        if (text.length < ANSWER_BYTES_MAX) text += part;
      });
      answer.on("end", () => resolve({ status: answer.statusCode ?? 500, headers: answer.headers, body: text }));
      answer.on("error", fail);
    };
    const options = { method, headers, timeout: TIMEOUT_MS };
    // A service on this machine has no certificate that anybody signed.
    const sent: ClientRequest =
      url.protocol === "https:"
        ? secure(url, { ...options, rejectUnauthorized: false }, onAnswer)
        : plain(url, options, onAnswer);
    sent.on("timeout", () => sent.destroy(new Error("no answer within 5 seconds")));
    sent.on("error", fail);
    sent.end(body);
  });
}
