import { errorDiagnostic } from "@dovetail/model";
import { describe, expect, test } from "vitest";
import { Catalogs } from "../catalog/catalogs.ts";
import { inProgramWords } from "./program-words.ts";

const TEXT = `new aws.apigatewayv2.Api("A", {
  protocolType: "HTTP",
  corsConfiguration: {
    maxAge: -1,
  },
});
`;
const call = (token: string, text: string | undefined = TEXT) => {
  const descriptor = new Catalogs().byToken(token);
  if (descriptor === undefined) throw new Error(token);
  return { descriptor, range: { file: "sst.config.ts", line: 1, column: 1 }, argument: 1, text } as const;
};
const API = "aws:apigatewayv2/api:Api";
const found = (detail: string, attribute?: string, fix?: string) =>
  errorDiagnostic("DVT3001", "Invalid configuration", {
    detail,
    range: { file: "sst.config.ts", line: 1, column: 1 },
    ...(attribute === undefined ? {} : { attribute }),
    ...(fix === undefined ? {} : { fix }),
  });

describe("inProgramWords", () => {
  test.each([
    ["SDKv2's key", "cors_configuration.0.max_age"],
    ["a formatted path", "cors_configuration[0].max_age"],
  ])("names the argument and its place for %s", (_, attribute) => {
    expect(inProgramWords(call(API), found(`expected ${attribute} to be in the range (-1 - 86400)`, attribute))).toMatchObject({
      detail: "expected corsConfiguration.maxAge to be in the range (-1 - 86400)",
      attribute: "corsConfiguration.maxAge",
      range: { line: 4, column: 5 },
    });
  });

  test.each([
    ["a name that is an English word stays a word", "all attributes are attribute", "attribute", "all attributes are attribute"],
    ["quoted it is the argument's name", '"attribute": conflicts', "attribute", '"attributes": conflicts'],
    ["other attributes of the schema are named too", "set billing_mode", undefined, "set billingMode"],
    ["what the schema does not have stays", "aws_sqs_queue.x, user_name", "nothing_here", "aws_sqs_queue.x, user_name"],
    ["a longer name is left whole", "see hash_keys", "hash_key", "see hash_keys"],
  ])("%s", (_, detail, attribute, wanted) => {
    expect(inProgramWords(call("aws:dynamodb/table:Table"), found(detail, attribute)).detail).toBe(wanted);
  });

  test("of a fix in two forms the program's is shown", () => {
    const fix = "Add it; in a program\n    a: 1,\nin HCL\n    a = 1\nor not.";
    expect(inProgramWords(call(API), found("", undefined, fix)).fix).toBe("Add it:\n    a: 1,\nor not.");
  });

  test("without the file's text the place stays", () => {
    const told = inProgramWords({ ...call(API), text: undefined }, found("x", "protocol_type"));
    expect(told).toMatchObject({ attribute: "protocolType", range: { line: 1, column: 1 } });
  });
});
