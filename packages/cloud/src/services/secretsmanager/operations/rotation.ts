/** RotateSecret, CancelRotateSecret. User guide, "Rotate AWS Secrets Manager secrets", "Lambda rotation functions" and "Rotation schedules". */
import { randomUuid } from "@dovetail/model";
import { type Ctx, ServiceError } from "../../../core/service.ts";
import { type Cron, nextCron, parseCron } from "../../scheduler/cron.ts";
import { invalidParameter, invalidRequest, liveSecret, type Named, notImplemented } from "../secret.ts";
import { CURRENT, moveStage, PENDING } from "../stages.ts";
import { findSecret, getVersion, putSecret, putVersion, type RotationRules, type SecretRecord, versionsOf } from "../store.ts";

const STEPS = ["createSecret", "setSecret", "testSecret", "finishSecret"] as const;
const HOUR_MS = 3_600_000;

interface RotateInput extends Named {
  readonly ClientRequestToken?: string;
  readonly RotationLambdaARN?: string;
  readonly RotationRules?: RotationRules;
  readonly RotateImmediately?: boolean;
  readonly ExternalSecretRotationMetadata?: unknown;
}

const DURATION = /^([1-9]|1\d|2[0-4])h$/;

/** A cron of the user guide: on the hour, every year. */
function cronOf(expression: string): Cron {
  const cron = parseCron(expression.slice("cron(".length, -1));
  const [minutes, , , , , years] = expression.slice("cron(".length, -1).trim().split(/\s+/);
  if (cron === undefined || !expression.endsWith(")") || minutes !== "0" || years !== "*")
    throw invalidParameter("Invalid ScheduleExpression.");
  return cron;
}

/** When the next rotation is due. Undefined without rules: then only RotateSecret rotates. */
function nextAfter(rules: RotationRules, nowMs: number): number | undefined {
  const { AutomaticallyAfterDays: days, ScheduleExpression: expression, Duration: duration } = rules;
  if (duration !== undefined && !DURATION.test(duration)) throw invalidParameter("Invalid rotation window duration.");
  if (days !== undefined && expression !== undefined)
    throw invalidParameter("You can't specify both AutomaticallyAfterDays and ScheduleExpression.");
  if (expression === undefined) return days === undefined ? undefined : nowMs + days * 24 * HOUR_MS;
  if (expression.startsWith("cron(")) return nextCron(cronOf(expression), nowMs, "UTC");
  const [, count, unit] = /^rate\((\d+) (hours?|days?)\)$/.exec(expression) ?? [];
  const hours = Number(count) * (unit?.startsWith("day") === true ? 24 : 1);
  if (count === undefined || hours < 4 || hours > 999 * 24) throw invalidParameter("Invalid ScheduleExpression.");
  return nowMs + hours * HOUR_MS;
}

async function checkFunction(ctx: Ctx, lambdaArn: string): Promise<void> {
  try {
    await ctx.call("lambda", "GetFunctionConfiguration", { FunctionName: lambdaArn });
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    throw new ServiceError(
      "AccessDeniedException",
      400,
      "Secrets Manager cannot invoke the specified Lambda function. Ensure that the function policy grants access to the principal secretsmanager.amazonaws.com.",
    );
  }
}

function armed(ctx: Ctx, secret: SecretRecord): SecretRecord {
  const { rotation } = secret;
  const nextMs = rotation?.enabled === true ? nextAfter(rotation.rules, ctx.now()) : undefined;
  if (rotation === undefined || nextMs === undefined) {
    ctx.unschedule("rotate-secret", secret.arn);
    return secret;
  }
  ctx.schedule("rotate-secret", secret.arn, nextMs, { arn: secret.arn });
  return { ...secret, rotation: { ...rotation, nextMs } };
}

/** A version that waits for its value; the function finds it by the token. */
function begin(ctx: Ctx, secret: SecretRecord, token: string): void {
  if (getVersion(ctx, secret, token) === undefined) putVersion(ctx, secret, { id: token, createdMs: ctx.now(), stages: [] });
  moveStage(ctx, secret, PENDING, token);
}

function requireNoRotation(ctx: Ctx, secret: SecretRecord, token: string): void {
  const pending = versionsOf(ctx, secret).find((version) => version.stages.includes(PENDING));
  if (pending !== undefined && pending.id !== token && !pending.stages.includes(CURRENT))
    throw invalidRequest("A previous rotation isn't complete. That rotation will be reattempted.");
}

export async function rotateSecret(ctx: Ctx, input: RotateInput) {
  if (input.ExternalSecretRotationMetadata !== undefined) throw notImplemented("rotation by a partner");
  const before = liveSecret(ctx, input.SecretId);
  const lambdaArn = input.RotationLambdaARN ?? before.rotation?.lambdaArn;
  if (lambdaArn === undefined) throw invalidRequest("No Lambda rotation function ARN is associated with this secret.");
  const rules = input.RotationRules ?? before.rotation?.rules ?? {};
  nextAfter(rules, ctx.now());
  await checkFunction(ctx, lambdaArn);
  const token = input.ClientRequestToken ?? randomUuid(ctx.random);
  const isNow = input.RotateImmediately !== false;
  const secret = ctx.transact(() => {
    const fresh = liveSecret(ctx, input.SecretId);
    if (isNow) requireNoRotation(ctx, fresh, token);
    const done = armed(ctx, { ...fresh, rotation: { ...fresh.rotation, enabled: true, lambdaArn, rules } });
    putSecret(ctx, done);
    if (isNow) begin(ctx, done, token);
    return done;
  });
  ctx.after((after) => runSteps(after, secret.arn, token, isNow ? STEPS : ["testSecret"]));
  return { ARN: secret.arn, Name: secret.name, ...(isNow ? { VersionId: token } : {}) };
}

/** Calls the function step by step, as the service; the first that fails ends it and the version stays AWSPENDING. */
async function runSteps(ctx: Ctx, arn: string, token: string, steps: readonly string[]): Promise<void> {
  const secret = findSecret(ctx, arn);
  if (secret?.rotation === undefined) return;
  const as = { kind: "service", accountId: ctx.account, service: "secretsmanager.amazonaws.com", sourceArn: arn } as const;
  // Says whose request it is where a function assumes a role; the same in all steps.
  const RotationToken = randomUuid(ctx.random);
  for (const Step of steps) {
    const Payload = Buffer.from(JSON.stringify({ Step, SecretId: arn, ClientRequestToken: token, RotationToken }));
    try {
      const answer = await ctx.call<{ FunctionError?: string; Payload?: Uint8Array }>(
        "lambda",
        "Invoke",
        { FunctionName: secret.rotation.lambdaArn, Payload },
        { as },
      );
      if (answer.FunctionError === undefined) continue;
      return ctx.hint(`rotation of ${secret.name} failed in ${Step}: ${Buffer.from(answer.Payload ?? []).toString()}`);
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      return ctx.hint(`rotation of ${secret.name} failed in ${Step}: ${error.message}`);
    }
  }
  if (steps.includes("finishSecret")) finish(ctx, arn, token);
}

function finish(ctx: Ctx, arn: string, token: string): void {
  ctx.transact(() => {
    const secret = findSecret(ctx, arn);
    const version = secret === undefined ? undefined : getVersion(ctx, secret, token);
    if (secret?.rotation === undefined || version === undefined) return;
    if (version.stages.includes(CURRENT))
      putVersion(ctx, secret, { ...version, stages: version.stages.filter((each) => each !== PENDING) });
    putSecret(ctx, { ...secret, rotation: { ...secret.rotation, lastMs: ctx.now() } });
  });
}

/** The schedule's turn: one rotation, and the next one set. A rotation that did not end is tried again under its token. */
export function rotateDueSecret(ctx: Ctx, payload: unknown): void {
  const secret = findSecret(ctx, (payload as { readonly arn: string }).arn);
  if (secret?.rotation?.enabled !== true || secret.deletion !== undefined) return;
  const pending = versionsOf(ctx, secret).find((each) => each.stages.includes(PENDING) && !each.stages.includes(CURRENT));
  const token = pending?.id ?? randomUuid(ctx.random);
  putSecret(ctx, armed(ctx, secret));
  begin(ctx, secret, token);
  ctx.after((after) => runSteps(after, secret.arn, token, STEPS));
}

export function cancelRotateSecret(ctx: Ctx, input: Named) {
  const secret = liveSecret(ctx, input.SecretId);
  if (secret.rotation === undefined) throw invalidRequest("You can't cancel rotation of a secret that has none.");
  const { nextMs: _never, ...rotation } = secret.rotation;
  ctx.unschedule("rotate-secret", secret.arn);
  putSecret(ctx, { ...secret, rotation: { ...rotation, enabled: false } });
  const pending = versionsOf(ctx, secret).find((version) => version.stages.includes(PENDING));
  return { ARN: secret.arn, Name: secret.name, ...(pending === undefined ? {} : { VersionId: pending.id }) };
}
