import type { ConnectionAuthorizationType } from "@aws-sdk/client-eventbridge";
import type { MutableValueObject, ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource, WaitRow } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { blockAt, enumAt, requiredText, textAt } from "../attribute-map.ts";
import { atLeastOneOf, exactlyOneOf, lengthBetween, oneOf, runChecks, within } from "../checks.ts";
import { expandAuth, expandConnectivity, flattenAuth, flattenConnectivity } from "./connection-map.ts";
import { EVENTS_MISSING } from "./find.ts";
import { CONNECTION_NAME, fits } from "./names.ts";

const AUTH = "auth_parameters";
const HTTP_PARAMETERS = ["auth_parameters.0.invocation_http_parameters.0", "auth_parameters.0.oauth.0.oauth_http_parameters.0"];

const CHECKS = [
  lengthBetween("name", 1, 64),
  fits("name", CONNECTION_NAME),
  lengthBetween("description", 0, 512),
  oneOf("authorization_type", ["BASIC", "OAUTH_CLIENT_CREDENTIALS", "API_KEY"]),
  lengthBetween(`${AUTH}.api_key.key`, 1, 512),
  lengthBetween(`${AUTH}.api_key.value`, 1, 512),
  lengthBetween(`${AUTH}.basic.password`, 1, 512),
  lengthBetween(`${AUTH}.basic.username`, 1, 512),
  lengthBetween(`${AUTH}.oauth.authorization_endpoint`, 1, 2048),
  oneOf(`${AUTH}.oauth.http_method`, ["GET", "POST", "PUT"]),
  lengthBetween(`${AUTH}.oauth.client_parameters.client_id`, 1, 512),
  lengthBetween(`${AUTH}.oauth.client_parameters.client_secret`, 1, 512),
  within(`${AUTH}.0`, exactlyOneOf([`${AUTH}.0.api_key`, `${AUTH}.0.basic`, `${AUTH}.0.oauth`])),
  ...HTTP_PARAMETERS.map((path) => within(path, atLeastOneOf([`${path}.body`, `${path}.header`, `${path}.query_string`]))),
];

/** aws_cloudwatch_event_connection. Its id is its name. */
export const resource: NativeResource = {
  type: "aws_cloudwatch_event_connection",
  defaults: Object.fromEntries(
    ["invocation_http_parameters", "oauth.oauth_http_parameters"].flatMap((parent) =>
      ["body", "header", "query_string"].map((name) => [`${AUTH}.${parent}.${name}.is_value_secret`, false]),
    ),
  ),
  forceNew: ["name"],
  computedBlocks: { "auth_parameters.connectivity_parameters": true },
  validate: (config) => runChecks(CHECKS, config),
  async create(aws, planned, onCreated) {
    const Name = requiredText(planned, "name");
    await aws.clients.events.createConnection({
      Name,
      AuthorizationType: enumAt<ConnectionAuthorizationType>(planned, "authorization_type"),
      AuthParameters: expandAuth(blockAt(planned, AUTH) ?? {}),
      ...settings(planned),
    });
    await onCreated({ id: Name });
    await settle(aws, Name, "creation");
  },
  read,
  async update(aws, prior, planned) {
    const Name = requiredText(prior, "id");
    await aws.clients.events.updateConnection({
      Name,
      AuthorizationType: enumAt<ConnectionAuthorizationType>(planned, "authorization_type"),
      AuthParameters: expandAuth(blockAt(planned, AUTH) ?? {}),
      ...settings(planned),
    });
    await settle(aws, Name, "update");
  },
  async delete(aws, state) {
    const Name = requiredText(state, "id");
    const { events } = aws.clients;
    await unlessMissing(EVENTS_MISSING, () => events.deleteConnection({ Name }));
    await aws.wait(row("deletion"), async () =>
      (await unlessMissing(EVENTS_MISSING, () => events.describeConnection({ Name }))) === undefined ? true : undefined,
    );
  },
  async find(aws, planned) {
    const Name = requiredText(planned, "name");
    const found = await unlessMissing(EVENTS_MISSING, () => aws.clients.events.describeConnection({ Name }));
    return found === undefined ? null : { id: Name };
  },
};

function settings(planned: ValueObject) {
  return {
    Description: textAt(planned, "description"),
    KmsKeyIdentifier: textAt(planned, "kms_key_identifier"),
    InvocationConnectivityParameters: expandConnectivity(blockAt(planned, "invocation_connectivity_parameters")),
  };
}

function row(what: string): WaitRow {
  return {
    what: `EventBridge connection ${what}`,
    timeoutMs: 120_000,
    source: "https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DescribeConnection.html",
  };
}

async function settle(aws: AwsContext, Name: string, what: string): Promise<void> {
  await aws.wait(row(what), async () => {
    const { ConnectionState = "" } = await aws.clients.events.describeConnection({ Name });
    return ["ACTIVE", "AUTHORIZED", "DEAUTHORIZED"].includes(ConnectionState) ? true : undefined;
  });
}

async function read(aws: AwsContext, state: ValueObject): Promise<ValueObject | null> {
  const id = requiredText(state, "id");
  const found = await unlessMissing(EVENTS_MISSING, () => aws.clients.events.describeConnection({ Name: id }));
  if (found === undefined) return null;
  const isFive = aws.edition === "5.100.0";
  const values: MutableValueObject = {
    ...state,
    id,
    arn: found.ConnectionArn ?? "",
    authorization_type: found.AuthorizationType ?? "",
    description: found.Description ?? "",
    invocation_connectivity_parameters: flattenConnectivity(found.InvocationConnectivityParameters),
    kms_key_identifier: found.KmsKeyIdentifier ?? "",
    name: found.Name ?? id,
    secret_arn: found.SecretArn ?? "",
  };
  if (found.AuthParameters !== undefined)
    values.auth_parameters = [flattenAuth(found.AuthParameters, blockAt(state, AUTH) ?? {}, !isFive)];
  return values;
}
