import { quoteText, type WrittenItem } from "@dovetail/hcl";

/** Pieces that all files of an export are put together from. */

export const BLANK: WrittenItem = { kind: "blank" };

/** An argument whose value is text of the language. */
export function sourceItem(name: string, text: string): WrittenItem {
  return { kind: "attribute", name, value: { kind: "source", text } };
}

export function textItem(name: string, value: string): WrittenItem {
  return sourceItem(name, quoteText(value));
}

export function blockItem(type: string, labels: readonly string[], items: readonly WrittenItem[]): WrittenItem {
  return { kind: "block", type, labels, items };
}

export function commentItem(text: string): WrittenItem {
  return { kind: "comment", text };
}

/** A blank line between sections, of which those without content are none. */
export function apart(sections: readonly (readonly WrittenItem[])[]): readonly WrittenItem[] {
  return sections.filter((section) => section.length > 0).flatMap((section, i) => (i === 0 ? section : [BLANK, ...section]));
}

/** A list of expressions, on one line where it is short. */
export function listText(texts: readonly string[]): string {
  const line = `[${texts.join(", ")}]`;
  return line.length <= LINE_MAX ? line : `[\n${texts.map((text) => `${text},\n`).join("")}]`;
}
const LINE_MAX = 90;
