import type { Lifecycle } from "@dovetail/engine";
import type { WrittenExpression, WrittenItem } from "@dovetail/hcl";
import { type BlockSchema, isList, isObject, type NestedBlockSchema, type Path, type Value } from "@dovetail/model";
import { type Explained, explain, type Seen } from "./explain-value.ts";
import type { RecordedResource } from "./record-program.ts";
import type { ConfigSeen } from "./resource-config.ts";
import type { StandIns } from "./stand-ins.ts";
import { untoldComments } from "./untold.ts";
import { apart, blockItem, listText, sourceItem } from "./written-items.ts";

/** `resource` and `data` blocks. */

export interface WrittenResource {
  readonly address: string;
  readonly item: WrittenItem;
  /** Comment lines that belong above it. */
  readonly comments: readonly string[];
  /** What its expressions refer to. */
  readonly from: ReadonlySet<string>;
}

export interface ResourceWriting {
  readonly standIns: StandIns;
  readonly resource: RecordedResource;
  readonly config: ConfigSeen;
  /** Arguments of the block itself that may be spelled otherwise in JSON. */
  readonly jsonByMeaning: ReadonlySet<string>;
  /** Whether a secret is among the things that it was worked out of: then nothing is told of it. */
  readonly dependsOn: (from: ReadonlySet<string>) => readonly string[];
}

/** One resource as a block. Pure. */
export function writeResource(writing: ResourceWriting): WrittenResource {
  const { resource, config } = writing;
  const { registration, mode, schema } = resource;
  const body = new BodyWriter(writing);
  const items = body.items(schema, config, []);
  const { provider, type } = registration;
  const timeouts = timeoutItems(resource);
  if ("lifecycle" in registration) for (const trigger of registration.lifecycle?.replaceWith ?? []) body.from.add(trigger);
  const dependsOn = writing.dependsOn(body.from);
  const lifecycle = mode === "managed" && "lifecycle" in registration ? lifecycleItems(registration.lifecycle ?? {}) : [];
  const all = apart([
    provider?.includes(".") === true ? [sourceItem("provider", provider)] : [],
    items,
    timeouts.length === 0 ? [] : [blockItem("timeouts", [], timeouts)],
    lifecycle.length === 0 ? [] : [blockItem("lifecycle", [], lifecycle)],
    dependsOn.length === 0 ? [] : [sourceItem("depends_on", listText(dependsOn))],
  ]);
  return {
    address: resource.address,
    item: {
      kind: "block",
      type: mode === "data" ? "data" : "resource",
      labels: [type, resource.writtenName ?? registration.name],
      items: all,
    },
    comments: commentsOf(resource),
    from: body.from,
  };
}

/** Writes the arguments and blocks of one resource. */
class BodyWriter {
  readonly from = new Set<string>();
  readonly #writing: ResourceWriting;

  constructor(writing: ResourceWriting) {
    this.#writing = writing;
  }

  items(schema: BlockSchema, seen: Seen, above: Path): readonly WrittenItem[] {
    const { real } = seen;
    if (!isObject(real)) return [];
    const sections: (readonly WrittenItem[])[] = [];
    const blocks: (readonly WrittenItem[])[] = [];
    const attributes: WrittenItem[] = [];
    const tags: WrittenItem[] = [];
    for (const [name, value] of inReadingOrder(Object.entries(real), this.#writing.resource, above)) {
      if (isUnset(value)) continue;
      const part = partOf(seen, name);
      const nested = schema.blocks?.[name] ?? blockOfAttribute(schema, name);
      if (nested !== undefined) blocks.push(...this.#blocks(name, nested, part, [...above, name]).map((item) => [item]));
      else (name === "tags" && above.length === 0 ? tags : attributes).push(...this.#attribute(name, part, [...above, name]));
    }
    sections.push(attributes, ...blocks, tags);
    return apart(sections);
  }

  #attribute(name: string, seen: Seen, path: Path): readonly WrittenItem[] {
    const { standIns, jsonByMeaning, resource } = this.#writing;
    const explained = explain(standIns, seen, { isJsonByMeaning: path.length === 1 && jsonByMeaning.has(name) });
    for (const from of explained.from) if (from !== "") this.from.add(from);
    const value = withoutNulls(explained.expression);
    return [...workedOut(explained, resource), { kind: "attribute", name, value }];
  }

  #blocks(name: string, schema: NestedBlockSchema, seen: Seen, path: Path): readonly WrittenItem[] {
    const { real } = seen;
    const body = (part: Seen, inner: Path) => this.items(schema, part, inner);
    if (isList(real))
      return real.map((_item, i) => ({ kind: "block", type: name, labels: [], items: body(partOf(seen, i), [...path, i]) }));
    if (!isObject(real)) return [];
    if (schema.nesting !== "map") return [{ kind: "block", type: name, labels: [], items: body(seen, path) }];
    return Object.keys(real).map((key) => ({
      kind: "block",
      type: name,
      labels: [key],
      items: body(partOf(seen, key), [...path, key]),
    }));
  }
}

/** What names an object, where the argument is not called `name`. */
const NAMES: { readonly [type: string]: string } = {
  aws_cloudwatch_composite_alarm: "alarm_name",
  aws_cloudwatch_dashboard: "dashboard_name",
  aws_cloudwatch_metric_alarm: "alarm_name",
  aws_lambda_function: "function_name",
  aws_lambda_layer_version: "layer_name",
  aws_lambda_permission: "statement_id",
  aws_s3_bucket: "bucket",
};

/** As the program has them, its name before everything else. */
function inReadingOrder(
  entries: readonly [string, Value][],
  { registration }: RecordedResource,
  above: Path,
): readonly [string, Value][] {
  const name = above.length > 0 ? "name" : (NAMES[registration.type] ?? "name");
  return [...entries.filter(([key]) => key === name), ...entries.filter(([key]) => key !== name)];
}

function partOf({ real, marked, respelled }: Seen, step: string | number): Seen {
  return {
    real: memberOf(real, step) ?? null,
    marked: memberOf(marked, step),
    ...(respelled === undefined ? {} : { respelled: memberOf(respelled, step) }),
  };
}

function memberOf(value: Value | undefined, step: string | number): Value | undefined {
  if (typeof step === "number") return isList(value) ? value[step] : undefined;
  return isObject(value) && Object.hasOwn(value, step) ? value[step] : undefined;
}

function isUnset(value: Value): boolean {
  return value === null || (isList(value) && value.length === 0) || (isObject(value) && Object.keys(value).length === 0);
}

/** Lists and sets of objects in attributes of the old SDK, which may be written as blocks and read best so. */
function blockOfAttribute(schema: BlockSchema, name: string): NestedBlockSchema | undefined {
  const type = schema.attributes?.[name]?.type;
  if (type === undefined || typeof type === "string" || (type[0] !== "list" && type[0] !== "set")) return undefined;
  const [nesting, element] = type;
  if (typeof element === "string" || element[0] !== "object") return undefined;
  const attributes = Object.fromEntries(Object.entries(element[1]).map(([key, inner]) => [key, { type: inner, optional: true }]));
  return { nesting, attributes };
}

/** Members of nested attributes that are not set are left out. */
function withoutNulls(expression: WrittenExpression): WrittenExpression {
  if (expression.kind === "tuple") return { ...expression, elements: expression.elements.map(withoutNulls) };
  if (expression.kind !== "object") return expression;
  const items = expression.items.filter(([, value]) => !(value.kind === "literal" && value.value.raw === null));
  return { ...expression, items: items.map(([name, value]) => [name, withoutNulls(value)]) };
}

/** Says of a value what it came from, where it does not say so itself. */
function workedOut({ isWorkedOut }: Explained, { registration }: RecordedResource): readonly WrittenItem[] {
  if (!isWorkedOut || registration.dependencies.length === 0) return [];
  const of = registration.dependencies.slice(0, SOURCES_MAX).join(", ");
  const more = registration.dependencies.length > SOURCES_MAX ? ", …" : "";
  return [{ kind: "comment", text: `The program works this out of ${of}${more}: it does not follow when they change.` }];
}
const SOURCES_MAX = 5;

function timeoutItems({ registration }: RecordedResource): readonly WrittenItem[] {
  const { timeouts } = "timeouts" in registration ? registration : {};
  if (timeouts === undefined) return [];
  return Object.entries(timeouts).flatMap(([name, value]) =>
    value === undefined ? [] : [sourceItem(name, JSON.stringify(value))],
  );
}

/** `lifecycle` as far as the language has it. */
function lifecycleItems({ preventDestroy, ignoreChanges, replaceWith, replaceTriggeredBy }: Lifecycle): readonly WrittenItem[] {
  const ignored = ignoreChanges === "all" ? "all" : ignoreChanges && listText(ignoreChanges.map(relativePath));
  const triggers = [
    ...(replaceWith ?? []),
    ...(replaceTriggeredBy ?? []).map(({ address, path }) => (path === undefined ? address : `${address}.${relativePath(path)}`)),
  ];
  return [
    ...(preventDestroy === true ? [sourceItem("prevent_destroy", "true")] : []),
    ...(ignored === undefined ? [] : [sourceItem("ignore_changes", ignored)]),
    ...(triggers.length === 0 ? [] : [sourceItem("replace_triggered_by", listText(triggers))]),
  ];
}

function relativePath(path: Path): string {
  return path
    .map((step, i) => {
      if (typeof step === "number") return `[${step}]`;
      if (i === 0) return step;
      return /^[A-Za-z_][\w-]*$/.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`;
    })
    .join("");
}

function commentsOf(resource: RecordedResource): readonly string[] {
  const { displayName } = resource.registration;
  return [...(displayName === undefined ? [] : [displayName]), ...untoldComments(resource)];
}
