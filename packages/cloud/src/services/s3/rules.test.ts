import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isPublicPolicy } from "./access.ts";
import { type BucketRecord, isBucketName } from "./bucket.ts";
import { failedCondition, readRange } from "./conditions.ts";
import { checkCorsRules, corsHeaders } from "./cors.ts";
import { checkTargets, encodedKey, targetsOf, wants } from "./notifications.ts";
import type { ObjectRecord } from "./object.ts";
import { checkCopySize } from "./operations/copy-object.ts";
import { readTagHeader, readTags } from "./tags.ts";

describe("bucket names", () => {
  it.each([
    ["abc", true],
    ["my.bucket-1", true],
    ["ab", false],
    ["Abc", false],
    ["a..b", false],
    ["-abc", false],
    ["abc-", false],
    ["192.168.0.1", false],
    ["xn--abc", false],
    ["abc-s3alias", false],
    ["a_b", false],
    ["../etc", false],
    ["a".repeat(64), false],
  ])("%s: %s", (name, wanted) => {
    expect(isBucketName(name)).toBe(wanted);
  });
});

describe("ranges", () => {
  it.each([
    ["bytes=0-0", { start: 0, end: 1 }],
    ["bytes=2-", { start: 2, end: 10 }],
    ["bytes=-3", { start: 7, end: 10 }],
    ["bytes=-30", { start: 0, end: 10 }],
    ["bytes=5-99", { start: 5, end: 10 }],
    ["bytes=5-4", undefined],
    ["bytes=0-1,3-4", undefined],
    ["items=0-1", undefined],
    ["bytes=-", undefined],
    [undefined, undefined],
  ])("%s of ten bytes", (header, wanted) => {
    expect(readRange(header, 10)).toEqual(wanted);
  });

  it.each(["bytes=10-", "bytes=10-20", "bytes=-0"])("%s of ten bytes is not satisfiable", (header) => {
    expect(() => readRange(header, 10)).toThrow(expect.objectContaining({ code: "InvalidRange", status: 416 }));
  });

  it("whatever the header, a range lies inside the object", () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(100), (header, bytes) => {
        const range = readRange(header, bytes);
        expect(range === undefined || (range.start >= 0 && range.start < range.end && range.end <= bytes)).toBe(true);
      }),
    );
  });
});

describe("conditions of reads", () => {
  const object = { etag: "abc", modifiedMs: 1_000_500 } as ObjectRecord;
  const at = (ms: number) => new Date(ms);
  it.each([
    [{ IfMatch: '"abc"' }, undefined],
    [{ IfMatch: '"x", "abc"' }, undefined],
    [{ IfMatch: '"x"' }, "IfMatch"],
    [{ IfNoneMatch: "abc" }, "IfNoneMatch"],
    [{ IfNoneMatch: "*" }, "IfNoneMatch"],
    [{ IfModifiedSince: at(1_000_000) }, "IfModifiedSince"],
    [{ IfModifiedSince: at(999_000) }, undefined],
    [{ IfUnmodifiedSince: at(999_000) }, "IfUnmodifiedSince"],
    [{ IfMatch: '"abc"', IfUnmodifiedSince: at(0) }, undefined],
    [{ IfNoneMatch: '"x"', IfModifiedSince: at(2_000_000) }, undefined],
  ])("%j", (given, wanted) => {
    expect(failedCondition(object, given)).toBe(wanted);
  });
});

describe("CORS", () => {
  const bucket = {
    settings: {
      cors: {
        CORSRules: [
          { AllowedMethods: ["GET"], AllowedOrigins: ["https://*.example.com"], AllowedHeaders: ["x-*"], MaxAgeSeconds: 60 },
        ],
      },
    },
  } as unknown as BucketRecord;
  const ask = (origin: string, method = "GET", headers: string[] = []) => corsHeaders(bucket, { origin, method, headers }, true);

  it.each([
    ["https://a.example.com", "GET", [], true],
    ["https://a.example.com", "GET", ["x-a"], true],
    ["https://a.example.com", "GET", ["authorization"], false],
    ["https://a.example.com", "PUT", [], false],
    ["https://example.com", "GET", [], false],
    ["http://a.example.com", "GET", [], false],
  ])("%s %s with headers %j: %s", (origin, method, headers, wanted) => {
    expect(ask(origin, method, headers) !== undefined).toBe(wanted);
  });

  it("names the origin, and lets credentials through only where it does", () => {
    expect(ask("https://a.example.com")).toMatchObject({
      "Access-Control-Allow-Origin": "https://a.example.com",
      "Access-Control-Allow-Credentials": "true",
    });
  });

  it.each([
    [[{ AllowedMethods: ["PATCH"], AllowedOrigins: ["*"] }], /Unsupported method is PATCH/],
    [[{ AllowedMethods: ["GET"], AllowedOrigins: ["https://*.*.com"] }], /more than one wildcard/],
    [[], /not well-formed/],
  ])("refuses %j", (rules, message) => {
    expect(() => checkCorsRules(rules)).toThrow(message);
  });
});

describe("notifications", () => {
  const queue = (Events: string[], prefix = "", suffix = "", Id = prefix + suffix) => ({
    Id,
    QueueArn: "arn:aws:sqs:us-east-1:000000000000:q",
    Events: Events as never[],
    Filter: {
      Key: {
        FilterRules: [
          { Name: "Prefix" as never, Value: prefix },
          { Name: "suffix" as never, Value: suffix },
        ],
      },
    },
  });

  it.each([
    ["photos/a.jpg", "ObjectCreated:Put", true],
    ["photos/a.png", "ObjectCreated:Put", false],
    ["a.jpg", "ObjectCreated:Put", false],
    ["photos/a.jpg", "ObjectRemoved:Delete", false],
    ["photos/a.jpg", "ObjectCreated:CompleteMultipartUpload", true],
  ])("%s %s: %s", (key, event, wanted) => {
    const [target] = targetsOf({ QueueConfigurations: [queue(["s3:ObjectCreated:*"], "photos/", ".jpg")] });
    expect(target !== undefined && wants(target, key, event)).toBe(wanted);
  });

  it("refuses two rules for one event", () => {
    const targets = targetsOf({
      QueueConfigurations: [queue(["s3:ObjectCreated:*"], "a", "", "1"), queue(["s3:ObjectCreated:Put"], "ab", "", "2")],
    });
    expect(() => checkTargets(targets)).toThrow("Configurations overlap");
  });

  it("encodes keys as AWS does", () => {
    expect(encodedKey("a b/é+c")).toBe("a+b/%C3%A9%2Bc");
  });
});

describe("tags and policies", () => {
  it("reads the header, and refuses a key twice or too many", () => {
    expect(readTagHeader("a=1&b=x%20y")).toEqual({ a: "1", b: "x y" });
    expect(() => readTagHeader("a=1&a=2")).toThrow("same key");
    expect(() => readTags({ TagSet: Array.from({ length: 11 }, (_, i) => ({ Key: `k${i}`, Value: "" })) }, "object")).toThrow(
      "greater than 10",
    );
  });

  const statement = (more: object) =>
    JSON.stringify({ Statement: [{ Effect: "Allow", Action: "s3:GetObject", Resource: "*", ...more }] });
  it.each([
    [statement({ Principal: "*" }), true],
    [statement({ Principal: { AWS: "*" } }), true],
    [statement({ Principal: { AWS: "arn:aws:iam::111122223333:root" } }), false],
    [statement({ Principal: { Service: "cloudfront.amazonaws.com" } }), false],
    [statement({ Principal: "*", Condition: { StringEquals: { "aws:SourceAccount": "111122223333" } } }), false],
    [statement({ Principal: "*", Effect: "Deny" }), false],
  ])("%s is public: %s", (policy, wanted) => {
    expect(isPublicPolicy(policy)).toBe(wanted);
  });
});

it("a copy in one piece has at most 5 GB", () => {
  expect(() => checkCopySize(5 * 1024 ** 3)).not.toThrow();
  expect(() => checkCopySize(5 * 1024 ** 3 + 1)).toThrow(/larger than the maximum allowable size for a copy source: 5368709120/);
});
