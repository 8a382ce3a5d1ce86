import type { Authorizer, Integration, Method, MethodSetting, Resource, RestApi, Stage } from "@aws-sdk/client-api-gateway";
import type { Principal } from "../../../core/service.ts";
import type { HttpInput } from "../../lambda/http-event.ts";
import type { Frozen } from "../store.ts";

/** One request to a REST API on its way through the data plane. */
export interface Exchange {
  readonly api: RestApi;
  readonly stage: Stage;
  readonly frozen: Frozen;
  readonly account: string;
  readonly region: string;
  /** The path is as it was sent, still encoded, below the stage. */
  readonly input: HttpInput;
  readonly rawHeaders: readonly string[];
  readonly protocol: string;
  readonly requestId: string;
  readonly extendedRequestId: string;
  readonly timeMs: number;
  readonly domainName: string;
  /** What a custom domain's mapping cut off the path. */
  readonly domainPath?: string;
  /** Who signed the request; throws ServiceError. */
  readonly identify: () => Principal;
  resource?: Resource;
  method?: Method;
  parameters: { readonly [name: string]: string };
  settings: MethodSetting;
  integration?: Integration;
  authorizer?: Authorizer;
  authorization?: Authorization;
  caller?: Principal;
  apiKey?: { readonly id: string; readonly value: string };
  /** What a mapping template set in `$context`. */
  overrides: { readonly [name: string]: unknown };
  error?: Refused;
  integrationLatencyMs?: number;
  integrationStatus?: number;
  /** Execution log, written when the answer is known. */
  readonly lines: string[];
}

/** What an authorizer found out about the caller. */
export interface Authorization {
  /** As `requestContext.authorizer` shows it. */
  readonly context: { readonly [name: string]: unknown };
  readonly principalId?: string;
  readonly claims?: { readonly [name: string]: string };
  readonly usageIdentifierKey?: string;
}

/** Types of gateway responses with their status and what `x-amzn-errortype` says. Developer guide, "Gateway response types" (read 2026-11-21). */
export const GATEWAY_RESPONSES = {
  ACCESS_DENIED: [403, "AccessDeniedException"],
  API_CONFIGURATION_ERROR: [500, "InternalServerErrorException"],
  AUTHORIZER_CONFIGURATION_ERROR: [500, "AuthorizerConfigurationException"],
  AUTHORIZER_FAILURE: [500, "AuthorizerFailureException"],
  BAD_REQUEST_BODY: [400, "BadRequestException"],
  BAD_REQUEST_PARAMETERS: [400, "BadRequestException"],
  EXPIRED_TOKEN: [403, "ExpiredTokenException"],
  INTEGRATION_FAILURE: [504, "InternalServerErrorException"],
  INTEGRATION_TIMEOUT: [504, "InternalServerErrorException"],
  INVALID_API_KEY: [403, "ForbiddenException"],
  INVALID_SIGNATURE: [403, "InvalidSignatureException"],
  MISSING_AUTHENTICATION_TOKEN: [403, "MissingAuthenticationTokenException"],
  QUOTA_EXCEEDED: [429, "LimitExceededException"],
  REQUEST_TOO_LARGE: [413, "RequestTooLargeException"],
  RESOURCE_NOT_FOUND: [404, "NotFoundException"],
  THROTTLED: [429, "TooManyRequestsException"],
  UNAUTHORIZED: [401, "UnauthorizedException"],
  UNSUPPORTED_MEDIA_TYPE: [415, "BadRequestException"],
  WAF_FILTERED: [403, "ForbiddenException"],
} as const satisfies { readonly [type: string]: readonly [number, string] };

export type ResponseType = keyof typeof GATEWAY_RESPONSES;

/** Ends a request with a gateway response. `status`: where it is another than the type's. */
export class Refused extends Error {
  readonly type: ResponseType;
  readonly status: number;
  /** null is written as such. */
  readonly text: string | null;
  readonly validationError: string | undefined;

  constructor(
    type: ResponseType,
    text: string | null,
    more: { readonly status?: number; readonly validationError?: string } = {},
  ) {
    super(text ?? type);
    this.type = type;
    this.text = text;
    this.status = more.status ?? GATEWAY_RESPONSES[type][0];
    this.validationError = more.validationError;
  }
}

/** A function or a server answered what can't be handed on. */
export const badIntegration = (): Refused => new Refused("INTEGRATION_FAILURE", "Internal server error", { status: 502 });
export const misconfigured = (): Refused => new Refused("API_CONFIGURATION_ERROR", "Internal server error");

/** The path with the stage in front, or with what the custom domain's mapping cut off. */
export function fullPath({ domainPath, input, stage }: Exchange): string {
  return domainPath === undefined ? `/${stage.stageName}${input.path}` : domainPath + input.path;
}

/** `arn:aws:execute-api:R:A:API/STAGE/METHOD/path`, of the request as it was made. */
export function requestArn({ region, account, api, stage, input }: Exchange): string {
  return `arn:aws:execute-api:${region}:${account}:${api.id}/${stage.stageName}/${input.method}${input.path}`;
}

/** The same with the resource's path, which functions' policies are asked about: `…/STAGE/GET/pets/{id}`, `*` for ANY. */
export function resourceArn({ region, account, api, stage, resource, method }: Exchange): string {
  const verb = method?.httpMethod === "ANY" ? "*" : method?.httpMethod;
  return `arn:aws:execute-api:${region}:${account}:${api.id}/${stage.stageName}/${verb}${resource?.path ?? "/"}`;
}

/** Whether bodies of a media type are bytes for this API. */
export function isBinary(api: RestApi, contentType: string | undefined): boolean {
  const type = (contentType ?? "").split(/[;,]/)[0]?.trim().toLowerCase() ?? "";
  return (api.binaryMediaTypes ?? []).some((entry) => {
    const wanted = entry.toLowerCase().replaceAll("~1", "/");
    return (
      wanted === "*/*" || (type !== "" && (wanted === type || (wanted.endsWith("/*") && type.startsWith(wanted.slice(0, -1)))))
    );
  });
}
