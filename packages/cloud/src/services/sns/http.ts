/** What lies under `/_aws/sns/`: the certificate of signatures, and, as LocalStack has it, the token that a subscription waits for. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { parseArn } from "../../core/arn.ts";
import type { Ctx } from "../../core/service.ts";
import { serveCertificate } from "./signing.ts";
import { getTopic, subscriptionsOf } from "./store.ts";

const TOKENS = "/_aws/sns/subscription-tokens/";

/** Every subscription of a topic has the topic's ARN before its own name. */
function tokenOf(ctx: Ctx, subscriptionArn: string): string | undefined {
  const parts = parseArn(subscriptionArn);
  if (parts?.service !== "sns") return undefined;
  const place = ctx.with({ account: parts.account, region: parts.region });
  const topic = getTopic(place, subscriptionArn.slice(0, subscriptionArn.lastIndexOf(":")));
  const found = topic === undefined ? undefined : subscriptionsOf(place, topic).find(({ arn }) => arn === subscriptionArn);
  return found?.token;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}

export async function serveHttp(ctx: Ctx, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = request.url?.split("?")[0] ?? "";
  if (!path.startsWith(TOKENS)) return serveCertificate(ctx, request, response);
  const subscription_arn = decoded(path.slice(TOKENS.length));
  const subscription_token = tokenOf(ctx, subscription_arn);
  const body =
    subscription_token === undefined
      ? { error: "The provided SubscriptionARN is invalid or not found, or its subscription is confirmed", subscription_arn }
      : { subscription_token, subscription_arn };
  response.writeHead(subscription_token === undefined ? 404 : 200, { "Content-Type": "application/json" });
  response.end(JSON.stringify(body));
}
