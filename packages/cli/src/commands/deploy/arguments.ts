import type { PlanOptions } from "@dovetail/engine";
import type { Invocation } from "../../command.ts";
import { OPTIONS, PLAN_OPTIONS } from "../../option-definitions.ts";
import type { Session } from "../../session.ts";

export const deployOptions = {
  ...PLAN_OPTIONS,
  replace: OPTIONS.replace,
  yes: OPTIONS.yes,
  "no-refresh": OPTIONS["no-refresh"],
  destroy: OPTIONS.destroy,
  "refresh-only": OPTIONS["refresh-only"],
} as const;

/** What the command line asks of a plan. */
export function planOptionsOf(invocation: Invocation, session: Session): PlanOptions {
  const { options } = invocation;
  return {
    frontEnd: session.app.frontEnd,
    targets: options.texts("target-address"),
    excludes: options.texts("exclude"),
    replace: options.texts("replace"),
    mode: options.flag("destroy") ? "destroy" : options.flag("refresh-only") ? "refresh-only" : "normal",
    refresh: !options.flag("no-refresh"),
    parallelism: session.parallelism,
    lockTimeoutMs: session.lockTimeoutMs,
    signal: invocation.interrupt,
  };
}
