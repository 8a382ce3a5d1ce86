/** The cloud's own HTTP API under `/_dovetail/`, and the paths that LocalStack users have in their scripts. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Runtime } from "../core/runtime.ts";
import { SERVICES } from "../core/services.ts";
import { readBody } from "./body.ts";
import type { FaultRule, FaultTable } from "./faults.ts";
import { isLocalOrigin } from "./guard.ts";
import type { RequestView } from "./http-view.ts";
import { send } from "./respond.ts";

const VERSION = "0.1.0";

export type AdminRoutes = (view: RequestView, request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

interface AdminRequest {
  readonly view: RequestView;
  readonly body: Record<string, unknown>;
}

interface AdminAnswer {
  readonly status?: number;
  readonly json?: unknown;
}

type AdminHandler = (request: AdminRequest) => AdminAnswer | Promise<AdminAnswer>;

function number(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

/** Milliseconds of `{advanceMs}` / `{setMs}`; undefined for anything else. */
function clockTarget(runtime: Runtime, body: Record<string, unknown>): number | undefined {
  const advance = number(body.advanceMs);
  const set = number(body.setMs);
  const target = set ?? (advance === undefined ? undefined : runtime.clock.now() + advance);
  // What a Date can hold.
  return target !== undefined && Math.abs(target) <= 8.64e15 && target >= 0 ? target : undefined;
}

function clockState(runtime: Runtime) {
  const nowMs = runtime.clock.now();
  return { nowMs, now: new Date(nowMs).toISOString(), offsetMs: runtime.clock.offsetMs };
}

function status(runtime: Runtime) {
  return {
    endpoint: runtime.endpoint,
    pid: process.pid,
    dataDir: runtime.store.folder,
    accountId: runtime.accountId,
    region: runtime.region,
    ...clockState(runtime),
    version: VERSION,
    services: SERVICES.map(({ name }) => name),
    endpoints: runtime.endpoints.list().map(({ service, key, port }) => ({ service, key, url: `http://127.0.0.1:${port}` })),
  };
}

/** LocalStack names a service `available` before and `running` after its first use. */
function health(runtime: Runtime) {
  const services: Record<string, string> = {};
  for (const { name } of SERVICES) services[name] = runtime.loaded(name) === undefined ? "available" : "running";
  for (const name of ["s3", "sts", "iam"]) services[name] = "available";
  return { services, edition: "dovetail", version: VERSION };
}

function mailMessages(runtime: Runtime, view: RequestView) {
  const to = view.query.get("to");
  const kind = view.query.get("kind");
  return runtime.mailbox.list({ ...(to === null ? {} : { to }), ...(kind === null ? {} : { kind }) });
}

/** The form of LocalStack's `/_aws/ses`. */
function sesMessages(runtime: Runtime, view: RequestView) {
  const messages = runtime.mailbox.list({ kind: "email" }).filter((mail) => (view.query.get("email") ?? mail.from) === mail.from);
  return messages.map((mail) => ({
    Id: String(mail.id),
    Region: mail.region,
    Source: mail.from,
    Destination: { ToAddresses: [mail.to] },
    Subject: mail.subject ?? "",
    Body: { text_part: mail.body, html_part: null },
    Timestamp: new Date(mail.atMs).toISOString(),
  }));
}

function routes(runtime: Runtime, faults: FaultTable, requestStop: () => void): { readonly [route: string]: AdminHandler } {
  const reset: AdminHandler = async () => {
    await runtime.reset();
    return { json: { reset: true } };
  };
  const stop: AdminHandler = () => {
    setImmediate(requestStop);
    return { json: { stopping: true } };
  };
  const setRules: AdminHandler = ({ body }) => {
    const rules = Array.isArray(body.list) ? body.list : [];
    faults.rules = rules.filter((each): each is FaultRule => typeof each === "object" && each !== null);
    return { json: faults.rules };
  };
  const noFaults: AdminHandler = () => {
    faults.rules = [];
    faults.latencyMs = 0;
    return { json: [] };
  };
  const effects: AdminHandler = ({ body }) => {
    faults.latencyMs = number(body.latency) ?? faults.latencyMs;
    return { json: { latency: faults.latencyMs } };
  };
  const info = () => ({
    json: {
      version: VERSION,
      edition: "dovetail",
      is_license_activated: false,
      session_id: String(process.pid),
      machine_id: "local",
      uptime: Math.floor(process.uptime()),
    },
  });
  return {
    "GET /_dovetail/status": () => ({ json: status(runtime) }),
    "GET /_dovetail/clock": () => ({ json: clockState(runtime) }),
    "POST /_dovetail/clock": async ({ body }) => {
      const target = clockTarget(runtime, body);
      if (target === undefined) return { status: 400, json: { message: 'Give {"advanceMs": number} or {"setMs": number}' } };
      await runtime.clock.set(target);
      return { json: clockState(runtime) };
    },
    "GET /_dovetail/mailbox": ({ view }) => ({ json: { messages: mailMessages(runtime, view) } }),
    "DELETE /_dovetail/mailbox": () => {
      runtime.mailbox.clear();
      return { json: { messages: [] } };
    },
    "GET /_dovetail/hints": () => ({ json: { hints: runtime.hints } }),
    "GET /_dovetail/inventory": async () => ({ json: { resources: await runtime.inventory() } }),
    "POST /_dovetail/reset": reset,
    "POST /_dovetail/stop": stop,
    "GET /_dovetail/faults": () => ({ json: faults.rules }),
    "POST /_dovetail/faults": setRules,
    "DELETE /_dovetail/faults": noFaults,
    "GET /_localstack/chaos/faults": () => ({ json: faults.rules }),
    "POST /_localstack/chaos/faults": setRules,
    "DELETE /_localstack/chaos/faults": noFaults,
    "GET /_localstack/chaos/effects": () => ({ json: { latency: faults.latencyMs } }),
    "POST /_localstack/chaos/effects": effects,
    "GET /_localstack/health": () => ({ json: health(runtime) }),
    "HEAD /_localstack/health": () => ({ json: health(runtime) }),
    "POST /_localstack/health": async (request) => {
      if (request.body.action === "kill") return stop(request);
      if (request.body.action === "restart") return reset(request);
      return { status: 400, json: { message: "action is restart or kill" } };
    },
    "GET /_localstack/info": info,
    // The stages have passed; scripts of the host's init folders are not run, and the answer says so.
    "GET /_localstack/init": () => ({
      json: {
        completed: { BOOT: true, START: true, READY: true, SHUTDOWN: false },
        scripts: [],
        note: "this cloud runs no init scripts; run yours once /_localstack/health answers",
      },
    }),
    "POST /_localstack/state/reset": reset,
    "POST /moto-api/reset": reset,
    "GET /_aws/ses": ({ view }) => ({ json: { messages: sesMessages(runtime, view) } }),
    "DELETE /_aws/ses": () => {
      runtime.mailbox.clear();
      return { json: {} };
    },
  };
}

/** `"s3": "available"` with a space after the colon: scripts grep for it. */
function spaced(json: unknown): string {
  return JSON.stringify(json, undefined, 1).replace(/\n\s*/g, " ");
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown> | undefined> {
  const text = (await readBody(request)).toString("utf8");
  if (text === "") return {};
  try {
    const value: unknown = JSON.parse(text);
    if (Array.isArray(value)) return { list: value };
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

export function adminRoutes(runtime: Runtime, faults: FaultTable, requestStop: () => void): AdminRoutes {
  const table = routes(runtime, faults, requestStop);
  return async (view, request, response) => {
    const route = `${view.method} ${view.path.replace(/\/$/, "")}`;
    const handler = Object.hasOwn(table, route) ? table[route] : undefined;
    if (view.path.startsWith("/_dovetail/lambda/")) return false;
    const own = view.path.startsWith("/_dovetail/") || view.path.startsWith("/_localstack/");
    if (handler === undefined && !own) return false;
    const { origin } = request.headers;
    if (origin !== undefined && !isLocalOrigin(origin)) {
      send(response, 403, { "Content-Type": "text/plain" }, "Only pages served from this machine may call this.\n");
      return true;
    }
    const cors: Record<string, string> = origin === undefined ? {} : { "Access-Control-Allow-Origin": origin, Vary: "Origin" };
    const headers = { ...cors, "Content-Type": "application/json" };
    if (handler === undefined) {
      send(response, 404, headers, JSON.stringify({ message: `No route ${route}`, routes: Object.keys(table) }));
      return true;
    }
    const body = await bodyOf(request);
    const answer =
      body === undefined ? { status: 400, json: { message: "The body is no JSON object" } } : await handler({ view, body });
    send(response, answer.status ?? 200, headers, `${spaced(answer.json ?? {})}\n`, view.method === "HEAD");
    return true;
  };
}
