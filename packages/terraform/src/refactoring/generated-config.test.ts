import { writeBody } from "@dovetail/hcl";
import type { ResourceSchema, ValueObject } from "@dovetail/model";
import { expect, test } from "vitest";
import { generatedResource } from "./generated-config.ts";

const SCHEMA: ResourceSchema = {
  attributes: {
    id: { type: "string", optional: true, computed: true },
    arn: { type: "string", computed: true },
    name: { type: "string", required: true },
    prefix: { type: "string", optional: true, computed: true },
    text: { type: "string", optional: true },
    zero: { type: "number", optional: true },
    chosen: { type: "number", optional: true, default_doc: 30 },
    isOff: { type: "bool", optional: true },
    policy: { type: "string", optional: true },
    spaced: { type: "string", optional: true },
    secret: { type: "string", required: true, sensitive: true },
    old: { type: "string", optional: true, deprecated: "Use name." },
    tags: { type: ["map", "string"], optional: true },
    tags_all: { type: ["map", "string"], optional: true, computed: true },
  },
  blocks: {
    rule: { nesting: "list", attributes: { at: { type: "number", required: true }, id: { type: "string", computed: true } } },
    only: { nesting: "single", attributes: { on: { type: "bool", optional: true } } },
    timeouts: { nesting: "single", attributes: { create: { type: "string", optional: true } } },
  },
};

const VALUE: ValueObject = {
  id: "i",
  arn: "a",
  name: "n",
  prefix: "",
  text: "",
  zero: 0,
  chosen: 0,
  isOff: false,
  policy: '{"a":[1]}',
  spaced: '{ "a": [1] }',
  secret: "hush",
  old: "o",
  tags: { "a b": "c" },
  tags_all: { "a b": "c" },
  rule: [
    { at: 1, id: "x" },
    { at: 2, id: "y" },
  ],
  only: null,
  timeouts: { create: "1m" },
};

test("what the provider works out, what nobody said and what is secret are left out", () => {
  const items = generatedResource({
    type: "t_x",
    name: "y",
    id: 'an "id"',
    provider: "t.west",
    schema: SCHEMA,
    value: VALUE,
    sensitive: [],
  });
  expect(writeBody(items)).toBe(`
# __generated__ by Terraform from "an \\"id\\""
resource "t_x" "y" {
  provider = t.west
  chosen   = 0
  isOff    = false
  name     = "n"
  policy = jsonencode({
    a = [1]
  })
  secret = null # sensitive
  spaced = "{ \\"a\\": [1] }"
  tags = {
    "a b" = "c"
  }
  rule {
    at = 1
  }
  rule {
    at = 2
  }
}
`);
});
