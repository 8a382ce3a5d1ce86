import type { CreateFunctionUrlConfigCommandInput, GetFunctionUrlConfigCommandOutput } from "@aws-sdk/client-lambda";
import { type Diagnostic, errorDiagnostic, type ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { hasCode, unlessMissing } from "../api-error.ts";
import { block, blockAt, clearableText, expand, isTrue, requiredText, rowsOf, text, textAt, textsAt } from "../attribute-map.ts";
import { oneOf, runChecks } from "../checks.ts";
import { CORS } from "../cors-map.ts";
import { timed } from "../timeouts.ts";
import { functionNameOf, functionRetry, LAMBDA_MISSING } from "./find.ts";

const row = rowsOf<CreateFunctionUrlConfigCommandInput>();
const URL_CONFIG = [
  row("authorization_type", "AuthType", text()),
  row("cors", "Cors", block(CORS)),
  row("function_name", "FunctionName", text()),
  row("invoke_mode", "InvokeMode", clearableText()),
  row("qualifier", "Qualifier", text()),
];

const CORS_BLOCK = block(CORS);

const CHECKS = [oneOf("authorization_type", ["NONE", "AWS_IAM"]), oneOf("invoke_mode", ["BUFFERED", "RESPONSE_STREAM"])];

/** aws_lambda_function_url. Its id is the function's name, with `/qualifier` where it has one. */
export const resource: NativeResource = {
  type: "aws_lambda_function_url",
  noun: "Lambda Function URL",
  defaults: { invoke_mode: "BUFFERED" },
  forceNew: ["function_name", "qualifier"],
  suppressDiff: (path, prior, config) =>
    path === "function_name" &&
    typeof prior === "string" &&
    typeof config === "string" &&
    functionNameOf(prior) === functionNameOf(config),
  validate: (config) => [...runChecks(CHECKS, config), ...corsDiagnostics(config)],
  async create(aws, planned, onCreated) {
    await aws.retry(timed(functionRetry(), planned, "create"), () =>
      aws.clients.lambda.createFunctionUrlConfig(expand(URL_CONFIG, planned)),
    );
    await onCreated({ id: idOf(planned) });
    if (planned.authorization_type === "NONE") await allowPublicAccess(aws, planned);
  },
  async read(aws, state) {
    const { name, qualifier } = partsOf(requiredText(state, "id"));
    const url = await findUrl(aws, name, qualifier);
    if (url === undefined) return null;
    return {
      ...state,
      ...urlState(url),
      id: requiredText(state, "id"),
      function_name: name,
      qualifier: qualifier ?? "",
    };
  },
  async update(aws, _prior, planned, changed) {
    const input = expand(URL_CONFIG, planned);
    if (changed("cors")) input.Cors ??= {};
    await aws.retry(functionRetry(), () => aws.clients.lambda.updateFunctionUrlConfig(input));
    if (changed("authorization_type") && planned.authorization_type === "NONE") await allowPublicAccess(aws, planned);
  },
  async delete(aws, state) {
    const { name, qualifier } = partsOf(requiredText(state, "id"));
    const input = { FunctionName: name, ...(qualifier ? { Qualifier: qualifier } : {}) };
    await unlessMissing(LAMBDA_MISSING, () => aws.clients.lambda.deleteFunctionUrlConfig(input));
  },
  async find(aws, planned) {
    return (await findUrl(aws, requiredText(planned, "function_name"), textAt(planned, "qualifier"))) === undefined
      ? null
      : { id: idOf(planned) };
  },
};

/** What Lambda says of a URL. */
export function urlState(url: GetFunctionUrlConfigCommandOutput): ValueObject {
  const address = url.FunctionUrl ?? "";
  return {
    authorization_type: url.AuthType ?? "",
    cors: CORS_BLOCK.flatten(url.Cors),
    function_arn: url.FunctionArn ?? "",
    function_url: address,
    invoke_mode: url.InvokeMode ?? "",
    url_id: /^https?:\/\/([^./:]+)/.exec(address)?.[1] ?? "",
  };
}

/** The same rule as an HTTP API's: browsers take no wildcard together with credentials, and Lambda refuses it. */
function corsDiagnostics(config: ValueObject): Diagnostic[] {
  const block = blockAt(config, "cors") ?? {};
  if (!isTrue(block, "allow_credentials") || !textsAt(block, "allow_origins").includes("*")) return [];
  const detail =
    'cors allows credentials and any origin: a browser never sends credentials to an answer that allows the origin "*".';
  const fix = "Name the origins in allow_origins, or leave allow_credentials out.";
  return [
    errorDiagnostic("DVT3009", "Setting refused or without effect on AWS", { detail, fix, attribute: "cors.0.allow_origins" }),
  ];
}

/** The function's name, with `/qualifier` where there is one. */
export function idOf(state: ValueObject): string {
  const name = requiredText(state, "function_name");
  const qualifier = textAt(state, "qualifier");
  return qualifier === undefined ? name : `${name}/${qualifier}`;
}

function partsOf(id: string): { name: string; qualifier?: string } {
  const slash = id.indexOf("/");
  return slash < 0 ? { name: id } : { name: id.slice(0, slash), qualifier: id.slice(slash + 1) };
}

/** A function's URL; undefined where it has none. */
export function findUrl(
  aws: AwsContext,
  name: string,
  qualifier: string | undefined,
): Promise<GetFunctionUrlConfigCommandOutput | undefined> {
  const input = { FunctionName: name, ...(qualifier ? { Qualifier: qualifier } : {}) };
  return unlessMissing(LAMBDA_MISSING, () => aws.clients.lambda.getFunctionUrlConfig(input));
}

/** A URL without authorisation still needs the function's policy to let everyone call it (internal/service/lambda/function_url.go). */
async function allowPublicAccess(aws: AwsContext, planned: ValueObject): Promise<void> {
  const qualifier = textAt(planned, "qualifier");
  try {
    await aws.clients.lambda.addPermission({
      Action: "lambda:InvokeFunctionUrl",
      FunctionName: requiredText(planned, "function_name"),
      FunctionUrlAuthType: "NONE",
      Principal: "*",
      StatementId: "FunctionURLAllowPublicAccess",
      ...(qualifier ? { Qualifier: qualifier } : {}),
    });
  } catch (error) {
    if (!hasCode(error, "ResourceConflictException")) throw error;
  }
}
