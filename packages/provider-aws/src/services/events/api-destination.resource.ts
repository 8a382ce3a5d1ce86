import type { ApiDestinationHttpMethod } from "@aws-sdk/client-eventbridge";
import type { ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { enumAt, numberAt, requiredText, textAt } from "../attribute-map.ts";
import { atLeast, isArn, lengthBetween, oneOf, runChecks } from "../checks.ts";
import { EVENTS_MISSING } from "./find.ts";

const CALLS_A_SECOND = 300;

const CHECKS = [
  lengthBetween("name", 1, 64),
  lengthBetween("description", 0, 512),
  atLeast("invocation_rate_limit_per_second", 1),
  oneOf("http_method", ["POST", "GET", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE"]),
  isArn("connection_arn"),
];

/** aws_cloudwatch_event_api_destination. Its id is its name. */
export const resource: NativeResource = {
  type: "aws_cloudwatch_event_api_destination",
  defaults: { invocation_rate_limit_per_second: CALLS_A_SECOND },
  forceNew: ["name"],
  validate: (config) => runChecks(CHECKS, config),
  async create(aws, planned, onCreated) {
    const Name = requiredText(planned, "name");
    await aws.clients.events.createApiDestination({ Name, ...settings(planned) });
    await onCreated({ id: Name });
  },
  read,
  async update(aws, prior, planned) {
    await aws.clients.events.updateApiDestination({ Name: requiredText(prior, "id"), ...settings(planned) });
  },
  async delete(aws, state) {
    const Name = requiredText(state, "id");
    await unlessMissing(EVENTS_MISSING, () => aws.clients.events.deleteApiDestination({ Name }));
  },
  async find(aws, planned) {
    return read(aws, { id: requiredText(planned, "name") });
  },
};

function settings(planned: ValueObject) {
  return {
    ConnectionArn: requiredText(planned, "connection_arn"),
    Description: textAt(planned, "description"),
    HttpMethod: enumAt<ApiDestinationHttpMethod>(planned, "http_method"),
    InvocationEndpoint: requiredText(planned, "invocation_endpoint"),
    InvocationRateLimitPerSecond: numberAt(planned, "invocation_rate_limit_per_second"),
  };
}

async function read(aws: AwsContext, state: ValueObject): Promise<ValueObject | null> {
  const id = requiredText(state, "id");
  const found = await unlessMissing(EVENTS_MISSING, () => aws.clients.events.describeApiDestination({ Name: id }));
  if (found === undefined) return null;
  return {
    ...state,
    id,
    arn: found.ApiDestinationArn ?? "",
    connection_arn: found.ConnectionArn ?? "",
    description: found.Description ?? "",
    http_method: found.HttpMethod ?? "",
    invocation_endpoint: found.InvocationEndpoint ?? "",
    invocation_rate_limit_per_second: found.InvocationRateLimitPerSecond ?? 0,
    name: found.Name ?? id,
  };
}
