import { parse, stringify } from "yaml";
import { badRequest } from "../store.ts";

/** OpenAPI documents as text: JSON or YAML in, either out. */
export type Node = { readonly [name: string]: unknown };

const BODY_BYTES_MAX = 6 * 1024 * 1024;

export const isNode = (value: unknown): value is Node => typeof value === "object" && value !== null && !Array.isArray(value);
export const nodeOf = (value: unknown): Node => (isNode(value) ? value : {});
export const textOf = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
export const textsOf = (value: unknown): string[] | undefined =>
  Array.isArray(value) ? value.filter((each): each is string => typeof each === "string") : undefined;

/** Throws BadRequestException unless the text is an OpenAPI 3.0 document. */
export function readDocument(body: string): Node {
  if (Buffer.byteLength(body) > BODY_BYTES_MAX) throw badRequest("Invalid OpenAPI input: the document is larger than 6 MB.");
  let value: unknown;
  try {
    // Aliases are bounded by the library (maxAliasCount): a document can't grow without end.
    value = body.trimStart().startsWith("{") ? JSON.parse(body) : parse(body);
  } catch {
    throw badRequest("Unable to parse the OpenAPI document: it is neither JSON nor YAML.");
  }
  if (!isNode(value) || !/^3\.0\.\d+$/.test(String(value.openapi ?? "")))
    throw badRequest("Invalid OpenAPI input. Only OpenAPI 3.0 definitions are supported for HTTP APIs.");
  return value;
}

export const writeDocument = (document: object, type: string): string =>
  type === "YAML" ? stringify(document) : JSON.stringify(document, undefined, 2);

const POINTER_DEPTH_MAX = 100;

/** The node that `$ref: "#/a/b"` stands for; what has no reference stands for itself. Throws BadRequestException. */
export function resolved(document: Node, value: unknown): Node {
  let here = nodeOf(value);
  for (let depth = 0; textOf(here.$ref) !== undefined; depth++) {
    const ref = String(here.$ref);
    const path = /^#\/(.+)$/.exec(ref)?.[1];
    if (path === undefined || depth > POINTER_DEPTH_MAX) throw badRequest(`Invalid OpenAPI input: unable to resolve ${ref}`);
    const parts = path.split("/").map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
    const found = parts.reduce<unknown>(
      (node, part) => (isNode(node) && Object.hasOwn(node, part) ? node[part] : undefined),
      document,
    );
    if (!isNode(found)) throw badRequest(`Invalid OpenAPI input: unable to resolve ${ref}`);
    here = found;
  }
  return here;
}
