import {
  DeleteParameterCommand,
  DescribeParametersCommand,
  GetParameterCommand,
  GetParameterHistoryCommand,
  GetParametersByPathCommand,
  GetParametersCommand,
  LabelParameterVersionCommand,
  ListTagsForResourceCommand,
  PutParameterCommand,
  SSMClient,
} from "@aws-sdk/client-ssm";
import { manualClock, seededRandom } from "@dovetail/model";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Cloud, startCloud } from "../../cloud.ts";

let cloud: Cloud;
let ssm: SSMClient;

beforeAll(async () => {
  cloud = await startCloud({ clock: manualClock(1_700_000_000_000), random: seededRandom(1) });
  ssm = new SSMClient({
    region: "us-east-1",
    endpoint: cloud.endpoint,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
  });
});
beforeEach(() => cloud.reset());
afterAll(() => cloud.stop());

const put = (Name: string, Value: string, more: object = {}) =>
  ssm.send(new PutParameterCommand({ Name, Value, Type: "String", ...more }));

test("a parameter has a version each time it is written, reachable by number and label", async () => {
  expect(await put("/app/key", "1")).toMatchObject({ Version: 1, Tier: "Standard" });
  await put("/app/key", "2", { Overwrite: true });
  await ssm.send(new LabelParameterVersionCommand({ Name: "/app/key", ParameterVersion: 1, Labels: ["old"] }));
  const value = async (Name: string) => (await ssm.send(new GetParameterCommand({ Name }))).Parameter;
  expect(await value("/app/key")).toMatchObject({
    Value: "2",
    Version: 2,
    ARN: "arn:aws:ssm:us-east-1:000000000000:parameter/app/key",
    DataType: "text",
  });
  expect(await value("/app/key:1")).toMatchObject({ Value: "1", Selector: ":1" });
  expect(await value("/app/key:old")).toMatchObject({ Value: "1", Selector: ":old" });
  expect(await value("arn:aws:ssm:us-east-1:000000000000:parameter/app/key")).toMatchObject({ Value: "2" });
  const { Parameters } = await ssm.send(new GetParameterHistoryCommand({ Name: "/app/key" }));
  expect(Parameters?.map((each) => [each.Version, each.Value, each.Labels])).toEqual([
    [1, "1", ["old"]],
    [2, "2", []],
  ]);
});

test("a SecureString shows its value only when decryption is asked for", async () => {
  await put("secret", "hush", { Type: "SecureString", Tags: [{ Key: "a", Value: "b" }] });
  const get = async (WithDecryption: boolean) =>
    (await ssm.send(new GetParameterCommand({ Name: "secret", WithDecryption }))).Parameter?.Value;
  expect(await get(true)).toBe("hush");
  expect(await get(false)).not.toContain("hush");
  const { TagList } = await ssm.send(new ListTagsForResourceCommand({ ResourceType: "Parameter", ResourceId: "secret" }));
  expect(TagList).toEqual([{ Key: "a", Value: "b" }]);
});

test("paths list one level or all, in pages", async () => {
  for (const name of ["/a/1", "/a/2", "/a/b/3", "/ab/4"]) await put(name, "x");
  const list = (more: object) => ssm.send(new GetParametersByPathCommand({ Path: "/a", ...more }));
  expect((await list({})).Parameters?.map((each) => each.Name)).toEqual(["/a/1", "/a/2"]);
  expect((await list({ Recursive: true })).Parameters?.length).toBe(3);
  const first = await list({ Recursive: true, MaxResults: 2 });
  const second = await list({ Recursive: true, MaxResults: 2, NextToken: first.NextToken });
  expect([...(first.Parameters ?? []), ...(second.Parameters ?? [])].map((each) => each.Name)).toEqual([
    "/a/1",
    "/a/2",
    "/a/b/3",
  ]);
});

test("several at once name the ones that are not there", async () => {
  await put("a", "1");
  expect(await ssm.send(new GetParametersCommand({ Names: ["a", "b", "a:9"] }))).toMatchObject({
    Parameters: [{ Name: "a" }],
    InvalidParameters: ["b", "a:9"],
  });
});

test("descriptions filter by name and type", async () => {
  await put("/x/one", "1", { Description: "first" });
  await put("/x/two", "2", { Type: "SecureString" });
  const names = async (Key: string, Values: string[], Option?: string) =>
    (
      await ssm.send(
        new DescribeParametersCommand({ ParameterFilters: [{ Key, Values, ...(Option === undefined ? {} : { Option }) }] }),
      )
    ).Parameters?.map((each) => each.Name);
  expect(await names("Name", ["/x/t"], "BeginsWith")).toEqual(["/x/two"]);
  expect(await names("Type", ["String"])).toEqual(["/x/one"]);
});

test.each<[string, () => Promise<unknown>, string]>([
  ["a second one without Overwrite", () => put("a", "1").then(() => put("a", "2")), "ParameterAlreadyExists"],
  ["a value above 4 KB", () => put("a", "x".repeat(4097)), "ValidationException"],
  ["a reserved name", () => put("/aws/a", "x"), "AccessDeniedException"],
  ["a name with a space", () => put("a b", "x"), "ValidationException"],
  ["an unknown type", () => put("a", "x", { Type: "Number" }), "ValidationException"],
  ["a pattern that does not match", () => put("a", "x", { AllowedPattern: "^\\d+$" }), "ParameterPatternMismatchException"],
  ["reading what is not there", () => ssm.send(new GetParameterCommand({ Name: "no" })), "ParameterNotFound"],
  ["deleting what is not there", () => ssm.send(new DeleteParameterCommand({ Name: "no" })), "ParameterNotFound"],
  [
    "a version that is not there",
    () => put("a", "1").then(() => ssm.send(new GetParameterCommand({ Name: "a:7" }))),
    "ParameterVersionNotFound",
  ],
])("refuses %s", async (_name, act, name) => {
  await expect(act()).rejects.toMatchObject({ name });
});
