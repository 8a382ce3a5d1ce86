import { UNKNOWN, type Value, type ValueObject } from "@dovetail/model";
import { describe, expect, test } from "vitest";
import { hostedEnvironment, localAwsConfig } from "./hosted-environment.ts";

const AWS = "registry.terraform.io/hashicorp/aws";
const HOST = {
  PATH: "/bin",
  HOME: "/home/u",
  AWS_PROFILE: "production",
  AWS_ACCESS_KEY_ID: "AKIAREAL",
  AWS_SESSION_TOKEN: "token",
  AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://169.254.170.2",
  AWS_REGION: "eu-west-1",
  HTTPS_PROXY: "http://proxy.example",
  CLOUDFLARE_API_TOKEN: "cf",
};

describe("a hosted provider on the local target sees", () => {
  test("test credentials, the embedded cloud, and no way off this machine", () => {
    const env = hostedEnvironment(AWS, "http://127.0.0.1:4566", HOST);
    expect(env).toMatchObject({
      PATH: "/bin",
      AWS_ACCESS_KEY_ID: "test",
      AWS_ENDPOINT_URL: "http://127.0.0.1:4566",
      AWS_REGION: "eu-west-1",
      AWS_CONFIG_FILE: "/dev/null",
      HTTPS_PROXY: "http://127.0.0.1:9",
      NO_PROXY: "127.0.0.1,localhost,::1",
    });
    for (const name of ["AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_CONTAINER_CREDENTIALS_FULL_URI", "CLOUDFLARE_API_TOKEN"])
      expect(env).not.toHaveProperty(name);
    expect(Object.values(env)).not.toContain(undefined);
  });

  test("its own variables where it is not AWS's, and none of AWS's", () => {
    const env = hostedEnvironment("registry.terraform.io/cloudflare/cloudflare", "http://127.0.0.1:4566", HOST);
    expect(env).toMatchObject({ CLOUDFLARE_API_TOKEN: "cf", AWS_ACCESS_KEY_ID: "test", HTTPS_PROXY: "http://127.0.0.1:9" });
    expect(env).not.toHaveProperty("AWS_PROFILE");
  });
});

describe("the AWS provider's configuration on the local target", () => {
  const schema = {
    attributes: {
      region: { type: "string", optional: true },
      profile: { type: "string", optional: true },
      access_key: { type: "string", optional: true },
      s3_use_path_style: { type: "bool", optional: true },
    },
    blocks: {
      endpoints: {
        nesting: "set",
        attributes: { sqs: { type: "string", optional: true }, s3: { type: "string", optional: true } },
      },
      assume_role: { nesting: "list" },
      default_tags: { nesting: "list" },
    },
  } as const;

  test("keeps region and tags, points every service at the cloud, and leaves out what leads elsewhere and what the schema has not", () => {
    const given = {
      region: "us-west-2",
      profile: "production",
      assume_role: [{ role_arn: "x" }],
      default_tags: [{ tags: { a: "b" } }],
    };
    expect(localAwsConfig(given, schema, "http://127.0.0.1:1", "eu-west-1")).toEqual({
      region: "us-west-2",
      access_key: "test",
      s3_use_path_style: true,
      default_tags: [{ tags: { a: "b" } }],
      endpoints: [{ sqs: "http://127.0.0.1:1", s3: "http://127.0.0.1:1" }],
    });
  });

  test.each<[ValueObject, Value]>([
    [{}, "eu-west-1"],
    [{ region: null }, "eu-west-1"],
    [{ region: UNKNOWN }, UNKNOWN],
  ])("of %j has a region", (given, region) => {
    expect(localAwsConfig(given, schema, "http://127.0.0.1:1", "eu-west-1").region).toBe(region);
  });
});
