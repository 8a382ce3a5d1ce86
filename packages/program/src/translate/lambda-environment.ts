import { UNKNOWN } from "@dovetail/model";
import { isPlainObject, type Problem } from "./to-schema.ts";

/**
 * Environment variables that Lambda sets itself and that a function's configuration must not have.
 * Source: AWS Lambda developer guide, "Defined runtime environment variables", reserved ones (read 2026-11).
 */
const RESERVED = new Set([
  "_HANDLER",
  "_X_AMZN_TRACE_ID",
  "AWS_DEFAULT_REGION",
  "AWS_REGION",
  "AWS_EXECUTION_ENV",
  "AWS_LAMBDA_FUNCTION_NAME",
  "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
  "AWS_LAMBDA_FUNCTION_VERSION",
  "AWS_LAMBDA_INITIALIZATION_TYPE",
  "AWS_LAMBDA_LOG_GROUP_NAME",
  "AWS_LAMBDA_LOG_STREAM_NAME",
  "AWS_ACCESS_KEY",
  "AWS_ACCESS_KEY_ID",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "AWS_LAMBDA_RUNTIME_API",
  "LAMBDA_TASK_ROOT",
  "LAMBDA_RUNTIME_DIR",
]);

/**
 * A function's `environment` without the reserved variables; each one dropped is a warning. What is known only after apply is not looked
 * into: there `isWritten` tells of a variable whether the call's text sets it, so that it is told in the plan.
 */
export function dropReservedVariables(environment: unknown, problems: Problem[], isWritten: (name: string) => boolean): unknown {
  if (environment === UNKNOWN || (isPlainObject(environment) && environment.variables === UNKNOWN)) {
    for (const name of RESERVED) if (isWritten(name)) problems.push(reserved(name));
    return environment;
  }
  if (!isPlainObject(environment) || !isPlainObject(environment.variables)) return environment;
  const kept: [string, unknown][] = [];
  for (const [name, value] of Object.entries(environment.variables)) {
    if (!RESERVED.has(name)) {
      kept.push([name, value]);
      continue;
    }
    problems.push(reserved(name));
  }
  return { ...environment, variables: Object.fromEntries(kept) };
}

function reserved(name: string): Problem {
  return {
    code: "DVT1009",
    severity: "warning",
    path: ["environment", "variables", name],
    word: name,
    detail: `${name} is one of the variables that Lambda sets itself; AWS refuses a function that sets it. It was left out.`,
    fix: "Take the line out: the function sees the variable all the same.",
  };
}
