import type { DescribeContributorInsightsCommandOutput } from "@aws-sdk/client-dynamodb";
import { DiagnosticError, errorDiagnostic, type MutableValueObject, type ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource, WaitRow } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { requiredText, textAt } from "../attribute-map.ts";

const MISSING = ["ResourceNotFoundException"];
const SOURCE = "terraform-provider-aws, internal/service/dynamodb/contributor_insights.go (read 2026-11)";
const SETTLED: WaitRow = { what: "contributor insights", timeoutMs: 300_000, source: SOURCE };

const MODES = { ACCESSED_AND_THROTTLED_KEYS: "ACCESSED_AND_THROTTLED_KEYS", THROTTLED_KEYS: "THROTTLED_KEYS" } as const;

/** aws_dynamodb_contributor_insights; id is `name:TABLE/index:INDEX/ACCOUNT`. Behaviour: `internal/service/dynamodb/contributor_insights.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_dynamodb_contributor_insights",
  noun: "DynamoDB Contributor Insights",
  forceNew: ["table_name", "index_name", "mode"],
  async create(aws, planned, onCreated) {
    const mode = textAt(planned, "mode");
    await aws.clients.dynamodb.updateContributorInsights({
      ...keyOf(planned),
      ContributorInsightsAction: "ENABLE",
      ...(mode === undefined ? {} : { ContributorInsightsMode: MODES[mode as keyof typeof MODES] }),
    });
    await onCreated({ id: await idOf(aws, planned) });
    await untilStatus(aws, planned, "ENABLED");
  },
  async read(aws, state) {
    const found = await describe(aws, state);
    if (found === undefined || found.ContributorInsightsStatus === "DISABLED") return null;
    const out: MutableValueObject = {
      id: requiredText(state, "id"),
      table_name: found.TableName ?? "",
      index_name: found.IndexName ?? "",
    };
    if (aws.edition !== "5.100.0") out.mode = found.ContributorInsightsMode ?? "";
    return out;
  },
  async delete(aws, state) {
    const found = await describe(aws, state);
    if (found === undefined || found.ContributorInsightsStatus === "DISABLED") return;
    await unlessMissing(MISSING, () =>
      aws.clients.dynamodb.updateContributorInsights({ ...keyOf(state), ContributorInsightsAction: "DISABLE" }),
    );
    await untilStatus(aws, state, "DISABLED");
  },
  importId(id) {
    const found = /^name:([^/]+)\/index:([^/]*)\/\d+$/.exec(id);
    if (found !== null) return { id, table_name: found[1] ?? "", index_name: found[2] ?? "" };
    const detail = `unexpected format for ID (${id}), expected table_name/index_name/account_id`;
    throw new DiagnosticError(errorDiagnostic("DVT4006", "Import failed", { detail }));
  },
  async find(aws, planned) {
    return textAt(planned, "table_name") === undefined ? null : { ...planned, id: await idOf(aws, planned) };
  },
};

async function idOf(aws: AwsContext, state: ValueObject): Promise<string> {
  const { TableName, IndexName = "" } = keyOf(state);
  return `name:${TableName}/index:${IndexName}/${await aws.accountId()}`;
}

function keyOf(state: ValueObject): { TableName: string; IndexName?: string } {
  const index = textAt(state, "index_name");
  return { TableName: requiredText(state, "table_name"), ...(index === undefined ? {} : { IndexName: index }) };
}

function describe(aws: AwsContext, state: ValueObject): Promise<DescribeContributorInsightsCommandOutput | undefined> {
  return unlessMissing(MISSING, () => aws.clients.dynamodb.describeContributorInsights(keyOf(state)));
}

async function untilStatus(aws: AwsContext, state: ValueObject, wanted: string): Promise<void> {
  await aws.wait(SETTLED, async () => ((await describe(aws, state))?.ContributorInsightsStatus === wanted ? true : undefined));
}
