/**
 * For unit tests of a program, by Pulumi's guide and with any runner that runs in Node:
 *     NODE_OPTIONS="--import @dovetail/program/register" npx mocha
 * `@pulumi/pulumi`, `@pulumi/aws` and the others resolve to Dovetail's own, and SST's globals are there; `pulumi.runtime.setMocks` says what
 * resources and functions answer.
 */
import { registerHooks } from "node:module";
import { yamlFor } from "../app/stack-config.ts";
import { OWN_PACKAGES } from "../bundle/own-packages.ts";
import { GLOBALS } from "../evaluate/globals.ts";
import { createContext } from "../evaluate/program-run.ts";
import { moduleSource, TESTING } from "./module-source.ts";
import { createTestEvaluation } from "./test-evaluation.ts";

const SCHEME = "dovetail:";

const evaluation = createTestEvaluation(process.cwd(), await yamlFor(process.cwd(), "stack"));
const context = createContext(evaluation);
Object.defineProperty(globalThis, TESTING, { value: context });
for (const name of GLOBALS) {
  if (name === "console" || name in globalThis) continue;
  Object.defineProperty(globalThis, name, { configurable: true, get: () => Reflect.get(context.globals, name) as unknown });
}
registerHooks({
  resolve(specifier, about, next) {
    if (!OWN_PACKAGES.test(specifier)) return next(specifier, about);
    return { url: `${SCHEME}${specifier}`, format: "module", shortCircuit: true };
  },
  load(url, about, next) {
    if (!url.startsWith(SCHEME)) return next(url, about);
    return { format: "module", source: moduleSource(evaluation, context, url.slice(SCHEME.length)), shortCircuit: true };
  },
});
