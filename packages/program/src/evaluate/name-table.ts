import { createHash } from "node:crypto";
import { type Diagnostic, errorDiagnostic, type SourceRange } from "@dovetail/model";

const VALID = /^[A-Za-z_][A-Za-z0-9_-]*$/;

/**
 * The name a resource has in its address. Terraform's names have letters, digits, `_` and `-`, and do not start with a digit:
 * any other character becomes `_`, and six hex digits of the original's SHA-1 follow, so that two originals never meet in one name.
 */
export function addressName(logicalName: string): string {
  if (VALID.test(logicalName)) return logicalName;
  const cleaned = logicalName.replace(/[^A-Za-z0-9_-]/g, "_").replace(/^(?=[^A-Za-z_])/, "_");
  return `${cleaned}-${createHash("sha1").update(logicalName).digest("hex").slice(0, 6)}`;
}

interface Entry {
  readonly urn: string;
  readonly range: SourceRange | undefined;
}

/** Who has which address in one evaluation. */
export class NameTable {
  readonly #entries = new Map<string, Entry>();

  /**
   * Takes an address. Two resources with one name are allowed where their parents' types differ, as in Pulumi;
   * the second one's address then carries a hash of its parents.
   */
  claim(
    type: string,
    logicalName: string,
    urn: string,
    range: SourceRange | undefined,
  ): { name: string } | { duplicate: Diagnostic } {
    const name = addressName(logicalName);
    for (const candidate of [name, `${name}-${createHash("sha1").update(urn).digest("hex").slice(0, 6)}`]) {
      const address = `${type}.${candidate}`;
      const holder = this.#entries.get(address);
      if (holder === undefined) {
        this.#entries.set(address, { urn, range });
        return { name: candidate };
      }
      if (holder.urn === urn) return { duplicate: duplicateName(logicalName, address, holder.range, range) };
    }
    return { duplicate: duplicateName(logicalName, `${type}.${name}`, undefined, range) };
  }
}

function duplicateName(
  name: string,
  address: string,
  first: SourceRange | undefined,
  range: SourceRange | undefined,
): Diagnostic {
  return errorDiagnostic("DVT1012", "Duplicate resource name", {
    detail: `Two resources of the same type are named "${name}"; the name is what tells them apart in the state.`,
    fix: "Give one of them another name.",
    address,
    ...(range ? { range } : {}),
    ...(first ? { related: [{ range: first, message: "The first one is declared here." }] } : {}),
  });
}
