/** One statement with its parameters: parsed (trees are kept by text), its table found, and planned. */
import { type Ctx, ServiceError } from "../../../core/service.ts";
import { type AttributeValue, checkAlone } from "../attribute-value.ts";
import { invalid } from "../errors.ts";
import { type Body, missing, readList, readString } from "../input.ts";
import { tellsOld } from "../mutation.ts";
import { tableOf } from "../store.ts";
import type { TableRecord } from "../table.ts";
import type { Source, Statement } from "./ast.ts";
import { Lowering } from "./lower.ts";
import { type ModifyPlan, planDelete, planExists, planInsert, planUpdate } from "./modify.ts";
import { type ParsedStatement, parseStatement } from "./parser.ts";
import { planSelect, type SelectPlan } from "./select.ts";

export type Plan = SelectPlan | ModifyPlan;

const STATEMENTS_MAX = 500;
const TABLE_NAME = /^[a-zA-Z0-9_.-]{3,255}$/;

// A pure function's results by their argument: sharing them between clouds changes nothing but speed.
const parsed = new Map<string, ParsedStatement>();

function parse(text: string): ParsedStatement {
  const known = parsed.get(text);
  if (known !== undefined) return known;
  const found = parseStatement(text);
  if (parsed.size >= STATEMENTS_MAX) for (const key of [...parsed.keys()].slice(0, STATEMENTS_MAX / 2)) parsed.delete(key);
  parsed.set(text, found);
  return found;
}

/** What a request says of one statement: `Statement`, `Parameters`, `ReturnValuesOnConditionCheckFailure`. */
export interface Given {
  readonly text: string;
  readonly statement: Statement;
  readonly parameters: readonly AttributeValue[];
  readonly tellsOld: boolean;
}

/** Throws ValidationException for a text that is no PartiQL, and for parameters that are missing or wrong. */
export function readStatement(body: Body): Given {
  const text = readString(body, "Statement");
  if (text === undefined) throw missing("statement");
  const { statement, parameters: count } = parse(text);
  const parameters = (readList(body, "Parameters") ?? []).map((value) => checkAlone(structuredClone(value)));
  if (parameters.length < count) throw invalid("Number of parameters in request and statement don't match.");
  return { text, statement, parameters, tellsOld: tellsOld(body) };
}

export function sourceOf(statement: Statement): Source {
  return statement.kind === "exists" ? statement.select.source : statement.source;
}

function tableFor(ctx: Ctx, { table }: Source): TableRecord {
  if (!TABLE_NAME.test(table))
    throw invalid("Table name should be within the length [3, 255] and only contain 'a-z', 'A-Z', '0-9', '-', '_', '.'.");
  return tableOf(ctx, table);
}

/** Throws ResourceNotFoundException, and ValidationException for what the table's schema does not allow. */
export function planStatement(ctx: Ctx, given: Given): Plan | undefined {
  const { statement } = given;
  const table = tableFor(ctx, sourceOf(statement));
  const lowering = new Lowering(given.parameters);
  switch (statement.kind) {
    case "select":
      return planSelect(table, statement, lowering);
    case "insert":
      return planInsert(table, statement, lowering, given.tellsOld);
    case "update":
      return planUpdate(table, statement, lowering, given.tellsOld);
    case "delete":
      return planDelete(table, statement, lowering, given.tellsOld);
    case "exists":
      return planExists(table, statement.select, lowering, given.tellsOld);
  }
}

/** The plan, or undefined where the request is wrong, which the operation itself says. */
export function planOrNothing(ctx: Ctx, given: Given): Plan | undefined {
  try {
    return planStatement(ctx, given);
  } catch (error) {
    if (error instanceof ServiceError) return undefined;
    throw error;
  }
}
