import type * as Http from "node:http";
import type { Agent } from "node:https";
import { createPlainSender } from "./plain-http.ts";
import { type HttpAnswer, type HttpRequest, type HttpSender, RESPONSE_BYTES_MAX, RESPONSE_TIMEOUT_MS } from "./request.ts";
import { requestTarget } from "./signer.ts";

const CONNECTIONS_MAX = 64;

/** A sender for each scheme, made on first use. */
export function createHttpSender(): HttpSender {
  let plain: HttpSender | undefined;
  let secure: HttpSender | undefined;
  return {
    send(request) {
      if (request.protocol === "https:") {
        secure ??= createSecureSender();
        return secure.send(request);
      }
      plain ??= createPlainSender();
      return plain.send(request);
    },
    close() {
      plain?.close();
      secure?.close();
      plain = undefined;
      secure = undefined;
    },
  };
}

function createSecureSender(): HttpSender {
  let agent: Agent | undefined;
  return {
    async send(request) {
      const https = await import("node:https");
      agent ??= new https.Agent({ keepAlive: true, maxSockets: CONNECTIONS_MAX, maxFreeSockets: CONNECTIONS_MAX });
      return exchange(https.request, agent, request);
    },
    close: () => agent?.destroy(),
  };
}

function exchange(send: typeof Http.request, agent: Agent, request: HttpRequest): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const outgoing = send(
      {
        agent,
        host: request.hostname.replace(/^\[|\]$/g, ""),
        port: request.port,
        method: request.method,
        path: requestTarget(request),
        headers: request.headers,
        timeout: RESPONSE_TIMEOUT_MS,
      },
      (incoming) => collect(incoming).then(resolve, reject),
    );
    outgoing.on("timeout", () => outgoing.destroy(Object.assign(new Error("no answer in time"), { code: "ETIMEDOUT" })));
    outgoing.on("error", reject);
    outgoing.end(request.body);
  });
}

async function collect(incoming: Http.IncomingMessage): Promise<HttpAnswer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.byteLength;
    if (bytes > RESPONSE_BYTES_MAX) throw new Error(`an answer of more than ${RESPONSE_BYTES_MAX} bytes`);
    chunks.push(chunk);
  }
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  return { statusCode: incoming.statusCode ?? 0, headers, body: Buffer.concat(chunks) };
}
