/** Faults over the admin API, and under the paths of LocalStack's chaos API. */
import type { AdminHandler, AdminTable } from "./admin-route.ts";
import { type FaultRule, type FaultTable, readFaultRule } from "./faults.ts";

const LATENCY_MS_MAX = 60_000;

function given(body: Record<string, unknown>): unknown[] {
  if (Array.isArray(body.list)) return body.list;
  return Object.keys(body).length === 0 ? [] : [body];
}

/** Answers the rules, or why one of them is none. */
function rulesOf(body: Record<string, unknown>): FaultRule[] | string {
  const rules: FaultRule[] = [];
  for (const each of given(body)) {
    const rule = readFaultRule(each);
    if (typeof rule === "string") return rule;
    rules.push(rule);
  }
  return rules;
}

function same(a: FaultRule, b: FaultRule): boolean {
  const text = ({ id: _id, ...rest }: FaultRule) => JSON.stringify(Object.entries(rest).sort(([x], [y]) => (x < y ? -1 : 1)));
  return b.id === undefined ? text(a) === text(b) : a.id === b.id;
}

export function faultRoutes(faults: FaultTable): AdminTable {
  const changed =
    (change: (rules: FaultRule[]) => readonly FaultRule[]): AdminHandler =>
    ({ body }) => {
      const rules = rulesOf(body);
      if (typeof rules === "string") return { status: 400, json: { message: rules } };
      faults.set(change(rules));
      return { json: faults.rules };
    };
  const show: AdminHandler = () => ({ json: faults.rules });
  const replace = changed((rules) => rules);
  const add = changed((rules) => [...faults.rules, ...rules]);
  const take = changed((rules) =>
    rules.length === 0 ? [] : faults.rules.filter((rule) => !rules.some((each) => same(rule, each))),
  );
  const none: AdminHandler = (request) => {
    if (given(request.body).length === 0) faults.latencyMs = 0;
    return take(request);
  };
  const effects: AdminHandler = ({ body }) => {
    const { latency } = body;
    if (latency !== undefined && (typeof latency !== "number" || !(latency >= 0) || latency > LATENCY_MS_MAX))
      return { status: 400, json: { message: `latency is a number of milliseconds up to ${LATENCY_MS_MAX}` } };
    faults.latencyMs = latency ?? faults.latencyMs;
    return { json: { latency: faults.latencyMs } };
  };
  return {
    "GET /_dovetail/faults": show,
    "POST /_dovetail/faults": replace,
    "PATCH /_dovetail/faults": add,
    "DELETE /_dovetail/faults": none,
    "GET /_localstack/chaos/faults": show,
    "POST /_localstack/chaos/faults": replace,
    "PATCH /_localstack/chaos/faults": add,
    "DELETE /_localstack/chaos/faults": none,
    "GET /_localstack/chaos/effects": () => ({ json: { latency: faults.latencyMs } }),
    "POST /_localstack/chaos/effects": effects,
  };
}
