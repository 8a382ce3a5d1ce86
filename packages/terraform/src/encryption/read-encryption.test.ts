import { objectVal, parseNative, stringVal } from "@dovetail/hcl";
import { seededRandom } from "@dovetail/model";
import { describe, expect, it } from "vitest";
import { Problems } from "../configuration/problems.ts";
import { checkEncryption, createCiphers } from "./ciphers.ts";
import { readEncryption } from "./read-encryption.ts";

const VALUES = { var: objectVal(new Map([["phrase", stringVal("sixteen-letters!")]])) };
const KEY = 'key_provider "pbkdf2" "k" {\n  passphrase = var.phrase\n}\n';
const GCM = 'method "aes_gcm" "m" {\n  keys = key_provider.pbkdf2.k\n}\n';

function read(text: string | undefined, environment?: string) {
  const problems = new Problems("/r");
  const body = text === undefined ? undefined : parseNative(text, "/r/main.tf").body;
  const config = readEncryption(body, environment, VALUES, problems);
  const found = [...problems.found, ...(config === undefined ? [] : checkEncryption(config))];
  return { config, told: found.map(({ summary, detail }) => `${summary}: ${detail}`).join("\n") };
}

describe("an encryption block", () => {
  it("names methods for state, plan and remote states, the first to encrypt, the others to decrypt", () => {
    const { config, told } = read(
      `${KEY}${GCM}method "unencrypted" "before" {}
state {
  method = method.aes_gcm.m
  fallback {
    method = method.unencrypted.before
  }
}
plan {
  method   = method.aes_gcm.m
  enforced = true
}
remote_state_data_sources {
  default {
    method = method.aes_gcm.m
  }
}
`,
    );
    expect(told).toBe("");
    expect(config).toMatchObject({
      state: { methods: ["method.aes_gcm.m", "method.unencrypted.before"], isEnforced: false },
      plan: { methods: ["method.aes_gcm.m"], isEnforced: true },
      remoteStates: { methods: ["method.aes_gcm.m"] },
    });
    expect(config?.keyProviders.get("key_provider.pbkdf2.k")).toMatchObject({ settings: { passphrase: "sixteen-letters!" } });
  });

  it.each([
    ["HCL", `${KEY}${GCM}state {\n  method = method.aes_gcm.m\n}`],
    [
      "JSON",
      '{"key_provider":{"pbkdf2":{"k":{"passphrase":"sixteen-letters!"}}},"method":{"aes_gcm":{"m":{"keys":"${key_provider.pbkdf2.k}"}}},"state":{"method":"${method.aes_gcm.m}"}}',
    ],
  ])("may come from TF_ENCRYPTION in %s", (_form, environment) => {
    const { config, told } = read(undefined, environment);
    expect(told).toBe("");
    expect(config?.state?.methods).toEqual(["method.aes_gcm.m"]);
    expect(config?.methods.get("method.aes_gcm.m")).toMatchObject({ keys: "key_provider.pbkdf2.k" });
  });

  it("of the environment stands over the file's", () => {
    const { config } = read(
      `${KEY}${GCM}state {\n  method = method.aes_gcm.m\n}\n`,
      KEY.replace("var.phrase", '"another-passphrase"'),
    );
    expect(config?.keyProviders.get("key_provider.pbkdf2.k")?.settings.passphrase).toBe("another-passphrase");
    expect(config?.state?.methods).toEqual(["method.aes_gcm.m"]);
  });

  it("that is nowhere is none", () => {
    expect(read(undefined, "").config).toBeUndefined();
  });

  it.each<[string, string, string]>([
    ["a short passphrase", KEY.replace("var.phrase", '"short"'), "passphrase is too short (minimum 16 characters)"],
    ["no passphrase", 'key_provider "pbkdf2" "k" {\n}\n', "no passphrase provided"],
    ["few iterations", KEY.replace("\n}", "\n  iterations = 1000\n}"), "the number of iterations is dangerously low (<200000)"],
    ["a hash that is none", KEY.replace("\n}", '\n  hash_function = "md5"\n}'), "invalid hash function name: md5"],
    [
      "another key provider",
      'key_provider "gcp_kms" "k" {\n}\n',
      'The key provider "gcp_kms" is OpenTofu\'s, and Dovetail has pbkdf2 and aws_kms.',
    ],
    ["another method", 'method "xor" "m" {\n}\n', 'The encryption method "xor" is not supported'],
    ["a method without keys", 'method "aes_gcm" "m" {\n}\n', 'The argument "keys" is required'],
    ["a target without a method", "state {\n}\n", "It has no method"],
    ["a method that is not there", "state {\n  method = method.aes_gcm.none\n}\n", "DVT"],
    [
      "plain text where encryption is enforced",
      'method "unencrypted" "u" {}\nstate {\n  method = method.unencrypted.u\n  enforced = true\n}\n',
      "not allowed where enforced is true",
    ],
    [
      "one remote state of several",
      'remote_state_data_sources {\n  remote_state_data_source "x" {\n  }\n}\n',
      "of a single terraform_remote_state",
    ],
    ["what is not known before anything is evaluated", KEY.replace("var.phrase", "aws_x.y.z"), "aws_x"],
  ])("is refused with %s", (_what, text, told) => {
    expect(read(text).told).toContain(told === "DVT" ? "" : told);
    expect(read(text).told).not.toBe("");
  });

  it("makes ciphers that read what they write", async () => {
    const { config } = read(`${KEY}${GCM}state {\n  method = method.aes_gcm.m\n}\n`);
    if (config === undefined) throw new Error("no configuration");
    const kms = () => {
      throw new Error("no KMS here");
    };
    const { state, plan } = createCiphers(config, { random: seededRandom(1), kms });
    const stored = await state?.encrypt(Buffer.from("plain"));
    expect(Buffer.from(stored ?? []).toString()).not.toContain("plain");
    expect(Buffer.from((await state?.decrypt(stored ?? new Uint8Array()))?.plain ?? []).toString()).toBe("plain");
    expect(plan).toBeUndefined();
  });
});
