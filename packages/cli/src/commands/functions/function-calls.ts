/** A stage's functions by the names that people have for them, and the two AWS operations that `logs` and `invoke` need of the embedded cloud. */
import { DiagnosticError, errorDiagnostic } from "@dovetail/model";
import type { Invocation } from "../../command.ts";
import { openSession, type Session } from "../../session.ts";

export interface StageFunction {
  readonly address: string;
  readonly functionName: string;
  readonly region: string;
  readonly logGroup: string;
}

/** Opens the stage without starting anything; throws DVT7006 for AWS, DVT6003 where the cloud does not run. */
export async function withFunction(
  invocation: Invocation,
  work: (endpoint: string, found: StageFunction) => Promise<number>,
): Promise<number> {
  const session = await openSession(invocation, { command: "functions", startCloud: false });
  try {
    if (session.target.kind === "aws") throw notOnAws();
    if (session.endpoint === undefined) {
      throw new DiagnosticError(
        errorDiagnostic("DVT6003", "Cloud not running", {
          detail: "The embedded AWS of this app does not run, and its functions with it.",
          fix: "Start it:\n    dovetail cloud start",
        }),
      );
    }
    return await work(session.endpoint, await findFunction(session, invocation.positionals[0] ?? ""));
  } finally {
    await session.close();
  }
}

function notOnAws(): DiagnosticError {
  return new DiagnosticError(
    errorDiagnostic("DVT7006", "Not implemented", {
      detail: "logs and invoke reach the embedded AWS only.",
      fix: "On AWS:\n    aws logs tail /aws/lambda/NAME --follow",
    }),
  );
}

/** By address, logical name or physical name. Throws DVT5007 with the functions that there are. */
async function findFunction({ engine }: Session, wanted: string): Promise<StageFunction> {
  const state = await engine.state.read();
  const functions: StageFunction[] = [];
  for (const { address, type, mode, current } of state.instances.values()) {
    if (type !== "aws_lambda_function" || mode !== "managed") continue;
    const { function_name: functionName, arn, logging_config: logging } = current?.attributes ?? {};
    if (typeof functionName !== "string" || typeof arn !== "string") continue;
    const configured: unknown = Array.isArray(logging) ? logging[0]?.log_group : undefined;
    const logGroup = typeof configured === "string" && configured !== "" ? configured : `/aws/lambda/${functionName}`;
    functions.push({ address, functionName, region: arn.split(":")[3] ?? "us-east-1", logGroup });
  }
  const found = functions.find(
    ({ address, functionName }) => address === wanted || functionName === wanted || address === `aws_lambda_function.${wanted}`,
  );
  if (found !== undefined) return found;
  throw new DiagnosticError(
    errorDiagnostic("DVT5007", "State object not found", {
      detail: `The stage has no function "${wanted.slice(0, 200)}". ${
        functions.length === 0
          ? "It has none."
          : `It has ${functions.map(({ address }) => address.slice("aws_lambda_function.".length)).join(", ")}.`
      }`,
    }),
  );
}

export interface InvokeAnswer {
  readonly payload: string;
  /** `Unhandled` where the function threw. */
  readonly functionError: string | undefined;
}

export async function invokeFunction(endpoint: string, found: StageFunction, payload: string): Promise<InvokeAnswer> {
  const response = await call(endpoint, found, "lambda", {
    path: `/2015-03-31/functions/${encodeURIComponent(found.functionName)}/invocations`,
    headers: { "content-type": "application/json" },
    body: payload,
  });
  return { payload: await response.text(), functionError: response.headers.get("x-amz-function-error") ?? undefined };
}

export interface LogEvent {
  readonly eventId: string;
  readonly timestamp: number;
  readonly message: string;
}

/** The group's events since a time, oldest first; none where it has written nothing yet. */
export async function logEvents(endpoint: string, found: StageFunction, sinceMs: number): Promise<readonly LogEvent[]> {
  const events: LogEvent[] = [];
  let nextToken: string | undefined;
  do {
    const body = { logGroupName: found.logGroup, startTime: sinceMs, ...(nextToken === undefined ? {} : { nextToken }) };
    const response = await call(
      endpoint,
      found,
      "logs",
      {
        path: "/",
        headers: { "content-type": "application/x-amz-json-1.1", "x-amz-target": "Logs_20140328.FilterLogEvents" },
        body: JSON.stringify(body),
      },
      "ResourceNotFoundException",
    );
    if (!response.ok) return [];
    const page = (await response.json()) as { events?: LogEvent[]; nextToken?: string };
    events.push(...(page.events ?? []));
    nextToken = page.nextToken;
  } while (nextToken !== undefined && events.length < LOG_EVENTS_MAX);
  return events;
}

/** Of one look at the logs. */
const LOG_EVENTS_MAX = 100_000;

interface AwsRequest {
  readonly path: string;
  readonly headers: { readonly [name: string]: string };
  readonly body: string;
}

/** One AWS request to the embedded cloud as its root user, who signs nothing. Throws DVT4001 for an error other than `tolerated`. */
async function call(
  endpoint: string,
  { region }: StageFunction,
  service: string,
  { path, headers, body }: AwsRequest,
  tolerated?: string,
): Promise<Response> {
  const authorization = `AWS4-HMAC-SHA256 Credential=test/20260101/${region}/${service}/aws4_request, SignedHeaders=host, Signature=0`;
  const response = await fetch(`${endpoint}${path}`, { method: "POST", headers: { ...headers, authorization }, body });
  if (response.ok) return response;
  const text = await response.clone().text();
  if (tolerated !== undefined && text.includes(tolerated)) return response;
  throw new DiagnosticError(
    errorDiagnostic("DVT4001", "Provider operation failed", {
      detail: `The embedded AWS answered ${response.status}: ${text.slice(0, 500)}`,
    }),
  );
}
