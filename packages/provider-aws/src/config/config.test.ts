import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { manualClock, seededRandom } from "@dovetail/model";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { baseCredentials, cachedCredentials } from "./credentials.ts";
import { durationSeconds, readProviderConfig } from "./provider-config.ts";
import { createSession } from "./session.ts";
import { parseProfiles } from "./shared-config.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "dovetail-config-"));
  writeFileSync(join(folder, "config"), "[default]\nregion = eu-north-1\n[profile team]\nregion=eu-west-3\n");
  writeFileSync(join(folder, "credentials"), "[team]\naws_access_key_id = AKTEAM\naws_secret_access_key = s\n");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const files = () => ({ shared_config_files: [join(folder, "config")], shared_credentials_files: [join(folder, "credentials")] });
const KEYS = { AWS_ACCESS_KEY_ID: "AKENV", AWS_SECRET_ACCESS_KEY: "s", AWS_SESSION_TOKEN: "t" };

describe("credentials on AWS", () => {
  it("static keys come first, then those of the environment", async () => {
    const settings = readProviderConfig({ access_key: "AKSTATIC", secret_key: "s" }, KEYS);
    expect(await baseCredentials(settings, KEYS)).toEqual({ accessKeyId: "AKSTATIC", secretAccessKey: "s" });
    expect(await baseCredentials(readProviderConfig({}, KEYS), KEYS)).toEqual({
      accessKeyId: "AKENV",
      secretAccessKey: "s",
      sessionToken: "t",
    });
  });

  it("a profile that the provider block names is the one used, whatever the environment has", async () => {
    const settings = readProviderConfig({ profile: "team", ...files() }, KEYS);
    expect((await baseCredentials(settings, KEYS)).accessKeyId).toBe("AKTEAM");
  });

  it("a profile that does not exist stops the run, naming it", async () => {
    const settings = readProviderConfig({ profile: "nobody", ...files() }, KEYS);
    await expect(baseCredentials(settings, KEYS)).rejects.toThrow(
      /profile "nobody" gives no credentials, and no other ones are used/,
    );
  });

  it("are fetched once for many, and again shortly before they expire", async () => {
    let fetched = 0;
    let nowMs = 0;
    const expiration = new Date(3_600_000);
    const get = cachedCredentials(
      async () => ({ accessKeyId: String(++fetched), secretAccessKey: "s", expiration }),
      () => nowMs,
    );
    expect(await Promise.all([get(), get()])).toMatchObject([{ accessKeyId: "1" }, { accessKeyId: "1" }]);
    nowMs = 3_300_000;
    expect((await get()).accessKeyId).toBe("2");
  });
});

describe("the provider block", () => {
  it("is completed by the environment", () => {
    const settings = readProviderConfig(
      {
        default_tags: [{ tags: { A: "1" } }],
        ignore_tags: [{ key_prefixes: ["x:"] }],
        assume_role: [{ role_arn: "arn:r", duration: "1h30m" }],
      },
      { AWS_DEFAULT_REGION: "eu-west-1", TF_AWS_DEFAULT_TAGS_B: "2", TF_AWS_IGNORE_TAGS_KEYS: "p,q" },
    );
    expect(settings).toMatchObject({
      region: "eu-west-1",
      tags: { defaults: { A: "1", B: "2" }, ignoreKeys: ["p", "q"], ignorePrefixes: ["x:"] },
      assumeRoles: [{ roleArn: "arn:r", durationSeconds: 5400 }],
    });
  });

  const session = (config: Parameters<typeof createSession>[0], env = {}) =>
    createSession(config, { edition: "6.66.0", target: { kind: "aws" }, env, clock: manualClock(), random: seededRandom(1) });

  it("takes the region of the profile, and says when there is none at all", async () => {
    expect(session({ profile: "team", ...files() }).region).toBe("eu-west-3");
    const found = await session({ shared_config_files: [join(folder, "none")] }).diagnostics();
    expect(found).toMatchObject([{ code: "DVT3001", attribute: "region" }]);
  });

  it("refuses by name what it does not carry out on AWS", async () => {
    const found = await session({ region: "eu-west-1", use_fips_endpoint: true, http_proxy: "" }).diagnostics();
    expect(found.map((d) => [d.code, d.attribute])).toEqual([["DVT3006", "use_fips_endpoint"]]);
  });

  it.each([
    ["1h", 3600],
    ["90s", 90],
    ["1h30m5s", 5405],
    ["", undefined],
    ["5", undefined],
    ["-1h", undefined],
  ])("the duration %j is %j seconds", (text, seconds) => {
    expect(durationSeconds(text)).toBe(seconds);
  });

  it("config files may hold anything", () => {
    const text = "stray = 1\n[default\n[ profile  x y ]\r\nregion = a = b\n  nested = 1\n# comment\n[]\n";
    expect(parseProfiles(text).get("x y")?.get("region")).toBe("a = b");
  });
});
