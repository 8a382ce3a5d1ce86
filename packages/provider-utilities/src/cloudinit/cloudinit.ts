import { crc32 } from "node:zlib";
import { type Diagnostic, isList, isObject, type MutableValueObject, type Value, type ValueObject } from "@dovetail/model";
import { gzipped } from "../gzip.ts";
import { failure, invalid } from "../invalid.ts";
import type { UtilityModule, UtilityOptions } from "../utility.ts";
import { text } from "../values.ts";

/** What a boundary may be made of: RFC 2046, section 5.1.1. */
const BOUNDARY = /^[A-Za-z0-9'()+_,\-./:=? ]{0,69}[A-Za-z0-9'()+_,\-./:=?]$/;

/** `cloudinit_config`, after terraform-provider-cloudinit 2.3: parts as one MIME document. */
function config(_options: UtilityOptions, given: ValueObject): ValueObject {
  const filled = withDefaults(given);
  const document = Buffer.from(mimeDocument(text(filled, "boundary") ?? "", partsOf(filled)));
  const bytes = filled.gzip === true ? gzipped(document) : document;
  const rendered = bytes.toString(filled.base64_encode === true ? "base64" : "utf8");
  return { ...filled, id: String(crc32(rendered)), rendered };
}

function withDefaults(given: ValueObject): MutableValueObject {
  const parts = given.part ?? [];
  return {
    ...given,
    gzip: given.gzip ?? true,
    base64_encode: given.base64_encode ?? true,
    boundary: given.boundary ?? "MIMEBOUNDARY",
    part: isList(parts)
      ? parts.map((part): Value => (isObject(part) ? { ...part, content_type: part.content_type || "text/plain" } : part))
      : parts,
  };
}

function partsOf(given: ValueObject): readonly ValueObject[] {
  const parts = given.part ?? [];
  return isList(parts) ? parts.filter(isObject) : [];
}

/** The document as Go's mime/multipart writes it: headers of a part by name, and the first line ended by a line feed alone. */
function mimeDocument(boundary: string, parts: readonly ValueObject[]): string {
  if (!BOUNDARY.test(boundary)) {
    const problem = boundary.length === 0 || boundary.length > 70 ? "length" : "character";
    throw failure("Unable to render cloudinit config to MIME multi-part file", `mime: invalid boundary ${problem}`);
  }
  const head = `Content-Type: multipart/mixed; boundary="${boundary}"\nMIME-Version: 1.0\r\n\r\n`;
  const bodies = parts.map(
    (part, i) => `${i === 0 ? "" : "\r\n"}--${boundary}\r\n${headersOf(part)}\r\n${text(part, "content") ?? ""}`,
  );
  return `${head}${bodies.join("")}\r\n--${boundary}--\r\n`;
}

function headersOf(part: ValueObject): string {
  const [filename, mergeType] = [text(part, "filename") ?? "", text(part, "merge_type") ?? ""];
  return [
    ...(filename === "" ? [] : [`Content-Disposition: attachment; filename="${filename}"`]),
    "Content-Transfer-Encoding: 7bit",
    `Content-Type: ${text(part, "content_type")}`,
    "Mime-Version: 1.0",
    ...(mergeType === "" ? [] : [`X-Merge-Type: ${mergeType}`]),
    "",
  ].join("\r\n");
}

function validate(given: ValueObject): readonly Diagnostic[] {
  const out: Diagnostic[] = [];
  if ((given.gzip ?? true) === true && (given.base64_encode ?? true) === false) {
    const detail = "Expected base64_encode to be set to true when gzip is true.";
    out.push(invalid("base64_encode", detail, "Invalid Attribute Configuration"));
  }
  const short = (name: string) =>
    out.push(invalid(name, `Attribute ${name} string length must be at least 1, got: 0`, "Invalid Attribute Value Length"));
  if (given.boundary === "") short("boundary");
  for (const [i, part] of partsOf(given).entries()) if (part.content_type === "") short(`part[${i}].content_type`);
  if (isList(given.part ?? []) && partsOf(given).length === 0) {
    out.push(
      invalid("part", "part must have a configuration value as the provider has marked it as required", "Missing Required Block"),
    );
  }
  return out;
}

/** The `cloudinit` provider: `cloudinit_config` as data source and, deprecated, as resource. */
export const module: UtilityModule = {
  resources: [
    {
      type: "cloudinit_config",
      validate,
      plan: (_prior, planned) => withDefaults(planned),
      create: async (options, planned) => config(options, planned),
    },
  ],
  dataSources: [{ type: "cloudinit_config", validate, read: async (options, given) => config(options, given) }],
};
