import { DiagnosticError, errorDiagnostic } from "@dovetail/model";
import type { UtilityOptions } from "./utility.ts";

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/i;

/** Throws DVT7007, naming host and address, where a run whose target is this machine would connect to another one. `what`: the type that wants to. */
export function refuseOtherMachines({ network }: UtilityOptions, what: string, url: URL): void {
  if (network === "any" || LOOPBACK.test(url.hostname)) return;
  throw new DiagnosticError(
    errorDiagnostic("DVT7007", "Connection refused by policy", {
      detail: `${what} would have connected to ${url.host} (${shown(url)}). With the local target nothing leaves this machine.`,
      fix: "Serve it on 127.0.0.1 while the target is local, or choose the target explicitly:\n    dovetail deploy --target aws",
      attribute: "url",
    }),
  );
}

/** Without user name, password and query: they can hold secrets. */
function shown(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname}`;
}
