import { join, sep } from "node:path";
import type { FunctionConfiguration } from "@aws-sdk/client-lambda";
import type { Ctx } from "../../../core/service.ts";
import { HOST_PATH } from "./launch.ts";

/** Everything that makes an environment of one function version: what its sandboxes are started with. */
export interface EnvironmentSpec {
  /** Sandboxes with the same key are interchangeable: account, region, function, version, revision, code. */
  readonly key: string;
  readonly functionName: string;
  readonly version: string;
  readonly config: FunctionConfiguration;
  /** Absolute path of the unpacked code. */
  readonly taskRoot: string;
  readonly layers: readonly string[];
  /** Folders of the host from which modules that the code lacks may be taken. */
  readonly projects: readonly string[];
  /** Only in hot reload: changes with the newest file, so that old sandboxes are not used again. */
  readonly stamp?: string;
}

export const logGroupOf = (config: FunctionConfiguration): string =>
  config.LoggingConfig?.LogGroup ?? `/aws/lambda/${config.FunctionName}`;

const CREDENTIAL_SECONDS = 12 * 3600;

export interface Environment {
  readonly variables: { readonly [name: string]: string };
  /** By the cloud's clock: after that the sandbox's credentials are worthless and it is replaced. */
  readonly expiresAtMs: number;
}

/** The variables of one sandbox (`scratch`: its folder for temporary files, where it has no `/tmp` of its own): the function's own, and those that AWS defines (Lambda developer guide, "Defined runtime environment variables"). */
export function makeEnvironment(ctx: Ctx, spec: EnvironmentSpec, logStream: string, scratch: string | undefined): Environment {
  const { config } = spec;
  const roleArn = config.Role ?? "";
  const credentials = ctx.issueRoleCredentials(roleArn, spec.functionName, CREDENTIAL_SECONDS);
  const endpoint = new URL(ctx.endpoint);
  return {
    expiresAtMs: credentials.expiration,
    variables: {
      ...(scratch === undefined ? {} : { TMPDIR: scratch }),
      ...ownVariables(config, spec),
      ...platformVariables(spec, ctx, logStream),
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_SESSION_TOKEN: credentials.sessionToken,
      AWS_ENDPOINT_URL: config.Environment?.Variables?.AWS_ENDPOINT_URL ?? ctx.endpoint,
      LOCALSTACK_HOSTNAME: endpoint.hostname,
      LOCALSTACK_ENDPOINT: ctx.endpoint,
      EDGE_PORT: endpoint.port,
    },
  };
}

function platformVariables(spec: EnvironmentSpec, ctx: Ctx, logStream: string): { [name: string]: string } {
  const { config } = spec;
  return {
    _HANDLER: config.Handler ?? "",
    AWS_REGION: ctx.region,
    AWS_DEFAULT_REGION: ctx.region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${config.Runtime ?? "provided"}`,
    AWS_LAMBDA_FUNCTION_NAME: spec.functionName,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(config.MemorySize ?? 128),
    AWS_LAMBDA_FUNCTION_VERSION: spec.version,
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_LAMBDA_LOG_GROUP_NAME: logGroupOf(config),
    AWS_LAMBDA_LOG_STREAM_NAME: logStream,
    AWS_XRAY_CONTEXT_MISSING: "LOG_ERROR",
    AWS_XRAY_DAEMON_ADDRESS: "127.0.0.1:2000",
    _AWS_XRAY_DAEMON_ADDRESS: "127.0.0.1",
    _AWS_XRAY_DAEMON_PORT: "2000",
    ...(config.LoggingConfig?.LogFormat === "JSON"
      ? { AWS_LAMBDA_LOG_FORMAT: "JSON", AWS_LAMBDA_LOG_LEVEL: config.LoggingConfig.ApplicationLogLevel ?? "INFO" }
      : {}),
    LAMBDA_TASK_ROOT: spec.taskRoot,
    LAMBDA_RUNTIME_DIR: "/var/runtime",
  };
}

const SEARCH_PATHS = ["PYTHONPATH", "NODE_PATH", "LD_LIBRARY_PATH"];

/** The function's variables over the defaults that it may replace. `/var/task` and `/opt` in search paths mean the unpacked folders. */
function ownVariables(config: FunctionConfiguration, { taskRoot, layers }: EnvironmentSpec): { [name: string]: string } {
  const own: { [name: string]: string } = { ...(config.Environment?.Variables ?? {}) };
  for (const name of SEARCH_PATHS) if (own[name] !== undefined) own[name] = unpackedPath(own[name], taskRoot, layers);
  const below = (folder: string) => layers.map((layer) => join(layer, folder));
  return {
    LANG: "en_US.UTF-8",
    TZ: ":UTC",
    LD_LIBRARY_PATH: [taskRoot, join(taskRoot, "lib"), ...below("lib")].join(":"),
    ...own,
    PATH: [...(own.PATH === undefined ? [] : [unpackedPath(own.PATH, taskRoot, layers)]), ...below("bin"), HOST_PATH].join(":"),
  };
}

function unpackedPath(path: string, taskRoot: string, layers: readonly string[]): string {
  const entries = path.split(":").flatMap((entry) => {
    if (entry === "/var/task" || entry.startsWith("/var/task/")) return [taskRoot + entry.slice("/var/task".length)];
    if (entry === "/opt" || entry.startsWith("/opt/"))
      return [...layers.map((layer) => layer + entry.slice("/opt".length)), entry];
    return [entry];
  });
  return entries.join(":");
}

const SOURCE_MAPS = "--enable-source-maps";

/** NODE_OPTIONS that a process in reserve can't take up any more; undefined when there are none. */
export function startOptions(config: FunctionConfiguration): { readonly sourceMaps: boolean; readonly nodeOptions?: string } {
  const words = (config.Environment?.Variables?.NODE_OPTIONS ?? "").split(/\s+/).filter((word) => word !== "");
  const rest = words.filter((word) => word !== SOURCE_MAPS);
  return { sourceMaps: words.includes(SOURCE_MAPS), ...(rest.length === 0 ? {} : { nodeOptions: words.join(" ") }) };
}

export const insideOf = (folder: string, path: string): boolean => path === folder || path.startsWith(folder + sep);
