import { convert, objectVal, type Scope, scopeOf, stringVal, type Val } from "@dovetail/hcl";
import { EMPTY_SCOPE } from "../configuration/literals.ts";
import type { ModuleConfig } from "../configuration/model.ts";
import type { GivenVariables } from "../variables/given-variables.ts";

/** What stands before anything is evaluated: the root's variables, and those locals that are made of nothing else. */
export function staticScope(
  config: ModuleConfig | undefined,
  given: GivenVariables | undefined,
): { readonly [name: string]: Val } {
  const values = [...(config?.variables ?? [])].flatMap(([name, variable]): [string, Val][] => {
    const value = given?.values.get(name)?.value ?? variable.default?.expression.evaluate(EMPTY_SCOPE).value;
    if (value === undefined) return [];
    try {
      return [[name, convert(value, variable.type)]];
    } catch {
      // The variable's own check says so.
      return [];
    }
  });
  const variables = objectVal(new Map(values));
  const locals = [...(config?.locals ?? [])].flatMap(([name, local]): [string, Val][] => {
    const { value, diagnostics } = local.expression.evaluate(scopeOf({ var: variables }));
    return diagnostics.some(({ severity }) => severity === "error") ? [] : [[name, value]];
  });
  return { var: variables, local: objectVal(new Map(locals)) };
}

/** A scope in which `key_provider.pbkdf2.main` is the text "key_provider.pbkdf2.main". */
export function withAddresses(values: { readonly [name: string]: Val }, addresses: readonly string[]): Scope {
  const trees = new Map<string, Map<string, Map<string, Val>>>();
  for (const address of addresses) {
    const [kind = "", type = "", name = ""] = address.split(".");
    const ofKind = trees.get(kind) ?? new Map<string, Map<string, Val>>();
    trees.set(kind, ofKind.set(type, (ofKind.get(type) ?? new Map<string, Val>()).set(name, stringVal(address))));
  }
  const objects = [...trees].map(([kind, ofKind]) => [
    kind,
    objectVal(new Map([...ofKind].map(([type, names]) => [type, objectVal(names)]))),
  ]);
  return scopeOf({ ...values, ...Object.fromEntries(objects) });
}
