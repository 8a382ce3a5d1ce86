import { join, posix, relative, sep } from "node:path";
import type { WrittenItem } from "@dovetail/hcl";
import { valueAt } from "@dovetail/model";
import type { Files } from "../files.ts";
import { isLocalModule } from "../modules/source.ts";
import { explain } from "./explain-value.ts";
import type { ExportedFile } from "./exported-file.ts";
import type { RecordedModule, Recording } from "./record-program.ts";
import { spelled } from "./stand-ins.ts";
import type { Variables } from "./variables.ts";
import { apart, commentItem, listText, sourceItem, textItem } from "./written-items.ts";

/** `module` blocks for the modules that a program declares, and the folders of those that lie beside it. */

export interface WrittenModule {
  readonly item: WrittenItem;
  readonly from: ReadonlySet<string>;
}

export interface ModuleWriting {
  readonly recording: Recording;
  readonly variables: Variables;
  readonly folders: ModuleFolders;
  readonly dependsOn: (addresses: readonly string[], from: ReadonlySet<string>) => readonly string[];
}

export function writeModule(name: string, module: RecordedModule, writing: ModuleWriting): WrittenModule {
  const { declaration, declared } = module;
  const from = new Set<string>();
  const inputs = [...module.inputs].flatMap(([input, { value, sensitive }]): readonly WrittenItem[] => {
    const real = value;
    if (real === null) return [];
    const of = (passes: Recording["marked"]) =>
      passes.map(({ modules }) => modules.get(name)?.inputs.get(input)?.value).find((found) => found !== undefined);
    let marked = of(writing.recording.marked);
    for (const path of sensitive) {
      const secret = valueAt(real, path);
      if (secret === undefined || secret === null) continue;
      const own = explain(writing.recording.standIns, { real: secret, marked: valueAt(marked ?? real, path) });
      if (!own.holdsLiteral && !own.isWorkedOut) continue;
      const variable = writing.variables.secret(secret, [name, input, ...path.map(String)], `${input} of module.${name}`);
      const number = writing.recording.standIns.number({ text: `var.${variable}`, from: "", real: secret });
      marked = path.length === 0 ? spelled(number, "text", "a") : marked;
    }
    const respelled = of(writing.recording.respelled);
    const explained = explain(writing.recording.standIns, { real, marked, ...(respelled === undefined ? {} : { respelled }) });
    for (const each of explained.from) if (each !== "") from.add(each);
    const argument: WrittenItem = { kind: "attribute", name: input, value: explained.expression };
    if (!explained.isWorkedOut) return [argument];
    return [
      { kind: "comment", text: "The program works this out: it does not follow when what it comes from changes." },
      argument,
    ];
  });
  const isLocal = isLocalModule(declaration.source);
  const source = isLocal ? writing.folders.take(declared.folder) : declaration.source;
  const dependsOn = writing.dependsOn(module.waitsFor, from);
  const version = declaration.version === undefined ? [] : [declaration.version];
  const items = apart([
    [
      ...(isLocal ? version.map((text) => commentItem(`Version ${text}`)) : []),
      textItem("source", source),
      ...(isLocal ? [] : version.map((text) => textItem("version", text))),
    ],
    inputs,
    dependsOn.length === 0 ? [] : [sourceItem("depends_on", listText(dependsOn))],
  ]);
  return { item: { kind: "block", type: "module", labels: [name], items }, from };
}

const FILES_MAX = 10_000;
/** What a module's folder has for working on it, or was made by running it. */
const NOT_COPIED = /^(\.terraform|\.dovetail|\.git|node_modules)$|\.tfstate(\.|$)|^\.terraform\.lock\.hcl$/;

/** Folders of local modules, each copied once. */
export class ModuleFolders {
  readonly #files: Files;
  readonly #taken = new Map<string, string>();

  constructor(files: Files) {
    this.#files = files;
  }

  /** The source that names the copy of a folder. */
  take(folder: string): string {
    const known = this.#taken.get(folder);
    if (known !== undefined) return known;
    const base =
      folder
        .split(sep)
        .at(-1)
        ?.replaceAll(/[^\w.-]+/g, "-") || "module";
    const isFree = (name: string) => ![...this.#taken.values()].includes(`./modules/${name}`);
    let number = 2;
    let name = base;
    while (!isFree(name)) name = `${base}-${number++}`;
    this.#taken.set(folder, `./modules/${name}`);
    return `./modules/${name}`;
  }

  copies(): readonly ExportedFile[] {
    return [...this.#taken].flatMap(([folder, source]) =>
      this.#listing(folder, folder).map((file) => ({
        path: posix.join(source, relative(folder, file).split(sep).join("/")),
        copyOf: file,
      })),
    );
  }

  #listing(folder: string, top: string, found: string[] = []): string[] {
    for (const name of this.#files.list(folder) ?? []) {
      if (NOT_COPIED.test(name)) continue;
      const path = join(folder, name);
      if (this.#files.isFolder(path)) this.#listing(path, top, found);
      else if (found.push(path) > FILES_MAX) throw new RangeError(`the module in ${top} has more than ${FILES_MAX} files`);
    }
    return found;
  }
}
