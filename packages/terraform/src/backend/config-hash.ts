import { crc32 } from "node:zlib";
import { elementsOf, entriesOf, goQuote, isNull, isUnknown, numberOf, numberText, textOf, type Val } from "@dovetail/hcl";

/**
 * What Terraform writes as `hash` of a backend's configuration: CRC-32 of go-cty's text for set elements, over type and arguments.
 * Source: go-cty, `cty/set_internals.go` (MIT, read 2026-11); held against records that terraform 1.11.4 wrote.
 */
export function backendHash(type: string, config: Val): number {
  return crc32(`<${goQuote(type)};${hashText(config)};>`);
}

function hashText(value: Val): string {
  if (isUnknown(value)) return "?";
  if (isNull(value)) return "~";
  const items = () =>
    elementsOf(value)
      .map((item) => `${hashText(item)};`)
      .join("");
  switch (value.type.kind) {
    case "bool":
      return value.raw === true ? "T" : "F";
    case "number":
      return numberText(numberOf(value));
    case "string":
      return goQuote(textOf(value));
    case "list":
    case "set":
      return `[${items()}]`;
    case "tuple":
      return `<${items()}>`;
    case "map":
      return `{${[...entriesOf(value)].map(([key, item]) => `${goQuote(key)}:${hashText(item)};`).join("")}}`;
    case "object":
      return `<${[...entriesOf(value)].map(([, item]) => `${hashText(item)};`).join("")}>`;
    default:
      return "";
  }
}
