import type { LambdaConfigType } from "@aws-sdk/client-cognito-identity-provider";
import { parseArn } from "../../core/arn.ts";
import { type Ctx, ServiceError } from "../../core/service.ts";
import { invalidLambdaResponse, unexpectedLambda, userLambdaValidation } from "./errors.ts";
import type { PoolRecord, UserRecord } from "./store.ts";
import { poolArn } from "./user-pool.ts";

/**
 * Calls a pool's Lambda triggers. Events are those of the Cognito developer guide, "Customizing user pool workflows with Lambda triggers".
 */
export type TriggerName = Exclude<keyof LambdaConfigType, "KMSKeyID" | "PreTokenGenerationConfig" | "InboundFederation">;

export interface TriggerCall {
  readonly trigger: TriggerName;
  /** `DefineAuthChallenge_Authentication`. */
  readonly source: string;
  readonly userName: string | null;
  readonly clientId?: string;
  readonly request: Readonly<Record<string, unknown>>;
  /** The members that the function is to fill in, with their first values. */
  readonly response: Readonly<Record<string, unknown>>;
  readonly version?: "1" | "2" | "3";
}

const NO_CLIENT = "CLIENT_ID_NOT_APPLICABLE";

export function hasTrigger(pool: PoolRecord, trigger: TriggerName): boolean {
  return functionOf(pool, trigger) !== undefined;
}

function functionOf(pool: PoolRecord, trigger: TriggerName): string | undefined {
  const configured = pool.settings.LambdaConfig?.[trigger];
  return typeof configured === "string" ? configured : configured?.LambdaArn;
}

/**
 * The function's `response` object; undefined when the pool has no such trigger.
 * Throws UserLambdaValidationException, UnexpectedLambdaException, InvalidLambdaResponseException as AWS words them.
 */
export async function callTrigger(
  ctx: Ctx,
  pool: PoolRecord,
  call: TriggerCall,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const functionArn = functionOf(pool, call.trigger);
  if (functionArn === undefined) return undefined;
  const name = call.trigger;
  const event = {
    version: call.version ?? "1",
    region: pool.region,
    userPoolId: pool.id,
    userName: call.userName,
    callerContext: { awsSdkVersion: sdkVersion(ctx), clientId: call.clientId ?? NO_CLIENT },
    triggerSource: call.source,
    request: call.request,
    response: call.response,
  };
  const answer = await inTime(ctx, name, () => invoke(ctx, pool, functionArn, event, name));
  if (answer.failed) throw userLambdaValidation(`${name} failed with error ${answer.message}.`);
  return responseOf(answer.payload);
}

const ANSWER_MS = 5_000;
const TRIES = 3;

/**
 * Cognito waits five seconds (by the cloud's clock), asks again, and gives up after the third try.
 * Source: developer guide, "Things to know about Lambda triggers".
 */
async function inTime<T>(ctx: Ctx, name: string, ask: () => Promise<T>): Promise<T> {
  for (let tries = 0; tries < TRIES; tries++) {
    let cancel = () => {};
    const late = new Promise<undefined>((resolve) => {
      cancel = ctx.clock.at(ctx.now() + ANSWER_MS, () => resolve(undefined), { keepsAlive: false });
    });
    const answer = await Promise.race([ask().then((value) => ({ value })), late]).finally(() => cancel());
    if (answer !== undefined) return answer.value;
  }
  throw unexpectedLambda(`${name} invocation failed due to error Socket timeout while invoking Lambda function.`);
}

type Answer = { readonly failed: true; readonly message: string } | { readonly failed: false; readonly payload: string };

async function invoke(ctx: Ctx, pool: PoolRecord, functionArn: string, event: object, name: string): Promise<Answer> {
  const region = parseArn(functionArn)?.region ?? pool.region;
  try {
    const output = await ctx.call<{ Payload?: Uint8Array; FunctionError?: string }>(
      "lambda",
      "Invoke",
      { FunctionName: functionArn, InvocationType: "RequestResponse", Payload: Buffer.from(JSON.stringify(event)) },
      {
        region,
        as: {
          kind: "service",
          accountId: pool.account,
          service: "cognito-idp.amazonaws.com",
          sourceArn: poolArn(pool),
          sourceAccount: pool.account,
        },
      },
    );
    const payload = Buffer.from(output.Payload ?? new Uint8Array()).toString("utf8");
    return output.FunctionError === undefined ? { failed: false, payload } : { failed: true, message: errorMessage(payload) };
  } catch (cause) {
    if (!(cause instanceof ServiceError)) throw cause;
    throw unexpectedLambda(`${name} invocation failed due to error ${cause.code}.`);
  }
}

function errorMessage(payload: string): string {
  const parsed = parse(payload);
  const message = isRecord(parsed) ? parsed.errorMessage : undefined;
  return typeof message === "string" ? message : "null";
}

function responseOf(payload: string): Readonly<Record<string, unknown>> {
  const parsed = parse(payload);
  if (!isRecord(parsed)) throw invalidLambdaResponse("Unrecognizable lambda output");
  if (parsed.response === undefined || parsed.response === null) return {};
  if (!isRecord(parsed.response)) throw invalidLambdaResponse("Unrecognizable lambda output");
  return parsed.response;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function sdkVersion(ctx: Ctx): string {
  const agent = ctx.http?.headers["user-agent"] ?? "";
  const match = /(aws-sdk-[a-z0-9-]+|Boto3|Botocore|aws-cli)\/([0-9.]+)/.exec(agent);
  return match === null ? "aws-sdk-unknown-unknown" : `${match[1]}-${match[2]}`;
}

/** `request.userAttributes` for a user that exists. */
export function userAttributes(user: UserRecord): Record<string, string> {
  return { sub: user.sub, "cognito:user_status": user.status, ...user.attributes };
}
