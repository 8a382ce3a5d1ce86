import { manualClock, seededRandom, UNKNOWN, type Value, type ValueObject } from "@dovetail/model";
import { describe, expect, it } from "vitest";
import { createAwsProvider } from "../index.ts";
import { equivalent } from "./equivalence.ts";
import { plannedTagsAll, stateTags } from "./tags.ts";

const provider = (config: ValueObject = {}) => {
  const made = createAwsProvider({
    target: { kind: "local", endpoint: "http://127.0.0.1:1" },
    env: {},
    clock: manualClock(),
    random: seededRandom(1),
  });
  return made.configure({ region: "eu-west-1", ...config }).then(() => made);
};

async function plan(type: string, prior: ValueObject | null, config: ValueObject, settings?: ValueObject) {
  return (await provider(settings)).planChange({ type, prior, proposed: config, config });
}

const QUEUE_LIKE = { name: "r", assume_role_policy: '{"Version":"2012-10-17","Statement":[]}' };

describe("planning", () => {
  it("a new object: defaults, unknowns for what AWS decides, the provider's region", async () => {
    const { planned } = await plan("aws_iam_role", null, QUEUE_LIKE);
    expect(planned).toMatchObject({ id: UNKNOWN, arn: UNKNOWN, path: "/", max_session_duration: 3600, description: null });
    expect((await plan("aws_ssm_parameter", null, { name: "/a", type: "String", value: "v" })).planned?.region).toBe("eu-west-1");
  });

  it("an argument that is taken out falls back to its default", async () => {
    const first = (await plan("aws_iam_role", null, { ...QUEUE_LIKE, max_session_duration: "7200" })).planned ?? {};
    const prior = { ...first, id: "r", arn: "arn", tags_all: {} };
    expect((await plan("aws_iam_role", prior, QUEUE_LIKE)).planned?.max_session_duration).toBe(3600);
  });

  it("tags that are taken out leave an empty map, as the provider SDK plans it", async () => {
    const first = (await plan("aws_iam_role", null, { ...QUEUE_LIKE, tags: { A: "1" } })).planned ?? {};
    const prior = { ...first, id: "r", arn: "arn" };
    expect((await plan("aws_iam_role", prior, QUEUE_LIKE)).planned).toMatchObject({ tags: {}, tags_all: {} });
  });

  it("what was written is checked, not what stands in the place of ignored changes", async () => {
    const type = "aws_secretsmanager_secret_version";
    const prior = {
      id: "i",
      arn: "a",
      secret_id: "s",
      secret_string: "x",
      secret_binary: "",
      version_id: "v",
      version_stages: [],
    };
    const config = { secret_id: "s", secret_string: "x", secret_binary: "" };
    const request = { type, prior, proposed: { ...prior, ...config }, config };
    const said = async (written: ValueObject | null) =>
      (await (await provider()).planChange({ ...request, written })).diagnostics.map(({ summary }) => summary);
    expect(await said({ secret_id: "s", secret_string: "x" })).toEqual([]);
    expect(await said(null)).toEqual([]);
    expect(await said({ secret_id: "s", secret_string: "x", secret_binary: "eA==" })).toContain(
      "Conflicting configuration arguments",
    );
  });

  it("a policy written in another way is no change", async () => {
    const policy = (action: Value) =>
      JSON.stringify({ Statement: [{ Action: action, Effect: "Allow", Resource: "*" }], Version: "2012-10-17" });
    const first = (await plan("aws_iam_policy", null, { name: "p", policy: policy("s3:GetObject") })).planned ?? {};
    const prior = {
      ...first,
      id: "arn",
      arn: "arn",
      attachment_count: 0,
      policy_id: "X",
      name_prefix: "",
      description: "",
      tags_all: {},
    };
    const again = await plan("aws_iam_policy", prior, { name: "p", policy: policy(["S3:getobject"]) });
    expect([again.planned, again.requiresReplace]).toEqual([prior, []]);
  });

  it("another name replaces, another region too", async () => {
    const base = { name: "/a", type: "String", value: "v" };
    const prior = { ...(await plan("aws_ssm_parameter", null, base)).planned, id: "/a", version: 1, tags_all: {} } as ValueObject;
    expect((await plan("aws_ssm_parameter", prior, { ...base, name: "/b" })).requiresReplace).toEqual([["name"]]);
    expect((await plan("aws_ssm_parameter", prior, { ...base, region: "us-east-2" })).requiresReplace).toEqual([["region"]]);
  });

  it("a state of edition 5, which has no region, takes the provider's without being replaced", async () => {
    const base = { name: "/a", type: "String", value: "v" };
    const prior = { ...(await plan("aws_ssm_parameter", null, base)).planned, id: "/a", region: null } as ValueObject;
    expect((await plan("aws_ssm_parameter", prior, base)).requiresReplace).toEqual([]);
  });

  it("unknown values in config stay unknown", async () => {
    const { planned } = await plan("aws_iam_role", null, { ...QUEUE_LIKE, name: UNKNOWN, tags: { A: UNKNOWN } });
    expect([planned?.name, planned?.tags_all]).toEqual([UNKNOWN, UNKNOWN]);
  });

  it("default tags go under the resource's own, ignored ones nowhere", async () => {
    const settings = { default_tags: [{ tags: { Team: "x", Stage: "dev" } }], ignore_tags: [{ keys: ["Stage"] }] };
    const { planned } = await plan("aws_iam_role", null, { ...QUEUE_LIKE, tags: { Team: "own" } }, settings);
    expect([planned?.tags, planned?.tags_all]).toEqual([{ Team: "own" }, { Team: "own" }]);
  });
});

describe("what a type does not carry out", () => {
  it.each<[string, ValueObject, string]>([
    ["aws_s3_bucket", { bucket: "abc", acl: "private" }, "acl"],
    ["aws_s3_bucket", { bucket: "abc", versioning: [{ enabled: true }] }, "versioning"],
    [
      "aws_dynamodb_table",
      {
        name: "abc",
        hash_key: "k",
        billing_mode: "PAY_PER_REQUEST",
        attribute: [{ name: "k", type: "S" }],
        replica: [{ region_name: "us-east-2" }],
      },
      "replica",
    ],
  ])("%s: %j is refused by name", async (type, config, attribute) => {
    const { diagnostics } = await plan(type, null, config);
    expect(diagnostics.map((d) => [d.code, d.attribute])).toEqual([["DVT3006", attribute]]);
  });

  it("a type that is not native is refused by name", async () => {
    const aws = await provider();
    expect(aws.validateConfig("resource", "aws_instance", {})[0]).toMatchObject({ code: "DVT3004" });
    await expect(aws.planChange({ type: "aws_instance", prior: null, proposed: {}, config: {} })).rejects.toThrow(/aws_instance/);
  });

  it.each([["ab"], ["Abc"], ["a_b"], ["192.168.0.1"], ["-abc"], ["a..b"], ["x".repeat(64)]])(
    "aws_s3_bucket: the name %j is refused as S3 would",
    async (bucket) => {
      const { diagnostics } = await plan("aws_s3_bucket", null, { bucket });
      expect(diagnostics.map((d) => d.code)).toEqual(["DVT3007"]);
    },
  );
});

describe("texts that mean the same", () => {
  const policy = (statement: object) => JSON.stringify({ Version: "2012-10-17", Statement: statement });
  it.each<["json" | "policy", string, string, boolean]>([
    ["json", '{"a":1,"b":[1,2]}', '{ "b": [1,2], "a": 1 }', true],
    ["json", '{"a":[1,2]}', '{"a":[2,1]}', false],
    ["json", "", "{}", true],
    ["json", "{", "{ ", false],
    ["policy", policy({ Action: "a:b" }), policy([{ Action: ["A:B"] }]), true],
    ["policy", policy([{ Resource: ["a", "b"] }]), policy([{ Resource: ["b", "a", "b"] }]), true],
    [
      "policy",
      policy([{ Principal: { AWS: "123456789012" } }]),
      policy([{ Principal: { AWS: "arn:aws:iam::123456789012:root" } }]),
      true,
    ],
    ["policy", policy([{ Principal: "*" }]), policy([{ Principal: { AWS: "*" } }]), true],
    ["policy", policy([{ Sid: "1" }, { Sid: "2" }]), policy([{ Sid: "2" }, { Sid: "1" }]), true],
    [
      "policy",
      policy([{ Condition: { Bool: { "aws:SecureTransport": true } } }]),
      policy([{ Condition: { bool: { "AWS:securetransport": "true" } } }]),
      true,
    ],
    ["policy", policy([{ Effect: "Allow" }]), policy([{ Effect: "Deny" }]), false],
    ["policy", policy([{ Resource: "A" }]), policy([{ Resource: "a" }]), false],
    ["policy", '"x"', "[]", false],
  ])("%s: %s and %s: %s", (how, a, b, same) => {
    expect([equivalent(how, a, b), equivalent(how, b, a)]).toEqual([same, same]);
  });
});

describe("tags", () => {
  const settings = { defaults: { D: "1" }, ignoreKeys: ["I"], ignorePrefixes: ["p:"] };
  it("tags_all without any tag is known after apply, as the real provider plans it", () => {
    expect(plannedTagsAll({ defaults: {}, ignoreKeys: [], ignorePrefixes: [] }, null, null)).toBe(UNKNOWN);
    expect(plannedTagsAll({ defaults: {}, ignoreKeys: [], ignorePrefixes: [] }, null, { tags_all: { A: "1" } })).toEqual({});
  });

  it("a state's tags leave out default, ignored and AWS's own", () => {
    const remote = { A: "1", D: "1", I: "x", "p:q": "x", "aws:cloudformation": "y" };
    expect(stateTags(settings, remote, { A: "1" })).toEqual({ tags: { A: "1" }, tags_all: { A: "1", D: "1" } });
    expect(stateTags(settings, { D: "2" }, null)).toEqual({ tags: { D: "2" }, tags_all: { D: "2" } });
    expect(stateTags(settings, { D: "1" }, { D: "1" })).toEqual({ tags: { D: "1" }, tags_all: { D: "1" } });
  });
});
