import { CODES, DiagnosticError, errorDiagnostic } from "@dovetail/model";
import type { Provider } from "@dovetail/provider";
import { createProvider } from "./provider.ts";
import { schemasOf } from "./schemas.ts";
import type { UtilityModule, UtilityOptions } from "./utility.ts";

export type { UtilityOptions } from "./utility.ts";

/** Providers by name; each module loads when its provider is first asked to do something. */
const MODULES: { readonly [name: string]: () => Promise<{ readonly module: UtilityModule }> } = {
  archive: () => import("./archive/archive.ts"),
  cloudinit: () => import("./cloudinit/cloudinit.ts"),
  external: () => import("./external/external.ts"),
  http: () => import("./http/http.ts"),
  local: () => import("./local/local.ts"),
  null: () => import("./null.ts"),
  random: () => import("./random/random.ts"),
  terraform: () => import("./terraform.ts"),
  time: () => import("./time/time.ts"),
  tls: () => import("./tls/tls.ts"),
};

/** Names of the utility providers. */
export const UTILITY_PROVIDERS: readonly string[] = Object.keys(MODULES);

/** One utility provider (`random`, `tls`, …), by its name. Throws DVT3005 for another name. */
export function createUtilityProvider(name: string, options: UtilityOptions): Provider {
  const load = Object.hasOwn(MODULES, name) ? MODULES[name] : undefined;
  const schemas = schemasOf(name);
  if (load === undefined || schemas === undefined) {
    const detail = `There is no utility provider "${name}"; there are ${UTILITY_PROVIDERS.join(", ")}.`;
    throw new DiagnosticError(errorDiagnostic("DVT3005", CODES.DVT3005, { detail }));
  }
  return createProvider(name, schemas, load, options);
}

/** All utility providers. */
export function createUtilityProviders(options: UtilityOptions): Provider[] {
  return UTILITY_PROVIDERS.map((name) => createUtilityProvider(name, options));
}
