import { UNKNOWN, type ValueObject } from "@dovetail/model";
import { describe, expect, it } from "vitest";
import { RESOURCES } from "../registry.ts";
import { ownedThing } from "./ownership.ts";

describe("ownedThing", () => {
  it.each<[string, ValueObject, string | undefined]>([
    ["aws_sqs_queue_policy", { queue_url: "https://q" }, "policy of the SQS queue https://q"],
    ["aws_s3_bucket_public_access_block", { bucket: "b" }, "public access block of the S3 bucket b"],
    ["aws_cloudwatch_log_group", { name: "/a" }, "log group /a"],
    ["aws_lambda_function_url", { function_name: "f", qualifier: null }, "URL of the function f"],
    ["aws_lambda_function_url", { function_name: "f", qualifier: "live" }, "URL of the function f/live"],
    ["aws_sqs_queue", { name: UNKNOWN }, undefined],
    ["aws_cloudwatch_event_rule", { name: "r", event_bus_name: UNKNOWN }, undefined],
    ["aws_apigatewayv2_api", { name: "api" }, undefined],
    ["toString", {}, undefined],
  ])("%s %j: %s", (type, planned, thing) => {
    expect(ownedThing(type, planned)).toBe(thing);
  });

  it.each<[string, ValueObject, string | undefined]>([
    ["aws_s3_bucket_policy", { bucket: UNKNOWN }, "policy of the S3 bucket aws_s3_bucket.X"],
    ["aws_s3_bucket", { bucket: UNKNOWN }, undefined],
    ["aws_sqs_queue_policy", { queue_url: UNKNOWN }, undefined],
    ["aws_s3_object", { bucket: UNKNOWN, key: UNKNOWN }, undefined],
    ["aws_s3_object", { bucket: UNKNOWN, key: "k" }, "S3 object aws_s3_bucket.X/k"],
  ])("%s %j, which depends on one bucket: %s", (type, planned, thing) => {
    expect(ownedThing(type, planned, (of) => (of === "aws_s3_bucket" ? "aws_s3_bucket.X" : undefined))).toBe(thing);
  });

  it("an alarm of either kind owns the name", () => {
    const [metric, composite] = ["aws_cloudwatch_metric_alarm", "aws_cloudwatch_composite_alarm"];
    expect(ownedThing(metric ?? "", { alarm_name: "a" })).toBe(ownedThing(composite ?? "", { alarm_name: "a" }));
  });

  it("a domain of either kind of API owns the name", () => {
    const [rest, http] = ["aws_api_gateway_domain_name", "aws_apigatewayv2_domain_name"].map((type) =>
      ownedThing(type, { domain_name: "app.example.com" }),
    );
    expect(rest).toBe(http);
  });

  it("a queue and its policy are two things", () => {
    expect(ownedThing("aws_sqs_queue", { name: "q" })).not.toBe(ownedThing("aws_sqs_queue_policy", { queue_url: "q" }));
    expect(Object.keys(RESOURCES)).toContain("aws_sqs_queue_policy");
  });
});
