import { createAwsCatalog } from "./aws-catalog.ts";
import type { Catalog, Descriptor } from "./descriptor.ts";
import { createUtilityCatalog } from "./utility-catalog.ts";

/** Provider packages that Dovetail brings, by the name of their global; all but `null` are usable without import. */
export const PACKAGES = ["aws", "random", "tls", "null", "local", "archive", "http", "time", "external", "cloudinit"] as const;
export type PackageName = (typeof PACKAGES)[number];

/** Catalogs by package, each loaded on first use. They hold facts only and are shared by all evaluations of a process. */
export class Catalogs {
  readonly #catalogs = new Map<PackageName, Catalog>();

  get(name: PackageName): Catalog {
    let catalog = this.#catalogs.get(name);
    if (catalog === undefined) {
      catalog = name === "aws" ? createAwsCatalog() : createUtilityCatalog(name);
      this.#catalogs.set(name, catalog);
    }
    return catalog;
  }

  /** The configuration of a package's provider; undefined for a package that Dovetail does not bring. */
  providerOf(name: string): Descriptor | undefined {
    const known = PACKAGES.find((candidate) => candidate === name);
    return known && this.get(known).provider();
  }

  /** The function behind a token: `aws:index/getRegion:getRegion`. */
  functionByToken(token: string): Descriptor | undefined {
    const [packageName, module = "", name = ""] = token.split(":");
    const known = PACKAGES.find((candidate) => candidate === packageName);
    const space = module.split("/")[0];
    return known && this.get(known).describe("data", space === "index" ? name : `${space}.${name}`);
  }

  /** The class whose objects have a Terraform type. It looks through a whole package: for what is rarely asked. */
  byTerraformType(type: string): Descriptor | undefined {
    const name = PACKAGES.find((candidate) => type.startsWith(`${candidate}_`));
    if (name === undefined) return undefined;
    const catalog = this.get(name);
    for (const path of catalog.paths("resource")) {
      const descriptor = catalog.describe("resource", path);
      if (descriptor?.tf === type) return descriptor;
    }
    return undefined;
  }

  /** The class behind a type token, whichever package has it. */
  byToken(token: string): Descriptor | undefined {
    const name = PACKAGES.find((candidate) => token.startsWith(`${candidate}:`));
    if (name === undefined) return undefined;
    const path = this.get(name).pathOfToken(token);
    return path === undefined ? undefined : this.get(name).describe("resource", path);
  }
}
