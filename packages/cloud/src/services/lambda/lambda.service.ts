import { rmSync } from "node:fs";
import type { Ctx, IamRequest, Operation, ServiceDefinition } from "../../core/service.ts";
import { startAllPollers } from "./event-sources/pollers.ts";
import { lambdaHttp } from "./http.ts";
import { ASYNC_TIMER, runAsyncEvent } from "./invoke/async.ts";
import { functionArn, parseFunctionRef } from "./names.ts";
import * as signing from "./operations/code-signing.ts";
import * as mappings from "./operations/event-source-mappings.ts";
import * as urls from "./operations/function-urls.ts";
import * as functions from "./operations/functions.ts";
import { invoke, invokeAsync, invokeStreaming } from "./operations/invoke.ts";
import { invokeWithResponseStream } from "./operations/invoke-streaming.ts";
import * as layers from "./operations/layers.ts";
import * as permissions from "./operations/permissions.ts";
import * as settings from "./operations/settings.ts";
import * as versions from "./operations/versions-and-aliases.ts";
import { scratchFolder } from "./runtime/pool.ts";
import { lambdaState } from "./state.ts";
import type { FunctionRecord } from "./store.ts";

/** AWS Lambda: the table of its operations. Read on in `operations/`, `invoke/` and `runtime/`. */

type Named = { readonly FunctionName?: string; readonly Qualifier?: string };

/** Operations on a function are authorized on its ARN, with its own policy beside the caller's. */
function onFunction(ctx: Ctx, input: Named): IamRequest {
  const ref = parseFunctionRef(ctx, input.FunctionName ?? "", input.Qualifier);
  const resourcePolicy = permissions.resourcePolicyOf(ctx.store, ref);
  return { resources: [functionArn(ref)], ...(resourcePolicy === undefined ? {} : { resourcePolicy }) };
}

const invokeIam = (ctx: Ctx, input: Named): IamRequest => ({ ...onFunction(ctx, input), action: "lambda:InvokeFunction" });

type Handler = Operation["handler"];
const reads = (handler: Handler): Operation => ({ handler, readonly: true, iam: onFunction });
const writes = (handler: Handler): Operation => ({ handler, iam: onFunction });
const waits = (handler: Handler): Operation => ({ handler, waits: true, iam: onFunction });
const plain = (handler: Handler, rest: Partial<Operation> = {}): Operation => ({ handler, ...rest });

const operations: { readonly [operation: string]: Operation } = {
  CreateFunction: {
    ...waits(functions.createFunction),
    missing: "container images are kept but can't be run; VPC, file systems and SnapStart are kept without effect",
  },
  GetFunction: reads(functions.getFunction),
  GetFunctionConfiguration: reads(functions.getFunctionConfiguration),
  ListFunctions: plain(functions.listFunctions, { readonly: true }),
  UpdateFunctionCode: waits(functions.updateFunctionCode),
  UpdateFunctionConfiguration: waits(functions.updateFunctionConfiguration),
  DeleteFunction: writes(functions.deleteFunction),
  Invoke: { handler: invoke, waits: true, iam: invokeIam },
  InvokeAsync: {
    handler: invokeAsync,
    waits: true,
    iam: (ctx, input: Named) => ({ ...onFunction(ctx, input), action: "lambda:InvokeAsync" }),
  },
  InvokeWithResponseStream: { handler: invokeWithResponseStream, waits: true, iam: invokeIam },
  PublishVersion: writes(versions.publishVersion),
  ListVersionsByFunction: reads(versions.listVersionsByFunction),
  CreateAlias: writes(versions.createAlias),
  GetAlias: reads(versions.getAlias),
  ListAliases: reads(versions.listAliases),
  UpdateAlias: writes(versions.updateAlias),
  DeleteAlias: writes(versions.deleteAlias),
  AddPermission: writes(permissions.addPermission),
  RemovePermission: writes(permissions.removePermission),
  GetPolicy: reads(permissions.getPolicy),
  PutFunctionConcurrency: writes(settings.putFunctionConcurrency),
  GetFunctionConcurrency: reads(settings.getFunctionConcurrency),
  DeleteFunctionConcurrency: writes(settings.deleteFunctionConcurrency),
  PutProvisionedConcurrencyConfig: writes(settings.putProvisionedConcurrencyConfig),
  GetProvisionedConcurrencyConfig: reads(settings.getProvisionedConcurrencyConfig),
  DeleteProvisionedConcurrencyConfig: writes(settings.deleteProvisionedConcurrencyConfig),
  ListProvisionedConcurrencyConfigs: reads(settings.listProvisionedConcurrencyConfigs),
  PutFunctionEventInvokeConfig: writes(settings.putFunctionEventInvokeConfig),
  UpdateFunctionEventInvokeConfig: writes(settings.updateFunctionEventInvokeConfig),
  GetFunctionEventInvokeConfig: reads(settings.getFunctionEventInvokeConfig),
  DeleteFunctionEventInvokeConfig: writes(settings.deleteFunctionEventInvokeConfig),
  ListFunctionEventInvokeConfigs: reads(settings.listFunctionEventInvokeConfigs),
  CreateFunctionUrlConfig: waits(urls.createFunctionUrlConfig),
  GetFunctionUrlConfig: reads(urls.getFunctionUrlConfig),
  UpdateFunctionUrlConfig: writes(urls.updateFunctionUrlConfig),
  DeleteFunctionUrlConfig: writes(urls.deleteFunctionUrlConfig),
  ListFunctionUrlConfigs: reads(urls.listFunctionUrlConfigs),
  CreateEventSourceMapping: plain(mappings.createEventSourceMapping, {
    waits: true,
    missing: "SQS, Kinesis and DynamoDB streams only; provisioned pollers",
  }),
  GetEventSourceMapping: plain(mappings.getEventSourceMapping, { readonly: true }),
  UpdateEventSourceMapping: plain(mappings.updateEventSourceMapping),
  DeleteEventSourceMapping: plain(mappings.deleteEventSourceMapping),
  ListEventSourceMappings: plain(mappings.listEventSourceMappings, { readonly: true }),
  PublishLayerVersion: plain(layers.publishLayerVersion, { waits: true }),
  GetLayerVersion: plain(layers.getLayerVersion, { readonly: true }),
  GetLayerVersionByArn: plain(layers.getLayerVersionByArn, { readonly: true }),
  DeleteLayerVersion: plain(layers.deleteLayerVersion),
  ListLayerVersions: plain(layers.listLayerVersions, { readonly: true }),
  ListLayers: plain(layers.listLayers, { readonly: true }),
  AddLayerVersionPermission: plain(layers.addLayerVersionPermission),
  RemoveLayerVersionPermission: plain(layers.removeLayerVersionPermission),
  GetLayerVersionPolicy: plain(layers.getLayerVersionPolicy, { readonly: true }),
  TagResource: plain(settings.tagResource),
  UntagResource: plain(settings.untagResource),
  ListTags: plain(settings.listTags, { readonly: true }),
  GetAccountSettings: plain(settings.getAccountSettings, { readonly: true }),
  CreateCodeSigningConfig: plain(signing.createCodeSigningConfig),
  GetCodeSigningConfig: plain(signing.getCodeSigningConfig, { readonly: true }),
  UpdateCodeSigningConfig: plain(signing.updateCodeSigningConfig),
  DeleteCodeSigningConfig: plain(signing.deleteCodeSigningConfig),
  ListCodeSigningConfigs: plain(signing.listCodeSigningConfigs, { readonly: true }),
  ListFunctionsByCodeSigningConfig: plain(signing.listFunctionsByCodeSigningConfig, { readonly: true }),
  PutFunctionCodeSigningConfig: writes(signing.putFunctionCodeSigningConfig),
  GetFunctionCodeSigningConfig: reads(settings.getFunctionCodeSigningConfig),
  DeleteFunctionCodeSigningConfig: writes(settings.deleteFunctionCodeSigningConfig),
  GetRuntimeManagementConfig: reads(settings.getRuntimeManagementConfig),
  PutRuntimeManagementConfig: writes(settings.putRuntimeManagementConfig),
  GetFunctionRecursionConfig: reads(settings.getFunctionRecursionConfig),
  PutFunctionRecursionConfig: writes(settings.putFunctionRecursionConfig),
};

export const service: ServiceDefinition = {
  name: "lambda",
  operations,
  timers: { [ASYNC_TIMER]: runAsyncEvent },
  internal: { invokeStreaming },
  http: lambdaHttp,
  start(ctx) {
    rmSync(scratchFolder(ctx), { recursive: true, force: true });
    const runtimes = ctx.snapshot((store) =>
      [...store.range<FunctionRecord>({ prefix: ["function"] })].map(({ value }) => value.config.Runtime),
    );
    for (const runtime of new Set(runtimes)) lambdaState(ctx).pool.prepare(runtime);
    startAllPollers(ctx);
  },
  inventory(ctx) {
    const count = (collection: string) => [...ctx.store.keys({ prefix: [collection] })].length;
    return { functions: count("function"), layers: count("layer"), mappings: count("mapping"), urls: count("url-id") };
  },
  stop(ctx) {
    lambdaState(ctx).close();
  },
};
