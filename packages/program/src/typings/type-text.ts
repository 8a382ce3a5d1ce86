import type { AttributeSchema, BlockSchema, NestedBlockSchema, TypeExpr } from "@dovetail/model";
import type { Descriptor, Member } from "../catalog/descriptor.ts";

/** `input`: what a program gives (any part may be an Output); `plain`: arguments without Outputs; `output`: what it reads. */
export type Side = "input" | "plain" | "output";

interface Context {
  readonly descriptor: Descriptor;
  readonly side: Side;
}

/** One member of an interface. */
export interface MemberText {
  readonly name: string;
  readonly type: string;
  readonly optional: boolean;
}

/** The members of a class's or function's arguments, or of what it gives. */
export function membersOf(descriptor: Descriptor, side: Side): readonly MemberText[] {
  return blockMembers({ descriptor, side }, descriptor.schema, "");
}

/** `name?: type;` of each, in one line. */
export function bodyText(members: readonly MemberText[]): string {
  return members.map(({ name, type, optional }) => `${name}${optional ? "?" : ""}: ${type};`).join(" ");
}

function blockMembers(context: Context, block: BlockSchema, tfPath: string): MemberText[] {
  const members: MemberText[] = [];
  for (const member of context.descriptor.members(tfPath, block).values()) {
    const text = memberText(context, block, member, tfPath === "");
    if (text !== undefined) members.push(text);
  }
  return members;
}

function memberText(context: Context, block: BlockSchema, member: Member, isTop: boolean): MemberText | undefined {
  const attribute = block.attributes?.[member.tf];
  const nested = block.blocks?.[member.tf];
  if (isTop && (member.js === "id" || member.tf === "timeouts") && context.descriptor.kind === "resource") return undefined;
  if (context.side !== "output" && attribute !== undefined && attribute.required !== true && attribute.optional !== true)
    return undefined;
  const type = attribute
    ? attributeText(context, attribute, member.path)
    : nested
      ? blockText(context, nested, member.path)
      : "any";
  return { name: name(member.js), type: wrapped(context, type), optional: isOptional(context, attribute, nested, member, isTop) };
}

function isOptional(
  context: Context,
  attribute: AttributeSchema | undefined,
  nested: NestedBlockSchema | undefined,
  member: Member,
  isTop: boolean,
): boolean {
  if (context.side === "output")
    return attribute === undefined ? nested?.computed !== true : attribute.required !== true && attribute.computed !== true;
  const { map } = context.descriptor;
  if (isTop && map.autoname?.tf === member.tf) return true;
  if (isTop && map.defaults !== undefined && Object.hasOwn(map.defaults, member.js)) return true;
  if (isTop && map.required?.includes(member.js) === true) return false;
  return attribute?.required !== true && (nested?.min ?? 0) === 0;
}

function wrapped({ side }: Context, type: string): string {
  return side === "input" ? `pulumi.Input<${type}>` : type;
}

function attributeText(context: Context, attribute: AttributeSchema, path: string): string {
  const { map } = context.descriptor;
  const asset = map.asset?.[path];
  if (asset !== undefined) return asset === "archive" ? "pulumi.asset.Archive" : "pulumi.asset.Asset | pulumi.asset.Archive";
  const nested = attribute.nested_type;
  if (nested !== undefined) return blockText(context, { attributes: nested.attributes, nesting: nested.nesting }, path);
  const text = typeText(context, attribute.type ?? "dynamic", path);
  if (context.side === "output") return text;
  return map.object_ok?.[path] === undefined ? text : `${text} | { [key: string]: any }`;
}

function blockText(context: Context, block: NestedBlockSchema, path: string): string {
  const body = `{ ${bodyText(blockMembers(context, block, path))} }`;
  if (block.nesting === "map") return `{ [key: string]: ${wrapped(context, body)} }`;
  return block.nesting === "single" || context.descriptor.isFlat(path) ? body : listText(context, body);
}

function listText(context: Context, item: string): string {
  return `${context.side === "input" ? `pulumi.Input<${item}>` : item.startsWith("{") || /^\w+$/.test(item) ? item : `(${item})`}[]`;
}

const PRIMITIVES = { string: "string", number: "number", bool: "boolean", dynamic: "any" } as const;

function typeText(context: Context, type: TypeExpr, path: string): string {
  const { map } = context.descriptor;
  if (typeof type === "string") {
    const converted = map.types?.[path];
    const text = converted === undefined ? PRIMITIVES[type] : converted === "bool" ? "boolean" : "number";
    return context.side === "input" && map.resource_ok?.[path] !== undefined ? `${text} | pulumi.CustomResource` : text;
  }
  const [kind, inner] = type;
  if (kind === "list" || kind === "set") {
    const item = typeText(context, inner, path);
    return context.descriptor.isFlat(path) ? item : listText(context, item);
  }
  if (kind === "map") return `{ [key: string]: ${wrapped(context, typeText(context, inner, path))} }`;
  if (kind === "tuple") return "any[]";
  const attributes = Object.fromEntries(Object.entries(inner).map(([key, member]) => [key, { type: member, optional: true }]));
  return `{ ${bodyText(blockMembers(context, { attributes }, path))} }`;
}

function name(js: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(js) ? js : JSON.stringify(js);
}
