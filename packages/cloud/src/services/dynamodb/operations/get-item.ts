import { type Ctx, WireJson } from "../../../core/service.ts";
import { Consumption, describeConsumption, readUnits } from "../capacity.ts";
import { invalid } from "../errors.ts";
import { type Projection, project, projectionOf } from "../expressions/projection.ts";
import { type ExpressionInput, Expressions, refuseMixed } from "../expressions/request.ts";
import { type Body, readBoolean, readList, readString, readTable } from "../input.ts";
import { readKey } from "../mutation.ts";
import { itemKey, parseItem, unpackItem } from "../store.ts";
import { admit, meter } from "../throughput.ts";
import { readDetail } from "./put-item.ts";

/** What a read keeps of each item: ProjectionExpression, or AttributesToGet. */
export function readProjection(body: Body): Projection | undefined {
  const text = readString(body, "ProjectionExpression");
  const attributes = readList(body, "AttributesToGet");
  if (text === undefined && attributes === undefined && body.ExpressionAttributeNames == null) return undefined;
  refuseMixed(body, ["AttributesToGet"], ["ProjectionExpression"]);
  if (attributes !== undefined) return attributesToGet(attributes);
  const expressions = new Expressions(body as ExpressionInput, { ProjectionExpression: text });
  const projection = expressions.projection(text);
  expressions.finish();
  return projection;
}

export function attributesToGet(attributes: readonly unknown[]): Projection {
  const names = attributes.map(String);
  if (names.length === 0)
    throw invalid(
      "1 validation error detected: Value '[]' at 'attributesToGet' failed to satisfy constraint: Member must have length greater than or equal to 1",
    );
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined)
    throw invalid(`One or more parameter values were invalid: Duplicate value in attribute name: ${twice}`);
  return projectionOf(names.map((name) => [name]));
}

export function projectJson(json: string, projection: Projection | undefined): string {
  return projection === undefined ? json : JSON.stringify(project(parseItem(json), projection));
}

export function getItemOperation(ctx: Ctx, body: Body): WireJson {
  const table = readTable(ctx, body.TableName);
  const projection = readProjection(body);
  const consistent = readBoolean(body, "ConsistentRead");
  const { key } = readKey(table, body);
  admit(ctx, table, "Read");
  const text = ctx.store.get<string>(itemKey(table, key));
  const found = text === undefined ? undefined : unpackItem(text);
  const units = readUnits(found?.bytes ?? 0, consistent);
  meter(ctx, table, "Read", units);
  const item = found === undefined ? "" : `"Item":${projectJson(found.json, projection)}`;
  const detail = readDetail(body);
  if (detail === undefined || detail === "NONE") return new WireJson(`{${item}}`);
  const used = new Consumption();
  used.table = units;
  const capacity = `"ConsumedCapacity":${JSON.stringify(describeConsumption(table, used, detail))}`;
  return new WireJson(`{${item === "" ? capacity : `${item},${capacity}`}}`);
}
