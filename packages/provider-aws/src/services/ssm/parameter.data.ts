import { CODES, DiagnosticError, errorDiagnostic } from "@dovetail/model";
import type { NativeDataSource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { requiredText } from "../attribute-map.ts";

/** `aws_ssm_parameter` (data source). Behaviour: `internal/service/ssm/parameter_data_source.go` (read 2026-11). */
export const dataSource: NativeDataSource = {
  type: "aws_ssm_parameter",
  async read(aws, config) {
    const name = requiredText(config, "name");
    const decrypt = config.with_decryption !== false;
    const found = await unlessMissing(["ParameterNotFound"], () =>
      aws.clients.ssm.getParameter({ Name: name, WithDecryption: decrypt }),
    );
    if (found?.Parameter === undefined) {
      throw new DiagnosticError(
        errorDiagnostic("DVT4001", CODES.DVT4001, { detail: `reading SSM Parameter (${name}): couldn't find resource` }),
      );
    }
    const { ARN = "", Name = name, Type = "", Value = "", Version = 0 } = found.Parameter;
    return {
      id: Name,
      arn: ARN,
      name: Name,
      type: Type,
      value: Value,
      insecure_value: Type === "SecureString" ? "" : Value,
      version: Version,
      with_decryption: decrypt,
    };
  },
};
