import * as ec2 from "@aws-sdk/client-ec2";
import { CreateAccessKeyCommand, CreateUserCommand, IAMClient, PutUserPolicyCommand } from "@aws-sdk/client-iam";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Cloud, startCloud } from "../../cloud.ts";

let cloud: Cloud;
const ROOT = { accessKeyId: "test", secretAccessKey: "test" };
beforeAll(async () => {
  cloud = await startCloud({});
});
afterAll(() => cloud.stop());

const client = (region = "eu-west-1", credentials = ROOT) =>
  new ec2.EC2Client({ endpoint: cloud.endpoint, region, credentials, maxAttempts: 1 });

const zones = async (input: ec2.DescribeAvailabilityZonesCommandInput = {}, region?: string) => {
  const { AvailabilityZones = [] } = await client(region).send(new ec2.DescribeAvailabilityZonesCommand(input));
  return AvailabilityZones.map(({ ZoneName }) => ZoneName);
};
const reason = (work: Promise<unknown>) =>
  work.then(
    () => "no error",
    (error: Error & { $metadata?: { httpStatusCode?: number } }) =>
      `${error.$metadata?.httpStatusCode} ${error.name}: ${error.message}`,
  );

describe("DescribeAvailabilityZones", () => {
  test("answers the zones of the request's region, all of what AWS says of them", async () => {
    const { AvailabilityZones } = await client().send(new ec2.DescribeAvailabilityZonesCommand({}));
    expect(AvailabilityZones?.[0]).toEqual({
      OptInStatus: "opt-in-not-required",
      Messages: [],
      RegionName: "eu-west-1",
      ZoneName: "eu-west-1a",
      ZoneId: "euw1-az1",
      GroupName: "eu-west-1-zg-1",
      NetworkBorderGroup: "eu-west-1",
      ZoneType: "availability-zone",
      GroupLongName: "Europe (Ireland) 1",
      State: "available",
    });
  });

  test.each<[string, ec2.DescribeAvailabilityZonesCommandInput, string | undefined, readonly string[]]>([
    ["a region with gaps in its letters", {}, "us-west-1", ["us-west-1a", "us-west-1c"]],
    ["a partition of its own", {}, "us-gov-west-1", ["us-gov-west-1a", "us-gov-west-1b", "us-gov-west-1c"]],
    ["names", { ZoneNames: ["eu-west-1c", "eu-west-1a"] }, undefined, ["eu-west-1a", "eu-west-1c"]],
    ["IDs", { ZoneIds: ["euw1-az2"] }, undefined, ["eu-west-1b"]],
    ["a state", { Filters: [{ Name: "state", Values: ["available"] }] }, undefined, ["eu-west-1a", "eu-west-1b", "eu-west-1c"]],
    ["a state that none has", { Filters: [{ Name: "state", Values: ["impaired"] }] }, undefined, []],
    ["a wildcard", { Filters: [{ Name: "zone-name", Values: ["*-1b", "x?y"] }] }, undefined, ["eu-west-1b"]],
    ["an escaped wildcard, which is a character", { Filters: [{ Name: "zone-name", Values: ["\\*-1b"] }] }, undefined, []],
    [
      "filters together",
      {
        Filters: [
          { Name: "zone-type", Values: ["availability-zone"] },
          { Name: "zone-id", Values: ["euw1-az3", "euw1-az1"] },
        ],
      },
      undefined,
      ["eu-west-1a", "eu-west-1c"],
    ],
  ])("asked for %s", async (_what, input, region, wanted) => {
    expect(await zones(input, region)).toEqual(wanted);
  });

  test.each<[string, ec2.DescribeAvailabilityZonesCommandInput, string]>([
    [
      "a zone of another region",
      { ZoneNames: ["us-east-1a"] },
      "400 InvalidParameterValue: Invalid availability zone: [us-east-1a]",
    ],
    ["an ID that is none", { ZoneIds: ["x"] }, "400 InvalidParameterValue: Invalid availability zone-id: [x]"],
    [
      "a filter that is none",
      { Filters: [{ Name: "colour", Values: ["x"] }] },
      "400 InvalidParameterValue: The filter 'colour' is invalid",
    ],
    ["a dry run", { DryRun: true }, "412 DryRunOperation: Request would have succeeded, but DryRun flag is set."],
  ])("refuses %s", async (_what, input, wanted) => {
    expect(await reason(zones(input))).toBe(wanted);
  });
});

test("DescribeRegions: what is switched on, or all; the caller's own counts as switched on", async () => {
  const regions = async (input: ec2.DescribeRegionsCommandInput, region?: string) =>
    (await client(region).send(new ec2.DescribeRegionsCommand(input))).Regions ?? [];
  const names = (found: readonly ec2.Region[]) => found.map(({ RegionName }) => RegionName);
  expect(names(await regions({}))).toHaveLength(17);
  expect(names(await regions({}, "eu-south-1"))).toContain("eu-south-1");
  expect(names(await regions({ AllRegions: true }))).toHaveLength(32);
  expect(await regions({ RegionNames: ["us-east-1"] })).toEqual([
    { OptInStatus: "opt-in-not-required", RegionName: "us-east-1", Endpoint: "ec2.us-east-1.amazonaws.com" },
  ]);
  const optIn = await regions({ AllRegions: true, Filters: [{ Name: "opt-in-status", Values: ["not-opted-in"] }] });
  expect(names(optIn)).toHaveLength(15);
  expect(await reason(regions({ RegionNames: ["mars-1"] }))).toBe("400 InvalidParameterValue: Invalid region provided: mars-1");
});

test("DescribeAccountAttributes: those asked for, in order; others are refused", async () => {
  const ask = (AttributeNames?: ec2.AccountAttributeName[]) =>
    client().send(new ec2.DescribeAccountAttributesCommand({ AttributeNames }));
  expect((await ask(["supported-platforms"])).AccountAttributes).toEqual([
    { AttributeName: "supported-platforms", AttributeValues: [{ AttributeValue: "VPC" }] },
  ]);
  expect((await ask()).AccountAttributes).toHaveLength(6);
  expect(await reason(ask(["nothing" as ec2.AccountAttributeName]))).toBe(
    "400 InvalidParameterValue: Value (nothing) for parameter attributeName is invalid.",
  );
});

describe("refusals before an operation", () => {
  test("one that is not emulated is named", async () => {
    const answer = await reason(client().send(new ec2.DescribeInstanceTypesCommand({})));
    expect(answer).toContain("501 NotImplemented: NotImplemented: ec2.DescribeInstanceTypes is not emulated");
  });

  test("an action that EC2 lacks, in EC2's form", async () => {
    const answer = await fetch(cloud.endpoint, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: "Action=MakeCoffee&Version=2016-11-15",
    });
    expect(answer.status).toBe(400);
    expect(await answer.text()).toMatch(
      /^<\?xml[^>]*>\n<Response><Errors><Error><Code>InvalidAction<\/Code><Message>The action MakeCoffee is not valid for this web service\.<\/Message><\/Error><\/Errors><RequestID>[\w-]+<\/RequestID><\/Response>$/,
    );
  });

  test("a user needs a policy, dry runs included", async () => {
    const iam = new IAMClient({ endpoint: cloud.endpoint, region: "us-east-1", credentials: ROOT });
    await iam.send(new CreateUserCommand({ UserName: "dora" }));
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: "dora" }));
    const keys = { accessKeyId: AccessKey?.AccessKeyId ?? "", secretAccessKey: AccessKey?.SecretAccessKey ?? "" };
    const ask = () => reason(client("eu-west-1", keys).send(new ec2.DescribeAvailabilityZonesCommand({ DryRun: true })));
    expect(await ask()).toMatch(
      /^403 UnauthorizedOperation: You are not authorized to perform this operation\. User: arn:aws:iam::\d+:user\/dora is not authorized to perform: ec2:DescribeAvailabilityZones because/,
    );
    const PolicyDocument = JSON.stringify({
      Version: "2012-10-17",
      Statement: { Effect: "Allow", Action: "ec2:Describe*", Resource: "*" },
    });
    await iam.send(new PutUserPolicyCommand({ UserName: "dora", PolicyName: "p", PolicyDocument }));
    expect(await ask()).toContain("412 DryRunOperation");
    const wrong = { ...keys, secretAccessKey: "wrong" };
    expect(await reason(client("eu-west-1", wrong).send(new ec2.DescribeRegionsCommand({})))).toBe(
      "401 AuthFailure: AWS was not able to validate the provided access credentials",
    );
  });
});
