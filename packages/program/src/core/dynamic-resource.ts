import type { Evaluation } from "../evaluate/evaluation.ts";
import { notOffered } from "./not-offered.ts";

/** `pulumi.dynamic`: resources whose create, read, update and delete are functions of the program. */
export function dynamicModule(_evaluation: Evaluation): object {
  return {
    Resource: class {
      constructor() {
        notOffered("pulumi.dynamic.Resource");
      }
    },
  };
}
