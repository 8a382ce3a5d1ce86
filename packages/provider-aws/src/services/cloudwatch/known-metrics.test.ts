import { describe, expect, it } from "vitest";
import { metricProblem } from "./known-metrics.ts";

describe("metricProblem", () => {
  it.each([
    ["AWS/Lambda", "Errors", ["FunctionName"]],
    ["AWS/Lambda", "Errors", []],
    ["AWS/SQS", "ApproximateAgeOfOldestMessage", ["QueueName"]],
    ["AWS/ApiGateway", "5xx", ["ApiId"]],
    ["AWS/ApiGateway", "5XXError", ["ApiName", "Stage"]],
    ["AWS/ApiGateway", "Latency", ["Stage", "ApiId"]],
    ["AWS/DynamoDB", "ThrottledRequests", ["TableName", "Operation"]],
    ["AWS/S3", "BucketSizeBytes", ["BucketName", "StorageType"]],
    ["MyApp", "Anything", ["Whatever"]],
    ["AWS/ES", "CPUUtilization", ["DomainName"]],
  ])("says nothing against %s %s by %j", (namespace, metric, dimensions) => {
    expect(metricProblem(namespace, metric, dimensions)).toBeUndefined();
  });

  it.each([
    ["AWS/Lambda", "Error", ["FunctionName"], "Did you mean Errors?"],
    ["AWS/SQS", "ApproximateNumberOfMessageVisible", ["QueueName"], "Did you mean ApproximateNumberOfMessagesVisible?"],
    [
      "AWS/Lambda",
      "ApproximateAgeOfOldestMessage",
      ["QueueName"],
      "ApproximateAgeOfOldestMessage is emitted in the namespace AWS/SQS.",
    ],
    ["Lambda", "Errors", ["FunctionName"], "Write the namespace as AWS/Lambda."],
    ["AWS/Lamda", "Errors", ["FunctionName"], "Write the namespace as AWS/Lambda."],
    ["aws/sqs", "NumberOfMessagesSent", ["QueueName"], "Write the namespace as AWS/SQS."],
    [
      "AWS/ApiGateway",
      "5XXError",
      ["ApiId"],
      "5XXError comes with: ApiName; ApiName + Stage; ApiName + Method + Resource + Stage.",
    ],
    ["AWS/SQS", "NumberOfMessagesSent", [], "NumberOfMessagesSent comes with: QueueName."],
    ["AWS/DynamoDB", "UserErrors", ["TableName"], "UserErrors comes with: no dimension."],
  ])("names what to write instead of %s %s by %j", (namespace, metric, dimensions, fix) => {
    expect(metricProblem(namespace, metric, dimensions)?.fix).toBe(fix);
  });

  it("judges only the name while the dimensions are unknown", () => {
    expect(metricProblem("AWS/SQS", "NumberOfMessagesSent", undefined)).toBeUndefined();
    expect(metricProblem("AWS/SQS", "MessagesSent", undefined)).toBeDefined();
  });
});
