import type {
  Authorizer,
  CreateAuthorizerCommandInput,
  JWTConfiguration,
  UpdateAuthorizerCommandInput,
} from "@aws-sdk/client-apigatewayv2";
import { type MutableValueObject, UNKNOWN, type ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { block, expand, flag, flatten, requiredText, rowsOf, text, texts, textsAt, whole } from "../attribute-map.ts";
import { between, isArn, lengthBetween, oneOf, runChecks } from "../checks.ts";
import { timed } from "../timeouts.ts";
import { API_MISSING, findApi, listAll, partsOfImportId, theOnly } from "./find.ts";

const jwt = rowsOf<JWTConfiguration>();
const row = rowsOf<CreateAuthorizerCommandInput>();
const AUTHORIZER = [
  row("authorizer_credentials_arn", "AuthorizerCredentialsArn", text()),
  row("authorizer_payload_format_version", "AuthorizerPayloadFormatVersion", text()),
  row("authorizer_result_ttl_in_seconds", "AuthorizerResultTtlInSeconds", whole()),
  row("authorizer_type", "AuthorizerType", text()),
  row("authorizer_uri", "AuthorizerUri", text()),
  row("enable_simple_responses", "EnableSimpleResponses", flag()),
  row("identity_sources", "IdentitySource", texts()),
  row("jwt_configuration", "JwtConfiguration", block([jwt("audience", "Audience", texts()), jwt("issuer", "Issuer", text())])),
  row("name", "Name", text()),
];

const CHECKS = [
  isArn("authorizer_credentials_arn"),
  oneOf("authorizer_payload_format_version", ["1.0", "2.0"]),
  between("authorizer_result_ttl_in_seconds", 0, 3600),
  oneOf("authorizer_type", ["REQUEST", "JWT"]),
  lengthBetween("authorizer_uri", 1, 2048),
  lengthBetween("name", 1, 128, { code: "DVT3007" }),
];

/** What the console sets for a Lambda authoriser of an HTTP API, sent so that a later 0 is seen as a change. */
const DEFAULT_TTL_SECONDS = 300;

/** aws_apigatewayv2_authorizer. */
export const resource: NativeResource = {
  type: "aws_apigatewayv2_authorizer",
  noun: "API Gateway v2 Authorizer",
  forceNew: ["api_id"],
  validate: (config) => runChecks(CHECKS, config),
  async create(aws, planned, onCreated) {
    const ApiId = requiredText(planned, "api_id");
    const input = { ...expand(AUTHORIZER, planned), ApiId };
    const ttl = planned.authorizer_result_ttl_in_seconds ?? null;
    const isUnset = ttl === null || ttl === UNKNOWN;
    if (isUnset && input.AuthorizerType === "REQUEST" && (input.IdentitySource?.length ?? 0) > 0) {
      if ((await findApi(aws, ApiId))?.ProtocolType === "HTTP") input.AuthorizerResultTtlInSeconds = DEFAULT_TTL_SECONDS;
    }
    const answer = await aws.clients.apigatewayv2.createAuthorizer(input);
    await onCreated({ id: answer.AuthorizerId ?? "" });
  },
  async read(aws, state) {
    const authorizer = await unlessMissing(API_MISSING, () => aws.clients.apigatewayv2.getAuthorizer(keyOf(state)));
    if (authorizer === undefined) return null;
    const values: MutableValueObject = flatten(AUTHORIZER, authorizer as Partial<CreateAuthorizerCommandInput>);
    return { ...state, ...values, id: requiredText(state, "id") };
  },
  update,
  async delete(aws, state) {
    const retry = {
      codes: ["ConflictException"],
      timeoutMs: 1_200_000,
      why: "a route that used the authoriser has only just been changed",
      source: "https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-authorizers-authorizerid.html",
    };
    await unlessMissing(API_MISSING, () =>
      aws.retry(timed(retry, state, "delete"), () => aws.clients.apigatewayv2.deleteAuthorizer(keyOf(state))),
    );
  },
  importId(id) {
    const [api_id, authorizer] = partsOfImportId(id, "api-id/authorizer-id");
    return { id: authorizer, api_id };
  },
  async find(aws, planned, isFree) {
    const ApiId = requiredText(planned, "api_id");
    const all = await unlessMissing(API_MISSING, () =>
      listAll((token) => aws.clients.apigatewayv2.getAuthorizers({ ApiId, ...token })),
    );
    const isAlike = (item: Authorizer) => item.Name === planned.name && item.AuthorizerType === planned.authorizer_type;
    const same = theOnly(all ?? [], (item) => isAlike(item) && isFree({ id: item.AuthorizerId ?? "", api_id: ApiId }));
    return same?.AuthorizerId === undefined ? null : { id: same.AuthorizerId, api_id: ApiId };
  },
};

function keyOf(state: ValueObject): { ApiId: string; AuthorizerId: string } {
  return { ApiId: requiredText(state, "api_id"), AuthorizerId: requiredText(state, "id") };
}

async function update(
  aws: AwsContext,
  prior: ValueObject,
  planned: ValueObject,
  changed: (path: string) => boolean,
): Promise<void> {
  const rows = AUTHORIZER.filter((r) => changed(r.attribute));
  const input: UpdateAuthorizerCommandInput = { ...expand(rows, planned), ...keyOf(prior) };
  if (changed("authorizer_credentials_arn")) input.AuthorizerCredentialsArn ??= "";
  if (changed("authorizer_payload_format_version")) input.AuthorizerPayloadFormatVersion ??= "";
  if (changed("authorizer_uri")) input.AuthorizerUri ??= "";
  if (changed("enable_simple_responses")) input.EnableSimpleResponses ??= false;
  if (changed("identity_sources")) input.IdentitySource = textsAt(planned, "identity_sources");
  await aws.clients.apigatewayv2.updateAuthorizer(input);
}
