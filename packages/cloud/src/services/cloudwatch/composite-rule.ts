import type { AlarmState } from "./alarm-state.ts";

/** AlarmRule of composite alarms: ALARM(x), OK(x), INSUFFICIENT_DATA(x), TRUE, FALSE, AND, OR, NOT, brackets. Pure. */
export type RuleNode =
  | { readonly kind: "constant"; readonly value: boolean }
  | { readonly kind: "state"; readonly state: AlarmState; readonly alarm: string }
  | { readonly kind: "not"; readonly of: RuleNode }
  | { readonly kind: "and" | "or"; readonly left: RuleNode; readonly right: RuleNode };

const LENGTH_MAX = 10_240;
const DEPTH_MAX = 200;
const TOKEN =
  /\s*(?:(ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*(?:"((?:[^"\\]|\\.)*)"|([^\s()"]+))\s*\)|(AND|OR|NOT|TRUE|FALSE)\b|([()]))/y;

interface Token {
  readonly word: string;
  readonly alarm?: string;
}

/** undefined when the text is no rule. Alarms may be given by name or ARN; the name is kept. */
export function parseRule(text: string): RuleNode | undefined {
  const tokens = tokenize(text);
  if (tokens === undefined) return undefined;
  let at = 0;
  const next = (): Token | undefined => tokens[at];
  const either = (depth: number): RuleNode | undefined => {
    let left = both(depth);
    while (left !== undefined && next()?.word === "OR") {
      at++;
      const right = both(depth);
      left = right === undefined ? undefined : { kind: "or", left, right };
    }
    return left;
  };
  const both = (depth: number): RuleNode | undefined => {
    let left = single(depth);
    while (left !== undefined && next()?.word === "AND") {
      at++;
      const right = single(depth);
      left = right === undefined ? undefined : { kind: "and", left, right };
    }
    return left;
  };
  const single = (depth: number): RuleNode | undefined => {
    const token = tokens[at++];
    if (token === undefined || depth > DEPTH_MAX) return undefined;
    if (token.word === "TRUE" || token.word === "FALSE") return { kind: "constant", value: token.word === "TRUE" };
    if (token.word === "NOT") {
      const of = single(depth + 1);
      return of === undefined ? undefined : { kind: "not", of };
    }
    if (token.word === "(") {
      const inner = either(depth + 1);
      return tokens[at++]?.word === ")" ? inner : undefined;
    }
    if (token.alarm === undefined || (token.word !== "ALARM" && token.word !== "OK" && token.word !== "INSUFFICIENT_DATA"))
      return undefined;
    return { kind: "state", state: token.word, alarm: token.alarm };
  };
  const rule = either(0);
  return at === tokens.length ? rule : undefined;
}

function tokenize(text: string): Token[] | undefined {
  const trimmed = text.trimEnd();
  if (trimmed === "" || trimmed.length > LENGTH_MAX) return undefined;
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < trimmed.length) {
    const match = TOKEN.exec(trimmed);
    if (match === null) return undefined;
    const [, state, quoted, plain, word, bracket] = match;
    if (state !== undefined) tokens.push({ word: state, alarm: alarmName(quoted?.replace(/\\(.)/g, "$1") ?? plain ?? "") });
    else tokens.push({ word: word ?? bracket ?? "" });
  }
  return tokens;
}

export function alarmName(text: string): string {
  return /^arn:[^:]*:cloudwatch:[^:]*:[^:]*:alarm:(.+)$/.exec(text)?.[1] ?? text;
}

/** Names of the alarms that a rule asks for. */
export function ruleAlarms(node: RuleNode): string[] {
  switch (node.kind) {
    case "constant":
      return [];
    case "state":
      return [node.alarm];
    case "not":
      return ruleAlarms(node.of);
    default:
      return [...new Set([...ruleAlarms(node.left), ...ruleAlarms(node.right)])];
  }
}

/** Does the rule hold? An alarm that is gone is in no state. */
export function ruleHolds(node: RuleNode, state: (alarm: string) => AlarmState | undefined): boolean {
  switch (node.kind) {
    case "constant":
      return node.value;
    case "state":
      return state(node.alarm) === node.state;
    case "not":
      return !ruleHolds(node.of, state);
    case "and":
      return ruleHolds(node.left, state) && ruleHolds(node.right, state);
    case "or":
      return ruleHolds(node.left, state) || ruleHolds(node.right, state);
  }
}
