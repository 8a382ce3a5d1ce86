import { describe, expect, test } from "vitest";
import { AWS_ENUMS, awsEnumMembers } from "./aws-enums.ts";
import { Catalogs, PACKAGES } from "./catalogs.ts";
import { nearest } from "./nearest.ts";

const catalogs = new Catalogs();

describe("catalogs", () => {
  test("every class and function of every package has a schema, and no two properties of one have the same name", () => {
    const wrong: string[] = [];
    let count = 0;
    for (const name of PACKAGES) {
      const catalog = catalogs.get(name);
      for (const kind of ["resource", "data"] as const) {
        for (const path of catalog.paths(kind)) {
          const descriptor = catalog.describe(kind, path);
          if (descriptor === undefined) {
            if (!WITHOUT_SCHEMA.has(path)) wrong.push(`${name}.${path}: no schema`);
            continue;
          }
          count++;
          const { schema } = descriptor;
          const all = Object.keys(schema.attributes ?? {}).length + Object.keys(schema.blocks ?? {}).length;
          if (descriptor.members("", schema).size !== all) wrong.push(`${name}.${path}: two properties with one name`);
        }
      }
    }
    expect(wrong).toEqual([]);
    expect(count).toBeGreaterThan(2400);
  });

  test.each([
    ["aws:sqs/queue:Queue", "aws_sqs_queue"],
    ["aws:s3/bucketV2:BucketV2", "aws_s3_bucket"],
    ["random:index/randomPassword:RandomPassword", "random_password"],
    ["aws:sqs/nope:Nope", undefined],
    ["gcp:x:Y", undefined],
  ])("the token %s is %s", (token, type) => {
    expect(catalogs.byToken(token)?.tf).toBe(type);
  });

  test("constants have values as AWS writes them", () => {
    expect(
      AWS_ENUMS.every(
        (path) =>
          Object.keys(awsEnumMembers(path.includes(".") ? (path.split(".")[0] ?? "") : "", path.split(".").at(-1) ?? "") ?? {})
            .length > 0,
      ),
    ).toBe(true);
    expect(awsEnumMembers("", "Region")).toMatchObject({
      EUCentral1: "eu-central-1",
      USGovWest1: "us-gov-west-1",
      APSoutheast2: "ap-southeast-2",
      CACentral: "ca-central-1",
    });
    expect(awsEnumMembers("iam", "ManagedPolicy")).toMatchObject({
      AWSLambdaBasicExecutionRole: "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
      LambdaFullAccess: "arn:aws:iam::aws:policy/AWSLambda_FullAccess",
    });
    expect(awsEnumMembers("ec2", "InstanceType")?.T3_2XLarge).toBe("t3.2xlarge");
    expect(awsEnumMembers("rds", "InstanceType")?.T4G_Micro).toBe("db.t4g.micro");
  });
});

/** Functions of Pulumi's own or of the provider's language functions, not data sources. */
const WITHOUT_SCHEMA = new Set(["ecr.getCredentials", "arnBuild", "arnParse", "trimIamRolePath", "userAgent"]);

describe("nearest", () => {
  test.each([
    ["visibilityTimout", ["visibilityTimeoutSeconds", "tags"], "visibilityTimeoutSeconds"],
    ["Quue", ["Queue", "Topic"], "Queue"],
    ["NAME", ["name"], "name"],
    ["tableName", ["arn", "name", "tags"], "name"],
    ["bucketName", ["arn", "bucket", "tags"], "bucket"],
    ["zzz", ["name", "tags"], undefined],
    ["", ["name"], undefined],
  ])("%s among %j is %s", (name, candidates, wanted) => {
    expect(nearest(name, candidates)).toBe(wanted);
  });
});
