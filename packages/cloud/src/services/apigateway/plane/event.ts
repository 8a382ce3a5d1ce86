import { headerPairs, multi } from "../../apigatewayv2/plane/events.ts";
import { requestContext } from "./context.ts";
import { type Exchange, fullPath, isBinary } from "./exchange.ts";

/** The event of a Lambda proxy integration. Pure. Developer guide, "Input format of a Lambda function for proxy integration" (read 2026-11-21). */
const orNull = (values: { readonly [name: string]: string } | undefined) =>
  values === undefined || Object.keys(values).length === 0 ? null : values;

export function eventOf(exchange: Exchange): Record<string, unknown> {
  const { input, api, resource } = exchange;
  const headers = multi(headerPairs(exchange));
  const query = multi(new URLSearchParams(input.rawQuery));
  const isBase64Encoded = input.body.length > 0 && isBinary(api, input.headers["content-type"]);
  return {
    resource: resource?.path,
    // Below a custom domain the path begins with what its mapping cut off.
    path: exchange.domainPath === undefined ? input.path : fullPath(exchange),
    httpMethod: input.method,
    headers: headers.single,
    multiValueHeaders: headers.all,
    queryStringParameters: query.single,
    multiValueQueryStringParameters: query.all,
    pathParameters: orNull(exchange.parameters),
    stageVariables: orNull(exchange.stage.variables),
    requestContext: requestContext(exchange),
    body: input.body.length === 0 ? null : input.body.toString(isBase64Encoded ? "base64" : "utf8"),
    isBase64Encoded,
  };
}
