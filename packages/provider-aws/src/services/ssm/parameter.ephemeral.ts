import type { NativeDataSource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { requiredText } from "../attribute-map.ts";
import { isArn, runChecks } from "../checks.ts";
import { notFound } from "../not-found.ts";

/** `aws_ssm_parameter` (ephemeral). Behaviour: `internal/service/ssm/parameter_ephemeral.go` (read 2026-11). */
export const ephemeral: NativeDataSource = {
  type: "aws_ssm_parameter",
  validate: (config) => runChecks([isArn("arn")], config),
  async read(aws, config) {
    const arn = requiredText(config, "arn");
    const with_decryption = config.with_decryption !== false;
    const input = { Name: arn, WithDecryption: with_decryption };
    const found = (await unlessMissing(["ParameterNotFound"], () => aws.clients.ssm.getParameter(input)))?.Parameter;
    if (found === undefined) throw notFound(`SSM Parameter (${arn})`);
    const { Name = "", Type = "", Value = "", Version = 0 } = found;
    return { arn, name: Name, type: Type, value: Value, version: Version, with_decryption };
  },
};
