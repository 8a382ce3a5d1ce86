/**
 * The table between Terraform's attribute names and the API's member names: rows of (attribute, member, codec), and the
 * one expander and the one flattener that serve every resource of these services. Flattening follows SDKv2's
 * `ResourceData.Set`: what the API leaves out becomes `""`, `0`, `false` or an empty collection, never null
 * (terraform-plugin-sdk, helper/schema/field_writer_map.go, read 2026-11).
 */
import { isList, isObject, type MutableValueObject, type Value, type ValueObject } from "@dovetail/model";

/** Turns one attribute into one API member and back. */
export interface Codec<A> {
  /** The member to send; undefined where it is not to be sent. */
  expand(value: Value): A | undefined;
  flatten(member: A | undefined): Value;
}

/** One row for the API structure `A`. */
export interface Row<A> {
  readonly attribute: string;
  expandInto(target: Partial<A>, value: Value): void;
  flattenInto(target: MutableValueObject, from: Partial<A>): void;
}

/** Gives the row maker for the API structure `A`: `const row = rowsOf<Cors>(); row("max_age", "MaxAge", whole())`. */
export function rowsOf<A>(): <K extends keyof A>(attribute: string, member: K, codec: Codec<NonNullable<A[K]>>) => Row<A> {
  return (attribute, member, codec) => ({
    attribute,
    expandInto(target, value) {
      const expanded = codec.expand(value);
      if (expanded !== undefined) target[member] = expanded;
    },
    flattenInto(target, from) {
      target[attribute] = codec.flatten(from[member] ?? undefined);
    },
  });
}

/** Object of attributes -> API structure. Members without a value are left out, which every SDK input type allows. */
export function expand<A>(rows: readonly Row<A>[], value: ValueObject): A {
  const target: Partial<A> = {};
  for (const row of rows) row.expandInto(target, value[row.attribute] ?? null);
  return target as A;
}

/** API structure -> object of attributes. */
export function flatten<A>(rows: readonly Row<A>[], from: Partial<A>): MutableValueObject {
  const target: MutableValueObject = {};
  for (const row of rows) row.flattenInto(target, from);
  return target;
}

/** A text or enum; the empty text is not sent. Enum members are checked by `validate` and by the service. */
export function text<E extends string>(): Codec<E> {
  return { expand: (value) => (typeof value === "string" && value !== "" ? (value as E) : undefined), flatten: (m) => m ?? "" };
}

/** A text that is sent even when empty, so that an update can clear it. */
export function clearableText<E extends string>(): Codec<E> {
  return { expand: (value) => (typeof value === "string" ? (value as E) : undefined), flatten: (m) => m ?? "" };
}

export function whole(): Codec<number> {
  return { expand: (value) => (typeof value === "number" ? value : undefined), flatten: (m) => m ?? 0 };
}

/** A number whose 0 means "unset" and is not sent. */
export function nonZero(): Codec<number> {
  return { expand: (value) => (typeof value === "number" && value !== 0 ? value : undefined), flatten: (m) => m ?? 0 };
}

export function flag(): Codec<boolean> {
  return { expand: (value) => (typeof value === "boolean" ? value : undefined), flatten: (m) => m ?? false };
}

/** A list or set of texts or enums; an empty one is not sent. */
export function texts<E extends string>(): Codec<E[]> {
  return {
    expand: (value) =>
      isList(value) && value.length > 0 ? (value.filter((item) => typeof item === "string") as E[]) : undefined,
    flatten: (m) => m ?? [],
  };
}

export function textMap(): Codec<Record<string, string>> {
  return {
    expand: (value) => (isObject(value) && Object.keys(value).length > 0 ? stringsOf(value) : undefined),
    flatten: (m) => m ?? {},
  };
}

/** A block that occurs at most once; absent is not sent. */
export function block<A>(rows: readonly Row<A>[]): Codec<A> {
  return {
    expand: (value) => (isList(value) && value.length > 0 ? expand(rows, isObject(value[0]) ? value[0] : {}) : undefined),
    flatten: (m) => (m === undefined ? [] : [flatten(rows, m)]),
  };
}

/** A block that may be repeated; none is not sent. */
export function blocks<A>(rows: readonly Row<A>[]): Codec<A[]> {
  return {
    expand: (value) => (isList(value) && value.length > 0 ? value.filter(isObject).map((item) => expand(rows, item)) : undefined),
    flatten: (m) => (m ?? []).map((item) => flatten(rows, item)),
  };
}

/** The string values of a map of strings; others left out. */
export function stringsOf(value: ValueObject): Record<string, string> {
  const strings: Record<string, string> = {};
  for (const [key, item] of Object.entries(value)) if (typeof item === "string") strings[key] = item;
  return strings;
}

// Reading single attributes of an object.

/** The text at `name`; undefined where unset, empty or unknown. */
export function textAt(value: ValueObject, name: string): string | undefined {
  const item = value[name];
  return typeof item === "string" && item !== "" ? item : undefined;
}

/** The member of an enum at `name`; undefined where unset. Members are checked by `validate` and by the service. */
export function enumAt<E extends string>(value: ValueObject, name: string): E | undefined {
  return textAt(value, name) as E | undefined;
}

/** The text at `name`, which must be there. */
export function requiredText(value: ValueObject, name: string): string {
  const item = textAt(value, name);
  if (item === undefined) throw new Error(`attribute ${name} has no value where one is needed`);
  return item;
}

export function numberAt(value: ValueObject, name: string): number | undefined {
  const item = value[name];
  return typeof item === "number" ? item : undefined;
}

export function isTrue(value: ValueObject, name: string): boolean {
  return value[name] === true;
}

/** The strings of the list or set at `name`; empty where unset. */
export function textsAt(value: ValueObject, name: string): string[] {
  const item = value[name];
  return isList(item) ? item.filter((element) => typeof element === "string") : [];
}

export function textMapAt(value: ValueObject, name: string): Record<string, string> {
  const item = value[name];
  return isObject(item) ? stringsOf(item) : {};
}

/** The blocks at `name`; empty where none. */
export function blocksAt(value: ValueObject, name: string): ValueObject[] {
  const item = value[name];
  return isList(item) ? item.filter(isObject) : [];
}

/** The only block at `name`. */
export function blockAt(value: ValueObject, name: string): ValueObject | undefined {
  return blocksAt(value, name)[0];
}
