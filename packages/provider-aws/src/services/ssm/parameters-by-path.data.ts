import type { Parameter } from "@aws-sdk/client-ssm";
import type { NativeDataSource } from "../../resource.ts";
import { isTrue, requiredText } from "../attribute-map.ts";
import { allPages } from "../pages.ts";

/** aws_ssm_parameters_by_path (data source): four lists in the same order. */
export const dataSource: NativeDataSource = {
  type: "aws_ssm_parameters_by_path",
  async read(aws, config) {
    const Path = requiredText(config, "path");
    const WithDecryption = config.with_decryption !== false;
    const Recursive = isTrue(config, "recursive");
    const found = await allPages<Parameter>(async (NextToken) => {
      const answer = await aws.clients.ssm.getParametersByPath({ Path, Recursive, WithDecryption, NextToken });
      return { items: answer.Parameters, next: answer.NextToken };
    });
    return {
      id: Path,
      arns: found.map(({ ARN = "" }) => ARN),
      names: found.map(({ Name = "" }) => Name),
      types: found.map(({ Type = "String" }) => Type),
      values: found.map(({ Value = "" }) => Value),
      with_decryption: WithDecryption,
    };
  },
};
