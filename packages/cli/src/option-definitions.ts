import type { OptionDefinition } from "./command.ts";

/** Options that several commands share, each defined once. */
export const OPTIONS = {
  stage: { type: "string", value: "STAGE", help: "stage (default: SST_STAGE, .sst/stage, the user's name)" },
  config: { type: "string", value: "FILE", help: "the app's sst.config.ts (default: the nearest one above)" },
  target: { type: "string", value: "local|aws|URL", help: "where to deploy to (default: local, the embedded AWS)" },
  json: { type: "boolean", help: "print the result as JSON" },
  messages: { type: "boolean", help: "in a Terraform root Terraform's machine-readable messages, a line each; what -json means" },
  yes: { type: "boolean", short: "y", help: "do not ask for confirmation" },
  parallelism: { type: "string", value: "N", help: "resources worked on at once (default: 64 local, 10 on AWS)" },
  "target-address": { type: "string", multiple: true, value: "ADDRESS", help: "only this resource and what it depends on" },
  exclude: { type: "string", multiple: true, value: "ADDRESS", help: "everything but this resource and what depends on it" },
  replace: { type: "string", multiple: true, value: "ADDRESS", help: "replace this resource whatever its configuration says" },
  "lock-timeout": { type: "string", value: "DURATION", help: "wait this long for another run's lock (default: not at all)" },
  "no-refresh": { type: "boolean", help: "plan from the state without reading the objects" },
  var: { type: "string", multiple: true, value: "NAME=VALUE", help: "value of a variable of a Terraform root" },
  "var-file": { type: "string", multiple: true, value: "FILE", help: "values of variables of a Terraform root (.tfvars)" },
  "no-backend": { type: "boolean", help: "keep a Terraform root's state in terraform.tfstate, whatever backend it names" },
  "no-lock": { type: "boolean", help: "do not take the lock of a Terraform root's backend" },
  destroy: { type: "boolean", help: "plan to delete everything" },
  "refresh-only": { type: "boolean", help: "plan to bring the state up to the objects, and nothing else" },
  verbose: { type: "boolean", help: "show every attribute and every step" },
} as const satisfies { [name: string]: OptionDefinition };

/** Of a command that reads or writes a stage of an app. */
export const STAGE_OPTIONS = {
  stage: OPTIONS.stage,
  config: OPTIONS.config,
  target: OPTIONS.target,
  json: OPTIONS.json,
  "no-backend": OPTIONS["no-backend"],
  var: OPTIONS.var,
  "var-file": OPTIONS["var-file"],
} as const;

/** Of a command that plans. */
export const PLAN_OPTIONS = {
  ...STAGE_OPTIONS,
  parallelism: OPTIONS.parallelism,
  "target-address": OPTIONS["target-address"],
  exclude: OPTIONS.exclude,
  "lock-timeout": OPTIONS["lock-timeout"],
  "no-lock": OPTIONS["no-lock"],
  verbose: OPTIONS.verbose,
  messages: OPTIONS.messages,
} as const;

/** Of a command that looks into a stage's state, wherever that is kept. */
export const STATE_OPTIONS = {
  stage: OPTIONS.stage,
  config: OPTIONS.config,
  target: OPTIONS.target,
  "no-backend": OPTIONS["no-backend"],
} as const;

/** Of a command that changes it. */
export const STATE_CHANGE_OPTIONS = {
  ...STATE_OPTIONS,
  "lock-timeout": OPTIONS["lock-timeout"],
  "no-lock": OPTIONS["no-lock"],
} as const;
