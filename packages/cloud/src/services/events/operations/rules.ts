import type {
  DeleteRuleCommandInput,
  DescribeRuleCommandInput,
  EnableRuleCommandInput,
  ListRuleNamesByTargetCommandInput,
  ListRulesCommandInput,
  ListTargetsByRuleCommandInput,
  PutRuleCommandInput,
  PutTargetsCommandInput,
  RemoveTargetsCommandInput,
  RuleState,
  Target,
} from "@aws-sdk/client-eventbridge";
import { parseArn } from "../../../core/arn.ts";
import { PatternError, parsePattern } from "../../../core/event-pattern/rule.ts";
import type { Ctx } from "../../../core/service.ts";
import { parseExpression } from "../../scheduler/expression.ts";
import { invalidPattern, limitExceeded, validation } from "../errors.ts";
import { pathSteps } from "../input.ts";
import { armRule, disarmRule } from "../schedule.ts";
import { findBus, findRule, keys, type RuleRecord, ruleArn, targetsOf } from "../store.ts";

/** Rules and their targets. */

const RULES_MAX = 300;
const TARGETS_MAX = 5;

export function putRule(ctx: Ctx, input: PutRuleCommandInput) {
  const bus = findBus(ctx.store, ctx, input.EventBusName).name;
  const name = input.Name ?? "";
  checkRule(input, bus);
  const existing = ctx.store.get<RuleRecord>(keys.rule(ctx, bus, name));
  if (existing === undefined && [...ctx.store.keys({ prefix: keys.rules(ctx, bus), limit: RULES_MAX })].length >= RULES_MAX)
    throw limitExceeded("The requested resource exceeds the maximum number allowed.");
  const state = input.State ?? "ENABLED";
  const given = Object.fromEntries((input.Tags ?? []).map((tag) => [tag.Key ?? "", tag.Value ?? ""]));
  const rule: RuleRecord = {
    name,
    bus,
    ...(input.EventPattern === undefined || input.EventPattern === "" ? {} : { pattern: input.EventPattern }),
    ...(input.ScheduleExpression === undefined || input.ScheduleExpression === "" ? {} : { schedule: input.ScheduleExpression }),
    enabled: state !== "DISABLED",
    state,
    ...(input.Description === undefined ? {} : { description: input.Description }),
    ...(input.RoleArn === undefined ? {} : { roleArn: input.RoleArn }),
    // A rate counts from when it was set.
    createdMs: existing !== undefined && existing.schedule === input.ScheduleExpression ? existing.createdMs : ctx.now(),
    generation: (existing?.generation ?? 0) + 1,
    // Tags of a request count only when the rule is made.
    tags: existing?.tags ?? given,
  };
  ctx.store.put(keys.rule(ctx, bus, name), rule);
  if (bus === "default") armRule(ctx, rule, ctx.now());
  return { RuleArn: ruleArn(ctx, rule) };
}

function checkRule(input: PutRuleCommandInput, bus: string): void {
  const hasPattern = input.EventPattern !== undefined && input.EventPattern !== "";
  const hasSchedule = input.ScheduleExpression !== undefined && input.ScheduleExpression !== "";
  if (!hasPattern && !hasSchedule) throw validation("Parameter(s) EventPattern or ScheduleExpression must be specified.");
  if (hasSchedule && bus !== "default") throw validation("ScheduleExpression is supported only on the default event bus.");
  if (hasSchedule) {
    const expression = parseExpression(input.ScheduleExpression ?? "", { strictUnits: true });
    if (expression === undefined || expression.kind === "at") throw validation("Parameter ScheduleExpression is not valid.");
  }
  if (hasPattern) checkPattern(input.EventPattern ?? "");
}

/** Throws InvalidEventPatternException. */
export function checkPattern(text: string): void {
  try {
    parsePattern(text);
  } catch (error) {
    if (error instanceof PatternError) throw invalidPattern(error.message);
    throw error;
  }
}

function describe(ctx: Ctx, rule: RuleRecord) {
  return {
    Name: rule.name,
    Arn: ruleArn(ctx, rule),
    ...(rule.pattern === undefined ? {} : { EventPattern: rule.pattern }),
    ...(rule.schedule === undefined ? {} : { ScheduleExpression: rule.schedule }),
    State: rule.state as RuleState,
    ...(rule.description === undefined ? {} : { Description: rule.description }),
    ...(rule.roleArn === undefined ? {} : { RoleArn: rule.roleArn }),
    EventBusName: rule.bus,
  };
}

export function describeRule(ctx: Ctx, input: DescribeRuleCommandInput) {
  const bus = findBus(ctx.store, ctx, input.EventBusName).name;
  return { ...describe(ctx, findRule(ctx.store, ctx, bus, input.Name)), CreatedBy: ctx.account };
}

/** A rule that isn't there is deleted already. */
export function deleteRule(ctx: Ctx, input: DeleteRuleCommandInput): object {
  const bus = findBus(ctx.store, ctx, input.EventBusName).name;
  const rule = ctx.store.get<RuleRecord>(keys.rule(ctx, bus, input.Name ?? ""));
  if (rule === undefined) return {};
  if (targetsOf(ctx.store, ctx, rule).length > 0) throw validation("Rule can't be deleted since it has targets.");
  disarmRule(ctx, rule);
  ctx.store.remove(keys.rule(ctx, bus, rule.name));
  return {};
}

function setState(enabled: boolean) {
  return (ctx: Ctx, input: EnableRuleCommandInput): object => {
    const bus = findBus(ctx.store, ctx, input.EventBusName).name;
    const rule = findRule(ctx.store, ctx, bus, input.Name);
    const changed: RuleRecord = { ...rule, enabled, state: enabled ? "ENABLED" : "DISABLED", generation: rule.generation + 1 };
    ctx.store.put(keys.rule(ctx, bus, rule.name), changed);
    if (bus === "default") armRule(ctx, changed, ctx.now());
    return {};
  };
}

export const enableRule = setState(true);
export const disableRule = setState(false);

export function listRules(ctx: Ctx, input: ListRulesCommandInput) {
  const bus = findBus(ctx.store, ctx, input.EventBusName).name;
  const prefix = keys.rules(ctx, bus);
  const start = input.NextToken === undefined ? {} : { start: [...prefix, input.NextToken] };
  const limit = input.Limit ?? 100;
  const rules: RuleRecord[] = [];
  let next: string | undefined;
  for (const { value } of ctx.store.range<RuleRecord>({ prefix, ...start })) {
    if (!value.name.startsWith(input.NamePrefix ?? "")) continue;
    if (rules.length === limit) {
      next = value.name;
      break;
    }
    rules.push(value);
  }
  return { Rules: rules.map((rule) => describe(ctx, rule)), ...(next === undefined ? {} : { NextToken: next }) };
}

export function listRuleNamesByTarget(ctx: Ctx, input: ListRuleNamesByTargetCommandInput) {
  const bus = findBus(ctx.store, ctx, input.EventBusName).name;
  const names = new Set<string>();
  for (const { key, value } of ctx.store.range<Target>({ prefix: ["target", ctx.account, ctx.region, bus] }))
    if (value.Arn === input.TargetArn) names.add(String(key[4]));
  const all = [...names].sort();
  const from = input.NextToken === undefined ? 0 : Math.max(0, all.indexOf(input.NextToken));
  const end = from + (input.Limit ?? 100);
  return { RuleNames: all.slice(from, end), ...(all[end] === undefined ? {} : { NextToken: all[end] }) };
}

export function listTargetsByRule(ctx: Ctx, input: ListTargetsByRuleCommandInput) {
  const bus = findBus(ctx.store, ctx, input.EventBusName).name;
  const all = targetsOf(ctx.store, ctx, findRule(ctx.store, ctx, bus, input.Rule));
  const from =
    input.NextToken === undefined
      ? 0
      : Math.max(
          0,
          all.findIndex((target) => target.Id === input.NextToken),
        );
  const end = from + (input.Limit ?? 100);
  return { Targets: all.slice(from, end), ...(all[end]?.Id === undefined ? {} : { NextToken: all[end].Id }) };
}

export function putTargets(ctx: Ctx, input: PutTargetsCommandInput) {
  const bus = findBus(ctx.store, ctx, input.EventBusName).name;
  const rule = findRule(ctx.store, ctx, bus, input.Rule);
  const targets = input.Targets ?? [];
  for (const target of targets) checkTarget(target);
  const ids = new Set([...targetsOf(ctx.store, ctx, rule), ...targets].map((target) => target.Id));
  if (ids.size > TARGETS_MAX) throw limitExceeded("The requested resource exceeds the maximum number allowed.");
  for (const target of targets) ctx.store.put(keys.target(ctx, bus, rule.name, target.Id ?? ""), withoutUnset(target));
  return { FailedEntryCount: 0, FailedEntries: [] };
}

const withoutUnset = (target: Target) => Object.fromEntries(Object.entries(target).filter(([, value]) => value !== undefined));

function checkTarget(target: Target): void {
  const id = target.Id ?? "";
  const arn = parseArn(target.Arn ?? "");
  if (arn === undefined) throw validation(`Parameter ${target.Arn} is not valid. Reason: Provided Arn is not in correct format.`);
  const inputs = [target.Input, target.InputPath, target.InputTransformer].filter((value) => value !== undefined);
  if (inputs.length > 1) throw validation(`Only one of Input, InputPath, or InputTransformer must be provided for target ${id}.`);
  if (target.Input !== undefined) checkJson(target.Input, id);
  if (target.InputPath !== undefined && pathSteps(target.InputPath) === undefined)
    throw validation(`Parameter InputPath is not valid for target ${id}.`);
  checkTransformer(target);
  if (arn.service === "sqs" && arn.resource.endsWith(".fifo") && target.SqsParameters?.MessageGroupId === undefined)
    throw validation(`Parameter(s) SqsParameters must be specified for target: ${id}.`);
  if (arn.service === "events" && arn.resource.startsWith("api-destination/") && target.RoleArn === undefined)
    throw validation(`RoleArn is required for target ${target.Arn}.`);
  const queue = target.DeadLetterConfig?.Arn;
  if (queue !== undefined && parseArn(queue)?.service !== "sqs")
    throw validation(`Parameter ${queue} is not valid. Reason: Provided Arn is not in correct format.`);
}

function checkJson(text: string, id: string): void {
  try {
    JSON.parse(text);
  } catch {
    throw validation(`JSON syntax error in input for target ${id}.`);
  }
}

function checkTransformer(target: Target): void {
  const transformer = target.InputTransformer;
  if (transformer === undefined) return;
  const names = Object.keys(transformer.InputPathsMap ?? {});
  for (const name of names) {
    if (name.startsWith("AWS") || name.startsWith("aws."))
      throw validation(`Invalid InputTransformer for target ${target.Id} : variable names can't start with AWS.`);
    if (pathSteps(transformer.InputPathsMap?.[name] ?? "") === undefined)
      throw validation(`InputPath for target ${target.Id} is invalid.`);
  }
  const used = [...(transformer.InputTemplate ?? "").matchAll(/<([A-Za-z0-9_.-]{1,256})>/g)].map((match) => match[1] ?? "");
  const unknown = used.find((name) => !names.includes(name) && !name.startsWith("aws.events."));
  if (unknown !== undefined)
    throw validation(`InputTemplate for target ${target.Id} contains placeholder(s) not defined in InputPathsMap: [${unknown}]`);
}

export function removeTargets(ctx: Ctx, input: RemoveTargetsCommandInput) {
  const bus = findBus(ctx.store, ctx, input.EventBusName).name;
  const rule = findRule(ctx.store, ctx, bus, input.Rule);
  for (const id of input.Ids ?? []) ctx.store.remove(keys.target(ctx, bus, rule.name, id));
  return { FailedEntryCount: 0, FailedEntries: [] };
}
