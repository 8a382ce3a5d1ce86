import type { Hook, HookCall, HookNames, HookPoint } from "@dovetail/engine";
import type { ValueObject } from "@dovetail/model";
import type { Descriptor } from "../catalog/descriptor.ts";
import type { Evaluation } from "../evaluate/evaluation.ts";
import { objectFromSchema } from "../translate/from-schema.ts";
import type { Problem } from "../translate/to-schema.ts";
import type { ResourceLike, ResourceOptions } from "./contract.ts";
import { evaluationOf } from "./custom-resource.ts";
import { asList } from "./resource-options.ts";

/** What a hook's function is given; which of the objects there are depends on where it runs. */
export interface HookArguments {
  readonly urn: string;
  readonly id: string;
  readonly name: string;
  /** `aws:sqs/queue:Queue`. */
  readonly type: string;
  readonly newInputs?: object;
  readonly oldInputs?: object;
  readonly newOutputs?: object;
  readonly oldOutputs?: object;
}

interface HookOptions {
  readonly onDryRun?: boolean;
  readonly ignoreErrors?: boolean;
}

type HookFunction = (args: HookArguments) => void | Promise<void>;

/** `new pulumi.ResourceHook("notify", args => ...)`: a function that runs beside operations on the resources that name it. */
export class ResourceHook {
  readonly __pulumiResourceHook = true;
  readonly name: string;
  readonly callback: HookFunction;
  readonly opts: HookOptions;

  constructor(name: string, callback: HookFunction, opts?: HookOptions) {
    const evaluation = evaluationOf(new.target);
    if (typeof callback !== "function") throw new TypeError(`the hook "${String(name)}" needs a function`);
    this.name = name;
    this.callback = callback;
    this.opts = opts ?? {};
    if (evaluation.hookNames.has(name)) throw new Error(`two hooks are named "${name}"; the name is what finds a hook again`);
    evaluation.hookNames.add(name);
    evaluation.setting.hooks.set(name, hookOf(evaluation, callback, this.opts));
  }

  static isInstance(value: unknown): value is ResourceHook {
    return typeof value === "object" && value !== null && "__pulumiResourceHook" in value;
  }
}

const POINTS: readonly HookPoint[] = [
  "beforeCreate",
  "afterCreate",
  "beforeUpdate",
  "afterUpdate",
  "beforeDelete",
  "afterDelete",
];

/** The names of a resource's hooks. A plain function gets a name, except around a delete, which may come when the program has no such resource. */
export function hookNamesOf(
  evaluation: Evaluation,
  resource: ResourceLike,
  { hooks }: ResourceOptions,
  problems: Problem[],
): HookNames | undefined {
  if (hooks === undefined || hooks === null) return undefined;
  const wrong = (detail: string, fix: string) =>
    problems.push({ code: "DVT1005", severity: "error", path: [], word: "hooks", detail, fix });
  const names: { [point in HookPoint]?: readonly string[] } = {};
  for (const [point, list] of Object.entries(hooks)) {
    if (!isPoint(point)) {
      wrong(`The option "hooks" has no "${point}".`, `It has: ${POINTS.join(", ")}.`);
      continue;
    }
    names[point] = asList(list).flatMap((item, i): string[] => {
      if (ResourceHook.isInstance(item)) return [item.name];
      if (typeof item === "function" && !point.endsWith("Delete"))
        return [anonymous(evaluation, `${resource.__urnPath} ${point} ${i}`, item as HookFunction)];
      wrong(
        `"hooks.${point}" takes ${point.endsWith("Delete") ? "a pulumi.ResourceHook, which has a name: a delete may come when the resource has left the program" : "functions and pulumi.ResourceHooks"}.`,
        `Write new pulumi.ResourceHook("name", args => { ... }).`,
      );
      return [];
    });
  }
  return names;
}

function isPoint(name: string): name is HookPoint {
  return (POINTS as readonly string[]).includes(name);
}

function anonymous(evaluation: Evaluation, name: string, callback: HookFunction): string {
  evaluation.setting.hooks.set(name, hookOf(evaluation, callback, {}));
  return name;
}

function hookOf(evaluation: Evaluation, callback: HookFunction, opts: HookOptions): Hook {
  return {
    runsInPlan: opts.onDryRun === true,
    onlyWarns: opts.ignoreErrors === true,
    run: async (call) => void (await callback(argumentsOf(evaluation, call))),
  };
}

/** The engine's objects, which have the schema's shape, as the program knows them. */
function argumentsOf(evaluation: Evaluation, call: HookCall): HookArguments {
  const { app, catalogs } = evaluation.setting;
  const descriptor = evaluation.descriptors.get(call.address) ?? catalogs.byTerraformType(call.type);
  const type = descriptor?.token ?? call.type;
  const chain = [...call.component.map((component) => component.type), type].join("$");
  const outputs = (value: ValueObject | undefined) => (value && descriptor ? objectFromSchema(descriptor, value) : value);
  const inputs = (value: ValueObject | undefined) => (value && descriptor ? inputsOf(descriptor, value) : value);
  const { newConfig, newValue, oldValue } = call;
  return {
    urn: `urn:pulumi:${app.stage}::${app.name}::${chain}::${call.name}`,
    id: call.id ?? "",
    name: call.name,
    type,
    ...(newConfig ? { newInputs: inputs(newConfig) } : {}),
    ...(oldValue ? { oldInputs: inputs(oldValue), oldOutputs: outputs(oldValue) } : {}),
    ...(newValue ? { newOutputs: outputs(newValue) } : {}),
  };
}

/** What of an object a program could have given. */
function inputsOf(descriptor: Descriptor, value: ValueObject): object {
  const { attributes = {} } = descriptor.schema;
  const settable = Object.entries(value).filter(([name, item]) => {
    const attribute = attributes[name];
    return item !== null && (attribute === undefined || attribute.optional === true || attribute.required === true);
  });
  const all = objectFromSchema(descriptor, Object.fromEntries(settable));
  return Object.fromEntries(Object.entries(all).filter(([, item]) => item !== undefined));
}
