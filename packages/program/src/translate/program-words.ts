import type { BlockSchema, Diagnostic, SourceRange } from "@dovetail/model";
import type { Descriptor, Member } from "../catalog/descriptor.ts";
import { formatJsPath, type JsPath } from "../core/lift.ts";
import { locateArgument } from "./locate.ts";

/** The call whose arguments a diagnostic is about. */
export interface WordedCall {
  readonly descriptor: Descriptor;
  readonly range: SourceRange | undefined;
  /** Which of the call's arguments holds the attributes: 1 for `new X(name, args)`, 0 for `f(args)`. */
  readonly argument: 0 | 1;
  /** The text of the call's file. */
  readonly text: string | undefined;
}

const SCHEMA_NAME = /\b[a-z0-9]+(?:_[a-z0-9]+)+\b/g;
/** A fix with both forms has "…; in a program", its lines, "in HCL" and its lines: a program's author sees the first. */
const OTHER_FORM = /\nin HCL\n(?: {4}.*\n?)+/;

/**
 * What engine or provider found about a resource, as its program would say it: `billing_mode` is `billingMode`, `cors_configuration.0.max_age`
 * is `corsConfiguration.maxAge`, and the place is the argument's own where the call shows it. Pure.
 */
export function inProgramWords(call: WordedCall, diagnostic: Diagnostic): Diagnostic {
  const { descriptor, range, text } = call;
  const path = diagnostic.attribute === undefined ? undefined : programPath(descriptor, diagnostic.attribute);
  const names = programNames(descriptor);
  const reword = (sentence: string) => {
    const own = sentence.replace(OTHER_FORM, "\n").replace("; in a program\n", ":\n");
    const whole =
      path === undefined || diagnostic.attribute === undefined ? own : renamed(own, diagnostic.attribute, formatJsPath(path));
    return whole.replace(SCHEMA_NAME, (name) => names.get(name) ?? name);
  };
  const isHere = range !== undefined && diagnostic.range?.file === range.file && diagnostic.range.line === range.line;
  const place = path !== undefined && isHere && text !== undefined ? locateArgument(text, range, path, call.argument) : undefined;
  return {
    ...diagnostic,
    ...(diagnostic.detail === undefined ? {} : { detail: reword(diagnostic.detail) }),
    ...(diagnostic.fix === undefined ? {} : { fix: reword(diagnostic.fix) }),
    ...(path === undefined ? {} : { attribute: formatJsPath(path) }),
    ...(place === undefined ? {} : { range: place }),
  };
}

/** The attribute's key replaced where it stands as a whole; one that is an English word too ("attribute") only where it is quoted. */
function renamed(sentence: string, key: string, name: string): string {
  if (/^[a-z]+$/.test(key)) return sentence.replaceAll(`"${key}"`, `"${name}"`);
  return sentence
    .split(key)
    .reduce((before, after) => before + (/[\w.]$/.test(before) || /^\w/.test(after) ? key : name) + after);
}

/** `a.0.b` (SDKv2's key) or `a[0].b` as the program's path; undefined where the schema has no such attribute. */
function programPath(descriptor: Descriptor, attribute: string): JsPath | undefined {
  const path: (string | number)[] = [];
  let block: BlockSchema | undefined = descriptor.schema;
  let schemaPath = "";
  for (const step of attribute.replace(/\[(\d+)\]/g, ".$1").split(".")) {
    if (/^\d+$/.test(step)) {
      if (!descriptor.isFlat(schemaPath)) path.push(Number(step));
      continue;
    }
    const member: Member | undefined = block && memberOf(descriptor, schemaPath, block, step);
    if (member === undefined) {
      if (path.length === 0) return undefined;
      path.push(step);
      block = undefined;
      continue;
    }
    path.push(member.js);
    schemaPath = member.path;
    block = block?.blocks?.[step];
  }
  return path;
}

function memberOf(descriptor: Descriptor, schemaPath: string, block: BlockSchema, tf: string): Member | undefined {
  for (const member of descriptor.members(schemaPath, block).values()) if (member.tf === tf) return member;
  return undefined;
}

/** Every name of the schema that reads otherwise in a program. */
function programNames(descriptor: Descriptor): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const add = (path: string, block: BlockSchema) => {
    for (const member of descriptor.members(path, block).values()) {
      if (!names.has(member.tf)) names.set(member.tf, member.js);
      const nested = block.blocks?.[member.tf];
      if (nested !== undefined) add(member.path, nested);
    }
  };
  add("", descriptor.schema);
  return names;
}
