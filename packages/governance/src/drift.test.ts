import type { ResourceChange } from "@dovetail/engine";
import type { ValueObject } from "@dovetail/model";
import { describe, expect, test } from "vitest";
import { relevantDrift } from "./drift.ts";

function change(before: ValueObject | null, after: ValueObject | null, config?: ValueObject): ResourceChange {
  return {
    address: "aws_iam_role.R",
    mode: "managed",
    type: "aws_iam_role",
    name: "R",
    providerName: "registry.terraform.io/hashicorp/aws",
    provider: "aws",
    action: "no-op",
    createBeforeDestroy: false,
    before,
    after,
    beforeSensitive: [],
    afterSensitive: [],
    replacePaths: [],
    schemaVersion: 0,
    dependencies: [],
    ...(config === undefined ? {} : { config }),
  };
}

describe("relevantDrift", () => {
  test.each([
    ["an attribute that the program sets", { path: "/" }, { path: "/x/" }, { path: "/" }, 1],
    ["one that it leaves unset", { arns: [] }, { arns: ["a"] }, { path: "/", arns: [] }, 0],
    ["an object that is gone", { path: "/" }, null, { path: "/" }, 1],
    ["a resource that the program no longer has", { path: "/" }, { path: "/x/" }, undefined, 1],
  ])("%s", (_, before, after, config, count) => {
    expect(relevantDrift({ drift: [change(before, after)], changes: [change(before, after, config)] })).toHaveLength(count);
  });
});
