// Keeps AWS clients of a function inside the embedded cloud. The SDK gets its endpoint from AWS_ENDPOINT_URL; code that names a region's host
// itself is sent to the same endpoint (its Host header kept, so that the cloud knows the service); what can't be redirected is refused by name.
import dns from "node:dns";
import http from "node:http";
import https from "node:https";
import { syncBuiltinESMExports } from "node:module";
import { Socket } from "node:net";
import { OUT, send } from "./channel.mjs";

const AWS_HOST = /(^|\.)(amazonaws\.com(\.cn)?|amazonaws\.eu|api\.aws|on\.aws|amazoncognito\.com|cloudfront\.net)\.?$/i;
const METADATA = new Set(["169.254.169.254", "169.254.170.2", "169.254.170.23", "[fd00:ec2::254]", "fd00:ec2::254"]);

const told = new Set();
function tell(host) {
  if (told.has(host)) return;
  told.add(host);
  send(OUT.HINT, `a request to ${host} was answered by the embedded cloud (it never leaves this machine)`);
}

const isAws = (host) => typeof host === "string" && AWS_HOST.test(host);

function refusal(host) {
  return Object.assign(
    new Error(
      `Dovetail: this function runs in the embedded AWS; its connection to ${host} was refused. Use the SDK's default endpoint (AWS_ENDPOINT_URL).`,
    ),
    { code: "ECONNREFUSED", hostname: host },
  );
}

function guardSockets() {
  const connect = Socket.prototype.connect;
  Socket.prototype.connect = function guarded(...args) {
    const flat = Array.isArray(args[0]) ? args[0] : args;
    const first = flat[0];
    const host = first !== null && typeof first === "object" ? first.host : typeof flat[1] === "string" ? flat[1] : undefined;
    if (isAws(host) || METADATA.has(host)) {
      process.nextTick(() => this.destroy(refusal(host)));
      return this;
    }
    return connect.apply(this, args);
  };
}

function redirectOptions(args, local) {
  let [target, options, callback] = args;
  if (typeof target === "string" || target instanceof URL) {
    const url = new URL(target);
    if (!isAws(url.hostname)) return undefined;
    if (typeof options === "function") [options, callback] = [undefined, options];
    target = { path: url.pathname + url.search, host: url.hostname, method: "GET", ...options };
  } else if (isAws(target?.hostname ?? target?.host)) {
    callback = options;
  } else return undefined;
  const host = (options?.hostname ?? target.hostname ?? target.host).toString();
  const { agent: _agent, ...rest } = target;
  tell(host);
  const headers = { ...(Array.isArray(rest.headers) ? {} : rest.headers) };
  if (!Object.keys(headers).some((name) => name.toLowerCase() === "host")) headers.host = host;
  return [
    {
      ...rest,
      protocol: "http:",
      host: local.hostname,
      hostname: local.hostname,
      port: local.port,
      servername: undefined,
      headers,
    },
    callback,
  ];
}

function redirectRequests(local) {
  for (const module of [http, https]) {
    const request = module.request;
    module.request = (...args) => {
      const redirected = redirectOptions(args, local);
      return redirected === undefined ? request(...args) : plain(...redirected);
    };
    module.get = (...args) => {
      const sent = module.request(...args);
      sent.end();
      return sent;
    };
  }
}
const plain = http.request;

// fetch may not set Host: such a call goes through node:http and its answer becomes a Response.
function fetchThroughHttp(request, host, local) {
  const url = new URL(request.url);
  tell(host);
  return new Promise((resolve, reject) => {
    const headers = { ...Object.fromEntries(request.headers), host };
    const sent = plain(
      { host: local.hostname, port: local.port, path: url.pathname + url.search, method: request.method, headers },
      (answer) => {
        const chunks = [];
        answer.on("data", (chunk) => chunks.push(chunk));
        answer.on("error", reject);
        answer.on("end", () => {
          const empty = [101, 204, 205, 304].includes(answer.statusCode);
          resolve(
            new Response(empty ? null : Buffer.concat(chunks), {
              status: answer.statusCode,
              statusText: answer.statusMessage,
              headers: Object.entries(answer.headersDistinct).flatMap(([name, values]) => values.map((value) => [name, value])),
            }),
          );
        });
      },
    );
    sent.on("error", reject);
    request.arrayBuffer().then((body) => sent.end(Buffer.from(body)), reject);
  });
}

function redirectFetch(local) {
  // Reading globalThis.fetch loads undici (some ms): only done when the function first asks for it.
  const original = Object.getOwnPropertyDescriptor(globalThis, "fetch");
  const guarded = (input, init) => {
    const real = original.get ? original.get.call(globalThis) : original.value;
    const text = typeof input === "string" ? input : input instanceof URL ? input.href : input?.url;
    let host;
    try {
      host = new URL(text).hostname;
    } catch {
      return real(input, init);
    }
    return isAws(host) ? fetchThroughHttp(new Request(input, init), host, local) : real(input, init);
  };
  Object.defineProperty(globalThis, "fetch", { configurable: true, enumerable: true, writable: true, value: guarded });
}

// Who looks a name up and connects to the number would go past the guard of sockets.
function guardLookups() {
  for (const name of ["lookup", "resolve", "resolve4", "resolve6"]) {
    const original = dns[name];
    dns[name] = (host, ...rest) => {
      if (!isAws(host)) return original(host, ...rest);
      const callback = rest.at(-1);
      process.nextTick(() => callback(refusal(host)));
      return {};
    };
    const promised = dns.promises[name];
    dns.promises[name] = (host, ...rest) =>
      isAws(host) ? Promise.reject(refusal(host)) : promised.call(dns.promises, host, ...rest);
  }
}

export function installGuard(endpoint) {
  const local = new URL(endpoint);
  guardSockets();
  guardLookups();
  redirectRequests(local);
  redirectFetch(local);
  // `import { request } from "node:https"` is bound to the same functions.
  syncBuiltinESMExports();
}
