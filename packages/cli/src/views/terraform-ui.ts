/** Terraform's machine-readable messages, one JSON object a line ("Machine-Readable UI", version 1.2): what `-json` means for a Terraform root. */
import {
  type ApplyResult,
  type EngineEvent,
  type OperationKind,
  type Plan,
  type ResourceChange,
  STATE_TERRAFORM_VERSION,
  summarisePlan,
} from "@dovetail/engine";
import type { Diagnostic } from "@dovetail/model";
import { diagnosticJson } from "../commands/validate/diagnostic-json.ts";
import { planSentence } from "./plan.ts";

type Fields = { readonly [name: string]: unknown };

export interface TerraformUi {
  readonly event: (event: EngineEvent) => void;
  diagnostics(found: readonly Diagnostic[]): void;
  /** What a plan comes to, once its changes have been told. */
  planned(plan: Plan): void;
  applied(result: ApplyResult): void;
}

const UI_VERSION = "1.2";

export interface UiSurroundings {
  readonly out: (line: string) => void;
  /** Now, as `2026-11-21T22:52:40.807Z`. */
  readonly now: () => string;
  /** Files are told from here. */
  readonly cwd: string;
}

/** Begins with the version's message. */
export function terraformUi({ out, now, cwd }: UiSurroundings): TerraformUi {
  const say = (type: string, message: string, fields: Fields, level = "info") =>
    out(
      JSON.stringify({
        "@level": level,
        "@message": message,
        "@module": "terraform.ui",
        "@timestamp": now(),
        ...fields,
        type,
      }),
    );
  say("version", `Terraform ${STATE_TERRAFORM_VERSION}`, { terraform: STATE_TERRAFORM_VERSION, ui: UI_VERSION });
  return {
    event: (event) => tell(event, say),
    diagnostics(found) {
      for (const diagnostic of found) {
        const { severity, summary, address } = diagnostic;
        if (severity !== "error" && severity !== "warning") continue;
        const json = { ...diagnosticJson(diagnostic, cwd), ...(address === undefined ? {} : { address }) };
        const [word, level] = severity === "error" ? ["Error", "error"] : ["Warning", "warn"];
        say("diagnostic", `${word}: ${summary}`, { diagnostic: json }, level);
      }
    },
    planned(plan) {
      const { add, change, destroy, import: imported } = summarisePlan(plan);
      const changes = { add, change, import: imported, remove: destroy, operation: "plan" };
      say("change_summary", planSentence(plan), { changes });
      const outputs = Object.entries(plan.outputs).map(([name, { action, beforeSensitive, afterSensitive }]) => [
        name,
        { sensitive: beforeSensitive || afterSensitive, action: action === "no-op" ? "noop" : action },
      ]);
      if (outputs.length > 0) say("outputs", `Outputs: ${outputs.length}`, { outputs: Object.fromEntries(outputs) });
    },
    applied({ added, changed, destroyed, imported, state }) {
      const done = `${imported > 0 ? `${imported} imported, ` : ""}${added} added, ${changed} changed, ${destroyed} destroyed`;
      const changes = { add: added, change: changed, import: imported, remove: destroyed, operation: "apply" };
      say("change_summary", `Apply complete! Resources: ${done}.`, { changes });
      const outputs = Object.entries(state.outputs).map(([name, { sensitive, type, value }]) => [
        name,
        { sensitive, type, ...(sensitive ? {} : { value }) },
      ]);
      say("outputs", `Outputs: ${outputs.length}`, { outputs: Object.fromEntries(outputs) });
    },
  };
}

type Say = (type: string, message: string, fields: Fields, level?: string) => void;

function tell(event: EngineEvent, say: Say): void {
  switch (event.type) {
    case "planned":
      tellChange("planned_change", event.change, say);
      break;
    case "drift":
      tellChange("resource_drift", event.change, say);
      break;
    case "started":
    case "completed":
    case "failed":
      tellOperation(event, say);
      break;
    case "printed": {
      const [, provisioner, output] = /^\(([\w-]+)\): (.*)$/s.exec(event.line) ?? [];
      if (provisioner === undefined) break;
      const hook = { resource: resourceOf(event.address), provisioner, output };
      say("provision_progress", `${event.address}: ${event.line}`, { hook });
    }
  }
}

const ACTIONS: { readonly [action: string]: string } = { "no-op": "noop", forget: "remove" };
const REASONS: { readonly [reason: string]: string } = {
  replace_because_tainted: "tainted",
  replace_because_cannot_update: "cannot_update",
  replace_by_request: "requested",
  replace_by_triggers: "replace_triggered_by",
};

function tellChange(type: "planned_change" | "resource_drift", change: ResourceChange, say: Say): void {
  const { address, action: planned, previousAddress, importing, reason } = change;
  const isStill = planned === "no-op";
  if (isStill && previousAddress === undefined && importing === undefined && type === "planned_change") return;
  const drifted = change.after === null ? "delete" : "update";
  const still = importing !== undefined ? "import" : previousAddress !== undefined ? "move" : "noop";
  const action = type === "resource_drift" ? drifted : isStill ? still : (ACTIONS[planned] ?? planned);
  const fields = {
    change: {
      resource: resourceOf(address),
      ...(previousAddress === undefined ? {} : { previous_resource: resourceOf(previousAddress) }),
      action,
      ...(reason === undefined || isStill ? {} : { reason: REASONS[reason] ?? reason }),
      ...(importing === undefined ? {} : { importing: { id: importing.id } }),
    },
  };
  const message = type === "resource_drift" ? `Drift detected (${action})` : `Plan to ${action}`;
  say(type, `${address}: ${message}`, fields);
}

interface Words {
  readonly begins: string;
  readonly ends: string;
}

const WORDS: { readonly [kind in OperationKind]?: Words } = {
  create: { begins: "Creating...", ends: "Creation" },
  update: { begins: "Modifying...", ends: "Modifications" },
  delete: { begins: "Destroying...", ends: "Destruction" },
  read: { begins: "Reading...", ends: "Read" },
  import: { begins: "Importing...", ends: "Import" },
  open: { begins: "Opening...", ends: "Opening" },
  renew: { begins: "Renewing...", ends: "Renewal" },
  close: { begins: "Closing...", ends: "Closing" },
};
const EPHEMERAL: readonly OperationKind[] = ["open", "renew", "close"];

function tellOperation(event: EngineEvent & { readonly type: "started" | "completed" | "failed" }, say: Say): void {
  const { address, action } = event;
  const id = "id" in event ? event.id : undefined;
  const resource = resourceOf(address);
  const identified = id === undefined ? {} : { id_key: "id", id_value: id };
  const shown = id === undefined ? "" : ` [id=${id}]`;
  if (action === "refresh") {
    if (event.type === "started")
      say("refresh_start", `${address}: Refreshing state...${shown}`, { hook: { resource, ...identified } });
    else if (event.type === "completed")
      say("refresh_complete", `${address}: Refresh complete${shown}`, { hook: { resource, ...identified } });
    return;
  }
  const words = WORDS[action];
  if (words === undefined) return;
  const family = EPHEMERAL.includes(action) ? "ephemeral_op" : "apply";
  if (event.type === "started") {
    say(`${family}_start`, `${address}: ${words.begins}${shown}`, { hook: { resource, action, ...identified } });
    return;
  }
  const seconds = Math.round(event.elapsedMs / 1000);
  const [type, how] = event.type === "completed" ? ["complete", "complete"] : ["errored", "errored"];
  const hook = { resource, action, ...(event.type === "completed" ? identified : {}), elapsed_seconds: seconds };
  say(`${family}_${type}`, `${address}: ${words.ends} ${how} after ${seconds}s${event.type === "completed" ? shown : ""}`, {
    hook,
  });
}

/** `module.a["k"].data.aws_x.y[0]` in its parts. */
function resourceOf(address: string): Fields {
  const [, module = "", own = address] = /^((?:module\.[^.[]+(?:\[(?:\d+|"(?:[^"\\]|\\.)*")\])?\.?)*)(.*)$/s.exec(address) ?? [];
  const [, type = "", name = "", key] = /^(?:data\.|ephemeral\.)?([^.]+)\.([^.[]+)(?:\[(.*)\])?$/s.exec(own) ?? [];
  return {
    addr: address,
    module: module.replace(/\.$/, ""),
    resource: own,
    implied_provider: type.split("_")[0] ?? type,
    resource_type: type,
    resource_name: name,
    resource_key: key === undefined ? null : JSON.parse(key),
  };
}
