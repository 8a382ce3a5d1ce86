import { seededRandom } from "@dovetail/model";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Cloud, startCloud } from "../../cloud.ts";

const BUS = "arn:aws:events:us-east-1:000000000000:event-bus/orders";
const GROUP = "arn:aws:logs:us-east-1:000000000000:log-group:/vended";
let cloud: Cloud;
beforeAll(async () => {
  cloud = await startCloud({ random: seededRandom(6), volatile: true, listen: false });
});
afterAll(() => cloud.stop());

const call = <O = Record<string, unknown>>(operation: string, input: object) => cloud.call<O>("logs", operation, input);
const code = (name: string) => expect.objectContaining({ code: name });

describe("deliveries of vended logs", () => {
  it("join a source and a destination, which stay while they are joined", async () => {
    const { deliverySource } = await call<{ deliverySource: object }>("PutDeliverySource", {
      name: "orders-errors",
      resourceArn: BUS,
      logType: "ERROR_LOGS",
      tags: { team: "a" },
    });
    expect(deliverySource).toEqual({
      name: "orders-errors",
      arn: "arn:aws:logs:us-east-1:000000000000:delivery-source:orders-errors",
      resourceArns: [BUS],
      service: "events",
      logType: "ERROR_LOGS",
      tags: { team: "a" },
    });
    const { deliveryDestination } = await call<{ deliveryDestination: { arn: string } }>("PutDeliveryDestination", {
      name: "group",
      outputFormat: "json",
      deliveryDestinationConfiguration: { destinationResourceArn: GROUP },
    });
    expect(deliveryDestination).toMatchObject({ deliveryDestinationType: "CWL", outputFormat: "json" });
    const given = { deliverySourceName: "orders-errors", deliveryDestinationArn: deliveryDestination.arn };
    const { delivery } = await call<{ delivery: { id: string; arn: string } }>("CreateDelivery", given);
    expect(delivery).toMatchObject({ id: expect.stringMatching(/^[0-9A-Za-z]{16}$/), ...given, deliveryDestinationType: "CWL" });
    await expect(call("CreateDelivery", given)).rejects.toEqual(code("ConflictException"));
    await expect(call("DeleteDeliverySource", { name: "orders-errors" })).rejects.toEqual(code("ConflictException"));
    await expect(call("DeleteDeliveryDestination", { name: "group" })).rejects.toEqual(code("ConflictException"));
    await call("UpdateDeliveryConfiguration", { id: delivery.id, recordFields: ["event_id"], fieldDelimiter: "," });
    expect(await call("GetDelivery", { id: delivery.id })).toMatchObject({
      delivery: { recordFields: ["event_id"], fieldDelimiter: "," },
    });
    await call("TagResource", { resourceArn: delivery.arn, tags: { a: "b" } });
    expect(await call("ListTagsForResource", { resourceArn: delivery.arn })).toEqual({ tags: { a: "b" } });
    await call("DeleteDelivery", { id: delivery.id });
    await call("DeleteDeliverySource", { name: "orders-errors" });
    await call("DeleteDeliveryDestination", { name: "group" });
    expect(await call("DescribeDeliveries", {})).toEqual({ deliveries: [] });
  });

  it.each<[string, string, object, string]>([
    [
      "a log type that buses don't have",
      "PutDeliverySource",
      { name: "s", resourceArn: BUS, logType: "ACCESS_LOGS" },
      "ValidationException",
    ],
    [
      "a resource that is no ARN",
      "PutDeliverySource",
      { name: "s", resourceArn: "bus", logType: "ERROR_LOGS" },
      "ValidationException",
    ],
    ["a destination of no kind", "PutDeliveryDestination", { name: "d" }, "ValidationException"],
    [
      "a type that isn't the resource's",
      "PutDeliveryDestination",
      { name: "d", deliveryDestinationType: "S3", deliveryDestinationConfiguration: { destinationResourceArn: GROUP } },
      "ValidationException",
    ],
    [
      "a delivery of nothing",
      "CreateDelivery",
      { deliverySourceName: "none", deliveryDestinationArn: GROUP },
      "ResourceNotFoundException",
    ],
    ["a delivery that is gone", "DeleteDelivery", { id: "none" }, "ResourceNotFoundException"],
    [
      "a policy of no destination",
      "PutDeliveryDestinationPolicy",
      { deliveryDestinationName: "none", deliveryDestinationPolicy: "{}" },
      "ResourceNotFoundException",
    ],
  ])("refuses %s", async (_, operation, input, name) => {
    await expect(call(operation, input)).rejects.toEqual(code(name));
  });

  it("knows one source of a kind for a resource, and keeps a destination's policy", async () => {
    await call("PutDeliverySource", { name: "one", resourceArn: BUS, logType: "INFO_LOGS" });
    await call("PutDeliverySource", { name: "one", resourceArn: BUS, logType: "INFO_LOGS" });
    for (const [name, logType] of [
      ["two", "INFO_LOGS"],
      ["one", "TRACE_LOGS"],
    ])
      await expect(call("PutDeliverySource", { name, resourceArn: BUS, logType })).rejects.toEqual(code("ConflictException"));
    await call("PutDeliveryDestination", {
      name: "bucket",
      deliveryDestinationConfiguration: { destinationResourceArn: "arn:aws:s3:::logs" },
    });
    const named = { deliveryDestinationName: "bucket" };
    expect(await call("GetDeliveryDestinationPolicy", named)).toEqual({ policy: {} });
    await call("PutDeliveryDestinationPolicy", { ...named, deliveryDestinationPolicy: "{}" });
    expect(await call("GetDeliveryDestinationPolicy", named)).toEqual({ policy: { deliveryDestinationPolicy: "{}" } });
    await call("DeleteDeliveryDestinationPolicy", named);
  });
});
