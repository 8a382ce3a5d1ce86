import type { Command } from "./command.ts";

/**
 * Terraform's own flags (`-auto-approve`, `-target=ADDRESS`, `-refresh=false`) as options of ours, so that scripts written for terraform
 * run as they are. Pure.
 */

/** What a flag comes to; a value is what stood after "=". */
type Translation =
  | { readonly option: string; readonly takesValue?: boolean }
  /** Without effect here, with the reason in docs/commands.md. */
  | "nothing"
  | { readonly unless: "true"; readonly option: string };

const FLAGS: { readonly [flag: string]: Translation } = {
  "auto-approve": { option: "yes" },
  target: { option: "target-address", takesValue: true },
  exclude: { option: "exclude", takesValue: true },
  replace: { option: "replace", takesValue: true },
  var: { option: "var", takesValue: true },
  "var-file": { option: "var-file", takesValue: true },
  out: { option: "out", takesValue: true },
  parallelism: { option: "parallelism", takesValue: true },
  "generate-config-out": { option: "generate-config-out", takesValue: true },
  "lock-timeout": { option: "lock-timeout", takesValue: true },
  "backend-config": { option: "backend-config", takesValue: true },
  "detailed-exitcode": { option: "detailed-exitcode" },
  "refresh-only": { option: "refresh-only" },
  destroy: { option: "destroy" },
  json: { option: "json" },
  raw: { option: "raw" },
  check: { option: "check" },
  diff: { option: "diff" },
  recursive: { option: "recursive" },
  force: { option: "force" },
  refresh: { unless: "true", option: "no-refresh" },
  backend: { unless: "true", option: "no-backend" },
  write: { unless: "true", option: "no-write" },
  list: { unless: "true", option: "no-list" },
  "or-create": { option: "or-create" },
  reconfigure: { option: "reconfigure" },
  "migrate-state": { option: "migrate-state" },
  "force-copy": { option: "force-copy" },
  lock: { unless: "true", option: "no-lock" },
  input: "nothing",
  "no-color": "nothing",
  "compact-warnings": "nothing",
  upgrade: { option: "upgrade" },
  get: { unless: "true", option: "no-get" },
  update: { option: "update" },
  "allow-missing": "nothing",
  "no-tests": "nothing",
};

/** The arguments with Terraform's flags translated; what begins with two hyphens is left as it is. */
export function translateFlags(command: Pick<Command, "options">, args: readonly string[]): readonly string[] {
  const translated: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? "";
    if (arg === "--") return [...translated, ...args.slice(i)];
    const [, flag, value] = /^-([a-z][a-z-]+)(?:=(.*))?$/s.exec(arg) ?? [];
    const known = flag === undefined || !Object.hasOwn(FLAGS, flag) ? undefined : FLAGS[flag];
    if (flag === undefined) translated.push(arg);
    else if (flag === "json" && command.options.messages !== undefined) translated.push("--messages");
    else if (known === undefined) translated.push(`-${arg}`);
    else if (known === "nothing") continue;
    else if ("unless" in known) {
      if (value !== undefined && value !== known.unless) translated.push(`--${known.option}`);
    } else if (known.takesValue === true) {
      if (value === undefined) i += 1;
      translated.push(`--${known.option}=${value ?? args[i] ?? ""}`);
    } else if (value !== "false") translated.push(`--${known.option}`);
  }
  return translated.filter((arg) => isKnown(command, arg));
}

/** Switches that a command has no use for are no mistake where Terraform's command has them. */
function isKnown({ options }: Pick<Command, "options">, arg: string): boolean {
  const name = /^--(no-backend|no-refresh|no-lock|yes)$/.exec(arg)?.[1];
  return name === undefined || Object.hasOwn(options, name);
}

/** `-chdir=DIR` before the command: the folder, and the arguments without it. */
export function takeChdir(args: readonly string[]): { readonly folder: string | undefined; readonly rest: readonly string[] } {
  const [first = "", ...rest] = args;
  const folder = /^--?chdir=(.*)$/s.exec(first)?.[1];
  return folder === undefined ? { folder, rest: args } : { folder, rest };
}
