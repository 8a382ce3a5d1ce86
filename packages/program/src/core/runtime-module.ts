import { DiagnosticError, errorDiagnostic } from "@dovetail/model";
import type { Evaluation } from "../evaluate/evaluation.ts";
import type { Mocks, ResourceOptions, Transformation } from "./contract.ts";
import { invoke } from "./invoke.ts";
import { makeOutput } from "./output.ts";

/** The part of `pulumi.runtime` that programs use. Anything else of it is refused by name. */
export function runtimeModule(evaluation: Evaluation): object {
  const ask = (token: string, args: unknown, opts?: ResourceOptions) => {
    const descriptor = evaluation.setting.catalogs.functionByToken(token);
    if (descriptor === undefined) throw unknown(`the function "${token}"`);
    return invoke(evaluation, descriptor, args, opts ?? {});
  };
  const offered: { readonly [name: string]: unknown } = {
    isDryRun: () => evaluation.host.pass === "plan",
    registerStackTransformation: (transformation: Transformation) => void evaluation.stackTransformations.push(transformation),
    registerResourceTransform: (transform: Transformation) => void evaluation.stackTransforms.push(transform),
    registerStackTransform: (transform: Transformation) => void evaluation.stackTransforms.push(transform),
    invoke: async (token: string, args: unknown, opts?: ResourceOptions) => (await ask(token, args, opts)).value,
    invokeOutput: (token: string, args: unknown, opts?: ResourceOptions) => makeOutput(evaluation, ask(token, args, opts)),
    getStack: () => evaluation.setting.app.stage,
    getProject: () => evaluation.setting.app.name,
    getOrganization: () => "organization",
    hasEngine: () => true,
    hasMonitor: () => true,
    isTestModeEnabled: () => evaluation.mocks !== undefined,
    setMocks: async (mocks: Mocks, project?: string, stack?: string, preview?: boolean) => {
      if (evaluation.setting.setMocks === undefined) throw mocksOutsideTests(evaluation);
      evaluation.setting.setMocks(mocks, project, stack, preview);
    },
  };
  return new Proxy(offered, {
    get(target, key) {
      if (typeof key === "symbol" || Object.hasOwn(target, key) || key === "then" || key === "__esModule" || key === "toJSON")
        return Reflect.get(target, key);
      throw unknown(`pulumi.runtime.${key}`);
    },
  });
}

function mocksOutsideTests(evaluation: Evaluation): DiagnosticError {
  const range = evaluation.setting.places.here();
  return new DiagnosticError(
    errorDiagnostic("DVT1015", "Unknown class or function", {
      detail: "pulumi.runtime.setMocks is for a program's unit tests; here the program is deployed.",
      fix: 'Call it in the test, and run that with:\n    NODE_OPTIONS="--import @dovetail/program/register" npx mocha',
      ...(range ? { range } : {}),
    }),
  );
}

function unknown(what: string): DiagnosticError {
  return new DiagnosticError(
    errorDiagnostic("DVT1015", "Unknown class or function", { detail: `Dovetail does not have ${what}.` }),
  );
}
