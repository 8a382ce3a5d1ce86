import { type OutputValue, type Plan, type ProviderConfiguration, planHasChanges } from "@dovetail/engine";
import { type WrittenItem, writeBody } from "@dovetail/hcl";
import { type Diagnostic, type Value, type ValueObject, warningDiagnostic } from "@dovetail/model";
import type { Files } from "../files.ts";
import { Artifacts } from "./artifacts.ts";
import { explain } from "./explain-value.ts";
import type { ExportedFile } from "./exported-file.ts";
import type { Imports } from "./import-ids.ts";
import { type FilePlace, filesOf } from "./layout.ts";
import { ModuleFolders } from "./module-folders.ts";
import { movedState } from "./moved-state.ts";
import { type ProviderFacts, providersItems, type RegionOf, versionsItems } from "./providers-file.ts";
import { isUnwritten, type RecordedModule, type RecordedResource, type Recording, writtenAddress } from "./record-program.ts";
import { type ConfigSeen, configSeen } from "./resource-config.ts";
import { SharedTags } from "./shared-tags.ts";
import { untoldOptions } from "./untold.ts";
import { exampleValues, type NeededVariable, Variables, variableItems } from "./variables.ts";
import { writeModule } from "./write-modules.ts";
import { writeResource } from "./write-resource.ts";
import { apart, commentItem } from "./written-items.ts";

export interface ExportOptions {
  readonly recording: Recording;
  readonly plan: Plan;
  /** The app's folder. */
  readonly root: string;
  /** Names of the files that a program begins in. */
  readonly entryFiles: ReadonlySet<string>;
  readonly configurations: readonly ProviderConfiguration[];
  /** By local name. */
  readonly providers: ReadonlyMap<string, ProviderFacts>;
  readonly regionOf: RegionOf;
  readonly files: Files;
  folderOf(archive: string): string | undefined;
  /** Whether the provider takes another spelling of an argument's JSON text for the same. */
  isJsonByMeaning(resource: RecordedResource, argument: string): boolean;
  /** The values of secrets go along, in a file of their own. */
  readonly withSecrets: boolean;
  /** Import blocks in place of a state. */
  readonly imports: Imports | undefined;
}

export interface Export {
  /** All but the state. */
  readonly files: readonly ExportedFile[];
  readonly diagnostics: readonly Diagnostic[];
  readonly variables: readonly NeededVariable[];
  /** The state that goes along; undefined where there are import blocks instead. @param outputs as the export itself has them */
  state(outputs: { readonly [name: string]: OutputValue }): ExportedFile | undefined;
}

/** A program's resources as a root module. */
export function exportProgram(options: ExportOptions): Export {
  return new ProgramExport(options).made();
}

class ProgramExport {
  readonly #options: ExportOptions;
  readonly #variables = new Variables();
  readonly #artifacts: Artifacts;
  readonly #folders: ModuleFolders;
  readonly #sharedTags: SharedTags;
  readonly #diagnostics: Diagnostic[] = [];
  /** What each thing refers to, itself and through others. */
  readonly #closure = new Map<string, ReadonlySet<string>>();
  readonly #changed = new Map<string, ValueObject>();

  constructor(options: ExportOptions) {
    this.#options = options;
    this.#artifacts = new Artifacts({
      files: options.files,
      root: options.root,
      folderOf: (archive) => options.folderOf(archive),
    });
    this.#folders = new ModuleFolders(options.files);
    this.#sharedTags = new SharedTags(options.recording);
  }

  made(): Export {
    const { plan, configurations, providers, regionOf, imports } = this.#options;
    const body = this.#body();
    const outputs = this.#outputs();
    const provided = providersItems(configurations, providers, regionOf, this.#variables);
    const texts: [string, readonly WrittenItem[]][] = [
      ["versions.tf", versionsItems(providers)],
      ["providers.tf", provided],
      ["locals.tf", this.#sharedTags.items()],
      ...body,
      ["imports.tf", imports?.items ?? []],
      ["outputs.tf", outputs],
      ["variables.tf", variableItems(this.#variables.all)],
    ];
    this.#diagnostics.push(...(imports?.diagnostics ?? []), ...undeployed(plan));
    const files: ExportedFile[] = texts
      .filter(([, items]) => items.length > 0)
      .map(([path, items]) => ({ path, text: writeBody(items) }));
    files.push(...this.#valueFiles(), ...this.#folders.copies());
    files.push(...this.#artifacts.all.map(({ path, file }) => ({ path, copyOf: file })));
    files.push({ path: ".gitignore", text: GITIGNORE });
    return {
      files,
      diagnostics: this.#diagnostics,
      variables: this.#variables.all,
      state: (known) => (imports === undefined ? this.#state(known) : undefined),
    };
  }

  /** Files with what the program declares, in its order. */
  #body(): readonly [string, readonly WrittenItem[]][] {
    const { recording, entryFiles } = this.#options;
    const resources = [...recording.real.resources.values()].filter(({ registration }) => registration.module === undefined);
    const written = resources.filter((resource) => !this.#isRefused(resource));
    this.#diagnostics.push(...untoldOptions(written));
    const files = filesOf(written, entryFiles, this.#options.root);
    const inFiles = new Map<string, (readonly WrittenItem[])[]>();
    const add = ({ name, title }: FilePlace, items: readonly WrittenItem[]) => {
      const known = inFiles.get(name) ?? (title === undefined ? [] : [[commentItem(title)]]);
      inFiles.set(name, [...known, items]);
    };
    for (const [name, module] of modulesInOrder(recording)) {
      const { item, from } = writeModule(name, module, {
        recording,
        variables: this.#variables,
        sharedTags: this.#sharedTags,
        folders: this.#folders,
        files: this.#options.files,
        dependsOn: (addresses, refers) => this.#explicit(`module.${name}`, addresses, refers),
      });
      this.#close(`module.${name}`, from);
      add({ name: "modules" }, [item]);
    }
    // In the order of registration each comes after what it refers to.
    const items = new Map(written.map((resource) => [resource, this.#resource(resource)]));
    for (const resource of inSourceOrder(written)) add(files.get(resource) ?? { name: "main" }, items.get(resource) ?? []);
    return [...inFiles].map(([file, sections]) => [`${file}.tf`, apart(sections)]);
  }

  #resource(resource: RecordedResource): readonly WrittenItem[] {
    const { recording, isJsonByMeaning, imports } = this.#options;
    const { registration, address } = resource;
    const parts = {
      isImported: imports !== undefined,
      recording,
      variables: this.#variables,
      artifacts: this.#artifacts,
      sharedTags: this.#sharedTags,
    };
    const config = configSeen(parts, resource, this.#nameOf(resource));
    if (Object.keys(config.changed).length > 0) this.#changed.set(address, config.changed);
    const { item, comments, from } = writeResource({
      standIns: recording.standIns,
      resource,
      config,
      jsonByMeaning: new Set(
        Object.keys(config.real).filter((name) => isJsonText(config, name) && isJsonByMeaning(resource, name)),
      ),
      dependsOn: (refers) => this.#explicit(address, registration.dependencies, refers),
    });
    this.#close(writtenAddress(resource), from);
    return [...comments.map((text): WrittenItem => ({ kind: "comment", text })), item];
  }

  /** The name that the engine derives, where the program gives none. */
  #nameOf({ registration, address, answer }: RecordedResource): ValueObject {
    const autoname = "autoname" in registration ? registration.autoname : undefined;
    if (autoname === undefined) return {};
    const change = this.#options.plan.changes.find((each) => each.address === address && each.deposed === undefined);
    const name = (change?.after ?? answer?.value)?.[autoname.attribute];
    return name === undefined || name === null ? {} : { [autoname.attribute]: name };
  }

  /** What it depends on beyond what its expressions say. */
  #explicit(address: string, dependencies: readonly string[], from: ReadonlySet<string>): readonly string[] {
    const implied = this.#closureOf(from);
    const named = new Set(dependencies.map(blockOf).filter((each) => each !== address && this.#isWritten(each)));
    const explicit = [...named].filter((each) => !implied.has(each));
    const isReached = (each: string) => explicit.some((other) => other !== each && this.#closure.get(other)?.has(each) === true);
    const needed = explicit.filter((each) => !isReached(each));
    this.#closure.set(address, this.#closureOf(new Set([...from, ...needed])));
    return needed;
  }

  #isWritten(address: string): boolean {
    if (address.startsWith("module.")) return true;
    const resource = this.#options.recording.real.resources.get(address);
    return resource !== undefined && !isUnwritten(resource);
  }

  #close(address: string, from: ReadonlySet<string>): void {
    const known = this.#closure.get(address) ?? new Set<string>();
    this.#closure.set(address, new Set([...known, ...this.#closureOf(from)]));
  }

  #closureOf(from: ReadonlySet<string>): ReadonlySet<string> {
    return new Set([...from].flatMap((each) => [each, ...(this.#closure.get(each) ?? [])]));
  }

  #outputs(): readonly WrittenItem[] {
    const { recording } = this.#options;
    return Object.entries(recording.real.outputs).flatMap(([name, { value, sensitive }], i): readonly WrittenItem[] => {
      const of = (passes: Recording["marked"]): Value | undefined =>
        passes.map(({ outputs }) => outputs[name]?.value).find((found) => found !== undefined && typeof found !== "symbol");
      const respelled = of(recording.respelled);
      const marked = of(recording.marked);
      const explained = explain(recording.standIns, { real: value, marked, ...(respelled === undefined ? {} : { respelled }) });
      const isSecret = sensitive && explained.holdsLiteral;
      const expression = isSecret
        ? { kind: "source" as const, text: `var.${this.#variables.secret(value, [name], `The output ${name}`)}` }
        : explained.expression;
      const items: WrittenItem[] = [
        { kind: "attribute", name: "value", value: expression },
        ...(sensitive ? [{ kind: "attribute", name: "sensitive", value: { kind: "source", text: "true" } } as const] : []),
      ];
      const block: WrittenItem = { kind: "block", type: "output", labels: [name], items };
      return i === 0 ? [block] : [{ kind: "blank" }, block];
    });
  }

  #valueFiles(): readonly ExportedFile[] {
    const all = this.#variables.all;
    if (all.length === 0) return [];
    const files: ExportedFile[] = [{ path: "terraform.tfvars.example", text: exampleValues(all) }];
    const known = all.flatMap(({ name, value }): WrittenItem[] =>
      value === undefined
        ? []
        : [
            {
              kind: "attribute",
              name,
              value: explain(this.#options.recording.standIns, { real: value, marked: value }).expression,
            },
          ],
    );
    if (!this.#options.withSecrets || known.length === 0) return files;
    return [...files, { path: "secrets.auto.tfvars", text: writeBody(known), isPrivate: true }];
  }

  #state(outputs: { readonly [name: string]: OutputValue }): ExportedFile {
    const { plan } = this.#options;
    const text = movedState(plan.priorState, {
      attributes: this.#changed,
      isLeftOut: (instance) => isUnwritten({ registration: instance }),
      outputs,
    });
    return { path: "terraform.tfstate", text, isPrivate: true };
  }

  #isRefused(resource: RecordedResource): boolean {
    if (!isUnwritten(resource)) return false;
    const { registration, address } = resource;
    this.#diagnostics.push(
      warningDiagnostic("DVT7008", "Not in the export", {
        detail: `${address} is made by functions of the program; no Terraform provider has such a resource.`,
        address,
        ...(registration.range === undefined ? {} : { range: registration.range }),
      }),
    );
    return true;
  }
}

function isJsonText({ real }: ConfigSeen, name: string): boolean {
  const value = real[name];
  return typeof value === "string" && /^\s*[[{]/.test(value);
}

function modulesInOrder({ real }: Recording): readonly [string, RecordedModule][] {
  const line = ({ declaration: { range } }: RecordedModule) =>
    `${range?.file ?? ""}:${String(range?.line ?? 0).padStart(9, "0")}`;
  return [...real.modules].sort(([, a], [, b]) => (line(a) < line(b) ? -1 : 1));
}

/** As they stand in the program's files; what a loop makes of one line in the order of its making. */
function inSourceOrder(resources: readonly RecordedResource[]): readonly RecordedResource[] {
  const place = ({ registration: { range } }: RecordedResource): readonly number[] => [range?.line ?? 0, range?.column ?? 0];
  return [...resources].sort((a, b) => {
    const [lineA = 0, columnA = 0] = place(a);
    const [lineB = 0, columnB = 0] = place(b);
    return lineA - lineB || columnA - columnB;
  });
}

/** What a block can name: a module for what lies in it. */
function blockOf(address: string): string {
  return /^module\.[^.[]+/.exec(address)?.[0] ?? address;
}

/** Says so where a plan of the export will have changes. */
export function undeployed(plan: Plan): readonly Diagnostic[] {
  if (!planHasChanges(plan)) return [];
  const changed = plan.changes.filter(({ mode, action }) => mode === "managed" && action !== "no-op");
  const first = changed.length === 0 ? "" : `, the first of them to ${changed[0]?.address}`;
  const detail = `A plan of the export shows what a deploy of the app would do: ${changed.length} changes${first}.`;
  const fix = "Deploy it first:\n    dovetail deploy";
  return [warningDiagnostic("DVT7009", "Not deployed as it is written", { detail, fix })];
}

export const GITIGNORE = [
  "# Secrets, and what terraform makes.",
  ".terraform/",
  "*.tfstate",
  "*.tfstate.*",
  "*.tfvars",
  "*.tfplan",
  "",
].join("\n");
