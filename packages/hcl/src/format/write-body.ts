import { formatSource } from "./format-source.ts";
import { quoteText } from "./quote-text.ts";
import { isIdentifier, writeExpression } from "./write-expression.ts";
import type { WrittenItem } from "./written.ts";

/**
 * A file of native syntax with these items, formatted as `terraform fmt` formats.
 * @throws TypeError where a name cannot be one, or what was written does not parse: both are mistakes of the caller
 */
export function writeBody(items: readonly WrittenItem[]): string {
  const { text, diagnostics } = formatSource(`${lines(items, 0).join("\n")}\n`);
  const [first] = diagnostics;
  if (first !== undefined) throw new TypeError(`what was written does not parse: ${first.summary}: ${first.detail ?? ""}`);
  return text;
}

function lines(items: readonly WrittenItem[], depth: number): readonly string[] {
  return items.flatMap((item) => linesOf(item, depth));
}

function linesOf(item: WrittenItem, depth: number): readonly string[] {
  switch (item.kind) {
    case "attribute":
      return [`${named(item.name)} = ${writeExpression(item.value, depth)}`];
    case "block": {
      const header = [named(item.type), ...item.labels.map(quoteText)].join(" ");
      return item.items.length === 0 ? [`${header} {}`] : [`${header} {`, ...lines(item.items, depth + 1), "}"];
    }
    case "comment":
      return item.text.split(/\r?\n/).map((line) => (line === "" ? "#" : `# ${line}`));
    case "blank":
      return [""];
  }
}

function named(name: string): string {
  if (!isIdentifier(name)) throw new TypeError(`${quoteText(name)} is no name of an argument or block`);
  return name;
}
