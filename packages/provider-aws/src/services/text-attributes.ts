/**
 * APIs that keep an object's settings as a map of texts (SQS queue attributes, SNS topic and subscription attributes):
 * rows of Terraform attribute, API attribute and kind, with one expander and one flattener.
 */
import { type MutableValueObject, UNKNOWN, type Value, type ValueObject } from "@dovetail/model";
import { normalizeJson } from "./json-text.ts";

export interface TextAttribute {
  readonly attribute: string;
  readonly member: string;
  readonly kind: "text" | "json" | "policy" | "number" | "flag";
  /** Never sent: the service's own. */
  readonly readOnly?: boolean;
}

/** What a create sends: every set attribute that is not its type's zero value. */
export function attributesToCreate(rows: readonly TextAttribute[], planned: ValueObject): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const row of rows) {
    const value = planned[row.attribute] ?? null;
    if (row.readOnly || value === null || value === UNKNOWN || value === "" || value === 0 || value === false) continue;
    attributes[row.member] = textOf(row, value);
  }
  return attributes;
}

/** What an update sends: the changed attributes; an attribute that is no longer set as the empty text. */
export function attributesToUpdate(
  rows: readonly TextAttribute[],
  planned: ValueObject,
  changed: (path: string) => boolean,
): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const row of rows) {
    const value = planned[row.attribute] ?? null;
    if (row.readOnly || value === UNKNOWN || !changed(row.attribute)) continue;
    attributes[row.member] = textOf(row, value);
  }
  return attributes;
}

/** The state's values; what the service leaves out is the kind's zero value. */
export function attributesToState(
  rows: readonly TextAttribute[],
  attributes: { readonly [name: string]: string | undefined },
): MutableValueObject {
  const state: MutableValueObject = {};
  for (const row of rows) state[row.attribute] = stateOf(row, attributes[row.member]);
  return state;
}

function textOf(row: TextAttribute, value: Value): string {
  if (value === null) return row.kind === "number" ? "0" : row.kind === "flag" ? "false" : "";
  const text = String(value);
  return (row.kind === "json" || row.kind === "policy") && text !== "" ? normalizeJson(text) : text;
}

function stateOf(row: TextAttribute, text: string | undefined): Value {
  if (row.kind === "number") return text === undefined || text === "" ? 0 : Number(text);
  if (row.kind === "flag") return text === "true";
  return row.kind === "policy" && text ? normalizeJson(text) : (text ?? "");
}
