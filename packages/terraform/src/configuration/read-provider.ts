import type { Attribute, Block, Body, Expression } from "@dovetail/hcl";
import type { SourceRange } from "@dovetail/model";
import { bodySchema } from "./body-schemas.ts";
import { literalString } from "./literals.ts";
import type { ProviderBlock, ProviderReference, RequiredProvider, VersionRequirement } from "./model.ts";
import { checkName, isIdentifier } from "./names.ts";
import type { Problems } from "./problems.ts";
import { providerSource } from "./provider-source.ts";
import { refuseReserved } from "./read-rules.ts";

/** A `provider` block. */
export function readProvider(block: Block, problems: Problems): ProviderBlock | undefined {
  const [name = ""] = block.labels;
  const { content, rest } = block.body.partialContent(bodySchema("provider"));
  problems.add(content.diagnostics);
  if (!checkName(name, "Invalid provider configuration name", block.labelRanges[0] ?? block.defRange, problems)) return undefined;
  refuseReserved(content.blocks, ["locals", "lifecycle"], "provider block", problems);
  const aliasAttribute = content.attributes.get("alias");
  const alias = literalString(aliasAttribute, problems);
  if (alias !== undefined && aliasAttribute !== undefined)
    checkName(alias, "Invalid provider configuration alias", aliasAttribute.expression.range, problems);
  const version = versionOf(content.attributes.get("version"), problems);
  return {
    name,
    range: block.defRange,
    ...(alias === undefined ? {} : { alias }),
    ...(version === undefined ? {} : { version }),
    body: rest,
  };
}

/** `provider = aws.west`, an item of `configuration_aliases`. */
export function readProviderReference(expression: Expression, problems: Problems): ProviderReference | undefined {
  const traversal = expression.asTraversal();
  const [first, ...others] = traversal?.steps ?? [];
  const range = expression.range;
  if (traversal === undefined) return fromText(expression, problems);
  if (others.length > 0 || (first !== undefined && first.kind !== "attribute")) {
    const detail = "Provider type name must be followed by alias name, using attribute access syntax, or by nothing.";
    problems.error("Invalid provider configuration reference", detail, range);
    return undefined;
  }
  return { name: traversal.root, ...(first === undefined ? {} : { alias: first.name }), range };
}

/** As versions before 0.12 wrote it: `provider = "aws.west"`. */
function fromText(expression: Expression, problems: Problems): ProviderReference | undefined {
  const text = literalString({ name: "provider", expression, range: expression.range, nameRange: expression.range }, problems);
  if (text === undefined) return undefined;
  const [name = "", alias, more] = text.split(".");
  if (more === undefined && isIdentifier(name) && (alias === undefined || isIdentifier(alias)))
    return { name, ...(alias === undefined ? {} : { alias }), range: expression.range };
  const detail =
    "The provider argument requires a provider type name, optionally followed by a period and then a configuration alias.";
  problems.error("Invalid provider configuration reference", detail, expression.range);
  return undefined;
}

/** The `required_providers` block of a `terraform` block. */
export function readRequiredProviders(body: Body, problems: Problems): ReadonlyMap<string, RequiredProvider> {
  const { attributes, diagnostics } = body.justAttributes();
  problems.add(diagnostics);
  const found = new Map<string, RequiredProvider>();
  for (const [name, attribute] of attributes) {
    const required = requiredProvider(name, attribute, problems);
    if (required !== undefined) found.set(name, required);
  }
  return found;
}

function requiredProvider(name: string, attribute: Attribute, problems: Problems): RequiredProvider | undefined {
  const { expression, range } = attribute;
  const pairs = expression.asMap();
  if (pairs === undefined) return oldForm(name, attribute, problems);
  let source: string | undefined;
  let version: VersionRequirement | undefined;
  let aliases: readonly ProviderReference[] = [];
  for (const { key, value } of pairs) {
    const word = key.asKeyword() ?? literalString({ ...attribute, expression: key }, problems);
    if (word === "source") source = literalString({ ...attribute, expression: value }, problems);
    else if (word === "version") version = versionOf({ ...attribute, expression: value }, problems);
    else if (word === "configuration_aliases") aliases = readAliases(value, problems);
    else if (word !== undefined)
      problems.error(
        "Invalid required_providers object",
        'required_providers objects can only contain "version", "source" and "configuration_aliases" attributes. To configure a provider, use a "provider" block.',
        key.range,
      );
  }
  const address = providerSource(source ?? name, expression.range, problems);
  if (address === undefined) return undefined;
  return { name, source: address, aliases, range, ...(version === undefined ? {} : { version }) };
}

/** `aws = "~> 5.0"`: a version alone. */
function oldForm(name: string, attribute: Attribute, problems: Problems): RequiredProvider | undefined {
  const version = versionOf(attribute, problems);
  const source = providerSource(name, attribute.expression.range, problems);
  if (version === undefined || source === undefined) return undefined;
  return { name, source, aliases: [], version, range: attribute.range };
}

function readAliases(value: Expression, problems: Problems): readonly ProviderReference[] {
  const items = value.asList();
  if (items === undefined) {
    problems.error("Invalid configuration_aliases value", "A static list expression is required.", value.range);
    return [];
  }
  return items.flatMap((item) => readProviderReference(item, problems) ?? []);
}

export function versionOf(attribute: Attribute | undefined, problems: Problems): VersionRequirement | undefined {
  const text = literalString(attribute, problems);
  if (text === undefined || attribute === undefined) return undefined;
  const range: SourceRange = attribute.expression.range;
  if (isConstraint(text)) return { text, range };
  problems.error("Invalid version constraint", "This string does not use correct version constraint syntax.", range);
  return undefined;
}

const TERM = /^\s*(=|!=|>=|<=|>|<|~>)?\s*v?\d+(\.\d+)*(-[0-9A-Za-z.~-]+)?(\+[0-9A-Za-z.~-]+)?\s*$/;

function isConstraint(text: string): boolean {
  return text.trim() !== "" && text.split(",").every((term) => TERM.test(term));
}
