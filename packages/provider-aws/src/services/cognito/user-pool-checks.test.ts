import { describe, expect, it } from "vitest";
import { userPoolDiagnostics } from "./user-pool-checks.ts";

describe("MFA of a user pool", () => {
  it.each(["ON", "OPTIONAL"])(
    "%s without a factor is an error with Cognito's sentence and the lines to add",
    (mfa_configuration) => {
      const [found, ...more] = userPoolDiagnostics({ name: "p", mfa_configuration });
      expect(more).toEqual([]);
      expect(found).toMatchObject({ severity: "error", attribute: "mfa_configuration" });
      expect(found?.detail).toContain(
        "Invalid MFA configuration given, can't disable all MFAs with a required or optional configuration.",
      );
      expect(found?.fix).toContain("    software_token_mfa_configuration {\n      enabled = true\n    }");
    },
  );

  it("ON with a disabled authenticator only is the same error", () => {
    const config = { name: "p", mfa_configuration: "ON", software_token_mfa_configuration: [{ enabled: false }] };
    expect(userPoolDiagnostics(config)).toHaveLength(1);
  });

  it.each([
    ["OFF", {}],
    ["ON", { software_token_mfa_configuration: [{ enabled: true }] }],
    ["OPTIONAL", { sms_configuration: [{ external_id: "e", sns_caller_arn: "arn:aws:iam::123456789012:role/sms" }] }],
    ["ON", { email_mfa_configuration: [{ message: "Your code: {####}", subject: "Code" }] }],
  ])("%s with %j is fine", (mfa_configuration, rest) => {
    expect(userPoolDiagnostics({ name: "p", mfa_configuration, ...rest })).toEqual([]);
  });
});

describe("other checks of a user pool", () => {
  it.each([
    [{ name: "a/b" }, "must satisfy regular expression pattern"],
    [
      { name: "p", schema: [{ name: "a-name-longer-than-20", attribute_data_type: "String" }] },
      "cannot be longer than 20 character",
    ],
    [{ name: "p", email_verification_message: "no code here" }, "does not contain {####}"],
    [
      { name: "p", password_policy: [{ minimum_length: 5 }] },
      "expected password_policy.0.minimum_length to be in the range (6 - 99), got 5",
    ],
    [
      {
        name: "p",
        lambda_config: [
          { custom_sms_sender: [{ lambda_arn: "arn:aws:lambda:us-east-1:123456789012:function:f", lambda_version: "V1_0" }] },
        ],
      },
      "kms_key_id",
    ],
  ])("%j is refused", (config, sentence) => {
    expect(userPoolDiagnostics(config).map((d) => d.detail)).toEqual([expect.stringContaining(sentence)]);
  });
});
