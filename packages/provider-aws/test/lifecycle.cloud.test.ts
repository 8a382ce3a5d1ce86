/**
 * Every type's life against the embedded cloud, over the wire: create, read, a plan without change, update in place where the type can, import,
 * delete. The configurations are those that the conformance suite also gives to the real provider.
 */
import { type Cloud, startCloud } from "@dovetail/cloud";
import { manualClock, seededRandom, systemClock, systemRandom, UNKNOWN, type ValueObject } from "@dovetail/model";
import type { Provider } from "@dovetail/provider";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CASES, type Case } from "../../../conformance/provider/cases.ts";
import { createAwsProvider } from "../src/index.ts";

let cloud: Cloud;
let aws: Provider;

beforeAll(async () => {
  cloud = await startCloud({ volatile: true });
  aws = createAwsProvider({
    target: { kind: "local", endpoint: cloud.endpoint },
    env: { AWS_PROFILE: "does-not-exist", AWS_ACCESS_KEY_ID: "AKIAREAL", AWS_SECRET_ACCESS_KEY: "real" },
    clock: systemClock(),
    random: systemRandom(),
  });
  expect(await aws.configure({ profile: "does-not-exist", region: "us-east-1" })).toEqual([]);
  await make({ type: "aws_s3_bucket", name: "logs", config: { bucket: "dovetail-conformance-logs" } });
});
afterAll(async () => {
  await aws.close();
  await cloud.stop();
});

async function make({ type, config }: Case): Promise<ValueObject> {
  const plan = await aws.planChange({ type, prior: null, proposed: config, config });
  expect(plan.diagnostics.filter((d) => d.severity === "error")).toEqual([]);
  const partials: ValueObject[] = [];
  const onPartial = async (state: ValueObject) => void partials.push(state);
  const { state, diagnostics } = await aws.applyChange({ type, prior: null, planned: plan.planned, config, onPartial });
  expect(diagnostics).toEqual([]);
  if (state === null) throw new Error(`${type} was not made`);
  expect(partials.map((partial) => partial.id)).toEqual([state.id]);
  expect(contradictions(plan.planned ?? {}, state)).toEqual([]);
  return state;
}

/** The real provider plans no table class and then stores AWS's. */
const PLANNED_UNSET = new Set(["table_class"]);

/** Attributes that were planned as known and came back as something else; unset may come back as the zero of its type. */
function contradictions(planned: ValueObject, state: ValueObject): string[] {
  return Object.keys(planned).filter((name) => !PLANNED_UNSET.has(name) && !agrees(planned[name], state[name]));
}

function isZero(value: unknown): boolean {
  if (value === undefined || value === null || value === "" || value === 0 || value === false) return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}

function agrees(planned: unknown, now: unknown): boolean {
  if (planned === UNKNOWN || planned === now) return true;
  if (planned === null || planned === undefined) return isZero(now);
  if (Array.isArray(planned) && Array.isArray(now)) {
    return planned.length === now.length && planned.every((item) => now.some((other) => agrees(item, other)));
  }
  if (typeof planned !== "object" || typeof now !== "object" || now === null) return false;
  const keys = new Set([...Object.keys(planned), ...Object.keys(now)]);
  return [...keys].every((key) => agrees(Reflect.get(planned, key), Reflect.get(now, key)));
}

/** Import ids that are not the id. */
function importIdOf(type: string, state: ValueObject): string {
  if (type === "aws_iam_role_policy_attachment") return `${String(state.role)}/${String(state.policy_arn)}`;
  return String(state.id);
}

/** Settings that a bucket always has: deleting them leaves AWS's own. */
const ALWAYS_THERE = new Set([
  "aws_s3_bucket_accelerate_configuration",
  "aws_s3_bucket_acl",
  "aws_s3_bucket_notification",
  "aws_s3_bucket_server_side_encryption_configuration",
  "aws_s3_bucket_versioning",
]);

/** They live beside others on one bucket or role, which must not go before them. */
const KEPT = new Set(["aws_s3_bucket.named", "aws_iam_role.named"]);
const ORDER = [...CASES].sort((a, b) => Number(KEPT.has(`${b.type}.${b.name}`)) - Number(KEPT.has(`${a.type}.${a.name}`)));
/** Their destinations belong to other services and are tested there. */
const ELSEWHERE = new Set(["aws_s3_bucket_notification.n"]);

describe("life of an object on the embedded cloud", () => {
  it.each(
    ORDER.filter(({ type, name }) => !ELSEWHERE.has(`${type}.${name}`)).map((row) => [`${row.type}.${row.name}`, row] as const),
  )("%s: is created, read, planned without change, imported and deleted", async (address, row) => {
    const { type, config } = row;
    const state = await make(row);
    const read = await aws.read({ type, state });
    expect([read.diagnostics, read.state]).toEqual([[], state]);
    const again = await aws.planChange({ type, prior: state, proposed: config, config });
    expect([again.planned, again.requiresReplace]).toEqual([state, []]);
    const imported = await aws.importState(type, importIdOf(type, state));
    expect(imported.diagnostics).toEqual([]);
    expect(imported.imported[0]?.state.id).toEqual(state.id);
    const recovered =
      typeof config.name === "string" || typeof config.bucket === "string"
        ? await aws.recover?.(type, again.planned ?? {})
        : null;
    if (recovered !== null) expect(recovered?.state.id).toEqual(state.id);
    if (KEPT.has(address)) return;
    const gone = await aws.applyChange({ type, prior: state, planned: null, config: null });
    expect(gone).toEqual({ state: null, diagnostics: [] });
    if (!ALWAYS_THERE.has(type)) expect((await aws.read({ type, state })).state).toBeNull();
    expect((await aws.applyChange({ type, prior: state, planned: null, config: null })).diagnostics).toEqual([]);
  });
});

async function change(
  type: string,
  from: ValueObject,
  to: ValueObject,
): Promise<{ before: ValueObject; after: ValueObject; replaced: boolean }> {
  const before = await make({ type, name: "x", config: from });
  const plan = await aws.planChange({ type, prior: before, proposed: to, config: to });
  const made = await aws.applyChange({ type, prior: before, planned: plan.planned, config: to });
  expect(made.diagnostics).toEqual([]);
  if (made.state === null) throw new Error("gone");
  expect(contradictions(plan.planned ?? {}, made.state)).toEqual([]);
  const again = await aws.planChange({ type, prior: made.state, proposed: to, config: to });
  expect(again.planned).toEqual(made.state);
  return { before, after: made.state, replaced: plan.requiresReplace.length > 0 };
}

describe("updates in place", () => {
  const table = { name: "changing", billing_mode: "PAY_PER_REQUEST", hash_key: "PK", attribute: [{ name: "PK", type: "S" }] };

  it("aws_dynamodb_table: gets an index, a time to live, a stream, recovery and other tags, and loses them", async () => {
    const more = {
      ...table,
      attribute: [...table.attribute, { name: "G", type: "N" }],
      global_secondary_index: [{ name: "by-g", hash_key: "G", projection_type: "ALL" }],
      ttl: [{ enabled: true, attribute_name: "T" }],
      stream_enabled: true,
      stream_view_type: "NEW_IMAGE",
      point_in_time_recovery: [{ enabled: true }],
      tags: { B: "2" },
    };
    const { before, after, replaced } = await change("aws_dynamodb_table", { ...table, tags: { A: "1" } }, more);
    expect(replaced).toBe(false);
    expect(after.id).toBe(before.id);
    expect(after.stream_arn).toMatch(/^arn:aws:dynamodb:.*\/stream\//);
    expect(after.tags_all).toEqual({ B: "2" });
    const plan = await aws.planChange({ type: "aws_dynamodb_table", prior: after, proposed: table, config: table });
    const back = await aws.applyChange({ type: "aws_dynamodb_table", prior: after, planned: plan.planned, config: table });
    expect(back.diagnostics).toEqual([]);
    expect(back.state).toMatchObject({ global_secondary_index: [], tags_all: {}, attribute: table.attribute });
  });

  it("aws_iam_role: changes trust, description, inline policy and tags", async () => {
    const trust = (service: string) =>
      JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }],
      });
    const inline = JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "s3:*", Resource: "*" }] });
    const { after, replaced } = await change(
      "aws_iam_role",
      { name: "changing", assume_role_policy: trust("lambda.amazonaws.com"), tags: { A: "1" } },
      {
        name: "changing",
        assume_role_policy: trust("events.amazonaws.com"),
        description: "new",
        tags: { A: "2" },
        inline_policy: [{ name: "i", policy: inline }],
      },
    );
    expect(replaced).toBe(false);
    expect(after).toMatchObject({ description: "new", tags_all: { A: "2" } });
  });

  it("aws_ssm_parameter: a new value is a new version", async () => {
    const { after } = await change(
      "aws_ssm_parameter",
      { name: "/c", type: "String", value: "1" },
      { name: "/c", type: "String", value: "2" },
    );
    expect([after.value, after.version]).toEqual(["2", 2]);
  });

  it("aws_s3_object: other content has another ETag", async () => {
    const config = (content: string) => ({ bucket: "dovetail-conformance-logs", key: "k", content });
    const { before, after } = await change("aws_s3_object", config("1"), config("2"));
    expect(after.etag).not.toBe(before.etag);
  });

  it("aws_s3_bucket_cors_configuration: rules are sent anew", async () => {
    const config = (origin: string) => ({
      bucket: "dovetail-conformance-logs",
      cors_rule: [{ allowed_methods: ["GET"], allowed_origins: [origin] }],
    });
    const { after } = await change("aws_s3_bucket_cors_configuration", config("*"), config("https://a.example"));
    expect(after.cors_rule).toMatchObject([{ allowed_origins: ["https://a.example"] }]);
  });
});

describe("what goes wrong", () => {
  it("a bucket with objects is not deleted unless force_destroy says so", async () => {
    const config = { bucket: "dovetail-full" };
    const state = await make({ type: "aws_s3_bucket", name: "full", config });
    await make({ type: "aws_s3_object", name: "o", config: { bucket: "dovetail-full", key: "k", content: "x" } });
    const refused = await aws.applyChange({ type: "aws_s3_bucket", prior: state, planned: null, config: null });
    expect(refused.state).toEqual(state);
    expect(refused.diagnostics).toMatchObject([
      { code: "DVT4001", aws: { code: "BucketNotEmpty", status: 409 }, fix: expect.stringContaining("force_destroy") },
    ]);
    const forced = await aws.applyChange({
      type: "aws_s3_bucket",
      prior: { ...state, force_destroy: true },
      planned: null,
      config: null,
    });
    expect(forced).toEqual({ state: null, diagnostics: [] });
  });

  it.each<[string, ValueObject]>([
    ["aws_s3_bucket", { bucket: "dovetail-twice" }],
    [
      "aws_dynamodb_table",
      { name: "twice", billing_mode: "PAY_PER_REQUEST", hash_key: "k", attribute: [{ name: "k", type: "S" }] },
    ],
    ["aws_iam_policy", { name: "twice", policy: '{"Version":"2012-10-17","Statement":[]}' }],
    ["aws_ssm_parameter", { name: "twice", type: "String", value: "v" }],
  ])("%s: one that exists is not taken over by a create", async (type, config) => {
    await make({ type, name: "a", config });
    const plan = await aws.planChange({ type, prior: null, proposed: config, config });
    const second = await aws.applyChange({ type, prior: null, planned: plan.planned, config });
    expect(second.state).toBeNull();
    expect(second.diagnostics).toMatchObject([{ code: "DVT4004", fix: expect.stringContaining("dovetail import") }]);
  });

  it("a thing that is not there is not imported", async () => {
    const answer = await aws.importState("aws_iam_role", "nobody");
    expect([answer.imported, answer.diagnostics[0]?.code]).toEqual([[], "DVT4006"]);
  });

  it("an endpoint that is not on this machine is refused before anything is sent", async () => {
    const options = { env: {}, clock: manualClock(), random: seededRandom(1) };
    const away = createAwsProvider({ ...options, target: { kind: "local", endpoint: "https://sqs.us-east-1.amazonaws.com" } });
    expect((await away.configure({})).map((d) => d.code)).toEqual(["DVT7007"]);
    const plan = { type: "aws_iam_role", state: { id: "r" } };
    expect((await away.read(plan)).diagnostics).toMatchObject([
      { code: "DVT7007", detail: expect.stringContaining("sqs.us-east-1.amazonaws.com") },
    ]);
  });
});

describe("data sources", () => {
  it("caller identity, bucket and parameter tell what is there", async () => {
    const who = await aws.readData("aws_caller_identity", {});
    expect(who.state).toMatchObject({ account_id: cloud.accountId, arn: `arn:aws:iam::${cloud.accountId}:root` });
    const bucket = await aws.readData("aws_s3_bucket", { bucket: "dovetail-conformance-logs" });
    expect(bucket.state).toMatchObject({ arn: "arn:aws:s3:::dovetail-conformance-logs", region: "us-east-1" });
    await make({ type: "aws_ssm_parameter", name: "d", config: { name: "/data", type: "SecureString", value: "s3cret" } });
    expect((await aws.readData("aws_ssm_parameter", { name: "/data" })).state).toMatchObject({
      value: "s3cret",
      type: "SecureString",
    });
  });

  it("a missing parameter is an error that names it", async () => {
    const { diagnostics } = await aws.readData("aws_ssm_parameter", { name: "/none" });
    expect(diagnostics).toMatchObject([{ code: "DVT4001", detail: "reading SSM Parameter (/none): couldn't find resource" }]);
  });
});
