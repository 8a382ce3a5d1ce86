import type { ValueObject } from "@dovetail/model";
import type { AwsContext, NativeDataSource } from "../../resource.ts";
import { isTrue, numberAt, textAt } from "../attribute-map.ts";

/** `aws_secretsmanager_random_password` (ephemeral). Behaviour: `random_password_ephemeral.go` (read 2026-11). */
export const ephemeral: NativeDataSource = {
  type: "aws_secretsmanager_random_password",
  read: async (aws, config) => ({ random_password: await drawPassword(aws, config) }),
};

/** A password that the service draws after the configuration. */
export async function drawPassword(aws: AwsContext, config: ValueObject): Promise<string> {
  const flag = (name: string) => isTrue(config, name) || undefined;
  const { RandomPassword = "" } = await aws.clients.secretsmanager.getRandomPassword({
    PasswordLength: numberAt(config, "password_length"),
    ExcludeCharacters: textAt(config, "exclude_characters"),
    ExcludeLowercase: flag("exclude_lowercase"),
    ExcludeNumbers: flag("exclude_numbers"),
    ExcludePunctuation: flag("exclude_punctuation"),
    ExcludeUppercase: flag("exclude_uppercase"),
    IncludeSpace: flag("include_space"),
    RequireEachIncludedType: flag("require_each_included_type"),
  });
  return RandomPassword;
}
