import { quoteText, type WrittenItem } from "@dovetail/hcl";
import { type Value, valuesEqual } from "@dovetail/model";

/** Values that are not written where they are used: what is secret, and what nobody knows before a deploy. */

export interface NeededVariable {
  readonly name: string;
  readonly description: string;
  readonly isSensitive: boolean;
  /** undefined: not known. */
  readonly value: Value | undefined;
}

/** The variables of an export. The same secret is one variable, wherever it is used. */
export class Variables {
  readonly #needed: NeededVariable[] = [];

  get all(): readonly NeededVariable[] {
    return this.#needed;
  }

  /** A variable for a secret. @param wanted what its name is made of: `["KefirDb", "password"]` */
  secret(value: Value, wanted: readonly string[], description: string): string {
    const known = this.#needed.find((each) => each.isSensitive && each.value !== undefined && valuesEqual(each.value, value));
    return known?.name ?? this.#add({ name: this.#free(wanted), description, isSensitive: true, value });
  }

  /** A variable for what is known only after a deploy. */
  missing(wanted: readonly string[], description: string): string {
    return this.#add({ name: this.#free(wanted), description, isSensitive: false, value: undefined });
  }

  #add(variable: NeededVariable): string {
    this.#needed.push(variable);
    return variable.name;
  }

  #free(wanted: readonly string[]): string {
    const name = variableName(wanted);
    const isFree = (candidate: string) => this.#needed.every((each) => each.name !== candidate);
    let number = 2;
    if (isFree(name)) return name;
    while (!isFree(`${name}_${number}`)) number++;
    return `${name}_${number}`;
  }
}

/** Names of arguments of a module block, which no variable may have (Terraform: "Declaring an Input Variable"). */
const RESERVED: ReadonlySet<string> = new Set([
  "source",
  "version",
  "providers",
  "count",
  "for_each",
  "lifecycle",
  "depends_on",
  "locals",
]);

/** `["KefirDb", "master.password"]` -> `kefir_db_master_password` */
export function variableName(parts: readonly string[]): string {
  const words = parts
    .join("_")
    .replaceAll(/([\p{Ll}\p{N}])(\p{Lu})/gu, "$1_$2")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "_")
    .replaceAll(/^_+|_+$/g, "");
  const name = /^[a-z]/.test(words) ? words : `value_${words}`.replace(/_$/, "");
  return RESERVED.has(name) ? `${name}_value` : name;
}

/** `variable` blocks. */
export function variableItems(variables: readonly NeededVariable[]): readonly WrittenItem[] {
  return variables.flatMap(({ name, description, isSensitive, value }, i): WrittenItem[] => {
    const type = typeOf(value);
    const items: WrittenItem[] = [
      { kind: "attribute", name: "description", value: { kind: "source", text: quoteText(description) } },
      ...(type === undefined ? [] : [source("type", type)]),
      ...(isSensitive ? [source("sensitive", "true")] : []),
    ];
    const block: WrittenItem = { kind: "block", type: "variable", labels: [name], items };
    return i === 0 ? [block] : [{ kind: "blank" }, block];
  });
}

/** `terraform.tfvars.example`. */
export function exampleValues(variables: readonly NeededVariable[]): string {
  return variables.map(({ name, description }) => `# ${description.replaceAll(/\s+/g, " ")}\n${name} = ""\n`).join("\n");
}

function source(name: string, text: string): WrittenItem {
  return { kind: "attribute", name, value: { kind: "source", text } };
}

function typeOf(value: Value | undefined): string | undefined {
  if (typeof value === "string") return "string";
  if (typeof value === "number") return "number";
  return typeof value === "boolean" ? "bool" : undefined;
}
