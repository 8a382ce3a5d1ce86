import type { Attribute, Block } from "@dovetail/hcl";
import { bodySchema } from "./body-schemas.ts";
import { literalString } from "./literals.ts";
import type { ModuleCallConfig, PassedProvider } from "./model.ts";
import { checkName } from "./names.ts";
import type { Problems } from "./problems.ts";
import { readProviderReference, versionOf } from "./read-provider.ts";
import { readRepetition } from "./read-resource.ts";
import { readDependsOn, refuseReserved } from "./read-rules.ts";

/** A `module` block. */
export function readCall(block: Block, problems: Problems): ModuleCallConfig | undefined {
  const [name = ""] = block.labels;
  const { content, rest } = block.body.partialContent(bodySchema("module"));
  problems.add(content.diagnostics);
  if (!checkName(name, "Invalid module instance name", block.labelRanges[0] ?? block.defRange, problems)) return undefined;
  refuseReserved(content.blocks, ["lifecycle", "locals", "provider"], "module block", problems);
  const sourceAttribute = content.attributes.get("source");
  const source = literalString(sourceAttribute, problems);
  if (source === undefined || sourceAttribute === undefined) return undefined;
  const version = versionOf(content.attributes.get("version"), problems);
  return {
    name,
    range: block.defRange,
    source,
    sourceRange: sourceAttribute.expression.range,
    ...(version === undefined ? {} : { version }),
    ...readRepetition(content, "module", problems),
    providers: readPassed(content.attributes.get("providers"), problems),
    dependsOn: readDependsOn(content.attributes.get("depends_on")?.expression, problems),
    body: rest,
  };
}

/** `providers = { aws = aws.west }`. */
export function readPassed(attribute: Attribute | undefined, problems: Problems): readonly PassedProvider[] {
  if (attribute === undefined) return [];
  const pairs = attribute.expression.asMap();
  if (pairs === undefined) {
    problems.error("Invalid expression", "A static map expression is required.", attribute.expression.range);
    return [];
  }
  const found = new Map<string, PassedProvider>();
  for (const { key, value } of pairs) {
    const inner = readProviderReference(key, problems);
    const outer = readProviderReference(value, problems);
    if (inner === undefined || outer === undefined) continue;
    const name = inner.alias === undefined ? inner.name : `${inner.name}.${inner.alias}`;
    const first = found.get(name);
    if (first === undefined) found.set(name, { inner, outer });
    else
      problems.twice(
        "Duplicate provider address",
        (at) =>
          `A provider configuration was already passed to ${name} at ${at}. Each child provider configuration can be assigned only once.`,
        inner.range,
        first.inner.range,
      );
  }
  return [...found.values()];
}
