import { type Command, EXIT, type Invocation } from "../../command.ts";
import { parseDuration } from "../../duration.ts";
import { askCloud } from "../../json-http.ts";
import { usageError } from "../../parse.ts";
import { requireRunningCloud } from "./running.ts";

interface Rule {
  readonly id?: string;
  readonly service?: string;
  readonly operation?: string;
  readonly region?: string;
  readonly probability?: number;
  readonly latencyMs?: number;
  readonly error?: { readonly statusCode?: number; readonly code?: string; readonly message?: string };
}

/** What AWS's services say when they throttle; those not named say ThrottlingException. */
const THROTTLING: { readonly [service: string]: NonNullable<Rule["error"]> } = {
  dynamodb: {
    statusCode: 400,
    code: "ProvisionedThroughputExceededException",
    message: "The level of configured provisioned throughput for the table was exceeded.",
  },
  kinesis: { statusCode: 400, code: "ProvisionedThroughputExceededException", message: "Rate exceeded for shard." },
  lambda: { statusCode: 429, code: "TooManyRequestsException", message: "Rate Exceeded." },
  s3: { statusCode: 503, code: "SlowDown", message: "Please reduce your request rate." },
  sqs: { statusCode: 403, code: "RequestThrottled", message: "The request was denied due to request throttling." },
};
const OUTAGE = { statusCode: 503, code: "ServiceUnavailable", message: "Service is unable to handle request." };

/** `dynamodb`, `dynamodb:GetItem` or `*`. */
function target(text: string): Pick<Rule, "service" | "operation"> {
  const [service = "", operation] = text.split(":");
  return {
    ...(service === "" || service === "*" ? {} : { service }),
    ...(operation === undefined || operation === "" || operation === "*" ? {} : { operation }),
  };
}

function rateOf({ options }: Invocation): number | undefined {
  const text = options.text("rate");
  if (text === undefined) return undefined;
  const rate = text.endsWith("%") ? Number(text.slice(0, -1)) / 100 : Number(text);
  if (!(rate >= 0 && rate <= 1)) throw usageError(cloudFaultsAddCommand, `"${text}" is no rate: give 0 to 1, or 0% to 100%`);
  return rate;
}

function errorOf({ options }: Invocation, service: string | undefined): Rule["error"] {
  const code = options.text("error");
  const status = options.text("status");
  if ([options.flag("throttle"), options.flag("outage"), code !== undefined].filter(Boolean).length > 1)
    throw usageError(cloudFaultsAddCommand, "give one of --throttle, --outage and --error");
  if (status !== undefined && !/^[345]\d\d$/.test(status))
    throw usageError(cloudFaultsAddCommand, `"${status}" is no status from 300 to 599`);
  if (options.flag("outage")) return OUTAGE;
  if (options.flag("throttle"))
    return THROTTLING[service ?? ""] ?? { statusCode: 400, code: "ThrottlingException", message: "Rate exceeded" };
  if (code === undefined) return undefined;
  const message = options.text("message");
  return { code, statusCode: Number(status ?? 400), ...(message === undefined ? {} : { message }) };
}

function ruleOf(invocation: Invocation): Rule {
  const about = target(invocation.positionals[0] ?? "");
  const latency = invocation.options.text("latency");
  const region = invocation.options.text("region");
  const probability = rateOf(invocation);
  const error = errorOf(invocation, about.service);
  if (error === undefined && latency === undefined)
    throw usageError(cloudFaultsAddCommand, "say what happens: --throttle, --outage, --error CODE or --latency DURATION");
  return {
    ...about,
    ...(region === undefined ? {} : { region }),
    ...(probability === undefined ? {} : { probability }),
    ...(latency === undefined ? {} : { latencyMs: parseDuration(latency) }),
    ...(error === undefined ? {} : { error }),
  };
}

function line(rule: Rule): string {
  const what = [
    rule.error === undefined ? "" : `${rule.error.code ?? "ServiceUnavailable"} (${rule.error.statusCode ?? 503})`,
    rule.latencyMs === undefined ? "" : `${rule.latencyMs} ms late`,
  ].filter((each) => each !== "");
  const where = `${rule.service ?? "*"}:${rule.operation ?? "*"}${rule.region === undefined ? "" : ` in ${rule.region}`}`;
  return `${rule.id ?? ""}  ${where}  ${what.join(", ") || "ServiceUnavailable (503)"}  ${Math.round((rule.probability ?? 1) * 100)}%`;
}

function show({ terminal, options }: Invocation, rules: readonly Rule[]): number {
  if (options.flag("json")) terminal.out(JSON.stringify(rules));
  else if (rules.length === 0) terminal.out("No faults are set");
  else for (const rule of rules) terminal.out(line(rule));
  return EXIT.done;
}

const json = { json: { type: "boolean", help: "print the rules as JSON" } } as const;

export const cloudFaultsAddCommand: Command = {
  name: "cloud faults add",
  summary: "Fail or delay requests of a service or operation, always or at a rate",
  positionals: { usage: "SERVICE[:OPERATION]", min: 1, max: 1 },
  options: {
    throttle: { type: "boolean", help: "answer as the service does when it throttles" },
    outage: { type: "boolean", help: "answer 503 ServiceUnavailable" },
    error: { type: "string", value: "CODE", help: "answer this error code" },
    status: { type: "string", value: "STATUS", help: "with --error: the HTTP status (default: 400)" },
    message: { type: "string", value: "TEXT", help: "with --error: the message" },
    latency: { type: "string", value: "DURATION", help: "wait so long first; alone, the request then succeeds" },
    rate: { type: "string", value: "RATE", help: "share of requests, 0 to 1 or 0% to 100% (default: all)" },
    region: { type: "string", value: "REGION", help: "only requests of this region" },
    ...json,
  },
  async run(invocation) {
    const rule = ruleOf(invocation);
    const { endpoint } = await requireRunningCloud(invocation);
    return show(invocation, await askCloud<Rule[]>(endpoint, "PATCH", "faults", [rule]));
  },
};

export const cloudFaultsListCommand: Command = {
  name: "cloud faults list",
  summary: "Show the faults that are set",
  options: json,
  async run(invocation) {
    const { endpoint } = await requireRunningCloud(invocation);
    return show(invocation, await askCloud<Rule[]>(endpoint, "GET", "faults"));
  },
};

export const cloudFaultsRemoveCommand: Command = {
  name: "cloud faults remove",
  summary: "Take away the faults with these ids, or all of them",
  positionals: { usage: "[ID...]", min: 0, max: 100 },
  options: { all: { type: "boolean", help: "every fault" }, ...json },
  async run(invocation) {
    const ids = invocation.positionals;
    if ((ids.length === 0) !== invocation.options.flag("all"))
      throw usageError(cloudFaultsRemoveCommand, "name faults by their ids, or give --all");
    const { endpoint } = await requireRunningCloud(invocation);
    const before = await askCloud<Rule[]>(endpoint, "GET", "faults");
    const unknown = ids.find((id) => !before.some((rule) => rule.id === id));
    if (unknown !== undefined) throw usageError(cloudFaultsRemoveCommand, `no fault has the id "${unknown}"`);
    const body = ids.length === 0 ? undefined : ids.map((id) => ({ id }));
    return show(invocation, await askCloud<Rule[]>(endpoint, "DELETE", "faults", body));
  },
};
