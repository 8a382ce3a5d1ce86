import type * as Http from "node:http";
import type { Agent } from "node:https";
import { createPlainSender } from "./plain-http.ts";
import { type ProxySettings, proxyAuthorization, proxyOf, tunnel } from "./proxy.ts";
import { type HttpAnswer, type HttpRequest, type HttpSender, RESPONSE_BYTES_MAX, RESPONSE_TIMEOUT_MS } from "./request.ts";
import { requestTarget } from "./signer.ts";

const CONNECTIONS_MAX = 64;

/** How the network is reached, where not directly and with the system's own trust. */
export interface NetworkSettings {
  readonly proxy?: ProxySettings;
  /** Certificates (PEM) that are trusted in place of the system's. */
  readonly ca?: () => Promise<string>;
  /** Certificates are not checked. */
  readonly isInsecure?: boolean;
}

/** A sender for each scheme, made on first use. */
export function createHttpSender(network: NetworkSettings = {}): HttpSender {
  let plain: HttpSender | undefined;
  let secure: HttpSender | undefined;
  return {
    send(request) {
      const proxy = network.proxy && proxyOf(network.proxy, request);
      if (request.protocol === "https:") {
        secure ??= createSecureSender(network);
        return secure.send(request);
      }
      if (proxy !== undefined) return sendPlainThrough(proxy, request);
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

function createSecureSender({ proxy, ca, isInsecure }: NetworkSettings): HttpSender {
  const agents = new Map<string, Agent>();
  const agentFor = async (request: HttpRequest): Promise<Agent> => {
    const through = proxy && proxyOf(proxy, request);
    const key = through?.href ?? "";
    const https = await import("node:https");
    const trusted = await ca?.();
    let agent = agents.get(key);
    if (agent === undefined) {
      const trust = { ...(trusted === undefined ? {} : { ca: trusted }), rejectUnauthorized: isInsecure !== true };
      agent = new https.Agent({ keepAlive: true, maxSockets: CONNECTIONS_MAX, maxFreeSockets: CONNECTIONS_MAX, ...trust });
      if (through !== undefined) tunnelled(agent, through, trust);
      agents.set(key, agent);
    }
    return agent;
  };
  return {
    async send(request) {
      const [https, agent] = await Promise.all([import("node:https"), agentFor(request)]);
      return exchange(https.request, { agent, ...placeOf(request), path: requestTarget(request) }, request);
    },
    close() {
      for (const agent of agents.values()) agent.destroy();
      agents.clear();
    },
  };
}

const TLS_PORT = 443;

/** The agent's connections go through the proxy. */
function tunnelled(agent: Agent, proxy: URL, trust: object): void {
  Object.assign(agent, {
    createConnection(options: Http.ClientRequestArgs, done: (error: Error | null, socket?: unknown) => void) {
      tunnel(proxy, String(options.host), Number(options.port ?? TLS_PORT), trust).then(
        (socket) => done(null, socket),
        (error: Error) => done(error),
      );
    },
  });
}

/** A plain request names the whole URL to the proxy. */
async function sendPlainThrough(proxy: URL, request: HttpRequest): Promise<HttpAnswer> {
  const { request: send } = await import("node:http");
  const { host, port } = placeOf(request);
  const path = `http://${host}${port === undefined ? "" : `:${port}`}${requestTarget(request)}`;
  const place = { host: proxy.hostname, port: proxy.port === "" ? 80 : Number(proxy.port), path };
  return exchange(send, place, { ...request, headers: { ...request.headers, ...proxyAuthorization(proxy) } });
}

function placeOf({ hostname, port }: HttpRequest): { host: string; port: number | undefined } {
  return { host: hostname.replace(/^\[|\]$/g, ""), port };
}

function exchange(send: typeof Http.request, place: Http.RequestOptions, request: HttpRequest): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const outgoing = send(
      {
        ...place,
        method: request.method,
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
