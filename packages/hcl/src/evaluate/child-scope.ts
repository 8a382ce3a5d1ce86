import type { Val } from "../values/value.ts";
import type { Scope } from "./scope.ts";

/** A scope with some names of its own in front of its parent's. */
export function childScope(parent: Scope, names: { readonly [name: string]: Val }): Scope {
  return {
    variable: (name) => (Object.hasOwn(names, name) ? names[name] : undefined),
    variableNames: () => Object.keys(names),
    function: () => undefined,
    functionNames: () => [],
    parent,
  };
}

/** The nearest scope's value of the name. */
export function lookUpVariable(scope: Scope, name: string): Val | undefined {
  for (let at: Scope | undefined = scope; at !== undefined; at = at.parent) {
    const value = at.variable(name);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** What `ask` answers for the scope and each of its parents, nearest first. */
export function namesOf(scope: Scope, ask: (scope: Scope) => readonly string[]): readonly string[] {
  const names: string[] = [];
  for (let at: Scope | undefined = scope; at !== undefined; at = at.parent) names.push(...ask(at));
  return names;
}
