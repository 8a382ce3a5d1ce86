import { DiagnosticError, errorDiagnostic } from "@dovetail/model";
import type { NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { requiredText } from "../attribute-map.ts";
import { each, runChecks } from "../checks.ts";
import { findStream, LOGS_MISSING } from "./find.ts";

const CHARS_MAX = 512;

const CHECKS = [
  each("name", (value, key) =>
    typeof value === "string" && value.includes(":") ? `colons not allowed in "${key}":` : undefined,
  ),
  each("name", (value, key) =>
    typeof value === "string" && (value.length < 1 || value.length > CHARS_MAX)
      ? `"${key}" must be between 1 and ${CHARS_MAX} characters: ${JSON.stringify(value)}`
      : undefined,
  ),
];

/** aws_cloudwatch_log_stream. Its id is its name. */
export const resource: NativeResource = {
  type: "aws_cloudwatch_log_stream",
  noun: "CloudWatch Logs Log Stream",
  forceNew: ["log_group_name", "name"],
  validate: (config) => runChecks(CHECKS, config),
  async create(aws, planned, onCreated) {
    const logStreamName = requiredText(planned, "name");
    await aws.clients.logs.createLogStream({ logGroupName: requiredText(planned, "log_group_name"), logStreamName });
    await onCreated({ id: logStreamName });
  },
  async read(aws, state) {
    const id = requiredText(state, "id");
    const stream = await findStream(aws, requiredText(state, "log_group_name"), id);
    return stream === undefined ? null : { ...state, id, arn: stream.arn ?? "", name: stream.logStreamName ?? id };
  },
  async delete(aws, state) {
    const input = { logGroupName: requiredText(state, "log_group_name"), logStreamName: requiredText(state, "id") };
    await unlessMissing(LOGS_MISSING, () => aws.clients.logs.deleteLogStream(input));
  },
  importId(id) {
    const [log_group_name = "", name, ...more] = id.split(":");
    if (name === undefined || more.length > 0) {
      const detail = `wrong format of import ID (${id}), use: 'log-group-name:log-stream-name'`;
      throw new DiagnosticError(errorDiagnostic("DVT4006", "Import failed", { detail }));
    }
    return { id: name, log_group_name };
  },
  async find(aws, planned) {
    const name = requiredText(planned, "name");
    const group = requiredText(planned, "log_group_name");
    return (await findStream(aws, group, name)) === undefined ? null : { id: name, log_group_name: group };
  },
};
