import type { Attribute, Block, Traversal } from "@dovetail/hcl";
import { bodySchema } from "./body-schemas.ts";
import { literalBool } from "./literals.ts";
import type { CheckConfig, ImportBlock, MovedBlock, RemovedBlock, ResourceConfig } from "./model.ts";
import { checkName } from "./names.ts";
import type { Problems } from "./problems.ts";
import { readProviderReference } from "./read-provider.ts";
import { readProvisioners, readResource } from "./read-resource.ts";
import { readRules } from "./read-rules.ts";

/** `moved`, `removed`, `import` and `check` blocks. */

export function readMoved(block: Block, problems: Problems): MovedBlock | undefined {
  const { attributes, diagnostics } = block.body.content(bodySchema("moved"));
  problems.add(diagnostics);
  const from = address(attributes.get("from"), problems);
  const to = address(attributes.get("to"), problems);
  return from === undefined || to === undefined ? undefined : { from, to, range: block.defRange };
}

export function readRemoved(block: Block, problems: Problems): RemovedBlock | undefined {
  const { attributes, blocks, diagnostics } = block.body.content(bodySchema("removed"));
  problems.add(diagnostics);
  const from = address(attributes.get("from"), problems);
  const lifecycle = blocks.find((each) => each.type === "lifecycle");
  const content = lifecycle?.body.content(bodySchema("removedLifecycle"));
  problems.add(content?.diagnostics ?? []);
  const destroy = literalBool(content?.attributes.get("destroy"), problems) !== false;
  if (from === undefined) return undefined;
  if (from.steps.some((step) => step.kind !== "attribute")) {
    const detail = "Each remove statement must specify a resource or module without an instance key.";
    problems.error("Resource instance keys not allowed", detail, from.range);
    return undefined;
  }
  return { from, destroy, provisioners: readProvisioners(blocks, problems), range: block.defRange };
}

export function readImport(block: Block, problems: Problems): ImportBlock | undefined {
  const { attributes, diagnostics } = block.body.content(bodySchema("import"));
  problems.add(diagnostics);
  const to = attributes.get("to")?.expression;
  const id = attributes.get("id")?.expression;
  const forEach = attributes.get("for_each")?.expression;
  const given = attributes.get("provider")?.expression;
  const provider = given === undefined ? undefined : readProviderReference(given, problems);
  if (to === undefined || id === undefined) return undefined;
  return {
    to,
    id,
    range: block.defRange,
    ...(forEach === undefined ? {} : { forEach }),
    ...(provider === undefined ? {} : { provider }),
  };
}

export function readCheck(
  block: Block,
  problems: Problems,
): { readonly check: CheckConfig; readonly data?: ResourceConfig } | undefined {
  const [name = ""] = block.labels;
  const { blocks, diagnostics } = block.body.content(bodySchema("check"));
  problems.add(diagnostics);
  if (!checkName(name, "Invalid check block name", block.labelRanges[0] ?? block.defRange, problems)) return undefined;
  const [first, second] = blocks.filter((each) => each.type === "data");
  if (second !== undefined && first !== undefined) {
    const detail = `This check block already has a data resource defined at ${problems.place(first.defRange)}.`;
    problems.error("Multiple data resource blocks", detail, second.defRange);
  }
  const data = first === undefined ? undefined : readResource(first, "data", problems, name);
  const asserts = readRules(blocks, "assert", problems);
  if (asserts.length === 0) {
    const detail = "Check blocks must have at least one assert block.";
    problems.error("Missing assert block", detail, block.defRange);
  }
  const check = { name, range: block.defRange, asserts, ...(data === undefined ? {} : { data: data.key }) };
  return { check, ...(data === undefined ? {} : { data }) };
}

function address(attribute: Attribute | undefined, problems: Problems): Traversal | undefined {
  if (attribute === undefined) return undefined;
  const { expression } = attribute;
  const traversal = expression.asTraversal();
  if (traversal !== undefined) return traversal;
  problems.error(
    "Invalid expression",
    "A single static variable reference is required: only attribute access and indexing with constant keys. No calculations, function calls, template expressions, etc are allowed here.",
    expression.range,
  );
  return undefined;
}
