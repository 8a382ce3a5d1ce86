/** From actions that were used to the policy that allows them and nothing else. */
export interface PrincipalUsage {
  readonly principal: string;
  readonly actions: readonly { readonly action: string; readonly resource: string; readonly allowed: boolean }[];
}

export interface PolicyDocument {
  readonly Version: "2012-10-17";
  readonly Statement: readonly {
    readonly Effect: "Allow";
    readonly Action: readonly string[];
    readonly Resource: readonly string[];
  }[];
}

const byText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** A function's log goes to streams that are made as its sandboxes are: both actions are granted, on every stream of the group. */
function asGranted(used: PrincipalUsage["actions"][number]): PrincipalUsage["actions"] {
  if (used.action !== "logs:PutLogEvents") return [used];
  const resource = used.resource.replace(/:log-stream:[^:]*$/, ":*");
  return ["logs:CreateLogStream", "logs:PutLogEvents"].map((action) => ({ ...used, action, resource }));
}

/** One statement for each set of resources, with every action that was used on exactly these; sorted, so that two runs compare. */
export function leastPolicy(usage: PrincipalUsage, options: { readonly withDenied: boolean }): PolicyDocument {
  const resourcesOf = new Map<string, Set<string>>();
  for (const { action, resource, allowed } of usage.actions.flatMap(asGranted)) {
    if (!allowed && !options.withDenied) continue;
    const resources = resourcesOf.get(action) ?? new Set();
    resourcesOf.set(action, resources.add(resource));
  }
  const actionsOf = new Map<string, { actions: string[]; resources: string[] }>();
  for (const [action, set] of resourcesOf) {
    const resources = [...set].sort(byText);
    const key = JSON.stringify([action.split(":")[0], resources]);
    const statement = actionsOf.get(key) ?? { actions: [], resources };
    statement.actions.push(action);
    actionsOf.set(key, statement);
  }
  return {
    Version: "2012-10-17",
    Statement: [...actionsOf.values()]
      .map(({ actions, resources }) => ({ Effect: "Allow" as const, Action: actions.sort(byText), Resource: resources }))
      .sort((a, b) => byText(a.Action[0] ?? "", b.Action[0] ?? "")),
  };
}
