/** What asks for things that aren't emulated is refused by name, not kept as if it had an effect. */
import { seededRandom } from "@dovetail/model";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Cloud, startCloud } from "../cloud.ts";
import { ServiceError } from "./service.ts";
import { refuseMembers } from "./unsupported.ts";

let cloud: Cloud;
beforeAll(async () => {
  cloud = await startCloud({ random: seededRandom(11), volatile: true, listen: false });
  await cloud.call("dynamodb", "CreateTable", TABLE);
  await cloud.call("s3", "CreateBucket", { Bucket: "bucket" });
  await cloud.call("logs", "CreateLogGroup", { logGroupName: "group" });
});
afterAll(() => cloud.stop());

const TABLE = {
  TableName: "table",
  AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
  KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
  BillingMode: "PAY_PER_REQUEST",
};
const FUNCTION = { FunctionName: "f", Role: "arn:aws:iam::000000000000:role/r", Code: { ZipFile: Buffer.from("x") } };
const QUEUE = "arn:aws:sqs:us-east-1:000000000000:q";
const FILTER = { logGroupName: "group", filterName: "f", filterPattern: "", destinationArn: QUEUE };

describe("a request with a member that nothing here carries out", () => {
  it.each<[string, string, object, string]>([
    ["lambda", "CreateFunction", { ...FUNCTION, TenancyConfig: { TenantIsolationMode: "PER_TENANT" } }, "TenancyConfig"],
    ["lambda", "CreateFunction", { ...FUNCTION, DurableConfig: { ExecutionTimeout: 60 } }, "DurableConfig"],
    ["lambda", "Invoke", { FunctionName: "f", TenantId: "t" }, "TenantId"],
    [
      "lambda",
      "CreateEventSourceMapping",
      { FunctionName: "f", EventSourceArn: QUEUE, ProvisionedPollerConfig: { MinimumPollers: 2 } },
      "ProvisionedPollerConfig",
    ],
    [
      "dynamodb",
      "UpdateTable",
      { TableName: "table", ReplicaUpdates: [{ Create: { RegionName: "eu-west-1" } }] },
      "ReplicaUpdates",
    ],
    [
      "dynamodb",
      "CreateTable",
      { ...TABLE, GlobalTableSettingsReplicationMode: "ENABLED" },
      "GlobalTableSettingsReplicationMode",
    ],
    ["logs", "PutSubscriptionFilter", { ...FILTER, emitSystemFields: ["@aws.account"] }, "emitSystemFields"],
  ])("%s %s is refused by name", async (service, operation, input, member) => {
    await expect(cloud.call(service, operation, input)).rejects.toMatchObject({
      code: "NotImplemented",
      status: 501,
      message: `NotImplemented: ${service}.${operation} with ${member}`,
    });
  });

  it("S3 refuses a header, as it does on AWS where one is not implemented", async () => {
    const put = { Bucket: "bucket", Key: "k", Body: Buffer.from("x"), WriteOffsetBytes: 1 };
    await expect(cloud.call("s3", "PutObject", put)).rejects.toMatchObject({
      code: "NotImplemented",
      message: "A header you provided implies functionality that is not implemented",
    });
  });

  it("says nothing of members that are missing or empty", () => {
    const input = { a: undefined, b: [], c: {}, d: false, e: 0 };
    expect(() => refuseMembers("x.Y", input, ["a", "b", "c", "d"])).not.toThrow();
    expect(() => refuseMembers("x.Y", input, ["e"])).toThrow(ServiceError);
  });
});
