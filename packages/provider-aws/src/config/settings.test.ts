/** Every argument of the provider block, of both editions: what it changes in what AWS is sent, or that it is refused by name. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DiagnosticError, manualClock, seededRandom, type ValueObject } from "@dovetail/model";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { HttpAnswer, HttpRequest } from "../clients/request.ts";
import { loadWire, type ServiceName } from "../clients/wire.ts";
import { dataFile } from "../data-file.ts";
import { createSchemaStore, type Edition } from "../schema/load-schema.ts";
import { endpointSource } from "./connect.ts";
import { type Environment, readProviderConfig } from "./provider-config.ts";
import { createSession } from "./session.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "dovetail-settings-"));
  writeFileSync(
    join(folder, "config"),
    `[default]\nregion = eu-north-1\n[profile made]\ncredential_process = echo '{"Version":1,"AccessKeyId":"AKPROCESS","SecretAccessKey":"s"}'\n`,
  );
  writeFileSync(join(folder, "credentials"), "[team]\naws_access_key_id = AKTEAM\naws_secret_access_key = s\n");
  writeFileSync(join(folder, "token"), "a.web.token\n");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const KEYS = { region: "eu-west-1", access_key: "AKONE", secret_key: "s" };
const SESSION = (key: string) =>
  `<Credentials><AccessKeyId>${key}</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t-${key}</SessionToken></Credentials>`;

interface Outcome {
  readonly sent: readonly HttpRequest[];
  readonly said: readonly string[];
}

/** Configures, asks S3 and SQS for something, and answers what was sent and said. STS knows account 111111111111. */
async function configured(config: ValueObject, env: Environment = {}, edition: Edition = "6.66.0"): Promise<Outcome> {
  const sent: HttpRequest[] = [];
  let roles = 0;
  const send = async (request: HttpRequest): Promise<HttpAnswer> => {
    sent.push(structuredClone(request));
    return { statusCode: 200, headers: {}, body: Buffer.from(answerTo(String(request.body), () => ++roles)) };
  };
  const session = createSession(config, {
    edition,
    target: { kind: "aws" },
    env,
    clock: manualClock(Date.UTC(2026, 0, 1)),
    random: seededRandom(1),
    sender: { send, close: () => {} },
  });
  const said = (await session.diagnostics()).map(({ code, attribute, detail }) => `${code} ${attribute ?? ""}: ${detail}`);
  if (said.length === 0) {
    const { clients } = session.context(session.region);
    try {
      await clients.s3.headBucket({ Bucket: "abc" });
      await clients.sqs.listQueues({});
    } catch (error) {
      if (!(error instanceof DiagnosticError)) throw error;
      said.push(error.message);
    }
  }
  session.close();
  return { sent, said };
}

function answerTo(body: string, next: () => number): string {
  const result = (name: string, content: string) =>
    `<${name}Response><${name}Result>${content}</${name}Result></${name}Response>`;
  if (body.includes("Action=GetCallerIdentity")) return result("GetCallerIdentity", "<Account>111111111111</Account>");
  if (body.includes("Action=AssumeRoleWithWebIdentity")) return result("AssumeRoleWithWebIdentity", SESSION("AKWEB"));
  if (body.includes("Action=AssumeRole")) return result("AssumeRole", SESSION(`AKROLE${next()}`));
  return "{}";
}

const keyOf = (request: HttpRequest | undefined) => /Credential=(\w+)\//.exec(request?.headers.authorization ?? "")?.[1];
const bodies = ({ sent }: Outcome) => sent.map(({ body }) => String(body));
const last = ({ sent }: Outcome) => sent.at(-1);

interface Row {
  readonly set: ValueObject | (() => ValueObject);
  readonly env?: Environment;
  readonly sees: (outcome: Outcome) => void;
}

const refused =
  (argument: string) =>
  ({ said, sent }: Outcome) => {
    expect(said).toEqual([expect.stringMatching(new RegExp(`^DVT3006 ${argument}: .*"${argument}"`))]);
    expect(sent).toEqual([]);
  };

const ROLE = { role_arn: "arn:aws:iam::111111111111:role/one" };

/** By argument of the block; each must be there. */
const ROWS: { readonly [argument: string]: readonly Row[] } = {
  region: [
    { set: { ...KEYS, region: "ap-south-1" }, sees: (o) => expect(last(o)?.hostname).toBe("sqs.ap-south-1.amazonaws.com") },
  ],
  access_key: [{ set: KEYS, sees: (o) => expect(keyOf(last(o))).toBe("AKONE") }],
  secret_key: [
    {
      set: { ...KEYS, secret_key: "other" },
      sees: (o) => expect(last(o)?.headers.authorization).toMatch(/Signature=[0-9a-f]{64}$/),
    },
  ],
  token: [{ set: { ...KEYS, token: "tok" }, sees: (o) => expect(last(o)?.headers["x-amz-security-token"]).toBe("tok") }],
  profile: [
    {
      set: () => ({ region: "eu-west-1", profile: "team", shared_credentials_files: [join(folder, "credentials")] }),
      sees: (o) => expect(keyOf(last(o))).toBe("AKTEAM"),
    },
  ],
  shared_config_files: [
    {
      set: () => ({ profile: "made", shared_config_files: [join(folder, "config")], region: "eu-west-1" }),
      sees: (o) => expect(keyOf(last(o))).toBe("AKPROCESS"),
    },
    { set: { ...KEYS, shared_config_files: ["a", "b"] }, sees: refused("shared_config_files") },
  ],
  shared_credentials_files: [
    { set: { ...KEYS, shared_credentials_files: ["a", "b"] }, sees: refused("shared_credentials_files") },
  ],
  assume_role: [
    {
      set: {
        ...KEYS,
        assume_role: [
          {
            ...ROLE,
            session_name: "me",
            external_id: "ext",
            duration: "1h30m",
            policy: "{}",
            policy_arns: ["arn:p"],
            source_identity: "src",
            tags: { a: "b" },
            transitive_tag_keys: ["a"],
          },
          { role_arn: "arn:aws:iam::222222222222:role/two" },
        ],
      },
      sees: (o) => {
        const [first = "", second] = bodies(o).filter((body) => body.includes("Action=AssumeRole"));
        for (const part of [
          "RoleSessionName=me",
          "ExternalId=ext",
          "DurationSeconds=5400",
          "Policy=%7B%7D",
          "PolicyArns.member.1.arn=arn%3Ap",
          "SourceIdentity=src",
          "Tags.member.1.Key=a",
          "TransitiveTagKeys.member.1=a",
        ])
          expect(first).toContain(part);
        expect(second).toContain("222222222222");
        expect(o.sent.map(keyOf)).toEqual(["AKONE", "AKROLE1", "AKROLE2", "AKROLE2", "AKROLE2"]);
      },
    },
    {
      set: { ...KEYS, assume_role: [{ ...ROLE, duration: "5m" }] },
      sees: (o) => expect(o.said.join()).toContain("must be between 15 minutes (15m) and 12 hours (12h), inclusive"),
    },
    {
      set: { ...KEYS, assume_role: [{ ...ROLE, duration: "soon" }] },
      sees: (o) => expect(o.said.join()).toContain('cannot be parsed as a duration: time: invalid duration "soon"'),
    },
    {
      set: { ...KEYS, assume_role: [{ session_name: "x" }] },
      sees: (o) => expect(o.said.join()).toContain("assume_role.0.role_arn"),
    },
  ],
  assume_role_with_web_identity: [
    {
      set: () => ({
        region: "eu-west-1",
        assume_role_with_web_identity: [
          { ...ROLE, web_identity_token_file: join(folder, "token"), duration: "15m", policy: "{}", policy_arns: ["arn:p"] },
        ],
      }),
      sees: (o) => {
        expect(bodies(o)[0]).toMatch(/WebIdentityToken=a\.web\.token(&|$)/);
        expect(bodies(o)[0]).toContain("DurationSeconds=900");
        expect(keyOf(last(o))).toBe("AKWEB");
      },
    },
    {
      set: { region: "eu-west-1", assume_role_with_web_identity: [{ ...ROLE, web_identity_token: "inline", session_name: "s" }] },
      sees: (o) => expect(bodies(o)[0]).toMatch(/RoleSessionName=s&.*WebIdentityToken=inline/),
    },
  ],
  allowed_account_ids: [
    { set: { ...KEYS, allowed_account_ids: ["111111111111"] }, sees: (o) => expect(o.said).toEqual([]) },
    {
      set: { ...KEYS, allowed_account_ids: ["222222222222"], skip_credentials_validation: true },
      sees: (o) => expect(o.said.join()).toContain("AWS account ID not allowed: 111111111111"),
    },
  ],
  forbidden_account_ids: [
    {
      set: { ...KEYS, forbidden_account_ids: ["111111111111"] },
      sees: (o) => expect(o.said.join()).toContain("AWS account ID not allowed: 111111111111"),
    },
  ],
  skip_credentials_validation: [
    { set: KEYS, sees: (o) => expect(bodies(o)[0]).toContain("Action=GetCallerIdentity") },
    {
      set: { ...KEYS, skip_credentials_validation: true },
      sees: (o) =>
        expect(o.sent.map(({ hostname }) => hostname)).toEqual(["abc.s3.eu-west-1.amazonaws.com", "sqs.eu-west-1.amazonaws.com"]),
    },
  ],
  skip_requesting_account_id: [
    {
      // The account is asked for when a resource needs it; here none does.
      set: { ...KEYS, skip_requesting_account_id: true, skip_credentials_validation: true },
      sees: (o) => expect(bodies(o).join()).not.toContain("GetCallerIdentity"),
    },
  ],
  skip_region_validation: [
    {
      set: { ...KEYS, region: "mars-north-1" },
      sees: (o) => expect(o.said).toEqual(["DVT3001 region: invalid AWS Region: mars-north-1"]),
    },
    {
      set: { ...KEYS, region: "mars-north-1", skip_region_validation: true },
      sees: (o) => expect(last(o)?.hostname).toBe("sqs.mars-north-1.amazonaws.com"),
    },
  ],
  skip_metadata_api_check: [
    {
      set: () => ({
        region: "eu-west-1",
        skip_metadata_api_check: "true",
        profile: "nobody",
        shared_config_files: [join(folder, "config")],
        shared_credentials_files: [join(folder, "credentials")],
      }),
      sees: (o) => expect(o.said.join()).toContain('profile "nobody" gives no credentials'),
    },
  ],
  sts_region: [
    {
      set: { ...KEYS, sts_region: "us-west-2", assume_role: [ROLE] },
      sees: (o) => {
        expect(o.sent[0]?.hostname).toBe("sts.us-west-2.amazonaws.com");
        expect(last(o)?.hostname).toBe("sqs.eu-west-1.amazonaws.com");
      },
    },
  ],
  endpoints: [
    {
      set: { ...KEYS, endpoints: [{ sqs: "https://queues.example:8443/base", sts: "https://sts.example" }] },
      sees: (o) => {
        expect(o.sent[0]?.hostname).toBe("sts.example");
        expect(last(o)).toMatchObject({ hostname: "queues.example", port: 8443, path: "/base/" });
      },
    },
    {
      set: KEYS,
      env: { AWS_ENDPOINT_URL: "https://all.example", AWS_ENDPOINT_URL_SQS: "https://sqs.example" },
      sees: (o) => expect(o.sent.map(({ hostname }) => hostname)).toEqual(["all.example", "all.example", "sqs.example"]),
    },
    {
      set: KEYS,
      env: { AWS_ENDPOINT_URL: "https://all.example", AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "true" },
      sees: (o) => expect(last(o)?.hostname).toBe("sqs.eu-west-1.amazonaws.com"),
    },
  ],
  s3_use_path_style: [
    {
      set: { ...KEYS, s3_use_path_style: true },
      sees: (o) => expect(o.sent.find(({ method }) => method === "HEAD")?.path).toBe("/abc/"),
    },
  ],
  s3_us_east_1_regional_endpoint: [
    { set: { ...KEYS, s3_us_east_1_regional_endpoint: "regional" }, sees: (o) => expect(o.said).toEqual([]) },
    { set: { ...KEYS, s3_us_east_1_regional_endpoint: "legacy" }, sees: refused("s3_us_east_1_regional_endpoint") },
  ],
  retry_mode: [
    { set: { ...KEYS, retry_mode: "standard" }, sees: (o) => expect(o.said).toEqual([]) },
    { set: { ...KEYS, retry_mode: "adaptive" }, sees: refused("retry_mode") },
  ],
  user_agent: [
    {
      set: { ...KEYS, user_agent: ["team/1.0", "tool/2"] },
      env: { TF_APPEND_USER_AGENT: "ci/3" },
      sees: (o) => expect(last(o)?.headers["user-agent"]).toBe("dovetail team/1.0 tool/2 ci/3"),
    },
    { set: KEYS, sees: (o) => expect(last(o)?.headers["user-agent"]).toBeUndefined() },
  ],
  token_bucket_rate_limiter_capacity: [
    { set: { ...KEYS, token_bucket_rate_limiter_capacity: 10 }, sees: refused("token_bucket_rate_limiter_capacity") },
  ],
  use_fips_endpoint: [
    { set: { ...KEYS, use_fips_endpoint: true }, sees: refused("use_fips_endpoint") },
    { set: KEYS, env: { AWS_USE_FIPS_ENDPOINT: "true" }, sees: (o) => expect(o.said.join()).toContain("AWS_USE_FIPS_ENDPOINT") },
  ],
  use_dualstack_endpoint: [
    { set: { ...KEYS, use_dualstack_endpoint: true }, sees: refused("use_dualstack_endpoint") },
    {
      set: KEYS,
      env: { AWS_USE_DUALSTACK_ENDPOINT: "TRUE" },
      sees: (o) => expect(o.said.join()).toContain("AWS_USE_DUALSTACK_ENDPOINT"),
    },
  ],
  ec2_metadata_service_endpoint: [
    { set: { ...KEYS, ec2_metadata_service_endpoint: "http://x" }, sees: refused("ec2_metadata_service_endpoint") },
  ],
  ec2_metadata_service_endpoint_mode: [
    { set: { ...KEYS, ec2_metadata_service_endpoint_mode: "IPv6" }, sees: refused("ec2_metadata_service_endpoint_mode") },
  ],
  tag_policy_compliance: [{ set: { ...KEYS, tag_policy_compliance: "error" }, sees: refused("tag_policy_compliance") }],
};

/** Carried out where no request shows it: by the tests that are named. */
const ELSEWHERE: { readonly [argument: string]: string } = {
  default_tags: "plan/plan.test.ts, config.test.ts",
  ignore_tags: "plan/plan.test.ts, config.test.ts",
  max_retries: "clients/clients.test.ts (attemptsMax), config.test.ts",
  custom_ca_bundle: "clients/network.test.ts",
  insecure: "clients/network.test.ts",
  http_proxy: "clients/network.test.ts",
  https_proxy: "clients/network.test.ts",
  no_proxy: "clients/network.test.ts",
};

describe.each(Object.entries(ROWS))("%s", (_argument, rows) => {
  it.each(rows.map((row, i) => [i, row] as const))("row %i", async (_i, { set, env, sees }) => {
    sees(await configured(typeof set === "function" ? set() : set, env));
  });
});

it.each<Edition>(["5.100.0", "6.66.0"])("no argument of edition %s is left out here", (edition) => {
  const schema = createSchemaStore(edition).get("provider", "aws");
  const all = [...Object.keys(schema?.attributes ?? {}), ...Object.keys(schema?.blocks ?? {})];
  expect(all.filter((name) => !(name in ROWS) && !(name in ELSEWHERE))).toEqual([]);
});

it("version 5 only warns of a role block without a role", async () => {
  const { said } = await configured({ ...KEYS, assume_role: [{}] }, {}, "5.100.0");
  expect(said).toHaveLength(1);
});

it("every service that we call takes each of its endpoint arguments", () => {
  const schema = createSchemaStore("6.66.0").get("provider", "aws");
  const names = Object.keys(schema?.blocks?.endpoints?.attributes ?? {});
  const services = readdirSync(dataFile("wire")).map((file) => file.replace(".jsonl", "") as ServiceName);
  const taken = names.filter((name) => {
    const settings = readProviderConfig({ endpoints: [{ [name]: "https://own.example" }] }, {});
    const source = endpointSource(settings, { target: { kind: "aws" }, env: {} });
    return source.kind === "aws" && services.some((service) => source.override(loadWire(service)) !== undefined);
  });
  const settings = readProviderConfig({ endpoints: [Object.fromEntries(names.map((name) => [name, name]))] }, {});
  const source = endpointSource(settings, { target: { kind: "aws" }, env: {} });
  const given = services.map((service) => source.kind === "aws" && source.override(loadWire(service)));
  expect(given.filter((url) => url === undefined)).toEqual([]);
  expect(taken).toEqual(
    expect.arrayContaining(["cloudwatchlogs", "eventbridge", "cloudwatchevents", "cognitoidentityprovider", "s3api"]),
  );
});
