import type { CreateModelRequest, Model, UpdateModelRequest } from "@aws-sdk/client-apigatewayv2";
import type { Ctx } from "../../../core/service.ts";
import { badRequest, given, keyOf, need, newId, timed } from "../store.ts";
import { getterOf, listerOf } from "./children.ts";

/** Models: kept, nothing is validated by them. */
type Ids = { readonly ApiId?: string | undefined; readonly ModelId?: string | undefined };

function checkSchema(schema: string | undefined): void {
  try {
    JSON.parse(schema ?? "");
  } catch {
    throw badRequest("Model schema is not valid JSON");
  }
}

export function createModel(ctx: Ctx, input: CreateModelRequest): Model {
  const { ApiId = "", ...members } = given(input);
  need(ctx.store, ctx, "api", ApiId);
  checkSchema(input.Schema);
  const value = { ...members, ModelId: newId(ctx, 6) } as Model;
  ctx.store.put(keyOf(ctx, "model", ApiId, value.ModelId ?? ""), timed(ctx, value));
  return value;
}
export const getModel = getterOf("model", "ModelId");
export const getModels = listerOf("model");

export function updateModel(ctx: Ctx, input: UpdateModelRequest): Model {
  const { ApiId = "", ModelId = "", ...changes } = given(input);
  const before = need(ctx.store, ctx, "model", ApiId, ModelId);
  if (input.Schema !== undefined) checkSchema(input.Schema);
  const value = { ...before.value, ...changes } as Model;
  ctx.store.put(keyOf(ctx, "model", ApiId, ModelId), { ...before, value, updatedMs: ctx.now() });
  return value;
}

/** A sample that fits the schema; API Gateway's is as plain as this for objects of plain members. */
export function getModelTemplate(ctx: Ctx, input: Ids): object {
  const { Schema } = getModel(ctx, input);
  return { Value: JSON.stringify(sampleOf(JSON.parse(Schema ?? "{}"), 0)) };
}

const SAMPLE_DEPTH_MAX = 20;
const PLAIN: { readonly [type: string]: unknown } = { string: "", number: 0, integer: 0, boolean: false, null: null };

function sampleOf(schema: unknown, depth: number): unknown {
  const { type, properties, items } = (schema ?? {}) as { type?: string; properties?: object; items?: unknown };
  if (depth > SAMPLE_DEPTH_MAX) return null;
  if (type === "array") return [sampleOf(items, depth + 1)];
  if (properties !== undefined || type === "object")
    return Object.fromEntries(Object.entries(properties ?? {}).map(([name, each]) => [name, sampleOf(each, depth + 1)]));
  return PLAIN[type ?? "string"] ?? null;
}

export function deleteModel(ctx: Ctx, input: Ids): object {
  need(ctx.store, ctx, "model", input.ApiId ?? "", input.ModelId ?? "");
  ctx.store.remove(keyOf(ctx, "model", input.ApiId ?? "", input.ModelId ?? ""));
  return {};
}
