import type { Block, Expression, Traversal } from "@dovetail/hcl";
import { bodySchema } from "./body-schemas.ts";
import type { CheckRule } from "./model.ts";
import type { Problems } from "./problems.ts";

/** Parts that several kinds of blocks share. */

/** `precondition`, `postcondition`, `validation`, `assert`. */
export function readRules(blocks: readonly Block[], type: string, problems: Problems): readonly CheckRule[] {
  return blocks
    .filter((block) => block.type === type)
    .flatMap((block) => {
      const { attributes, diagnostics } = block.body.content(bodySchema("rule"));
      problems.add(diagnostics);
      const condition = attributes.get("condition")?.expression;
      const errorMessage = attributes.get("error_message")?.expression;
      if (condition === undefined || errorMessage === undefined) return [];
      if (condition.references().length === 0)
        problems.error(
          `Invalid ${type} expression`,
          "The condition expression must refer to at least one object from elsewhere in the configuration, or else its result would not be checking anything.",
          condition.range,
        );
      return [{ condition, errorMessage, range: block.defRange }];
    });
}

/** The references of `depends_on = [a.b, module.c]`. */
export function readDependsOn(expression: Expression | undefined, problems: Problems): readonly Traversal[] {
  if (expression === undefined) return [];
  const items = expression.asList();
  if (items === undefined) {
    problems.error("Invalid expression", "A static list expression is required.", expression.range);
    return [];
  }
  return readTraversals(items, problems);
}

export function readTraversals(items: readonly Expression[], problems: Problems): readonly Traversal[] {
  return items.flatMap((item) => {
    const traversal = item.asTraversal();
    if (traversal !== undefined) return [traversal];
    problems.error(
      "Invalid expression",
      "A single static variable reference is required: only attribute access and indexing with constant keys. No calculations, function calls, template expressions, etc are allowed here.",
      item.range,
    );
    return [];
  });
}

/** Reports blocks that the language keeps for itself where a schema of somebody else's decides. */
export function refuseReserved(blocks: readonly Block[], names: readonly string[], where: string, problems: Problems): void {
  for (const block of blocks.filter(({ type }) => names.includes(type))) {
    problems.error(
      `Reserved block type name in ${where}`,
      `The block type name "${block.type}" is reserved for use by Terraform in a future version.`,
      block.typeRange,
    );
  }
}
