import type { BodySchema } from "@dovetail/hcl";

/** What each block of the language may hold (Terraform: "Configuration Language"); `!` marks a required argument. */

const SCHEMA = {
  file: schema(
    "",
    "terraform language locals moved import removed provider(name) variable(name) output(name) module(name) check(name) " +
      "resource(type,name) data(type,name) ephemeral(type,name)",
  ),
  terraform: schema("required_version experiments", "required_providers backend(type) cloud provider_meta(provider) encryption"),
  variable: schema("description default type sensitive ephemeral nullable deprecated", "validation"),
  output: schema("description value sensitive ephemeral depends_on deprecated", "precondition"),
  rule: schema("condition! error_message!", ""),
  module: schema("source! version count for_each providers depends_on", "lifecycle locals provider(name)"),
  provider: schema("alias version", "locals lifecycle"),
  managed: schema("count for_each provider depends_on", "lifecycle connection provisioner(type) locals"),
  data: schema("count for_each provider depends_on", "lifecycle locals"),
  ephemeral: schema("count for_each provider depends_on", "lifecycle locals"),
  lifecycle: schema("create_before_destroy prevent_destroy ignore_changes replace_triggered_by", "precondition postcondition"),
  provisioner: schema("when on_failure", "connection"),
  moved: schema("from! to!", ""),
  removed: schema("from!", "lifecycle provisioner(type) connection"),
  removedLifecycle: schema("destroy", ""),
  import: schema("to! id! for_each provider", ""),
  check: schema("", "data(type,name) assert"),
} as const;

export type BlockName = keyof typeof SCHEMA;

export function bodySchema(name: BlockName): BodySchema {
  return SCHEMA[name];
}

function schema(attributes: string, blocks: string): BodySchema {
  return {
    attributes: words(attributes).map((word) =>
      word.endsWith("!") ? { name: word.slice(0, -1), isRequired: true } : { name: word },
    ),
    blocks: words(blocks).map((word) => {
      const [type = word, labels] = word.split(/[()]/);
      return { type, labels: labels === undefined ? [] : labels.split(",") };
    }),
  };
}

function words(text: string): readonly string[] {
  return text.split(" ").filter((word) => word !== "");
}
