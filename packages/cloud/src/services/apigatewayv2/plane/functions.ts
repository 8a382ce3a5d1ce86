import type { Api, Authorizer, Stage } from "@aws-sdk/client-apigatewayv2";
import { type Ctx, type Principal, ServiceError } from "../../../core/service.ts";
import { functionOfUri } from "../operations/routes.ts";
import type { Owner } from "../store.ts";

/** Functions that an API calls: as itself by the function's policy, or as the role that an integration names. */
export interface Placed extends Owner {
  readonly api: Pick<Api, "ApiId">;
  readonly stage: Pick<Stage, "StageVariables">;
}

/** `sourceArn`: the route (or authorizer) that calls, which the function's policy is asked about. */
export function callerOf(placed: Owner, sourceArn: string, credentialsArn?: string): Principal {
  if (credentialsArn !== undefined && credentialsArn !== "arn:aws:iam::*:user/*") {
    return {
      kind: "role-session",
      accountId: placed.account,
      accessKeyId: "",
      roleArn: credentialsArn,
      roleId: "",
      sessionName: "BackplaneAssumeRoleSession",
    };
  }
  return {
    kind: "service",
    accountId: placed.account,
    service: "apigateway.amazonaws.com",
    sourceArn,
    sourceAccount: placed.account,
  };
}

/** The function that an integration's URI names, stage variables filled in. */
export function functionName(uri: string | undefined, stage: Placed["stage"]): string {
  const text = (uri ?? "").replace(
    /\$\{stageVariables\.([A-Za-z0-9_]+)\}/g,
    (_all, name: string) => stage.StageVariables?.[name] ?? "",
  );
  return functionOfUri(text) ?? text;
}

export interface FunctionAnswer {
  readonly FunctionError?: string;
  readonly Payload?: Uint8Array;
}

export interface FunctionCall {
  readonly name: string;
  readonly event: object;
  readonly as: Principal;
}

/** Throws ServiceError when the function may not or can't be called. */
export function callFunction(ctx: Ctx, { name, event, as }: FunctionCall): Promise<FunctionAnswer> {
  const Payload = Buffer.from(JSON.stringify(event));
  return ctx.call<FunctionAnswer>("lambda", "Invoke", { FunctionName: name, Payload }, { as });
}

/** What an authorizer's function answered, as text; a failure of any kind as the reason for the log. */
export type AuthorizerOutcome =
  | { readonly kind: "answer"; readonly text: string }
  /** The function threw `Unauthorized`: a 401. */
  | { readonly kind: "unauthorized" | "failed"; readonly reason: string };

export async function callAuthorizer(
  ctx: Ctx,
  placed: Placed,
  authorizer: Pick<Authorizer, "AuthorizerId" | "AuthorizerUri" | "AuthorizerCredentialsArn" | "Name"> | undefined,
  event: object,
): Promise<AuthorizerOutcome> {
  const sourceArn = `arn:aws:execute-api:${placed.region}:${placed.account}:${placed.api.ApiId}/authorizers/${authorizer?.AuthorizerId}`;
  const as = callerOf(placed, sourceArn, authorizer?.AuthorizerCredentialsArn);
  const name = functionName(authorizer?.AuthorizerUri, placed.stage);
  try {
    const output = await callFunction(ctx, { name, event, as });
    const text = Buffer.from(output.Payload ?? []).toString("utf8");
    if (output.FunctionError === undefined) return { kind: "answer", text };
    return { kind: isUnauthorized(text) ? "unauthorized" : "failed", reason: "The authorizer function failed" };
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    ctx.hint(`API ${placed.api.ApiId}: authorizer ${authorizer?.Name} could not be invoked: ${error.message}`);
    return { kind: "failed", reason: error.message };
  }
}

function isUnauthorized(text: string): boolean {
  try {
    return JSON.parse(text).errorMessage === "Unauthorized";
  } catch {
    return false;
  }
}
