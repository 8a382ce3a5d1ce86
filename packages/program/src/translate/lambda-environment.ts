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

/** A function's `environment` without the reserved variables; each one dropped is a warning. */
export function dropReservedVariables(environment: unknown, problems: Problem[]): unknown {
  if (!isPlainObject(environment) || !isPlainObject(environment.variables)) return environment;
  const kept: [string, unknown][] = [];
  for (const [name, value] of Object.entries(environment.variables)) {
    if (!RESERVED.has(name)) {
      kept.push([name, value]);
      continue;
    }
    problems.push({
      code: "DVT1009",
      severity: "warning",
      path: ["environment", "variables", name],
      word: name,
      detail: `${name} is one of the variables that Lambda sets itself; AWS refuses a function that sets it. It was left out.`,
      fix: "Take the line out: the function sees the variable all the same.",
    });
  }
  return { ...environment, variables: Object.fromEntries(kept) };
}
