import { BigFloat, type Traversal } from "@dovetail/hcl";

/** A traversal as an address: `module.a["k"].aws_x.y[0]`. */
export function traversalText({ root, steps }: Traversal): string {
  const parts = steps.map((step) => {
    if (step.kind === "attribute") return `.${step.name}`;
    if (step.kind === "splat") return "[*]";
    const { raw } = step.key;
    return raw instanceof BigFloat ? `[${raw.toNumber()}]` : `[${JSON.stringify(raw)}]`;
  });
  return root + parts.join("");
}

/** An address without any instance keys. */
export function withoutKeys(address: string): string {
  return address.replace(/\[(?:"(?:[^"\\]|\\.)*"|\d+|\*)\]/g, "");
}
