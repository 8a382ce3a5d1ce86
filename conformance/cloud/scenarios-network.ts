/** EC2. Expectations: EC2 API reference, Developer Guide "Error codes". */
import { type Scenario, stepsOf } from "./case.ts";

const ec2 = stepsOf("ec2");

export const networkScenarios: readonly Scenario[] = [
  {
    name: "ec2: regions, zones and the account's attributes",
    steps: [
      ec2.ok(
        "DescribeAvailabilityZones",
        { Filters: [{ Name: "zone-name", Values: ["eu-west-1a"] }] },
        { output: { AvailabilityZones: [{ ZoneName: "eu-west-1a", RegionName: "eu-west-1", State: "available" }] } },
      ),
      ec2.ok(
        "DescribeAvailabilityZones",
        { ZoneNames: ["eu-west-1b"] },
        { output: { AvailabilityZones: [{ ZoneName: "eu-west-1b" }] } },
      ),
      ec2.fails(
        "DescribeAvailabilityZones",
        { Filters: [{ Name: "colour", Values: ["x"] }] },
        "InvalidParameterValue",
        400,
        "colour",
      ),
      ec2.fails("DescribeAvailabilityZones", { DryRun: true }, "DryRunOperation", 412, "Request would have succeeded"),
      ec2.ok(
        "DescribeRegions",
        { RegionNames: ["eu-west-1"] },
        {
          output: {
            Regions: [{ RegionName: "eu-west-1", Endpoint: "ec2.eu-west-1.amazonaws.com", OptInStatus: "opt-in-not-required" }],
          },
        },
      ),
      ec2.ok(
        "DescribeAccountAttributes",
        { AttributeNames: ["supported-platforms"] },
        {
          output: { AccountAttributes: [{ AttributeName: "supported-platforms", AttributeValues: [{ AttributeValue: "VPC" }] }] },
        },
      ),
    ],
  },
];
