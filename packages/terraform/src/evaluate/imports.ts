import { convert, isUnknown, STRING, stringVal, type Val } from "@dovetail/hcl";
import {
  type Diagnostic,
  DiagnosticError,
  errorDiagnostic,
  hasErrors,
  isModuleAddress,
  parseAddress,
  type SourceRange,
} from "@dovetail/model";
import type { ImportBlock } from "../configuration/model.ts";
import { parseReference } from "../references/reference.ts";
import { evaluateExpression } from "./evaluate-expression.ts";
import { NameTree, nameScope } from "./name-scope.ts";
import type { ModuleScope, Place } from "./nodes.ts";
import { eachInstances, type Instance, SINGLE } from "./repetition.ts";

/** `import` blocks of the root module: which existing object an instance takes over. */
export class Imports {
  readonly #root: ModuleScope;
  readonly #met = new Set<ImportBlock>();
  readonly #ids = new Map<string, SourceRange>();

  constructor(root: ModuleScope) {
    this.#root = root;
  }

  /** The id of the object that a resource instance takes over; undefined where no block says so. Throws DiagnosticError, Unavailable. */
  async idOf(config: string, address: string): Promise<string | undefined> {
    for (const block of this.#root.tree.config.imports) {
      if (!targets(block).includes(config)) continue;
      const instances = block.forEach === undefined ? SINGLE : await this.#instances(block.forEach);
      for (const instance of instances) {
        const place: Place = { module: this.#root, names: instance.names };
        if (!this.#isTo(block, instance, address)) continue;
        this.#met.add(block);
        this.#claim(block, address);
        return await importId(block, place);
      }
    }
    return undefined;
  }

  /** Blocks whose target the configuration does not have. */
  problems(): readonly Diagnostic[] {
    return this.#root.tree.config.imports
      .filter((block) => !this.#met.has(block) && block.forEach === undefined)
      .map((block) =>
        errorDiagnostic("DVT2030", "Configuration for import target does not exist", {
          detail: `The configuration for the given import target ${targets(block)[0] ?? ""} does not exist. All target instances must have an associated configuration to be imported.`,
          range: block.to.range,
        }),
      );
  }

  async #instances(forEach: NonNullable<ImportBlock["forEach"]>): Promise<readonly Instance[]> {
    const { value } = await evaluateExpression(forEach, this.#root.place);
    return eachInstances(value, forEach.range) ?? [];
  }

  /** The target is evaluated with every name on the way to the address standing for the address itself. */
  #isTo({ to }: ImportBlock, instance: Instance, address: string): boolean {
    const tree = new NameTree();
    tree.set(namesTo(address), stringVal(address));
    const scope = nameScope(new Map([...tree.roots(), ...instance.names]), new Map());
    const { value, diagnostics } = to.evaluate(scope);
    return !hasErrors(diagnostics) && value.raw === address;
  }

  #claim(block: ImportBlock, address: string): void {
    const first = this.#ids.get(address);
    this.#ids.set(address, first ?? block.range);
    if (first === undefined || first === block.range) return;
    const detail = `An import block for the resource "${address}" was already declared. A resource can have only one import block.`;
    const related = [{ range: first, message: "It was declared here first." }];
    throw new DiagnosticError(
      errorDiagnostic("DVT2030", `Duplicate import configuration for "${address}"`, { detail, range: block.range, related }),
    );
  }
}

/** An object that is to be taken over and that the configuration has no block for. */
export interface UnwrittenImport {
  readonly type: string;
  readonly name: string;
  readonly id: string;
  readonly block: ImportBlock;
}

/** The import blocks for whose targets the root module has no resource: those of one resource in it. Throws DiagnosticError, Unavailable. */
export async function unwrittenImports(root: ModuleScope): Promise<readonly UnwrittenImport[]> {
  const { imports, resources } = root.tree.config;
  const found: UnwrittenImport[] = [];
  for (const block of imports) {
    const target = block.forEach === undefined ? block.to.asTraversal() : undefined;
    const parsed = target === undefined ? undefined : parseReference(target);
    if (parsed === undefined || "problem" in parsed || parsed.reference.kind !== "resource") continue;
    const { reference } = parsed;
    if (reference.mode !== "managed" || reference.index !== undefined || resources.has(reference.key)) continue;
    found.push({ type: reference.type, name: reference.name, id: await importId(block, root.place), block });
  }
  return found;
}

/** Config addresses of the resources that a target may mean: what precedes a key that is worked out. */
function targets({ to }: ImportBlock): readonly string[] {
  const whole = to.asTraversal();
  return (whole === undefined ? to.references() : [whole]).map(({ root, steps }) =>
    [root, ...steps.flatMap((step) => (step.kind === "attribute" ? [step.name] : []))].join("."),
  );
}

/** `module.a["k"].aws_x.y[0]` -> module, a, k, aws_x, y, 0. */
function namesTo(address: string): readonly string[] {
  const parsed = parseAddress(address);
  if (parsed === undefined) return [address];
  const own = [parsed.type, parsed.name, ...(parsed.index === undefined ? [] : [String(parsed.index)])];
  return parsed.module === undefined || !isModuleAddress(parsed.module) ? own : [...moduleNames(parsed.module), ...own];
}

function moduleNames(path: string): readonly string[] {
  // A module's path with a resource after it is read like any resource's: its steps are the names and keys.
  const found: string[] = [];
  for (const match of path.matchAll(/(?:^|\.)module\.([^.[]+)(?:\[(?:(\d+)|("(?:[^"\\]|\\.)*"))\])?/g)) {
    found.push("module", match[1] ?? "");
    if (match[2] !== undefined) found.push(match[2]);
    if (match[3] !== undefined) found.push(String(JSON.parse(match[3])));
  }
  return found;
}

async function importId({ id }: ImportBlock, place: Place): Promise<string> {
  const { value } = await evaluateExpression(id, place);
  const fail = (detail: string) =>
    new DiagnosticError(errorDiagnostic("DVT2030", "Invalid import id argument", { detail, range: id.range }));
  if (isUnknown(value)) {
    throw fail(
      'The import block "id" argument depends on resource attributes that cannot be determined until apply, so Terraform cannot plan to import this resource.',
    );
  }
  const text = asText(value);
  if (text === undefined) throw fail("The import ID cannot be null.");
  if (value.marks.has("sensitive")) throw fail("The import ID cannot be sensitive.");
  if (text === "") throw fail("The import ID value evaluates to an empty string, please provide a non-empty value.");
  return text;
}

function asText(value: Val): string | undefined {
  try {
    const { raw } = convert(value, STRING);
    return typeof raw === "string" ? raw : undefined;
  } catch {
    return undefined;
  }
}
