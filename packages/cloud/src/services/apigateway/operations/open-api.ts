import type {
  ExportResponse,
  GetExportRequest,
  ImportRestApiRequest,
  PutRestApiRequest,
  RestApi,
} from "@aws-sdk/client-api-gateway";
import { type Ctx, ServiceError } from "../../../core/service.ts";
import { writeDocument } from "../../apigatewayv2/operations/openapi-document.ts";
import { badRequest, newId } from "../../apigatewayv2/store.ts";
import { applyDefinition, type Mode } from "../openapi/apply.ts";
import { readDefinition } from "../openapi/definition.ts";
import { exportDocument } from "../openapi/export.ts";
import { type Frozen, frozenKey, missing, need } from "../store.ts";
import { apiAnswer, makeApi } from "./rest-apis.ts";

/** REST APIs as OpenAPI documents. Source: Amazon API Gateway Developer Guide, "Develop REST APIs using OpenAPI" (read 2026-11). */

const bodyOf = (body: ImportRestApiRequest["body"]) => Buffer.from((body ?? []) as Uint8Array).toString("utf8");

const MODES: readonly string[] = ["merge", "overwrite"];
const isMode = (mode: string): mode is Mode => MODES.includes(mode);

export function putRestApi(ctx: Ctx, input: PutRestApiRequest): RestApi {
  const { restApiId = "", mode = "merge", parameters = {} } = input;
  need(ctx.store, ctx, "rest-api", restApiId);
  if (!isMode(mode)) throw badRequest("Enumeration value for mode must be one of: [merge, overwrite]");
  applyDefinition(ctx, restApiId, readDefinition(bodyOf(input.body), parameters), mode);
  return apiAnswer(need(ctx.store, ctx, "rest-api", restApiId));
}

/** An API of its own, or none: what refuses the document takes the API away again. */
export async function importRestApi(ctx: Ctx, input: ImportRestApiRequest): Promise<RestApi> {
  const definition = readDefinition(bodyOf(input.body), input.parameters ?? {});
  const { name } = definition.api;
  if (name === undefined || name === "") throw badRequest("Invalid OpenAPI input: the document has no title.");
  const id = newId(ctx, 10);
  await ctx.endpointPort(`api:${id}`);
  const { endpointConfigurationTypes: type } = input.parameters ?? {};
  ctx.transact((store) =>
    makeApi(ctx, store, id, { name, ...(type === undefined ? {} : { endpointConfiguration: { types: [type as "EDGE"] } }) }),
  );
  try {
    await ctx.call("apigateway", "PutRestApi", {
      restApiId: id,
      mode: "overwrite",
      body: input.body,
      parameters: input.parameters,
    });
  } catch (error) {
    await ctx.call("apigateway", "DeleteRestApi", { restApiId: id });
    throw error;
  }
  return apiAnswer(need(ctx.store, ctx, "rest-api", id));
}

/** What the stage serves. `parameters.extensions`: which of API Gateway's extensions stand in it. */
export function getExport(ctx: Ctx, input: GetExportRequest): ExportResponse {
  const { restApiId = "", stageName = "", exportType = "", parameters = {} } = input;
  need(ctx.store, ctx, "rest-api", restApiId);
  const stage = need(ctx.store, ctx, "rest-stage", restApiId, stageName).value;
  if (exportType !== "oas30" && exportType !== "swagger")
    throw badRequest("Invalid Export type specified: only oas30 and swagger are");
  const accepted = input.accepts ?? "application/json";
  if (accepted !== "application/json" && accepted !== "application/yaml")
    throw new ServiceError(
      "BadRequestException",
      400,
      "Invalid Accept header specified: application/json and application/yaml are",
    );
  const frozen = ctx.store.get<Frozen>(frozenKey(ctx, restApiId, stage.deploymentId ?? ""));
  if (frozen === undefined) throw missing("Invalid Deployment identifier specified");
  const document = exportDocument(frozen, {
    type: exportType,
    extensions: new Set((parameters.extensions ?? "").split(",").map((each) => each.trim())),
    stageName,
    version: frozen.api.version ?? new Date(ctx.now()).toISOString(),
    host: `${restApiId}.execute-api.${ctx.region}.amazonaws.com`,
  });
  const isYaml = accepted === "application/yaml";
  return {
    contentType: accepted,
    contentDisposition: `attachment; filename="${exportType}_${new Date(ctx.now()).toISOString()}.${isYaml ? "yaml" : "json"}"`,
    body: Buffer.from(writeDocument(document, isYaml ? "YAML" : "JSON")),
  };
}
