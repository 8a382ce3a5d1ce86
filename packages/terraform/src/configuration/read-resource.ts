import type { Attribute, Block, BodyContent, Expression } from "@dovetail/hcl";
import { bodySchema } from "./body-schemas.ts";
import { literalBool } from "./literals.ts";
import type { LifecycleConfig, ProvisionerConfig, ResourceConfig, ResourceKind } from "./model.ts";
import { checkName } from "./names.ts";
import type { Problems } from "./problems.ts";
import { readProviderReference } from "./read-provider.ts";
import { readDependsOn, readRules, readTraversals, refuseReserved } from "./read-rules.ts";

const KIND_WORDS = { managed: "resource", data: "data source", ephemeral: "ephemeral resource" } as const;

/** A `resource`, `data` or `ephemeral` block. */
export function readResource(block: Block, kind: ResourceKind, problems: Problems, check?: string): ResourceConfig | undefined {
  const [type = "", name = ""] = block.labels;
  const { content, rest } = block.body.partialContent(bodySchema(kind));
  problems.add(content.diagnostics);
  const what = KIND_WORDS[kind];
  const isTyped = checkName(type, `Invalid ${what} name`, block.labelRanges[0] ?? block.defRange, problems);
  if (!checkName(name, `Invalid ${what} name`, block.labelRanges[1] ?? block.defRange, problems) || !isTyped) return undefined;
  refuseReserved(content.blocks, ["locals"], `${what} block`, problems);
  const repetition = readRepetition(content, "resource", problems);
  const provider = content.attributes.get("provider");
  const reference = provider === undefined ? undefined : readProviderReference(provider.expression, problems);
  const lifecycle = readLifecycle(content, kind, problems);
  return {
    kind,
    type,
    name,
    key: resourceKey(kind, type, name),
    range: block.defRange,
    ...repetition,
    ...(reference === undefined ? {} : { provider: reference }),
    dependsOn: readDependsOn(content.attributes.get("depends_on")?.expression, problems),
    lifecycle,
    provisioners: readProvisioners(content.blocks, problems),
    body: rest,
    ...(check === undefined ? {} : { check }),
  };
}

/** Its key in `ModuleConfig.resources`: the resource's address in its module. */
export function resourceKey(kind: ResourceKind, type: string, name: string): string {
  return kind === "managed" ? `${type}.${name}` : `${kind}.${type}.${name}`;
}

/** `count` and `for_each`, of which a block may have one. */
export function readRepetition(
  content: BodyContent,
  what: "resource" | "module",
  problems: Problems,
): { readonly count?: Expression; readonly forEach?: Expression } {
  const count = content.attributes.get("count");
  const forEach = content.attributes.get("for_each");
  if (count !== undefined && forEach !== undefined) {
    const detail = `The "count" and "for_each" meta-arguments are mutually-exclusive, only one should be used to be explicit about the number of ${what}s to be created.`;
    problems.error('Invalid combination of "count" and "for_each"', detail, forEach.nameRange);
    return { count: count.expression };
  }
  return {
    ...(count === undefined ? {} : { count: count.expression }),
    ...(forEach === undefined ? {} : { forEach: forEach.expression }),
  };
}

const NO_LIFECYCLE: LifecycleConfig = { replaceTriggeredBy: [], preconditions: [], postconditions: [] };

function readLifecycle(content: BodyContent, kind: ResourceKind, problems: Problems): LifecycleConfig {
  const [block, second] = content.blocks.filter((each) => each.type === "lifecycle");
  if (block === undefined) return NO_LIFECYCLE;
  if (second !== undefined) {
    const detail = (first: string) => `This resource already has a lifecycle block at ${first}.`;
    problems.twice("Duplicate lifecycle block", detail, second.defRange, block.defRange);
  }
  const { attributes, blocks, diagnostics } = block.body.content(bodySchema("lifecycle"));
  problems.add(diagnostics);
  if (kind !== "managed") refuseLifecycle(attributes, kind, problems);
  const createBeforeDestroy = literalBool(attributes.get("create_before_destroy"), problems);
  const preventDestroy = literalBool(attributes.get("prevent_destroy"), problems);
  const ignoreChanges = readIgnoreChanges(attributes.get("ignore_changes"), problems);
  return {
    ...(createBeforeDestroy === undefined ? {} : { createBeforeDestroy }),
    ...(preventDestroy === undefined ? {} : { preventDestroy }),
    ...(ignoreChanges === undefined ? {} : { ignoreChanges }),
    replaceTriggeredBy: readTriggers(attributes.get("replace_triggered_by"), problems),
    preconditions: readRules(blocks, "precondition", problems),
    postconditions: readRules(blocks, "postcondition", problems),
  };
}

function refuseLifecycle(attributes: ReadonlyMap<string, Attribute>, kind: "data" | "ephemeral", problems: Problems): void {
  const what = kind === "data" ? "data resource" : "ephemeral resource";
  for (const [name, attribute] of attributes) {
    const detail = `The lifecycle argument "${name}" is defined only for managed resources ("resource" blocks), and is not valid for ${what}s.`;
    problems.error(`Invalid ${what} lifecycle argument`, detail, attribute.nameRange);
  }
}

function readIgnoreChanges(attribute: Attribute | undefined, problems: Problems): LifecycleConfig["ignoreChanges"] {
  if (attribute === undefined) return undefined;
  const { expression } = attribute;
  if (expression.asKeyword() === "all") return "all";
  const items = expression.asList();
  if (items === undefined) {
    problems.error("Invalid expression", "A static list expression is required.", expression.range);
    return undefined;
  }
  return readTraversals(items, problems);
}

function readTriggers(attribute: Attribute | undefined, problems: Problems): readonly Expression[] {
  if (attribute === undefined) return [];
  const items = attribute.expression.asList();
  if (items !== undefined) return items;
  problems.error("Invalid expression", "A static list expression is required.", attribute.expression.range);
  return [];
}

const WHEN: { readonly [word: string]: "create" | "destroy" } = { create: "create", destroy: "destroy" };
const ON_FAILURE: { readonly [word: string]: "continue" | "fail" } = { continue: "continue", fail: "fail" };

export function readProvisioners(blocks: readonly Block[], problems: Problems): readonly ProvisionerConfig[] {
  return blocks
    .filter((block) => block.type === "provisioner")
    .map((block) => {
      const { content, rest } = block.body.partialContent(bodySchema("provisioner"));
      problems.add(content.diagnostics);
      const when = keyword(content.attributes.get("when"), WHEN, "when", problems);
      const onFailure = keyword(content.attributes.get("on_failure"), ON_FAILURE, "on_failure", problems);
      return {
        type: block.labels[0] ?? "",
        when: when ?? "create",
        onFailure: onFailure ?? "fail",
        body: rest,
        range: block.defRange,
      };
    });
}

function keyword<T>(
  attribute: Attribute | undefined,
  words: { readonly [word: string]: T },
  name: string,
  problems: Problems,
): T | undefined {
  if (attribute === undefined) return undefined;
  const word = attribute.expression.asKeyword();
  if (word !== undefined && Object.hasOwn(words, word)) return words[word];
  const allowed = Object.keys(words)
    .map((each) => `"${each}"`)
    .join(" or ");
  problems.error(
    `Invalid "${name}" keyword`,
    `The "${name}" argument requires one of the following keywords: ${allowed}.`,
    attribute.expression.range,
  );
  return undefined;
}
