import { type Block, DYNAMIC, type Traversal, typeConstraint } from "@dovetail/hcl";
import { bodySchema } from "./body-schemas.ts";
import { literalBool, literalString } from "./literals.ts";
import type { CheckRule, OutputConfig, VariableConfig } from "./model.ts";
import { checkName } from "./names.ts";
import type { Problems } from "./problems.ts";
import { readDependsOn, readRules } from "./read-rules.ts";

/** Names that a `module` block has a meaning of its own for. */
const RESERVED = ["source", "version", "providers", "count", "for_each", "lifecycle", "depends_on", "locals"];

/** A `variable` block. */
export function readVariable(block: Block, problems: Problems): VariableConfig | undefined {
  const [name = ""] = block.labels;
  const labelRange = block.labelRanges[0] ?? block.defRange;
  const { attributes, blocks, diagnostics } = block.body.content(bodySchema("variable"));
  problems.add(diagnostics);
  if (!checkName(name, "Invalid variable name", labelRange, problems)) return undefined;
  if (RESERVED.includes(name)) {
    const detail = `The variable name ${JSON.stringify(name)} is reserved due to its special meaning inside module blocks.`;
    problems.error("Invalid variable name", detail, labelRange);
    return undefined;
  }
  const typeExpression = attributes.get("type")?.expression;
  const constraint = typeExpression === undefined ? undefined : typeConstraint(typeExpression);
  problems.add(constraint?.diagnostics ?? []);
  const description = literalString(attributes.get("description"), problems);
  const deprecated = literalString(attributes.get("deprecated"), problems);
  const given = attributes.get("default");
  return {
    name,
    range: block.defRange,
    type: constraint?.type ?? DYNAMIC,
    ...(constraint === undefined ? {} : { constraint: { type: constraint.type, defaults: constraint.defaults } }),
    isTyped: constraint !== undefined,
    ...(description === undefined ? {} : { description }),
    ...(deprecated === undefined ? {} : { deprecated }),
    ...(given === undefined ? {} : { default: given }),
    isSensitive: literalBool(attributes.get("sensitive"), problems) === true,
    isEphemeral: literalBool(attributes.get("ephemeral"), problems) === true,
    isNullable: literalBool(attributes.get("nullable"), problems) !== false,
    validations: readValidations(blocks, name, problems),
  };
}

function readValidations(blocks: readonly Block[], name: string, problems: Problems): readonly CheckRule[] {
  const rules = readRules(blocks, "validation", problems);
  const isOwn = ({ root, steps: [step] }: Traversal) => root === "var" && step?.kind === "attribute" && step.name === name;
  for (const { condition } of rules) {
    if (condition.references().some(isOwn)) continue;
    const detail = `The condition for variable "${name}" must refer to var.${name} in order to test incoming values.`;
    problems.error("Invalid variable validation condition", detail, condition.range);
  }
  return rules;
}

/** An `output` block. */
export function readOutput(block: Block, problems: Problems): OutputConfig | undefined {
  const [name = ""] = block.labels;
  const { attributes, blocks, diagnostics } = block.body.content(bodySchema("output"));
  problems.add(diagnostics);
  if (!checkName(name, "Invalid output name", block.labelRanges[0] ?? block.defRange, problems)) return undefined;
  const expression = attributes.get("value")?.expression;
  if (expression === undefined) {
    const detail = 'The argument "value" is required, but no definition was found.';
    problems.error("Missing required argument", detail, block.body.missingRange);
  }
  const description = literalString(attributes.get("description"), problems);
  const deprecated = literalString(attributes.get("deprecated"), problems);
  return {
    name,
    range: block.defRange,
    ...(expression === undefined ? {} : { expression }),
    ...(description === undefined ? {} : { description }),
    ...(deprecated === undefined ? {} : { deprecated }),
    isSensitive: literalBool(attributes.get("sensitive"), problems) === true,
    isEphemeral: literalBool(attributes.get("ephemeral"), problems) === true,
    dependsOn: readDependsOn(attributes.get("depends_on")?.expression, problems),
    preconditions: readRules(blocks, "precondition", problems),
  };
}
