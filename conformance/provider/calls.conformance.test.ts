/** Functions and ephemeral resources of the AWS provider: ours answer what the real one answers, from the same cloud. */
import { type ResourceSchema, UNKNOWN, type Value, type ValueObject } from "@dovetail/model";
import { type Provider, shapeObject } from "@dovetail/provider";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { realBinary } from "./judge/parties.ts";
import { openWorld, type World } from "./life.ts";

const binary = realBinary();
const PREPARE_MS_MAX = 60_000;
const ROLE = "arn:aws:iam::444455556666:role/with/path/example";
const CALLS: readonly (readonly [name: string, ...values: readonly string[]])[] = [
  ["arn_parse", ROLE],
  ["arn_parse", "arn:aws:s3:::a:b/c"],
  ["arn_parse", "arn:::x::"],
  ["arn_parse", "arn:aws"],
  ["arn_parse", ""],
  ["arn_build", "aws", "iam", "", "444455556666", "role/example"],
  ["arn_build", "", "", "", "", ""],
  ["arn_build", "x y", "", "*", "", ":"],
  ["trim_iam_role_path", ROLE],
  ["trim_iam_role_path", "arn:aws:iam::4:role/"],
  ["trim_iam_role_path", "arn:aws:iam:::role/a/b"],
  ["trim_iam_role_path", "arn:aws:iam:us-east-1:4:role/a/b"],
  ["trim_iam_role_path", "arn:aws:iam::4:user/x"],
  ["trim_iam_role_path", "arn:aws:s3:::b"],
  ["trim_iam_role_path", "x"],
];

/** What is there to be opened, made by ours in the cloud that both look into. */
async function make(provider: Provider, type: string, config: ValueObject): Promise<ValueObject> {
  const schema = provider.getSchema("resource", type) ?? {};
  const shaped = shapeObject(schema, config);
  const attributes = Object.entries(schema.attributes ?? {});
  const computed = attributes.flatMap(([name, { computed }]) =>
    computed === true && shaped[name] === null ? [[name, UNKNOWN]] : [],
  );
  const proposed = { ...shaped, ...Object.fromEntries(computed) };
  const plan = await provider.planChange({ type, prior: null, proposed, config: shaped });
  const { state, diagnostics } = await provider.applyChange({ type, prior: null, planned: plan.planned, config: shaped });
  if (state === null) throw new Error(diagnostics.map(({ detail }) => detail).join());
  return state;
}

async function open(
  provider: Provider,
  type: string,
  config: ValueObject,
): Promise<{ readonly result: Value; readonly said: string }> {
  const schema: ResourceSchema = provider.getEphemeralSchema?.(type) ?? {};
  const opened = await provider.openEphemeral?.(type, shapeObject(schema, config));
  const said = (opened?.diagnostics ?? []).map(({ summary, detail }) => `${summary}: ${detail}`).join();
  return { result: said === "" ? (opened?.result ?? null) : null, said };
}

describe.skipIf(binary === undefined)("beside the real provider 5.100.0", () => {
  let world: World;
  const there: { [name: string]: ValueObject } = {};
  beforeAll(async () => {
    if (binary === undefined) return;
    world = await openWorld(binary);
    there.parameter = await make(world.beside, "aws_ssm_parameter", { name: "/p", type: "SecureString", value: "hidden" });
    there.secret = await make(world.beside, "aws_secretsmanager_secret", { name: "s" });
    const secret_id: Value = there.secret.id ?? null;
    there.version = await make(world.beside, "aws_secretsmanager_secret_version", { secret_id, secret_string: "hidden" });
    there.key = await make(world.beside, "aws_kms_key", {});
    there.text = await make(world.beside, "aws_kms_ciphertext", { key_id: there.key.id ?? null, plaintext: "hidden" });
  }, PREPARE_MS_MAX);
  afterAll(async () => world?.close());

  it.each(CALLS)("%s(%j)", async (name, ...values) => {
    expect(await world.ours.callFunction?.(name, values)).toEqual(await world.real.callFunction?.(name, values));
  });

  it("the functions are declared alike", () => {
    expect(world.ours.listFunctions?.()).toEqual(world.real.listFunctions?.());
  });

  const OPENED: readonly (readonly [type: string, config: () => ValueObject])[] = [
    ["aws_ssm_parameter", () => ({ arn: there.parameter?.arn ?? null })],
    ["aws_ssm_parameter", () => ({ arn: there.parameter?.arn ?? null, with_decryption: false })],
    ["aws_secretsmanager_secret_version", () => ({ secret_id: there.version?.secret_id ?? null })],
    ["aws_secretsmanager_secret_version", () => ({ secret_id: "s", version_stage: "AWSCURRENT" })],
    ["aws_kms_secrets", () => ({ secret: [{ name: "a", payload: there.text?.ciphertext_blob ?? null }] })],
  ];
  it.each(OPENED)("%s is opened alike", async (type, config) => {
    const [real, ours] = [await open(world.real, type, config()), await open(world.beside, type, config())];
    expect(ours).toEqual(real);
    expect(ours.said).toBe("");
  });

  const REFUSED: readonly (readonly [type: string, config: ValueObject])[] = [
    ["aws_ssm_parameter", { arn: "x" }],
    ["aws_secretsmanager_secret_version", { secret_id: "none" }],
    ["aws_lambda_invocation", { function_name: "none", payload: "{}" }],
    ["aws_lambda_invocation", { function_name: "f", payload: "{" }],
    ["aws_kms_secrets", { secret: [{ name: "a", payload: "!" }] }],
    ["aws_cognito_identity_openid_token_for_developer_identity", { identity_pool_id: "us-east-1:none", logins: { a: "b" } }],
  ];
  it.each(REFUSED)("%s %j is opened by neither", async (type, config) => {
    const [real, ours] = [await open(world.real, type, config), await open(world.beside, type, config)];
    expect([real.said === "", ours.said === ""]).toEqual([false, false]);
  });

  it("a password is drawn as asked", async () => {
    const config = { password_length: 12, exclude_punctuation: true, exclude_uppercase: true };
    for (const provider of [world.real, world.beside]) {
      const { result } = await open(provider, "aws_secretsmanager_random_password", config);
      expect(result).toMatchObject({ ...config, random_password: expect.stringMatching(/^[a-z0-9]{12}$/) });
    }
  });

  it("as many ephemeral resources as services", () => {
    const lacks = world.real.listEphemeral?.().filter((type) => !world.ours.listEphemeral?.().includes(type));
    expect(lacks).toEqual(["aws_eks_cluster_auth"]);
  });
});
