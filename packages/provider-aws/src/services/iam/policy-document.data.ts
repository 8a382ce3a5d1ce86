import { crc32 } from "node:zlib";
import type { Value, ValueObject } from "@dovetail/model";
import type { NativeDataSource } from "../../resource.ts";
import { blocksAt, textAt } from "../attribute-map.ts";
import { oneOf, runChecks } from "../checks.ts";
import { buildPolicy, writePolicy } from "./policy-document.ts";

const CHECKS = [oneOf("version", ["2008-10-17", "2012-10-17"]), oneOf("statement.effect", ["Allow", "Deny"])];

/** `aws_iam_policy_document`: asks nothing of AWS. */
export const dataSource: NativeDataSource = {
  type: "aws_iam_policy_document",
  validate: (config) => runChecks(CHECKS, config),
  async read(_aws, config) {
    const policy = buildPolicy(config);
    const json = writePolicy(policy, "  ");
    return {
      id: String(crc32(json)),
      json,
      minified_json: writePolicy(policy, ""),
      version: textAt(config, "version") ?? "2012-10-17",
      statement: blocksAt(config, "statement").map(withEffect),
    };
  },
};

function withEffect(statement: ValueObject): Value {
  return { ...statement, effect: textAt(statement, "effect") ?? "Allow" };
}
