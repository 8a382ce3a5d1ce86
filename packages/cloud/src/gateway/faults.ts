/** Faults on demand, in the form of LocalStack's chaos API: rules that fail or delay requests of a service, operation or region. */
import type { Random } from "@dovetail/model";
import { ServiceError } from "../core/service.ts";

export interface FaultRule {
  /** Given by the cloud; names the rule when it is taken away. */
  readonly id?: string;
  readonly region?: string;
  readonly service?: string;
  readonly operation?: string;
  /** 0 to 1; default 1. */
  readonly probability?: number;
  /** Waits so long first. Alone: the request is late and succeeds. */
  readonly latencyMs?: number;
  readonly error?: { readonly statusCode?: number; readonly code?: string; readonly message?: string };
}

export interface FaultTable {
  readonly rules: readonly FaultRule[];
  set(rules: readonly FaultRule[]): void;
  latencyMs: number;
  /** What this request meets; undefined (at once) when nothing is set. */
  strike(service: string, operation: string, region: string): Promise<ServiceError | undefined> | undefined;
}

const LATENCY_MS_MAX = 60_000;

type Check = (value: unknown) => boolean;
const text: Check = (value) => typeof value === "string" && value !== "";
const status: Check = (value) => typeof value === "number" && Number.isInteger(value) && value >= 300 && value <= 599;

const MEMBERS: { readonly [name: string]: readonly [Check, string] } = {
  id: [text, "a text"],
  region: [text, "a region"],
  service: [text, "a service"],
  operation: [text, "an operation"],
  probability: [(value) => typeof value === "number" && value >= 0 && value <= 1, "a number from 0 to 1"],
  latencyMs: [
    (value) => typeof value === "number" && value >= 0 && value <= LATENCY_MS_MAX,
    `milliseconds up to ${LATENCY_MS_MAX}`,
  ],
  error: [(value) => typeof value === "object" && value !== null && !Array.isArray(value), "an object"],
};
const ERROR_MEMBERS: { readonly [name: string]: readonly [Check, string] } = {
  statusCode: [status, "a status from 300 to 599"],
  code: [(value) => typeof value === "string" && /^[A-Za-z0-9.]{1,100}$/.test(value), "an error code"],
  message: [(value) => typeof value === "string" && value.length <= 1000, "a text of up to 1000 characters"],
};

function complaint(value: object, members: typeof MEMBERS, of: string): string | undefined {
  for (const [name, each] of Object.entries(value)) {
    const row = Object.hasOwn(members, name) ? members[name] : undefined;
    if (row === undefined) return `${of} has no member ${JSON.stringify(name)}; it may have ${Object.keys(members).join(", ")}`;
    if (!row[0](each)) return `${name} of ${of} must be ${row[1]}`;
  }
  return undefined;
}

/** The rule, or what is wrong with it. */
export function readFaultRule(value: unknown): FaultRule | string {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return "a fault rule is an object";
  const wrong = complaint(value, MEMBERS, "a fault rule");
  if (wrong !== undefined) return wrong;
  const rule = value as FaultRule;
  return (rule.error === undefined ? undefined : complaint(rule.error, ERROR_MEMBERS, "the error of a fault rule")) ?? rule;
}

function errorOf(rule: FaultRule): ServiceError | undefined {
  if (rule.error === undefined && rule.latencyMs !== undefined) return undefined;
  const {
    code = "ServiceUnavailable",
    statusCode = 503,
    message = "Failing as per Fault Injection configuration",
  } = rule.error ?? {};
  return new ServiceError(code, statusCode, message);
}

export function faultTable(random: Random): FaultTable {
  const chance = () => Buffer.from(random.bytes(4)).readUInt32BE() / 2 ** 32;
  let rules: readonly FaultRule[] = [];
  let made = 0;
  return {
    get rules() {
      return rules;
    },
    set(given) {
      rules = given.map((rule) => (rule.id === undefined ? { id: String(++made), ...rule } : rule));
    },
    latencyMs: 0,
    strike(service, operation, region) {
      if (rules.length === 0 && this.latencyMs === 0) return undefined;
      const rule = rules.find(
        (each) =>
          (each.service === undefined || each.service === service) &&
          (each.operation === undefined || each.operation === operation) &&
          (each.region === undefined || each.region === region) &&
          chance() < (each.probability ?? 1),
      );
      const error = rule === undefined ? undefined : errorOf(rule);
      const wait = Math.min(this.latencyMs + (rule?.latencyMs ?? 0), LATENCY_MS_MAX);
      return new Promise((resolve) => (wait > 0 ? setTimeout(() => resolve(error), wait) : resolve(error)));
    },
  };
}
