import type {
  DashboardValidationMessage,
  DeleteDashboardsCommandInput,
  GetDashboardCommandInput,
  ListDashboardsCommandInput,
  PutDashboardCommandInput,
} from "@aws-sdk/client-cloudwatch";
import { type Ctx, ServiceError } from "../../../core/service.ts";
import { checkDashboard } from "../dashboard-body.ts";

/** Dashboards: kept as they were sent, after AWS's checks of their body. */

interface DashboardRecord {
  readonly name: string;
  readonly body: string;
  readonly modifiedMs: number;
}

/** Dashboards belong to the account, not to a region. */
const key = (ctx: Ctx, name: string) => ["dashboard", ctx.account, name];
export const dashboardArn = (ctx: Ctx, name: string) => `arn:aws:cloudwatch::${ctx.account}:dashboard/${name}`;

export function putDashboard(
  ctx: Ctx,
  input: PutDashboardCommandInput,
): { DashboardValidationMessages: DashboardValidationMessage[] } {
  const name = input.DashboardName ?? "";
  if (!/^[A-Za-z0-9_-]{1,255}$/.test(name))
    throw invalidInput(
      `The value ${name} for field DashboardName contains invalid characters. It can only contain alphanumerics, dash (-) and underscore (_).`,
      [],
    );
  const { errors, warnings } = checkDashboard(input.DashboardBody ?? "");
  if (errors.length > 0) throw invalidInput("The dashboard body is invalid, there are validation errors:", errors);
  ctx.store.put(key(ctx, name), { name, body: input.DashboardBody ?? "", modifiedMs: ctx.now() } satisfies DashboardRecord);
  return { DashboardValidationMessages: warnings };
}

function invalidInput(message: string, errors: readonly DashboardValidationMessage[]): ServiceError {
  const list = errors.length === 0 ? "" : ` [${errors.map((error) => JSON.stringify(error)).join(",")}]`;
  return new ServiceError("DashboardInvalidInputError", 400, `${message}${list}`, { dashboardValidationMessages: errors });
}

const notFound = (names: string) => new ServiceError("DashboardNotFoundError", 404, `Dashboard ${names} does not exist`);

export function getDashboard(ctx: Ctx, input: GetDashboardCommandInput) {
  const record = ctx.store.get<DashboardRecord>(key(ctx, input.DashboardName ?? ""));
  if (record === undefined) throw notFound(input.DashboardName ?? "");
  return { DashboardArn: dashboardArn(ctx, record.name), DashboardBody: record.body, DashboardName: record.name };
}

export function listDashboards(ctx: Ctx, input: ListDashboardsCommandInput) {
  const all = [...ctx.store.range<DashboardRecord>({ prefix: ["dashboard", ctx.account] })].map(({ value }) => value);
  const entries = all
    .filter((record) => record.name.startsWith(input.DashboardNamePrefix ?? ""))
    .map((record) => ({
      DashboardName: record.name,
      DashboardArn: dashboardArn(ctx, record.name),
      LastModified: new Date(record.modifiedMs),
      Size: Buffer.byteLength(record.body),
    }));
  return { DashboardEntries: entries };
}

export function deleteDashboards(ctx: Ctx, input: DeleteDashboardsCommandInput): object {
  const names = input.DashboardNames ?? [];
  const missing = names.filter((name) => !ctx.store.has(key(ctx, name)));
  if (missing.length > 0) throw notFound(missing.join(", "));
  for (const name of names) ctx.store.remove(key(ctx, name));
  return {};
}
