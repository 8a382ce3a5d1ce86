import type { Evaluation } from "../evaluate/evaluation.ts";
import type { ResourceOptions } from "./contract.ts";
import { CustomResource } from "./custom-resource.ts";
import { DYNAMIC_TOKEN } from "./dynamic-schema.ts";
import type { OutputMethods } from "./output.ts";
import { EVALUATION } from "./resource-base.ts";

/** `pulumi.dynamic`: resources whose create, read, update and delete are functions of the program. */
export function dynamicModule(evaluation: Evaluation): object {
  return {
    Resource: class extends DynamicResource {
      static readonly [EVALUATION] = evaluation;
    },
  };
}

/** A dynamic resource; each of its inputs, and each field that its class declares, is an Output of what its functions returned. */
class DynamicResource extends CustomResource {
  constructor(implementation: object, name: string, props?: object, opts?: ResourceOptions, _module?: string, _type?: string) {
    super(DYNAMIC_TOKEN, name, { resource: name, inputs: { ...props } }, opts);
    this.__evaluation.setting.dynamics.provide(name, implementation, this.__evaluation.host.pass);
    const fields = new Set(Object.keys(props ?? {}));
    // biome-ignore lint/correctness/noConstructorReturn: class fields of the user's subclass must not overwrite the Outputs
    return new Proxy(this, {
      get: (target, key, receiver) =>
        typeof key === "string" && fields.has(key) && !Object.hasOwn(target, key)
          ? target.__returned(key)
          : Reflect.get(target, key, receiver),
      has: (target, key) => (typeof key === "string" && fields.has(key)) || Reflect.has(target, key),
      defineProperty(target, key, property) {
        if (typeof key !== "string" || property.value !== undefined || property.get !== undefined)
          return Reflect.defineProperty(target, key, property);
        fields.add(key);
        return true;
      },
    });
  }

  /** One member of what create, read or update returned. */
  __returned(key: string): OutputMethods {
    const outputs = this.__property("outputs", { js: "outputs", tf: "outputs", path: "outputs" });
    const known = this.__outputs.get(`outputs.${key}`);
    const output = known ?? outputs.apply((text) => (JSON.parse(String(text)) as { readonly [name: string]: unknown })[key]);
    this.__outputs.set(`outputs.${key}`, output);
    return output;
  }
}
