import { DiagnosticError, errorDiagnostic } from "@dovetail/model";
import { isJsonObject } from "../values/state-attributes.ts";
import type { Refusal, StateLock, StateStorage } from "./backend.ts";

/** Terraform's LockInfo as JSON and as people read it. Source: `internal/states/statemgr/locker.go` of OpenTofu (MPL, read 2026-11). */

/** The JSON that Terraform writes, its members in its order. */
export function lockJson({ ID, Operation, Info, Who, Version, Created, Path }: StateLock): string {
  return JSON.stringify({ ID, Operation, Info, Who, Version, Created, Path });
}

/** undefined where the text is no LockInfo. */
export function parseLock(text: string): StateLock | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isJsonObject(json) || typeof json.ID !== "string") return undefined;
  const fields = json;
  const of = (name: string) => (typeof fields[name] === "string" ? fields[name] : "");
  return {
    ID: json.ID,
    Operation: of("Operation"),
    Info: of("Info"),
    Who: of("Who"),
    Version: of("Version"),
    Created: of("Created"),
    Path: of("Path"),
  };
}

/** The block that Terraform prints. */
export function lockBlock(lock: StateLock): string {
  return [
    "Lock Info:",
    `  ID:        ${lock.ID}`,
    `  Path:      ${lock.Path}`,
    `  Operation: ${lock.Operation}`,
    `  Who:       ${lock.Who}`,
    `  Version:   ${lock.Version}`,
    `  Created:   ${goTime(lock.Created)}`,
    `  Info:      ${lock.Info}`,
  ].join("\n");
}

/** `2026-11-21T20:00:00.5Z` -> `2026-11-21 20:00:00.5 +0000 UTC`, as Go prints a time. */
function goTime(created: string): string {
  const [, day, time = ""] = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d(?:\.\d+)?)Z$/.exec(created) ?? [];
  const shown = time.includes(".") ? time.replace(/\.?0*$/, "") : time;
  return day === undefined ? created : `${day} ${shown} +0000 UTC`;
}

/** DVT5001: the state is locked, in Terraform's words. */
export function stateLocked(
  { holder, message }: Refusal,
  { place, lock }: Pick<StateStorage, "place" | "lock">,
): DiagnosticError {
  const who = holder === undefined ? "" : `${lockBlock(holder)}\n`;
  return new DiagnosticError(
    errorDiagnostic("DVT5001", "Error acquiring the state lock", {
      detail: `Error message: ${message}\n${who}\n${place} is locked, so that two runs don't write it at once.`,
      fix:
        holder === undefined || lock?.outlivesHolder !== true
          ? "Wait for the other run to end; -lock-timeout=5m does."
          : `Wait for it to end; -lock-timeout=5m does. If its process is gone for sure, take the lock away:\n    dovetail force-unlock ${holder.ID}`,
    }),
  );
}

/** DVT5010: a backend did not do what it was asked. */
export function backendFailed(summary: string, detail: string, fix?: string, cause?: unknown): DiagnosticError {
  const diagnostic = errorDiagnostic("DVT5010", summary, { detail, ...(fix === undefined ? {} : { fix }) });
  return new DiagnosticError(diagnostic, { cause });
}
