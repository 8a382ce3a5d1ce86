import type { ResourceOptions } from "./contract.ts";
import { evaluationOf } from "./custom-resource.ts";
import { declareProvider } from "./provider-declaration.ts";
import { Resource } from "./resource-base.ts";
import { checkName } from "./resource-name.ts";

/** `new aws.Provider("west", { region: "us-west-2" })`: one more configuration of a provider, used through the options of resources. */
export class ProviderResource extends Resource {
  /** Resolves when its configuration is where providers are started from. */
  readonly __announced: Promise<void>;

  constructor(packageName: string, name: string, args?: object, opts?: ResourceOptions) {
    const evaluation = evaluationOf(new.target);
    const type = `pulumi:providers:${packageName}`;
    checkName(evaluation, type, name);
    super(evaluation, type, name, opts ?? {});
    const range = evaluation.setting.places.here();
    this.__announced = declareProvider(evaluation, { packageName, name, args: args ?? {}, range });
    evaluation.track(this.__announced);
    Object.defineProperty(this, "__announced", { enumerable: false });
  }

  static override isInstance(value: unknown): value is ProviderResource {
    return value instanceof ProviderResource;
  }
}
