import { DYNAMIC, STRING } from "@dovetail/hcl";
import { expect, test } from "vitest";
import type { VariableConfig } from "../configuration/model.ts";
import { givenVariables, type VariableArguments } from "./given-variables.ts";

const range = { file: "/root/main.tf", line: 1, column: 1 };
const variable = (name: string, isEphemeral: boolean): [string, VariableConfig] => [
  name,
  {
    name,
    range,
    type: name === "any" ? DYNAMIC : STRING,
    isTyped: true,
    isSensitive: false,
    isEphemeral,
    isNullable: true,
    validations: [],
  },
];
const DECLARED = new Map([variable("kept", false), variable("token", true)]);
const NO_FILES = { list: () => [], read: () => undefined, isFolder: () => false, real: () => undefined };

function given(more: Partial<VariableArguments>) {
  const { values, diagnostics } = givenVariables(DECLARED, {
    files: NO_FILES,
    root: "/root",
    cwd: "/root",
    env: {},
    given: [],
    ...more,
  });
  return {
    values: Object.fromEntries([...values].map(([name, { value }]) => [name, value.raw])),
    told: diagnostics.map(({ summary, detail }) => `${summary}: ${detail}`),
  };
}

const planned = { kept: { value: "from the plan" } };

test("a kept plan says what it was made with; what it cannot keep is given again", () => {
  expect(
    given({
      planned,
      given: [
        { option: "var", text: "token=t" },
        { option: "var", text: "kept=other" },
      ],
    }),
  ).toEqual({
    values: { kept: "from the plan", token: "t" },
    told: [],
  });
  expect(given({ planned, env: { TF_VAR_token: "e", TF_VAR_kept: "other" } }).values).toEqual({
    kept: "from the plan",
    token: "e",
  });
});

test("an ephemeral variable that only the plan was given is asked for by name", () => {
  expect(given({ planned })).toEqual({
    values: { kept: "from the plan" },
    told: [
      'No value for required variable: The ephemeral input variable "token" was set during the plan phase, and so must also be set during the apply phase.',
    ],
  });
});
