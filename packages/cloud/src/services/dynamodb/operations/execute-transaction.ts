/** ExecuteTransaction: PartiQL statements, all of them or none; reads or writes, never both. */
import { type Ctx, type ServiceError, WireJson } from "../../../core/service.ts";
import { Consumption, describeConsumption } from "../capacity.ts";
import { invalid } from "../errors.ts";
import { type Body, isObject, readList } from "../input.ts";
import type { ModifyPlan } from "../partiql/modify.ts";
import type { SelectPlan } from "../partiql/select.ts";
import { type Given, type Plan, planStatement, readStatement } from "../partiql/statement.ts";
import type { TableRecord } from "../table.ts";
import { meter } from "../throughput.ts";
import { identity } from "./batch.ts";
import { getSelected } from "./execute-statement.ts";
import { readDetail } from "./put-item.ts";
import { admission, commit, type Reason, reasonOf, refuseFailed } from "./transact.ts";

function failedAt(i: number, problem: string): ServiceError {
  return invalid(`Validation failed in TransactStatements[${i}]: ${problem}`);
}

function refuseReturning({ statement }: Given, i: number): void {
  if ((statement.kind === "update" || statement.kind === "delete") && statement.returning !== undefined)
    throw failedAt(i, "RETURNING clause is not supported in ExecuteTransaction.");
}

/** Plans of all statements. What a statement's own table does not allow is its reason in the cancelled transaction. */
function plansOf(ctx: Ctx, given: readonly Given[]): (Plan | undefined)[] {
  const reasons: Reason[] = [];
  const plans = given.map((each) => {
    try {
      const plan = planStatement(ctx, each);
      reasons.push({ Code: "None" });
      return plan;
    } catch (error) {
      reasons.push(reasonOf(error));
      return undefined;
    }
  });
  refuseFailed(reasons);
  return plans;
}

function consumed(body: Body, used: ReadonlyMap<TableRecord, Consumption>, kind: "Read" | "Write"): string {
  const detail = readDetail(body);
  const rows = [...used].map(([table, sum]) => describeConsumption(table, sum, detail, kind));
  return rows.some((row) => row !== undefined) ? `,"ConsumedCapacity":${JSON.stringify(rows)}` : "";
}

function read(ctx: Ctx, body: Body, plans: readonly SelectPlan[]): WireJson {
  plans.forEach(({ single }, i) => {
    if (single?.alone !== true)
      throw failedAt(i, "Select statements within ExecuteTransaction must specify the primary key in the where clause.");
  });
  const keys = plans.flatMap(({ table, single }) => (single === undefined ? [] : [identity(table, single.key)]));
  if (new Set(keys).size < keys.length) throw invalid("Transaction request cannot include multiple operations on one item");
  refuseFailed(plans.map(({ table }) => admission(ctx, table, "Read")));
  const used = new Map<TableRecord, Consumption>();
  const responses = plans.map((plan) => {
    const { item, units } = getSelected(ctx, plan, true);
    const sum = used.get(plan.table) ?? new Consumption();
    used.set(plan.table, sum);
    sum.table += units * 2;
    meter(ctx, plan.table, "Read", units * 2);
    return item === undefined ? "{}" : `{"Item":${item}}`;
  });
  return new WireJson(`{"Responses":[${responses.join(",")}]${consumed(body, used, "Read")}}`);
}

function write(ctx: Ctx, body: Body, plans: readonly ModifyPlan[]): WireJson {
  const committed = commit(
    ctx,
    body,
    plans.map(({ mutation }) => mutation),
  );
  if (committed.repeat !== undefined) return new WireJson(`{"Responses":[],${committed.repeat.text.slice(1)}`.replace(",}", "}"));
  for (const [table, sum] of committed.used) meter(ctx, table, "Write", sum);
  return new WireJson(`{"Responses":[]${consumed(body, committed.used, "Write")}}`);
}

export function executeTransactionOperation(ctx: Ctx, body: Body): WireJson {
  const entries = readList(body, "TransactStatements") ?? [];
  const given = entries.map((entry) => readStatement(isObject(entry) ? entry : {}));
  const reads = given.filter(({ statement }) => statement.kind === "select").length;
  if (reads > 0 && reads < given.length)
    throw invalid("ExecuteTransaction API does not support both read and write operations in the same request.");
  given.forEach(refuseReturning);
  const plans = plansOf(ctx, given);
  plans.forEach((plan, i) => {
    if (plan === undefined) throw failedAt(i, "EXISTS() must contain a single item read with additional condition");
  });
  const selects = plans.filter((plan) => plan?.kind === "select");
  if (selects.length > 0) return read(ctx, body, selects);
  return write(
    ctx,
    body,
    plans.filter((plan) => plan?.kind === "modify"),
  );
}
