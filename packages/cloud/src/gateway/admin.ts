/** The cloud's own HTTP API under `/_dovetail/`, and the paths that LocalStack users have in their scripts. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { InitReport } from "../core/init-report.ts";
import type { Runtime } from "../core/runtime.ts";
import { SERVICES } from "../core/services.ts";
import { faultRoutes } from "./admin-faults.ts";
import { localstackRoutes } from "./admin-localstack.ts";
import type { AdminAnswer, AdminHandler, AdminTable } from "./admin-route.ts";
import { snapshotRoutes } from "./admin-snapshot.ts";
import { traceRoutes } from "./admin-trace.ts";
import { readBody } from "./body.ts";
import type { FaultTable } from "./faults.ts";
import { isLocalOrigin } from "./guard.ts";
import type { RequestView } from "./http-view.ts";
import { send } from "./respond.ts";
import { VERSION } from "./version.ts";

export type AdminRoutes = (view: RequestView, request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

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

function mailMessages(runtime: Runtime, view: RequestView) {
  const to = view.query.get("to");
  const kind = view.query.get("kind");
  return runtime.mailbox.list({ ...(to === null ? {} : { to }), ...(kind === null ? {} : { kind }) });
}

function routes(runtime: Runtime, options: AdminOptions): AdminTable {
  const reset: AdminHandler = async () => {
    await runtime.reset();
    return { json: { reset: true } };
  };
  const stop: AdminHandler = () => {
    setImmediate(options.requestStop);
    return { json: { stopping: true } };
  };
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
    ...traceRoutes(runtime),
    ...snapshotRoutes(runtime),
    ...faultRoutes(options.faults),
    ...localstackRoutes(runtime, options.init, { reset, stop }),
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

export interface AdminOptions {
  readonly faults: FaultTable;
  readonly init: InitReport;
  readonly requestStop: () => void;
}

export function adminRoutes(runtime: Runtime, options: AdminOptions): AdminRoutes {
  const table = routes(runtime, options);
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
    const answer: AdminAnswer =
      body === undefined ? { status: 400, json: { message: "The body is no JSON object" } } : await handler({ view, body });
    if (answer.ndjson !== undefined) {
      const lines = answer.ndjson.map((each) => `${JSON.stringify(each)}\n`).join("");
      send(response, 200, { ...headers, "Content-Type": "application/x-ndjson" }, lines, view.method === "HEAD");
    } else send(response, answer.status ?? 200, headers, `${spaced(answer.json ?? {})}\n`, view.method === "HEAD");
    return true;
  };
}
