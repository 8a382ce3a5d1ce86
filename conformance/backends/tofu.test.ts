/**
 * State encryption beside the real tofu: what either encrypts the other reads, moves to another key and back to plain text. Run where a
 * tofu is named (DOVETAIL_TOFU) or found; elsewhere packages/engine/test/testdata has a state that tofu 1.12.6 encrypted.
 */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type TestApp, testApp } from "../../packages/cli/test/support/app.ts";
import { endpointOf, makeBucket, objectText } from "../../packages/cli/test/support/state-bucket.ts";

const TOFU = process.env.DOVETAIL_TOFU ?? "tofu";
const canJudge = spawnSync(TOFU, ["version"], { stdio: "ignore" }).status === 0;
const why = canJudge ? "" : " (skipped: no tofu, and DOVETAIL_TOFU names none)";

const BODY = `variable "v" {
  default = "one"
}
resource "terraform_data" "a" {
  input = var.v
}
output "o" {
  value     = terraform_data.a.output
  sensitive = true
}
`;
const KEYS = `    key_provider "pbkdf2" "old" {
      passphrase    = "the-passphrase-of-before"
      hash_function = "sha256"
      key_length    = 16
      iterations    = 200000
    }
    key_provider "pbkdf2" "new" {
      passphrase               = var.phrase
      iterations               = 200000
      encrypted_metadata_alias = "shared"
    }
    method "aes_gcm" "old" {
      keys = key_provider.pbkdf2.old
    }
    method "aes_gcm" "new" {
      keys = key_provider.pbkdf2.new
      aad  = [1, 2, 3]
    }
    method "unencrypted" "none" {}
`;
const target = (method: string, fallback?: string) =>
  `    state {\n      method = method.${method}\n${fallback === undefined ? "" : `      fallback {\n        method = method.${fallback}\n      }\n`}    }\n`;
/** Each is what the state is moved to from the one before. */
const STEPS: readonly (readonly [string, string])[] = [
  ["plain", target("unencrypted.none")],
  ["encrypted from plain", target("aes_gcm.old", "unencrypted.none")],
  ["under another key", target("aes_gcm.new", "aes_gcm.old")],
  ["under that key alone", target("aes_gcm.new")],
  ["plain again", target("unencrypted.none", "aes_gcm.new")],
];

describe.skipIf(!canJudge)(`encryption beside tofu${why}`, { timeout: 180_000 }, () => {
  let app: TestApp;
  let endpoint = "";
  beforeAll(async () => {
    app = testApp({});
    app.env.TF_VAR_phrase = "the-passphrase-of-now";
    await app.succeed("cloud", "start", "--port", "0");
    endpoint = await endpointOf(app);
    await makeBucket(app, "acme");
    writeFileSync(join(app.folder, "tofurc"), "");
  });
  afterAll(() => app.dispose());

  const tofu = (...args: string[]) => {
    const env = {
      ...app.env,
      CHECKPOINT_DISABLE: "1",
      TF_CLI_CONFIG_FILE: join(app.folder, "tofurc"),
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_ENDPOINT_URL_S3: endpoint,
      AWS_ENDPOINT_URL_STS: endpoint,
    };
    const ran = spawnSync(TOFU, [...args, "-no-color"], { cwd: app.folder, encoding: "utf8", env });
    return { code: ran.status ?? -1, text: `${ran.stdout}${ran.stderr}` };
  };
  const tofuDid = (...args: string[]) => {
    const { code, text } = tofu(...args);
    if (code !== 0) throw new Error(`tofu ${args.join(" ")}\n${text}`);
    return text;
  };

  test.each([
    ["a local file", "", async () => readFileSync(join(app.folder, "terraform.tfstate"), "utf8")],
    [
      "an object of S3",
      '  backend "s3" {\n    bucket = "acme"\n    key = "k"\n    region = "eu-central-1"\n    use_path_style = true\n    use_lockfile = true\n    skip_credentials_validation = true\n  }\n',
      async () => (await objectText(app, "acme/k")) ?? "",
    ],
  ] as const)("in %s: each step is taken by one and read by both", async (_what, backend, stored) => {
    const write = (encryption: string) =>
      app.write({
        "main.tf": `variable "phrase" {\n  sensitive = true\n}\nterraform {\n${backend}  encryption {\n${KEYS}${encryption}  }\n}\n${BODY}`,
      });
    write(target("unencrypted.none"));
    tofuDid("init", "-force-copy");
    if (backend !== "") await app.succeed("init");
    for (const [at, [name, encryption]] of STEPS.entries()) {
      write(encryption);
      if (at % 2 === 0) tofuDid("apply", "-auto-approve", `-var=v=${at}`);
      else await app.succeed("apply", "-auto-approve", `-var=v=${at}`);
      expect([name, (await stored()).includes("encrypted_data")]).toEqual([name, !name.startsWith("plain")]);
      expect([name, tofu("plan", "-detailed-exitcode", `-var=v=${at}`).code]).toEqual([name, 0]);
      expect([name, (await app.run("plan", "-detailed-exitcode", `-var=v=${at}`)).code]).toEqual([name, 0]);
      expect((await app.succeed("output", "-raw", "o")).out).toBe(`${at}\n`);
    }
  });
});
