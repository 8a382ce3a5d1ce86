import { type Command, EXIT } from "../../command.ts";
import { askCloud } from "../../json-http.ts";
import { usageError } from "../../parse.ts";
import { leastPolicy, type PrincipalUsage } from "./least-policy.ts";
import { requireRunningCloud } from "./running.ts";

function named(usage: readonly PrincipalUsage[], kind: "role" | "user", name: string | undefined): PrincipalUsage[] {
  if (name === undefined) return [];
  return usage.filter(
    ({ principal }) => principal === name || (principal.includes(`:${kind}/`) && principal.endsWith(`/${name}`)),
  );
}

export const cloudIamSuggestCommand: Command = {
  name: "cloud iam suggest",
  summary: "Print the least policy that allows what roles and users did since the cloud started",
  options: {
    role: { type: "string", value: "NAME", help: "only this role, by name or ARN; prints its policy document alone" },
    user: { type: "string", value: "NAME", help: "only this user, by name or ARN; prints its policy document alone" },
    "with-denied": { type: "boolean", help: "also what was refused" },
  },
  async run(invocation) {
    const { options, terminal } = invocation;
    const { endpoint } = await requireRunningCloud(invocation);
    const { principals } = await askCloud<{ principals: PrincipalUsage[] }>(endpoint, "GET", "iam/usage");
    const policy = (usage: PrincipalUsage) => leastPolicy(usage, { withDenied: options.flag("with-denied") });
    const role = options.text("role");
    const user = options.text("user");
    if (role === undefined && user === undefined) {
      terminal.out(JSON.stringify(Object.fromEntries(principals.map((each) => [each.principal, policy(each)])), undefined, 2));
      return EXIT.done;
    }
    const [found, another] = [...named(principals, "role", role), ...named(principals, "user", user)];
    if (found === undefined)
      throw usageError(cloudIamSuggestCommand, `${role ?? user} has done nothing that IAM decides since the cloud started`);
    if (another !== undefined)
      throw usageError(cloudIamSuggestCommand, `${found.principal} and ${another.principal} have that name`);
    terminal.out(JSON.stringify(policy(found), undefined, 2));
    return EXIT.done;
  },
};
