import { manualClock, seededRandom } from "@dovetail/model";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Cloud, startCloud } from "../../cloud.ts";

let cloud: Cloud;
beforeAll(async () => {
  cloud = await startCloud({ clock: manualClock(1_700_000_000_000), random: seededRandom(1), listen: false });
});
beforeEach(() => cloud.reset());
afterAll(() => cloud.stop());

const call = (operation: string, input: object) => cloud.call<Record<string, string>>("sns", operation, input);

async function device(): Promise<{ app: string; EndpointArn: string }> {
  const made = await call("CreatePlatformApplication", { Name: "app", Platform: "GCM", Attributes: { PlatformCredential: "k" } });
  const app = made.PlatformApplicationArn ?? "";
  const { EndpointArn = "" } = await call("CreatePlatformEndpoint", { PlatformApplicationArn: app, Token: "device-1" });
  return { app, EndpointArn };
}

test("a device gets its platform's message, directly and through a topic", async () => {
  const { EndpointArn } = await device();
  const Message = JSON.stringify({ default: "d", GCM: '{"data":{"a":"b"}}' });
  await call("Publish", { TargetArn: EndpointArn, MessageStructure: "json", Message });
  const { TopicArn } = await call("CreateTopic", { Name: "t" });
  await call("Subscribe", { TopicArn, Protocol: "application", Endpoint: EndpointArn });
  await call("Publish", { TopicArn, Message: "plain" });
  await cloud.idle();
  expect(cloud.mailbox.list()).toMatchObject([
    { kind: "push", to: "device-1", body: '{"data":{"a":"b"}}' },
    { kind: "push", to: "device-1", body: "plain" },
  ]);
});

test("the same token is the same endpoint, unless its attributes differ; a disabled one gets nothing", async () => {
  const { app, EndpointArn } = await device();
  const again = { PlatformApplicationArn: app, Token: "device-1" };
  expect(await call("CreatePlatformEndpoint", again)).toMatchObject({ EndpointArn });
  await expect(call("CreatePlatformEndpoint", { ...again, CustomUserData: "x" })).rejects.toThrow(
    `Invalid parameter: Token Reason: Endpoint ${EndpointArn} already exists with the same Token, but different attributes.`,
  );
  await call("SetEndpointAttributes", { EndpointArn, Attributes: { Enabled: "false" } });
  await expect(call("Publish", { TargetArn: EndpointArn, Message: "m" })).rejects.toMatchObject({
    name: "EndpointDisabledException",
  });
  const shown = await call("GetPlatformApplicationAttributes", { PlatformApplicationArn: app });
  expect(JSON.stringify(shown)).not.toContain("PlatformCredential");
});

test("text messages carry the sender that is set, and a sandbox number is proved by its code", async () => {
  await call("SetSMSAttributes", { attributes: { DefaultSenderID: "Acme" } });
  await call("Publish", { PhoneNumber: "+15550100", Message: "hi" });
  await call("CreateSMSSandboxPhoneNumber", { PhoneNumber: "+15550101" });
  const [first, second] = cloud.mailbox.list();
  expect(first).toMatchObject({ kind: "sms", from: "Acme", to: "+15550100" });
  const code = second?.body.slice(-6) ?? "";
  const verify = (OneTimePassword: string) => call("VerifySMSSandboxPhoneNumber", { PhoneNumber: "+15550101", OneTimePassword });
  await expect(verify(code === "000000" ? "111111" : "000000")).rejects.toMatchObject({ name: "VerificationException" });
  await verify(code);
  expect(await call("ListSMSSandboxPhoneNumbers", {})).toMatchObject({ PhoneNumbers: [{ Status: "Verified" }] });
});

test.each<[string, string, object, RegExp]>([
  ["a spend limit that is none", "SetSMSAttributes", { attributes: { MonthlySpendLimit: "x" } }, /MonthlySpendLimit/],
  ["an unknown setting", "SetSMSAttributes", { attributes: { Colour: "red" } }, /Colour is not a valid attribute/],
  ["a filter of six keys", "", { a: ["1"], b: ["1"], c: ["1"], d: ["1"], e: ["1"], f: ["1"] }, /more than 5 keys/],
  ["a filter of 151 combinations", "", { a: Array.from({ length: 151 }, (_, at) => `${at}`) }, /too complex/],
  ["a numeric range upside down", "", { a: [{ numeric: [">", 5, "<", 1] }] }, /Bottom must be less than top/],
  ["exists that is no boolean", "", { a: [{ exists: "yes" }] }, /exists match pattern/],
  [
    "a retry policy of 101 tries",
    "CreateTopic",
    { Name: "t", Attributes: { DeliveryPolicy: '{"http":{"defaultHealthyRetryPolicy":{"numRetries":101}}}' } },
    /numRetries must be between 0 and 100/,
  ],
  [
    "an attribute name with a blank",
    "Publish",
    { PhoneNumber: "+15550100", Message: "m", MessageAttributes: { "a b": { DataType: "String", StringValue: "x" } } },
    /non-alphanumeric/,
  ],
])("refuses %s", async (_name, operation, input, wanted) => {
  if (operation !== "") return expect(call(operation, input)).rejects.toThrow(wanted);
  const { TopicArn } = await call("CreateTopic", { Name: "t" });
  const Attributes = { FilterPolicy: JSON.stringify(input) };
  return expect(call("Subscribe", { TopicArn, Protocol: "sms", Endpoint: "+15550100", Attributes })).rejects.toThrow(wanted);
});
