import { type Action, type Plan, type ResourceChange, summarisePlan } from "@dovetail/engine";
import { isObject, type Path, UNKNOWN, type Value, valuesEqual } from "@dovetail/model";
import type { Style } from "../terminal.ts";
import { below, inlineValue, shortValue } from "./value.ts";

const SIGNS: { readonly [action in Action]: string } = {
  create: "+",
  update: "~",
  replace: "±",
  delete: "-",
  forget: ".",
  read: "<",
  "no-op": " ",
};
const WORDS: { readonly [action in Action]: string } = {
  create: "will be created",
  update: "will be updated in place",
  replace: "must be replaced",
  delete: "will be destroyed",
  forget: "will be forgotten; the object stays",
  read: "will be read during apply",
  "no-op": "has moved",
};

export interface PlanViewOptions {
  readonly verbose: boolean;
}

/** A plan as people read it: one block a changed resource, then outputs and the sum. Empty where nothing changes. */
export function renderPlan(plan: Plan, style: Style, options: PlanViewOptions): readonly string[] {
  const lines: string[] = [];
  if (plan.drift.length > 0) {
    lines.push(style.bold("Changed outside of Dovetail:"));
    for (const change of plan.drift) lines.push(...renderDrift(change, style));
    lines.push("");
  }
  for (const change of plan.changes) {
    if (change.action === "no-op" && change.importing === undefined && change.previousAddress === undefined) continue;
    lines.push(...renderChange(change, style, options));
  }
  const outputs = Object.entries(plan.outputs).filter(([, output]) => output.action !== "no-op");
  if (outputs.length > 0) lines.push("", style.bold("Outputs:"));
  for (const [name, output] of outputs) {
    const hide: readonly Path[] = output.afterSensitive || output.beforeSensitive ? [[]] : [];
    const sign = output.action === "create" ? style.green("+") : output.action === "delete" ? style.red("-") : style.yellow("~");
    lines.push(
      `  ${sign} ${name} = ${output.action === "delete" ? shortValue(output.before, hide) : shortValue(output.after, hide)}`,
    );
  }
  return lines;
}

/** `Plan: 3 to add, 1 to change, 0 to destroy.` */
export function planSentence(plan: Plan): string {
  const { add, change, destroy, import: imported, forget } = summarisePlan(plan);
  const extra = `${imported > 0 ? `${imported} to import, ` : ""}`;
  return `Plan: ${extra}${add} to add, ${change} to change, ${destroy} to destroy${forget > 0 ? `, ${forget} to forget` : ""}.`;
}

function paint(action: Action, style: Style): (text: string) => string {
  if (action === "create") return style.green;
  if (action === "delete") return style.red;
  if (action === "replace") return style.magenta;
  if (action === "no-op" || action === "read" || action === "forget") return style.cyan;
  return style.yellow;
}

function renderChange(change: ResourceChange, style: Style, options: PlanViewOptions): string[] {
  const colour = paint(change.action, style);
  const notes = [
    ownName(change),
    change.previousAddress === undefined ? undefined : `moved from ${change.previousAddress}`,
    change.importing === undefined ? undefined : `imported by id "${change.importing.id}"`,
    change.deposed === undefined ? undefined : `deposed object ${change.deposed}`,
    change.reason === "replace_by_request" ? "asked for" : undefined,
    change.reason === "replace_by_triggers" ? "what it is tied to is replaced, or its trigger changed" : undefined,
    change.reason === "replace_because_tainted" ? "tainted: its creation failed half-way, or somebody marked it" : undefined,
    change.action === "replace" ? (change.createBeforeDestroy ? "new one first" : "old one goes first") : undefined,
  ].filter((note) => note !== undefined);
  const head = `${colour(SIGNS[change.action])} ${style.bold(change.address)} ${style.dim(`${wordsOf(change)}${notes.length > 0 ? ` (${notes.join("; ")})` : ""}`)}`;
  if (change.action === "create")
    return options.verbose ? [head, ...attributes(change.after, change.afterSensitive, style.green("+"))] : [head];
  if (change.action !== "update" && change.action !== "replace") return [head];
  return [head, ...differences(change, style, options.verbose)];
}

function wordsOf({ action, importing, previousAddress }: ResourceChange): string {
  return action === "no-op" && importing !== undefined && previousAddress === undefined ? "will be imported" : WORDS[action];
}

/** The program's own name for it, where the address could not take it as it is. */
export function ownName({ displayName }: Pick<ResourceChange, "displayName">): string | undefined {
  return displayName === undefined ? undefined : `"${displayName}"`;
}

function renderDrift(change: ResourceChange, style: Style): string[] {
  if (change.after === null) return [`${style.red("-")} ${style.bold(change.address)} ${style.dim("is gone")}`];
  return [`${style.yellow("~")} ${style.bold(change.address)}`, ...differences(change, style, true)];
}

function attributes(value: Value, sensitive: readonly Path[], sign: string): string[] {
  if (!isObject(value)) return [];
  return Object.entries(value)
    .filter(([, item]) => item !== null && !(Array.isArray(item) && item.length === 0))
    .map(([name, item]) => `    ${sign} ${name} = ${shortValue(item, below(sensitive, name))}`);
}

/**
 * The leaves in which before and after differ, one line each. What the object gives back and nobody set is only named, unless `isWhole`:
 * of a replacement it is nearly everything.
 */
function differences(change: ResourceChange, style: Style, isWhole: boolean): string[] {
  const lines: string[] = [];
  const computed: string[] = [];
  const forces = (path: Path) =>
    change.replacePaths.some((p) => p.length > 0 && p.every((step, i) => step === path[i] || path.length <= i));
  const walk = (
    before: Value,
    after: Value,
    path: Path,
    beforeSensitive: readonly Path[],
    afterSensitive: readonly Path[],
  ): void => {
    if (valuesEqual(before, after)) return;
    if (isObject(before) && isObject(after)) {
      for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
        walk(before[key] ?? null, after[key] ?? null, [...path, key], below(beforeSensitive, key), below(afterSensitive, key));
      }
      return;
    }
    if (Array.isArray(before) && Array.isArray(after) && before.length === after.length && before.some(isObject)) {
      for (const [i, item] of before.entries())
        walk(item, after[i] ?? null, [...path, i], below(beforeSensitive, i), below(afterSensitive, i));
      return;
    }
    const name = path.map((step, i) => (typeof step === "number" ? `[${step}]` : i === 0 ? step : `.${step}`)).join("");
    if (!isWhole && after === UNKNOWN && !forces(path) && (change.config?.[String(path[0])] ?? null) === null) {
      computed.push(name);
      return;
    }
    const mark = forces(path) ? style.magenta(" # forces replacement") : "";
    const sign = before === null ? style.green("+") : after === null ? style.red("-") : style.yellow("~");
    const hidden = beforeSensitive.some((p) => p.length === 0) || afterSensitive.some((p) => p.length === 0);
    if (hidden) lines.push(`    ${sign} ${name} = (sensitive value)${mark}`);
    else if (before === null) lines.push(`    ${sign} ${name} = ${inlineValue(after, afterSensitive)}${mark}`);
    else
      lines.push(
        `    ${sign} ${name} = ${shortValue(before, beforeSensitive)} -> ${after === null ? "null" : inlineValue(after, afterSensitive)}${mark}`,
      );
  };
  walk(change.before, change.after, [], change.beforeSensitive, change.afterSensitive);
  if (computed.length > 0) lines.push(`    ${style.dim(`known after apply: ${computed.join(", ")}`)}`);
  return lines;
}
