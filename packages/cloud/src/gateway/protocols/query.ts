/** The query protocols: form parameters in, XML out. Smithy "AWS query protocol", "AWS EC2 query protocol". */
import type { Member, OperationModel, Shape } from "../model.ts";
import { serializationError, setOwn } from "./json.ts";
import { decodeText, encodeContent } from "./xml.ts";

interface Node {
  value?: string;
  readonly children: Map<string, Node>;
}

const PARAMETERS_MAX = 20_000;
const DEPTH_MAX = 64;

function tree(parameters: URLSearchParams): Node {
  const root: Node = { children: new Map() };
  let count = 0;
  for (const [name, value] of parameters) {
    if (++count > PARAMETERS_MAX) throw serializationError("Too many parameters");
    const parts = name.split(".");
    if (parts.length > DEPTH_MAX) throw serializationError("Parameter nested too deeply");
    let node = root;
    for (const part of parts) {
      let next = node.children.get(part);
      if (next === undefined) {
        next = { children: new Map() };
        node.children.set(part, next);
      }
      node = next;
    }
    node.value = value;
  }
  return root;
}

/** `1`, `2`, … in number order, gaps allowed. */
function numbered(node: Node): Node[] {
  return [...node.children]
    .filter(([name]) => /^\d{1,9}$/.test(name))
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([, child]) => child);
}

function decodeMap(shape: Shape, entries: readonly Node[]): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const entry of entries) {
    const key = entry.children.get(shape.keyName)?.value;
    if (key === undefined) continue;
    const value = entry.children.get(shape.valueName);
    setOwn(out, key, value === undefined ? "" : decodeNode(shape.of, value));
  }
  return out;
}

function decodeMember(member: Member, parent: Node): unknown {
  const { shape } = member;
  if (member.flat && (shape.type === "list" || shape.type === "map")) {
    const node = parent.children.get(shape.elementName ?? member.wire) ?? parent.children.get(member.wire);
    if (node === undefined) return undefined;
    const entries = numbered(node);
    if (shape.type === "map") return decodeMap(shape, entries);
    // A list may also be given as one value without a number.
    if (entries.length === 0) return node.value === undefined || node.value === "" ? [] : [decodeText(shape.of, node.value)];
    return entries.map((each) => decodeNode(shape.of, each));
  }
  const node = parent.children.get(member.wire);
  return node === undefined ? undefined : decodeNode(shape, node);
}

function decodeNode(shape: Shape, node: Node): unknown {
  switch (shape.type) {
    case "structure": {
      const out: Record<string, unknown> = {};
      for (const member of shape.members) {
        const value = decodeMember(member, node);
        if (value !== undefined) out[member.name] = value;
      }
      return out;
    }
    case "list": {
      const inner = node.children.get(shape.elementName ?? "member") ?? node.children.get("member") ?? node;
      return numbered(inner).map((each) => decodeNode(shape.of, each));
    }
    case "map":
      return decodeMap(shape, numbered(node.children.get("entry") ?? node));
    default:
      return decodeText(shape, node.value ?? "");
  }
}

/** EC2's form of it: names are written otherwise than in answers, and every list is flat. */
function decodeEc2(shape: Shape, node: Node): unknown {
  if (shape.type === "list") return numbered(node).map((each) => decodeEc2(shape.of, each));
  if (shape.type !== "structure") return decodeText(shape, node.value ?? "");
  const out: Record<string, unknown> = {};
  for (const member of shape.members) {
    const child = node.children.get(member.ec2Name);
    if (child !== undefined) out[member.name] = decodeEc2(member.shape, child);
  }
  return out;
}

export function decodeEc2Query(operation: OperationModel, parameters: URLSearchParams): unknown {
  return operation.input === undefined ? {} : decodeEc2(operation.input, tree(parameters));
}

/** Without a result element, and with the request's id before the content. */
export function encodeEc2Query(operation: OperationModel, output: object, namespace: string, requestId: string): string {
  const content = operation.output === undefined ? "" : encodeContent(operation.output, output, { query: true });
  const { name } = operation;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${name}Response xmlns="${namespace}/"><requestId>${requestId}</requestId>${content}</${name}Response>`;
}

export function decodeQuery(operation: OperationModel, parameters: URLSearchParams): unknown {
  return operation.input === undefined ? {} : decodeNode(operation.input, tree(parameters));
}

export function encodeQuery(operation: OperationModel, output: object, namespace: string | undefined, requestId: string): string {
  const { name, wrapper } = operation;
  const content = operation.output === undefined ? "" : encodeContent(operation.output, output, { query: true });
  const wrapped =
    operation.output === undefined && content === ""
      ? ""
      : `<${wrapper ?? `${name}Result`}>${content}</${wrapper ?? `${name}Result`}>`;
  const xmlns = namespace === undefined ? "" : ` xmlns="${namespace}"`;
  return `<?xml version="1.0"?>\n<${name}Response${xmlns}>${wrapped}<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${name}Response>`;
}
