import { DiagnosticError, errorDiagnostic, type MutableValueObject, type ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { requiredText, textAt, textsAt } from "../attribute-map.ts";
import { lengthBetween, matches, runChecks } from "../checks.ts";
import { findQuery, LOGS_MISSING, logGroupName } from "./find.ts";

/** One group of characters after another without nested repetition: the same language as the provider's pattern, in linear time. */
const NAME = /^[^:*/]+(\/[^:*/]+)*$/;

const CHECKS = [
  lengthBetween("name", 1, 255),
  matches("name", NAME, "cannot contain a colon or asterisk and cannot start or end with a slash"),
  ...logGroupName("log_group_names"),
];

/** aws_cloudwatch_query_definition. Its id is drawn by the service, its import id is the ARN. */
export const resource: NativeResource = {
  type: "aws_cloudwatch_query_definition",
  noun: "CloudWatch Logs Query Definition",
  validate: (config) => runChecks(CHECKS, config),
  async create(aws, planned, onCreated) {
    await onCreated({ id: await put(aws, planned, undefined) });
  },
  async read(aws, state) {
    const id = requiredText(state, "id");
    const query = await findQuery(aws, id, textAt(state, "name"));
    if (query === undefined) return null;
    const values: MutableValueObject = {
      ...state,
      id,
      log_group_names: query.logGroupNames ?? [],
      name: query.name ?? "",
      query_definition_id: query.queryDefinitionId ?? "",
      query_string: query.queryString ?? "",
    };
    if (aws.edition !== "5.100.0")
      values.arn = `arn:${aws.partition}:logs:${aws.region}:${await aws.accountId()}:query-definition:${id}`;
    return values;
  },
  async update(aws, prior, planned) {
    await put(aws, planned, requiredText(prior, "id"));
  },
  async delete(aws, state) {
    const queryDefinitionId = requiredText(state, "id");
    await unlessMissing(LOGS_MISSING, () => aws.clients.logs.deleteQueryDefinition({ queryDefinitionId }));
  },
  importId(id) {
    const match = /^arn:[^:]*:logs:[^:]*:[^:]*:query-definition:([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})$/.exec(id);
    if (match?.[1] === undefined) {
      const detail = `unexpected format for ID (${id}), expected a CloudWatch query definition ARN`;
      throw new DiagnosticError(errorDiagnostic("DVT4006", "Import failed", { detail }));
    }
    return { id: match[1] };
  },
  // Several definitions may have one name.
  find: async () => null,
};

async function put(aws: AwsContext, planned: ValueObject, queryDefinitionId: string | undefined): Promise<string> {
  const logGroupNames = textsAt(planned, "log_group_names");
  const answer = await aws.clients.logs.putQueryDefinition({
    name: requiredText(planned, "name"),
    queryString: requiredText(planned, "query_string"),
    queryDefinitionId,
    ...(logGroupNames.length > 0 ? { logGroupNames } : {}),
  });
  return answer.queryDefinitionId ?? "";
}
