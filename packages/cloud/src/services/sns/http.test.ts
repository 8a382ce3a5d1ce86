import { seededRandom } from "@dovetail/model";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Cloud, startCloud } from "../../cloud.ts";

let cloud: Cloud;
beforeAll(async () => {
  cloud = await startCloud({ random: seededRandom(12), volatile: true });
});
afterAll(() => cloud.stop());

it("a subscription that waits for its token is told it, until it is confirmed", async () => {
  const { TopicArn } = await cloud.call<{ TopicArn: string }>("sns", "CreateTopic", { Name: "t" });
  const subscribe = { TopicArn, Protocol: "email", Endpoint: "a@example.com", ReturnSubscriptionArn: true };
  const { SubscriptionArn } = await cloud.call<{ SubscriptionArn: string }>("sns", "Subscribe", subscribe);
  const ask = async (arn: string) => {
    const answer = await fetch(`${cloud.endpoint}/_aws/sns/subscription-tokens/${arn}`);
    return { status: answer.status, json: (await answer.json()) as { subscription_token?: string } };
  };
  const { status, json } = await ask(SubscriptionArn);
  expect([status, json]).toEqual([
    200,
    { subscription_arn: SubscriptionArn, subscription_token: expect.stringMatching(/^[0-9a-f]{128}$/) },
  ]);
  await cloud.call("sns", "ConfirmSubscription", { TopicArn, Token: json.subscription_token });
  expect((await ask(SubscriptionArn)).status).toBe(404);
  for (const wrong of ["", "x", "%zz", "arn:aws:sns:us-east-1:000000000000:none:x"]) expect((await ask(wrong)).status).toBe(404);
});
