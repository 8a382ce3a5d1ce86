import type { Target } from "@aws-sdk/client-eventbridge";

/** What a target gets of an event: Input, InputPath or InputTransformer. Source: user guide, "Input transformation". Pure. */

export interface RuleEvent {
  readonly version: "0";
  readonly id: string;
  readonly "detail-type": string;
  readonly source: string;
  readonly account: string;
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: unknown;
  readonly "replay-name"?: string;
}

export interface RuleFacts {
  readonly ruleArn: string;
  readonly ruleName: string;
  readonly ingestionTime: string;
}

export function targetInput(target: Target, event: RuleEvent, facts: RuleFacts): string {
  if (target.Input !== undefined) return target.Input;
  if (target.InputPath !== undefined) return JSON.stringify(atPath(event, target.InputPath) ?? null);
  if (target.InputTransformer !== undefined)
    return transformed(target.InputTransformer.InputTemplate ?? "", target.InputTransformer.InputPathsMap ?? {}, event, facts);
  return JSON.stringify(event);
}

/** `$`, `$.detail.a`, `$.resources[0]`, `$.detail['a b']`; undefined where nothing is or the path is none. */
export function atPath(event: unknown, path: string): unknown {
  let value = event;
  for (const step of pathSteps(path) ?? ["\0"]) {
    if (Array.isArray(value) && typeof step === "number") value = value[step];
    else if (typeof value === "object" && value !== null && Object.hasOwn(value, step))
      value = (value as Record<string, unknown>)[step];
    else return undefined;
  }
  return value;
}

/** Steps of a path; undefined when the text is none. */
export function pathSteps(path: string): (string | number)[] | undefined {
  if (!path.startsWith("$") || path.length > 256) return undefined;
  const steps: (string | number)[] = [];
  const step = /\.([A-Za-z0-9_-]+)|\[(\d{1,6})\]|\['([^']*)'\]/y;
  step.lastIndex = 1;
  while (step.lastIndex < path.length) {
    const match = step.exec(path);
    if (match === null) return undefined;
    steps.push(match[2] !== undefined ? Number(match[2]) : (match[1] ?? match[3] ?? ""));
  }
  return steps;
}

function transformed(template: string, paths: Readonly<Record<string, string>>, event: RuleEvent, facts: RuleFacts): string {
  const reserved: Record<string, unknown> = {
    "aws.events.rule-arn": facts.ruleArn,
    "aws.events.rule-name": facts.ruleName,
    "aws.events.event.ingestion-time": facts.ingestionTime,
    "aws.events.event": withoutDetail(event),
    "aws.events.event.json": event,
  };
  let out = "";
  let quoted = false;
  for (let at = 0; at < template.length; at++) {
    const letter = template.charAt(at);
    if (letter === "\\") {
      out += letter + template.charAt(++at);
      continue;
    }
    if (letter === '"') quoted = !quoted;
    const close = letter === "<" ? template.indexOf(">", at) : -1;
    const name = close < 0 ? undefined : template.slice(at + 1, close);
    if (name !== undefined && (Object.hasOwn(paths, name) || Object.hasOwn(reserved, name))) {
      out += inserted(Object.hasOwn(reserved, name) ? reserved[name] : atPath(event, paths[name] ?? ""), quoted);
      at = close;
    } else out += letter;
  }
  return out;
}

function withoutDetail(event: RuleEvent): object {
  const { detail: _detail, ...rest } = event;
  return rest;
}

/** Inside quotes a text goes in bare and anything else as escaped JSON; outside, JSON. */
function inserted(value: unknown, quoted: boolean): string {
  if (!quoted) return value === undefined ? "null" : JSON.stringify(value);
  if (value === undefined) return "";
  return JSON.stringify(typeof value === "string" ? value : JSON.stringify(value)).slice(1, -1);
}
