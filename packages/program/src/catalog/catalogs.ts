import type { DiagnosticError } from "@dovetail/model";
import { createAwsCatalog } from "./aws-catalog.ts";
import type { Catalog, Descriptor } from "./descriptor.ts";
import { createUtilityCatalog } from "./utility-catalog.ts";

/** Provider packages that Dovetail brings, by the name of their global; all but `null` are usable without import. */
export const PACKAGES = ["aws", "random", "tls", "null", "local", "archive", "http", "time", "external", "cloudinit"] as const;

/** What stands behind a package that Dovetail does not bring: its catalog, or why there is none. */
export type Foreign = { readonly catalog: Catalog } | { readonly missing: DiagnosticError };

/** Catalogs by package, each loaded on first use. They hold facts only and are shared by all evaluations of a process. */
export class Catalogs {
  readonly #catalogs = new Map<string, Catalog>();
  readonly #foreign = new Map<string, Foreign>();

  /** Packages that the program uses besides those that Dovetail brings. */
  addForeign(name: string, foreign: Foreign): void {
    this.#foreign.set(name, foreign);
  }

  foreignNames(): readonly string[] {
    return [...this.#foreign.keys()];
  }

  /** Throws DiagnosticError where there is no provider for the package. */
  get(name: string): Catalog {
    let catalog = this.#catalogs.get(name);
    if (catalog === undefined) {
      const foreign = this.#foreign.get(name);
      if (foreign !== undefined && "missing" in foreign) throw foreign.missing;
      catalog = foreign?.catalog ?? (name === "aws" ? createAwsCatalog() : createUtilityCatalog(name));
      this.#catalogs.set(name, catalog);
    }
    return catalog;
  }

  /** The catalog of a package or of a provider's local name, where there is one. */
  #known(name: string): Catalog | undefined {
    if (PACKAGES.some((candidate) => candidate === name)) return this.get(name);
    for (const [own, foreign] of this.#foreign)
      if ("catalog" in foreign && (own === name || foreign.catalog.name === name)) return foreign.catalog;
    return undefined;
  }

  /** The configuration of a package's provider; undefined for a package that nobody brings. */
  providerOf(name: string): Descriptor | undefined {
    return this.#known(name)?.provider();
  }

  /** The function behind a token: `aws:index/getRegion:getRegion`. */
  functionByToken(token: string): Descriptor | undefined {
    const [packageName = "", module = "", name = ""] = token.split(":");
    const space = module.split("/")[0];
    return this.#known(packageName)?.describe("data", space === "index" ? name : `${space}.${name}`);
  }

  /** The class whose objects have a Terraform type. It looks through a whole package: for what is rarely asked. */
  byTerraformType(type: string): Descriptor | undefined {
    const catalog = this.#known(type.slice(0, type.indexOf("_")));
    for (const path of catalog?.paths("resource") ?? []) {
      const descriptor = catalog?.describe("resource", path);
      if (descriptor?.tf === type) return descriptor;
    }
    return undefined;
  }

  /** The class behind a type token, whichever package has it. */
  byToken(token: string): Descriptor | undefined {
    const catalog = this.#known(token.slice(0, token.indexOf(":")));
    const path = catalog?.pathOfToken(token);
    return path === undefined ? undefined : catalog?.describe("resource", path);
  }
}
