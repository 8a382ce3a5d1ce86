import { inspect } from "node:util";
import type { Evaluation } from "../evaluate/evaluation.ts";
import type { ResourceLike, ResourceOptions } from "./contract.ts";

/** Class member that ties a class of the `@pulumi/*` modules to the evaluation that they were made for. */
export const EVALUATION: unique symbol = Symbol.for("dovetail.evaluation") as never;

/** What resources and components share. */
export abstract class Resource implements ResourceLike {
  readonly __pulumiResource = true as const;
  readonly __pulumiType: string;
  readonly __name: string;
  readonly __opts: ResourceOptions;
  readonly __children = new Set<ResourceLike>();
  readonly __evaluation: Evaluation;

  constructor(evaluation: Evaluation, type: string, name: string, opts: ResourceOptions) {
    this.__evaluation = evaluation;
    this.__pulumiType = type;
    this.__name = name;
    this.__opts = opts;
    opts.parent?.__children.add(this);
    for (const key of ["__pulumiResource", "__pulumiType", "__name", "__opts", "__children", "__evaluation"]) {
      Object.defineProperty(this, key, { enumerable: false });
    }
  }

  /** Of a managed resource: resolves once its object is there, and its id with it. */
  get __settled(): Promise<unknown> | undefined {
    return undefined;
  }

  /** Its id, where it is managed and settled. */
  get __id(): unknown {
    return undefined;
  }

  /** `parentType$type::name`, what tells resources apart in Pulumi. */
  get __urnPath(): string {
    return `${this.__typeChain}::${this.__name}`;
  }

  get __typeChain(): string {
    const { parent } = this.__opts;
    return parent === undefined ? this.__pulumiType : `${parent.__typeChain}$${this.__pulumiType}`;
  }

  [inspect.custom](): string {
    return `${this.constructor.name} "${this.__name}"`;
  }

  static isInstance(value: unknown): value is Resource {
    return value instanceof Resource;
  }
}
