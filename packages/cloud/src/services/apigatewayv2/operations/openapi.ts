import type { Api, Authorizer, ImportApiRequest, ReimportApiRequest } from "@aws-sdk/client-apigatewayv2";
import type { Ctx } from "../../../core/service.ts";
import { forget } from "../live.ts";
import { served } from "../plane/stages.ts";
import { badRequest, keyOf, list, need } from "../store.ts";
import { checkCors, createApi, getApi } from "./apis.ts";
import { readDocument, writeDocument } from "./openapi-document.ts";
import { type ReadApi, type ReadRoute, readOpenApi } from "./openapi-read.ts";
import { writeOpenApi } from "./openapi-write.ts";
import { createAuthorizer, createIntegration, createRoute } from "./routes.ts";

/** ImportApi, ReimportApi, ExportApi: the document's parts go through the same doors as if they had been made one by one. */
const MADE = ["route", "integration", "authorizer"] as const;

function read(input: {
  readonly Body?: string | undefined;
  readonly Basepath?: string | undefined;
  readonly FailOnWarnings?: boolean | undefined;
}): ReadApi {
  const basepath = input.Basepath ?? "ignore";
  if (!["ignore", "prepend", "split"].includes(basepath)) throw badRequest("Invalid value for basepath");
  const document = readOpenApi(readDocument(input.Body ?? ""), basepath);
  checkCors(document.api.CorsConfiguration);
  if (input.FailOnWarnings === true && document.warnings.length > 0)
    throw badRequest(`Warnings found during import: ${document.warnings.join(" ")}`);
  return document;
}

export async function importApi(ctx: Ctx, input: ImportApiRequest): Promise<Api> {
  const document = read(input);
  if (document.api.Name === undefined) throw badRequest("Invalid OpenAPI input: info.title is required.");
  const { ApiId = "" } = await createApi(ctx, { ...document.api, Name: document.api.Name, ProtocolType: "HTTP" });
  try {
    return await fill(ctx, ApiId, document);
  } catch (error) {
    await ctx.call("apigatewayv2", "DeleteApi", { ApiId });
    throw error;
  }
}

/** Everything the API had before is replaced; what a deployment froze goes on being served. */
export async function reimportApi(ctx: Ctx, input: ReimportApiRequest): Promise<Api> {
  const { ApiId = "" } = input;
  const before = ctx.snapshot((store) => need(store, ctx, "api", ApiId));
  if (before.value.ProtocolType !== "HTTP") throw badRequest("Only HTTP APIs can be imported");
  const document = read(input);
  const kept = ctx.snapshot((store) => MADE.map((collection) => [collection, list(store, ctx, collection, ApiId)] as const));
  ctx.transact((store) => {
    for (const collection of MADE) store.removeRange({ prefix: keyOf(ctx, collection, ApiId) });
  });
  try {
    return await fill(ctx, ApiId, document);
  } catch (error) {
    ctx.transact((store) => {
      for (const [collection, all] of kept) {
        store.removeRange({ prefix: keyOf(ctx, collection, ApiId) });
        for (const record of all) store.put(keyOf(ctx, collection, ApiId, idOf(record.value)), record);
      }
    });
    forget(ctx, ApiId);
    throw error;
  }
}

function idOf(value: object): string {
  const { RouteId, IntegrationId, AuthorizerId } = value as { RouteId?: string; IntegrationId?: string; AuthorizerId?: string };
  return RouteId ?? IntegrationId ?? AuthorizerId ?? "";
}

async function fill(ctx: Ctx, ApiId: string, document: ReadApi): Promise<Api> {
  const authorizers = new Map<string, Authorizer>();
  for (const authorizer of document.authorizers) {
    const { AuthorizerType = "JWT", IdentitySource = [], ...rest } = authorizer;
    authorizers.set(authorizer.Name, await createAuthorizer(ctx, { ApiId, AuthorizerType, IdentitySource, ...rest }));
  }
  const importInfo = document.warnings.length === 0 ? {} : { Warnings: [...document.warnings] };
  return ctx.transact((store) => {
    for (const each of document.routes) addRoute(ctx, ApiId, each, authorizers);
    const record = need(store, ctx, "api", ApiId);
    const { CorsConfiguration: _cors, Warnings: _warnings, ...kept } = record.value;
    const value = { ...kept, ...document.api, ...importInfo } as Api;
    store.put(keyOf(ctx, "api", ApiId), { ...record, value, updatedMs: ctx.now() });
    forget(ctx, ApiId);
    return getApi(ctx, { ApiId });
  });
}

function addRoute(
  ctx: Ctx,
  ApiId: string,
  { route, integration, authorizer }: ReadRoute,
  authorizers: ReadonlyMap<string, Authorizer>,
): void {
  const made =
    integration === undefined
      ? undefined
      : createIntegration(ctx, { IntegrationType: "AWS_PROXY", ...integration, ApiId } as Parameters<
          typeof createIntegration
        >[1]);
  const found = authorizer === undefined ? undefined : authorizers.get(authorizer);
  const authorization =
    found === undefined
      ? {}
      : {
          AuthorizationType: found.AuthorizerType === "JWT" ? ("JWT" as const) : ("CUSTOM" as const),
          AuthorizerId: found.AuthorizerId,
        };
  createRoute(ctx, {
    ...route,
    ...authorization,
    ApiId,
    ...(made === undefined ? {} : { Target: `integrations/${made.IntegrationId}` }),
  } as Parameters<typeof createRoute>[1]);
}

interface ExportInput {
  readonly ApiId?: string;
  readonly Specification?: string;
  readonly OutputType?: string;
  readonly StageName?: string;
  readonly IncludeExtensions?: boolean;
  readonly ExportVersion?: string;
}

const enumError = (member: string, value: string, all: readonly string[]) =>
  badRequest(
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: Member must satisfy enum value set: [${all.join(", ")}]`,
  );

export function exportApi(ctx: Ctx, input: ExportInput): object {
  const { ApiId = "", StageName, OutputType = "", Specification = "" } = input;
  if (Specification !== "OAS30") throw enumError("specification", Specification, ["OAS30"]);
  if (OutputType !== "JSON" && OutputType !== "YAML") throw enumError("outputType", OutputType, ["JSON", "YAML"]);
  if (input.ExportVersion !== undefined && input.ExportVersion !== "1.0") throw badRequest("The export version is 1.0");
  const api = need(ctx.store, ctx, "api", ApiId).value;
  if (api.ProtocolType !== "HTTP") throw badRequest("Only HTTP APIs can be exported");
  const stage = StageName === undefined ? { AutoDeploy: true, StageName } : need(ctx.store, ctx, "stage", ApiId, StageName).value;
  const document = writeOpenApi(api, served(ctx, ctx, api, stage), {
    withExtensions: input.IncludeExtensions !== false,
    ...(StageName === undefined ? {} : { stage: StageName }),
  });
  return { body: Buffer.from(writeDocument(document, OutputType)) };
}
