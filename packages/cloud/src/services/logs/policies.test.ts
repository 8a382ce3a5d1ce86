/** Data protection, policies of the account, field indexes, live tail. */
import * as L from "@aws-sdk/client-cloudwatch-logs";
import { manualClock, seededRandom } from "@dovetail/model";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Cloud, startCloud } from "../../cloud.ts";
import { masked, readProtection } from "./protection/policy.ts";

const START = 1_700_000_000_000;
const GROUP = { logGroupIdentifier: "/g" };
let cloud: Cloud;
let client: L.CloudWatchLogsClient;

beforeAll(async () => {
  cloud = await startCloud({ clock: manualClock(START), random: seededRandom(1) });
  client = new L.CloudWatchLogsClient({
    endpoint: cloud.endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
    disableHostPrefix: true,
  });
});
beforeEach(async () => {
  await cloud.reset();
  await call("CreateLogGroup", { logGroupName: "/g" });
  await call("CreateLogStream", { logGroupName: "/g", logStreamName: "s" });
});
afterAll(() => cloud.stop());

const call = <O = Record<string, unknown>>(operation: string, input: object, options?: Parameters<Cloud["call"]>[3]) =>
  cloud.call<O>("logs", operation, input, options);
const put = (...messages: string[]) =>
  call("PutLogEvents", {
    logGroupName: "/g",
    logStreamName: "s",
    logEvents: messages.map((message) => ({ message, timestamp: cloud.clock.now() })),
  });
async function messages(input: object = {}): Promise<(string | undefined)[]> {
  const { events } = await call<{ events: { message?: string }[] }>("FilterLogEvents", { logGroupName: "/g", ...input });
  return events.map(({ message }) => message);
}

const managed = (name: string) => `arn:aws:dataprotection::aws:data-identifier/${name}`;
function policy(identifiers: readonly string[], more: object = {}): string {
  const statement = (Sid: string, Operation: object) => ({ Sid, DataIdentifier: identifiers, Operation });
  const Statement = [
    statement("audit", { Audit: { FindingsDestination: {} } }),
    statement("mask", { Deidentify: { MaskConfig: {} } }),
  ];
  return JSON.stringify({ Name: "p", Version: "2021-06-01", Statement, ...more });
}
const protectGroup = (policyDocument: string) => call("PutDataProtectionPolicy", { ...GROUP, policyDocument });

describe("data protection", () => {
  test("masks what arrives after the policy, everywhere it is read, and keeps it for who unmasks", async () => {
    await put("before ann@example.com");
    await protectGroup(policy([managed("EmailAddress")]));
    await put('{"to":"bob@example.com"}');
    expect(await messages()).toEqual(["before ann@example.com", '{"to":"***************"}']);
    expect(await messages({ unmask: true })).toEqual(["before ann@example.com", '{"to":"bob@example.com"}']);
    expect(await messages({ filterPattern: '"bob@example.com"' })).toEqual([]);
    const read = { logGroupName: "/g", logStreamName: "s", startFromHead: true };
    const { events } = await call<{ events: { message: string }[] }>("GetLogEvents", read);
    expect(events[1]?.message).toBe('{"to":"***************"}');
    const ask = { logGroupName: "/g", startTime: START / 1000 - 60, endTime: START / 1000 + 60 };
    const queryString = "fields to, unmask(@message) as raw | filter ispresent(to)";
    const { queryId } = await call<{ queryId: string }>("StartQuery", { ...ask, queryString });
    const { results } = await call<{ results: { field: string; value: string }[][] }>("GetQueryResults", { queryId });
    expect(results[0]?.slice(0, 2)).toEqual([
      { field: "to", value: "***************" },
      { field: "raw", value: '{"to":"bob@example.com"}' },
    ]);
    const found = { Namespace: "AWS/Logs", MetricName: "LogEventsWithFindings" };
    expect((await cloud.call<{ Metrics: object[] }>("cloudwatch", "ListMetrics", found)).Metrics).toHaveLength(1);
    await call("DeleteDataProtectionPolicy", GROUP);
    await put("carl@example.com");
    expect((await messages()).at(-1)).toBe("carl@example.com");
  });

  test("to unmask takes logs:Unmask beside the reading", async () => {
    const statement = (Action: readonly string[]) => ({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action, Resource: "*" }],
    });
    await cloud.call("iam", "CreateUser", { UserName: "u" });
    const allow = (...actions: string[]) =>
      cloud.call("iam", "PutUserPolicy", { UserName: "u", PolicyName: "p", PolicyDocument: JSON.stringify(statement(actions)) });
    const as = {
      kind: "user",
      accountId: "000000000000",
      accessKeyId: "A",
      userArn: "arn:aws:iam::000000000000:user/u",
      userId: "U",
    } as const;
    const read = (unmask: boolean) => call("FilterLogEvents", { logGroupName: "/g", unmask }, { as });
    await allow("logs:FilterLogEvents");
    await read(false);
    await expect(read(true)).rejects.toMatchObject({
      name: "AccessDeniedException",
      message: expect.stringContaining("logs:Unmask"),
    });
    await allow("logs:FilterLogEvents", "logs:Unmask");
    await read(true);
  });

  test("a policy is shown as it was put", async () => {
    expect(await call("GetDataProtectionPolicy", GROUP)).toEqual(GROUP);
    const policyDocument = policy([managed("IpAddress")]);
    await protectGroup(policyDocument);
    expect(await call("GetDataProtectionPolicy", GROUP)).toEqual({ ...GROUP, policyDocument, lastUpdatedTime: START });
  });

  test.each([
    ["EmailAddress", "to a.b+c@mail.example.co.uk.", "to ************************."],
    ["IpAddress", "10.0.0.255 1.2.3.4.5 999.1.1.1", "********** 1.2.3.4.5 999.1.1.1"],
    ["CreditCardNumber", "4111 1111 1111 1111, 4111 1111 1111 1112", "*******************, 4111 1111 1111 1112"],
    ["Ssn-US", "123-45-6789 000-45-6789", "*********** 000-45-6789"],
    ["PhoneNumber-US", "(212) 555-0100 or 1-212-555-0100", "************** or **************"],
    ["AwsSecretKey", `secret_access_key = "${"a".repeat(40)}"`, `secret_access_key = "${"*".repeat(40)}"`],
    ["PkcsPrivateKey", "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----", "*".repeat(66)],
  ])("%s", (name, message, wanted) => {
    const text = masked([readProtection(policy([managed(name)]))], message);
    expect(text).toBe(wanted.length === 66 ? "*".repeat(message.length) : wanted);
  });

  test("a custom identifier is a regular expression of AWS's alphabet", () => {
    const Configuration = { CustomDataIdentifier: [{ Name: "Badge", Regex: "EMP-\\d{5}" }] };
    expect(masked([readProtection(policy(["Badge"], { Configuration }))], "EMP-12345 EMP-1")).toBe("********* EMP-1");
  });

  test("hostile messages take no time: every identifier over 256 KB of its own letters", () => {
    const names = ["EmailAddress", "IpAddress", "CreditCardNumber", "Ssn-US", "PhoneNumber-US", "AwsSecretKey", "PkcsPrivateKey"];
    const protection = readProtection(policy(names.map(managed)));
    for (const piece of ["a", "a.", "1", "1.", "1 ", "-----BEGIN PRIVATE KEY-----", "a@a."])
      expect(masked([protection], piece.repeat(Math.ceil(262_144 / piece.length)))?.length ?? 0).toBeGreaterThanOrEqual(0);
  });

  test.each([
    ["no JSON", "{", /not valid JSON/],
    ["another version", policy([managed("IpAddress")], { Version: "2012-10-17" }), /Version/],
    ["no statements", JSON.stringify({ Version: "2021-06-01" }), /Statement/],
    ["only one statement", policy([managed("IpAddress")], { Statement: [] }), /two statements/],
    ["a name without a definition", policy(["Badge"]), /unknown data identifier Badge/],
    [
      "a group in a custom one",
      policy(["B"], { Configuration: { CustomDataIdentifier: [{ Name: "B", Regex: "(a+)+" }] } }),
      /not supported/,
    ],
    [
      "two endless repetitions",
      policy(["B"], { Configuration: { CustomDataIdentifier: [{ Name: "B", Regex: "a*a*b" }] } }),
      /more than one/,
    ],
    ["a broken one", policy(["B"], { Configuration: { CustomDataIdentifier: [{ Name: "B", Regex: "[a" }] } }), /malformed/],
  ])("refuses %s", async (_name, document, wanted) => {
    await expect(protectGroup(document)).rejects.toMatchObject({
      name: "InvalidParameterException",
      message: expect.stringMatching(wanted),
    });
  });
});

describe("policies of the account", () => {
  test("protect every group, one of them in a region", async () => {
    const input = { policyType: "DATA_PROTECTION_POLICY", policyName: "a", policyDocument: policy([managed("IpAddress")]) };
    const { accountPolicy } = await call<{ accountPolicy: object }>("PutAccountPolicy", input);
    expect(accountPolicy).toMatchObject({ ...input, scope: "ALL", accountId: "000000000000" });
    await put("10.0.0.1");
    expect(await messages()).toEqual(["********"]);
    await expect(call("PutAccountPolicy", { ...input, policyName: "b" })).rejects.toMatchObject({
      name: "LimitExceededException",
    });
    await call("DeleteAccountPolicy", { policyType: input.policyType, policyName: "a" });
    expect(await call("DescribeAccountPolicies", { policyType: input.policyType })).toEqual({ accountPolicies: [] });
  });

  test("subscribe to every group but those left out", async () => {
    await cloud.call("kinesis", "CreateStream", { StreamName: "k", ShardCount: 1 });
    const trust = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service: "logs.amazonaws.com" }, Action: "sts:AssumeRole" }],
    });
    const { Role } = await cloud.call<{ Role: { Arn: string } }>("iam", "CreateRole", {
      RoleName: "r",
      AssumeRolePolicyDocument: trust,
    });
    const allow = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "kinesis:PutRecord*", Resource: "*" }],
    });
    await cloud.call("iam", "PutRolePolicy", { RoleName: "r", PolicyName: "p", PolicyDocument: allow });
    await call("PutAccountPolicy", {
      policyType: "SUBSCRIPTION_FILTER_POLICY",
      policyName: "all",
      policyDocument: JSON.stringify({
        DestinationArn: "arn:aws:kinesis:us-east-1:000000000000:stream/k",
        RoleArn: Role.Arn,
        FilterPattern: "kept",
      }),
      selectionCriteria: 'LogGroupName NOT IN ["/out"]',
    });
    await call("CreateLogGroup", { logGroupName: "/out" });
    await call("CreateLogStream", { logGroupName: "/out", logStreamName: "s" });
    await call("PutLogEvents", {
      logGroupName: "/out",
      logStreamName: "s",
      logEvents: [{ message: "kept out", timestamp: START }],
    });
    await put("kept", "not so");
    await cloud.idle();
    const at = { StreamName: "k", ShardId: "shardId-000000000000", ShardIteratorType: "TRIM_HORIZON" };
    const { ShardIterator } = await cloud.call<{ ShardIterator: string }>("kinesis", "GetShardIterator", at);
    const { Records } = await cloud.call<{ Records: object[] }>("kinesis", "GetRecords", { ShardIterator });
    expect(Records).toHaveLength(1);
  });

  test.each([
    [
      "a selection that is no list",
      { policyType: "SUBSCRIPTION_FILTER_POLICY", policyDocument: "{}", selectionCriteria: "LogGroupName NOT IN [" },
      "InvalidParameterException",
    ],
    [
      "a document without a destination",
      { policyType: "SUBSCRIPTION_FILTER_POLICY", policyDocument: "{}" },
      "InvalidParameterException",
    ],
    ["fields that are none", { policyType: "FIELD_INDEX_POLICY", policyDocument: '{"Fields":[1]}' }, "InvalidParameterException"],
    ["a type that is not emulated", { policyType: "TRANSFORMER_POLICY", policyDocument: "{}" }, "NotImplemented"],
  ])("refuse %s", async (_name, input, name) => {
    await expect(call("PutAccountPolicy", { policyName: "a", ...input })).rejects.toMatchObject({ name });
  });
});

test("field indexes are kept by group", async () => {
  const policyDocument = '{"Fields":["RequestId"]}';
  const { indexPolicy } = await call("PutIndexPolicy", { ...GROUP, policyDocument });
  expect(indexPolicy).toMatchObject({ policyDocument, source: "LOG_GROUP", lastUpdateTime: START });
  expect(await call("DescribeIndexPolicies", { logGroupIdentifiers: ["/g"] })).toEqual({ indexPolicies: [indexPolicy] });
  await call("DeleteIndexPolicy", GROUP);
  expect(await call("DescribeIndexPolicies", { logGroupIdentifiers: ["/g"] })).toEqual({ indexPolicies: [] });
});

describe("live tail", () => {
  const arn = "arn:aws:logs:us-east-1:000000000000:log-group:/g";

  test("tells what arrives and fits, once a second by the cloud's clock", async () => {
    const input = { logGroupIdentifiers: [arn], logEventFilterPattern: "seen" };
    const { responseStream } = await client.send(new L.StartLiveTailCommand(input));
    const updates: (string | undefined)[][] = [];
    let started: L.LiveTailSessionStart | undefined;
    for await (const { sessionStart, sessionUpdate } of responseStream ?? []) {
      if (sessionStart !== undefined) {
        started = sessionStart;
        await put("seen 1", "other");
        await cloud.idle();
      }
      if (sessionUpdate !== undefined) updates.push((sessionUpdate.sessionResults ?? []).map(({ message }) => message));
      if (updates.length === 2) break;
      await cloud.clock.advance(1000);
    }
    expect(started).toMatchObject({ logGroupIdentifiers: [arn], logEventFilterPattern: "seen" });
    expect(updates.flat()).toEqual(["seen 1"]);
  });

  test.each([
    ["a group that isn't there", { logGroupIdentifiers: [`${arn}-none`] }, "ResourceNotFoundException"],
    ["a malformed pattern", { logGroupIdentifiers: [arn], logEventFilterPattern: "{ $.a = " }, "InvalidParameterException"],
    ["streams of two groups", { logGroupIdentifiers: [arn, arn], logStreamNames: ["s"] }, "InvalidParameterException"],
    [
      "names and prefixes at once",
      { logGroupIdentifiers: [arn], logStreamNames: ["s"], logStreamNamePrefixes: ["s"] },
      "InvalidParameterException",
    ],
  ])("refuses %s", async (_name, input, name) => {
    await expect(call("StartLiveTail", input)).rejects.toMatchObject({ name });
  });
});
