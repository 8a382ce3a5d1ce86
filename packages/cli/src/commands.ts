import type { Command } from "./command.ts";

interface CommandRow {
  readonly summary: string;
  /** Listed apart: known, and refused by name. */
  readonly isPlanned?: boolean;
  readonly load: () => Promise<Command>;
}

/** First words that are no command by themselves. */
export const GROUPS: { readonly [word: string]: string } = {
  state: "Look into and change the state",
  workspace: "Stages of a Terraform root",
  cloud: "The embedded AWS",
  export: "Write the app in another language",
};

/** Commands of the design that are not built yet. */
const planned = (name: string, summary: string): CommandRow => ({
  summary,
  isPlanned: true,
  load: () => import("./commands/planned/planned.command.ts").then((m) => m.plannedCommand(name, summary)),
});

const deploy = () => import("./commands/deploy/deploy.command.ts").then((m) => m.deployCommand);
const diff = () => import("./commands/diff/diff.command.ts").then((m) => m.diffCommand);
const remove = () => import("./commands/remove/remove.command.ts").then((m) => m.removeCommand);

/** Every command by the words that call it; a command's module is loaded when it is called. Terraform's verbs are aliases. */
export const COMMANDS: { readonly [name: string]: CommandRow } = {
  init: {
    summary: "Make this folder an app",
    load: () => import("./commands/init/init.command.ts").then((m) => m.initCommand),
  },
  get: {
    summary: "Fetch the modules of a Terraform root",
    load: () => import("./commands/get/get.command.ts").then((m) => m.getCommand),
  },
  deploy: { summary: "Plan, then bring the app's resources to what the program says", load: deploy },
  apply: { summary: "Same as deploy", load: deploy },
  diff: { summary: "Show what deploy would change", load: diff },
  plan: { summary: "Same as diff", load: diff },
  remove: { summary: "Delete the stage's resources", load: remove },
  destroy: { summary: "Same as remove", load: remove },
  refresh: {
    summary: "Read every resource again and update the state",
    load: () => import("./commands/refresh/refresh.command.ts").then((m) => m.refreshCommand),
  },
  validate: {
    summary: "Say what is wrong with a configuration, without reading or planning anything",
    load: () => import("./commands/validate/validate.command.ts").then((m) => m.validateCommand),
  },
  test: {
    summary: "Run the tests of a Terraform module (*.tftest.hcl)",
    load: () => import("./commands/test/test.command.ts").then((m) => m.testCommand),
  },
  fmt: {
    summary: "Rewrite Terraform files in the canonical format",
    load: () => import("./commands/fmt/fmt.command.ts").then((m) => m.fmtCommand),
  },
  show: {
    summary: "Show the state or a kept plan",
    load: () => import("./commands/show/show.command.ts").then((m) => m.showCommand),
  },
  taint: {
    summary: "Mark an object to be replaced",
    load: () => import("./commands/taint/taint.command.ts").then((m) => m.taintCommand),
  },
  untaint: {
    summary: "Take that mark away",
    load: () => import("./commands/taint/taint.command.ts").then((m) => m.untaintCommand),
  },
  "workspace list": {
    summary: "List the workspaces of a Terraform root",
    load: () => import("./commands/workspace/workspace.command.ts").then((m) => m.workspaceListCommand),
  },
  "workspace show": {
    summary: "Print the selected one",
    load: () => import("./commands/workspace/workspace.command.ts").then((m) => m.workspaceShowCommand),
  },
  "workspace new": {
    summary: "Make one and select it",
    load: () => import("./commands/workspace/workspace.command.ts").then((m) => m.workspaceNewCommand),
  },
  "workspace select": {
    summary: "Select one",
    load: () => import("./commands/workspace/workspace.command.ts").then((m) => m.workspaceSelectCommand),
  },
  "workspace delete": {
    summary: "Delete an empty one",
    load: () => import("./commands/workspace/workspace.command.ts").then((m) => m.workspaceDeleteCommand),
  },
  drift: {
    summary: "Show what was changed outside, without touching anything",
    load: () => import("./commands/refresh/drift.command.ts").then((m) => m.driftCommand),
  },
  dev: {
    summary: "Deploy, watch, redeploy; functions are reloaded as they change",
    load: () => import("./commands/dev/dev.command.ts").then((m) => m.devCommand),
  },
  logs: {
    summary: "Print a function's log lines",
    load: () => import("./commands/functions/logs.command.ts").then((m) => m.logsCommand),
  },
  invoke: {
    summary: "Call a function and print its answer",
    load: () => import("./commands/functions/invoke.command.ts").then((m) => m.invokeCommand),
  },
  output: {
    summary: "Print the outputs",
    load: () => import("./commands/output/output.command.ts").then((m) => m.outputCommand),
  },
  unlock: {
    summary: "Take away a lock that is held",
    load: () => import("./commands/unlock/unlock.command.ts").then((m) => m.unlockCommand),
  },
  "force-unlock": {
    summary: "Same as unlock",
    load: () => import("./commands/unlock/unlock.command.ts").then((m) => m.unlockCommand),
  },
  import: {
    summary: "Take an existing object into the state",
    load: () => import("./commands/import/import.command.ts").then((m) => m.importCommand),
  },
  types: {
    summary: "Write the typings that editors and tsc read",
    load: () => import("./commands/types/types.command.ts").then((m) => m.typesCommand),
  },
  shell: {
    summary: "Run a command with the stage's endpoint and credentials",
    load: () => import("./commands/shell/shell.command.ts").then((m) => m.shellCommand),
  },
  explain: {
    summary: "Say what a diagnostic's code means",
    load: () => import("./commands/explain/explain.command.ts").then((m) => m.explainCommand),
  },
  version: {
    summary: "Print the version",
    load: () => import("./commands/version/version.command.ts").then((m) => m.versionCommand),
  },
  graph: {
    summary: "Draw a Terraform root's resources, in Graphviz's language",
    load: () => import("./commands/graph/graph.command.ts").then((m) => m.graphCommand),
  },
  modules: {
    summary: "List the modules that a Terraform root calls",
    load: () => import("./commands/modules/modules.command.ts").then((m) => m.modulesCommand),
  },
  providers: {
    summary: "Show which providers a Terraform root needs",
    load: () => import("./commands/providers/providers.command.ts").then((m) => m.providersCommand),
  },
  "providers schema": {
    summary: "Print their schemas",
    load: () => import("./commands/providers/providers.command.ts").then((m) => m.providersSchemaCommand),
  },
  "providers lock": {
    summary: "Not there: Dovetail writes no hashes of providers",
    isPlanned: true,
    load: () => import("./commands/providers/providers.command.ts").then((m) => m.refusedProvidersCommand("lock")),
  },
  "providers mirror": {
    summary: "Not there: Dovetail downloads no providers",
    isPlanned: true,
    load: () => import("./commands/providers/providers.command.ts").then((m) => m.refusedProvidersCommand("mirror")),
  },
  "state list": {
    summary: "List the resources in the state",
    load: () => import("./commands/state/list.command.ts").then((m) => m.stateListCommand),
  },
  "state show": {
    summary: "Show one resource of the state",
    load: () => import("./commands/state/show.command.ts").then((m) => m.stateShowCommand),
  },
  "state pull": {
    summary: "Print the state file",
    load: () => import("./commands/state/pull.command.ts").then((m) => m.statePullCommand),
  },
  "state push": {
    summary: "Replace the state file",
    load: () => import("./commands/state/push.command.ts").then((m) => m.statePushCommand),
  },
  "state replace-provider": {
    summary: "Put another provider in the place of one",
    load: () => import("./commands/state/replace-provider.command.ts").then((m) => m.stateReplaceProviderCommand),
  },
  "state mv": {
    summary: "Move a resource to another address",
    load: () => import("./commands/state/mv.command.ts").then((m) => m.stateMvCommand),
  },
  "state rm": {
    summary: "Forget a resource, leaving the object",
    load: () => import("./commands/state/rm.command.ts").then((m) => m.stateRmCommand),
  },
  "cloud start": {
    summary: "Start this app's embedded AWS",
    load: () => import("./commands/cloud/start.command.ts").then((m) => m.cloudStartCommand),
  },
  "cloud stop": { summary: "Stop it", load: () => import("./commands/cloud/stop.command.ts").then((m) => m.cloudStopCommand) },
  "cloud status": {
    summary: "Say whether and where it runs",
    load: () => import("./commands/cloud/status.command.ts").then((m) => m.cloudStatusCommand),
  },
  "cloud reset": {
    summary: "Empty it",
    load: () => import("./commands/cloud/reset.command.ts").then((m) => m.cloudResetCommand),
  },
  "cloud clock": {
    summary: "Show its clock",
    load: () => import("./commands/cloud/clock.command.ts").then((m) => m.cloudClockCommand),
  },
  "cloud clock advance": {
    summary: "Move its clock forward",
    load: () => import("./commands/cloud/clock.command.ts").then((m) => m.cloudClockAdvanceCommand),
  },
  "cloud clock set": {
    summary: "Set its clock",
    load: () => import("./commands/cloud/clock.command.ts").then((m) => m.cloudClockSetCommand),
  },
  "cloud trace": {
    summary: "Show who called what because of what",
    load: () => import("./commands/cloud/trace.command.ts").then((m) => m.cloudTraceCommand),
  },
  "cloud iam suggest": {
    summary: "Print the least policy that a role or user needed",
    load: () => import("./commands/cloud/iam.command.ts").then((m) => m.cloudIamSuggestCommand),
  },
  "cloud snapshot save": {
    summary: "Save what it holds to a folder",
    load: () => import("./commands/cloud/snapshot.command.ts").then((m) => m.cloudSnapshotSaveCommand),
  },
  "cloud snapshot load": {
    summary: "Put a saved folder in the place of what it holds",
    load: () => import("./commands/cloud/snapshot.command.ts").then((m) => m.cloudSnapshotLoadCommand),
  },
  "cloud faults add": {
    summary: "Fail or delay requests",
    load: () => import("./commands/cloud/faults.command.ts").then((m) => m.cloudFaultsAddCommand),
  },
  "cloud faults list": {
    summary: "Show the faults that are set",
    load: () => import("./commands/cloud/faults.command.ts").then((m) => m.cloudFaultsListCommand),
  },
  "cloud faults remove": {
    summary: "Take faults away",
    load: () => import("./commands/cloud/faults.command.ts").then((m) => m.cloudFaultsRemoveCommand),
  },
  secret: planned("secret", "Set, list, remove and load secrets"),
  redrive: planned("redrive", "Send a dead-letter queue's messages back"),
  "export tofu": {
    summary: "Write the app as a Terraform or OpenTofu root, whose plan has no changes",
    load: () => import("./commands/export/export.command.ts").then((m) => m.exportCommand),
  },
  terraform: {
    summary: "Run terraform or tofu with our providers against the embedded AWS",
    load: () => import("./commands/terraform/terraform.command.ts").then((m) => m.terraformCommand),
  },
  policy: planned("policy", "Check a plan against policies"),
  parity: planned("parity", "Compare stages"),
  registry: planned("registry", "Look into the registry of apps and stages"),
  evidence: planned("evidence", "Collect evidence for audits"),
  module: planned("module", "Audit, extract, lint and publish modules"),
  console: {
    summary: "Evaluate expressions of a Terraform root",
    load: () => import("./commands/console/console.command.ts").then((m) => m.consoleCommand),
  },
};
