import { DiagnosticError, errorDiagnostic } from "@dovetail/model";
import type { Evaluation } from "../evaluate/evaluation.ts";
import type { ResourceOptions } from "./contract.ts";
import { evaluationOf } from "./custom-resource.ts";
import { registerMockComponent } from "./mocks.ts";
import { makeOutput, type OutputMethods, toOutput } from "./output.ts";
import { Resource } from "./resource-base.ts";
import { checkName } from "./resource-name.ts";
import { applyTransformations } from "./transformations.ts";

/** A component has no object that is made or deleted, so nothing of its own ever happens that a hook could stand beside. */
function refuseHooks(evaluation: Evaluation, name: string, opts: ResourceOptions): void {
  if (opts.hooks === undefined) return;
  const range = evaluation.setting.places.here();
  throw new DiagnosticError(
    errorDiagnostic("DVT1005", "Unsupported argument", {
      detail: `The component "${name}" has the option "hooks", which Dovetail carries out for resources only.`,
      fix: "Give the hooks to a resource of the component.",
      ...(range ? { range } : {}),
    }),
  );
}

/** A component: a node of the tree that has no object of its own. Its options reach down to what is made below it. */
export class ComponentResource extends Resource {
  readonly __data: Promise<unknown>;

  constructor(type: string, name: string, args?: object, opts?: ResourceOptions, _remote?: boolean) {
    const evaluation: Evaluation = evaluationOf(new.target);
    checkName(evaluation, type, name);
    const changed = applyTransformations(evaluation, { type, name, props: args ?? {}, opts: opts ?? {} });
    refuseHooks(evaluation, name, changed.opts);
    super(evaluation, type, name, changed.opts);
    const { mocks } = evaluation;
    if (mocks !== undefined) evaluation.track(registerMockComponent(evaluation, mocks, type, name, args ?? {}));
    this.__data = Promise.resolve(this.initialize(changed.props));
    evaluation.track(this.__data);
    Object.defineProperty(this, "__data", { enumerable: false });
  }

  get urn(): OutputMethods {
    const { app } = this.__evaluation.setting;
    const value = `urn:pulumi:${app.stage}::${app.name}::${this.__urnPath}`;
    return makeOutput(this.__evaluation, Promise.resolve({ value, secret: false, resources: new Set([this]) }));
  }

  /** Overridden by components that prepare something before their children. */
  protected async initialize(_args: object): Promise<unknown> {
    return undefined;
  }

  protected async getData(): Promise<unknown> {
    return this.__data;
  }

  /** Says what the component's outputs are. The promise that Pulumi takes here is waited for. */
  registerOutputs(outputs?: unknown): void {
    toOutput(this.__evaluation, outputs ?? {});
  }

  static override isInstance(value: unknown): value is ComponentResource {
    return value instanceof ComponentResource;
  }
}
