import { DiagnosticError, errorDiagnostic } from "@dovetail/model";
import { awsEnumMembers } from "../catalog/aws-enums.ts";
import { AWS_FUNCTIONS } from "../catalog/aws-functions.ts";
import { nearest } from "../catalog/nearest.ts";
import type { Evaluation } from "./evaluation.ts";

/** The constants and handwritten functions of `@pulumi/aws` for one evaluation: a member that does not exist is an error with the nearest one. */
export function awsEnums(evaluation: Evaluation): (namespace: string, name: string) => unknown {
  return (namespace, name) => {
    const path = `${namespace}.${name}`;
    if (Object.hasOwn(AWS_FUNCTIONS, path)) return AWS_FUNCTIONS[path]?.call;
    const members = awsEnumMembers(namespace, name);
    return members && guarded(evaluation, members, `aws.${namespace === "" ? "" : `${namespace}.`}${name}`);
  };
}

function guarded(evaluation: Evaluation, members: { readonly [name: string]: string }, path: string): object {
  return new Proxy(members, {
    get(target, key) {
      if (typeof key === "symbol" || Object.hasOwn(target, key) || key === "then" || key === "toJSON" || key === "__esModule")
        return Reflect.get(target, key);
      const meant = nearest(key, Object.keys(target));
      const range = evaluation.setting.places.here();
      throw new DiagnosticError(
        errorDiagnostic("DVT1015", "Unknown class or function", {
          detail: `There is no ${path}.${key}.`,
          fix: meant === undefined ? "Write the value itself, as a string." : `Did you mean ${path}.${meant}?`,
          ...(range ? { range } : {}),
        }),
      );
    },
  });
}
