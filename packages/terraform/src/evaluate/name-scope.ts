import { type LanguageFunction, objectVal, type Scope, type Val } from "@dovetail/hcl";

/** Values by their path of names: `["var", "x"]`, `["data", "aws_x", "y"]`. */
export class NameTree {
  readonly #roots = new Map<string, Branch>();

  set(path: readonly string[], value: Val): void {
    let at = this.#roots;
    for (const name of path.slice(0, -1)) {
      const next = at.get(name);
      if (next instanceof Map) at = next;
      else {
        const made: Map<string, Branch> = new Map();
        at.set(name, made);
        at = made;
      }
    }
    at.set(path.at(-1) ?? "", value);
  }

  roots(): ReadonlyMap<string, Val> {
    return new Map([...this.#roots].map(([name, branch]) => [name, branchValue(branch)]));
  }
}

type Branch = Val | Map<string, Branch>;

function branchValue(branch: Branch): Val {
  return branch instanceof Map ? objectVal(new Map([...branch].map(([name, inner]) => [name, branchValue(inner)]))) : branch;
}

/** A scope of the language's names with its functions. */
export function nameScope(
  roots: ReadonlyMap<string, Val>,
  functions: ReadonlyMap<string, LanguageFunction>,
  ofProviders?: Required<Pick<Scope, "function" | "unknownFunction">>,
): Scope {
  return {
    variable: (name) => roots.get(name),
    variableNames: () => [...roots.keys()],
    function: (name) => functions.get(name) ?? functions.get(name.replace(/^core::/, "")) ?? ofProviders?.function(name),
    functionNames: () => [...functions.keys()],
    ...(ofProviders === undefined ? {} : { unknownFunction: ofProviders.unknownFunction }),
  };
}
