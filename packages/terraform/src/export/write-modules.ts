import type { WrittenItem } from "@dovetail/hcl";
import { valueAt } from "@dovetail/model";
import type { ModuleInput } from "../app/module-declaration.ts";
import type { Files } from "../files.ts";
import { changelogOf } from "../modules/changelog.ts";
import { isLocalModule } from "../modules/source.ts";
import { explain, type Seen } from "./explain-value.ts";
import type { ModuleFolders } from "./module-folders.ts";
import type { RecordedModule, Recording } from "./record-program.ts";
import { seenAt, withStandIn } from "./resource-config.ts";
import type { SharedTags } from "./shared-tags.ts";
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
  readonly sharedTags: SharedTags;
  readonly folders: ModuleFolders;
  readonly files: Files;
  readonly dependsOn: (addresses: readonly string[], from: ReadonlySet<string>) => readonly string[];
}

export function writeModule(name: string, module: RecordedModule, writing: ModuleWriting): WrittenModule {
  const { declaration, declared } = module;
  const from = new Set<string>();
  const inputs = [...declaration.inputs.keys()].flatMap((input): readonly WrittenItem[] => {
    const given = module.inputs.get(input);
    if (given === undefined || given.value === null) return [];
    const explained = explain(writing.recording.standIns, seenInput(name, input, given, writing));
    for (const each of explained.from) if (each !== "") from.add(each);
    const argument: WrittenItem = { kind: "attribute", name: input, value: explained.expression };
    if (!explained.isWorkedOut) return [argument];
    return [commentItem("The program works this out: it does not follow when what it comes from changes."), argument];
  });
  const isLocal = isLocalModule(declaration.source);
  const source = isLocal ? writing.folders.take(declared.folder) : declaration.source;
  const dependsOn = writing.dependsOn(module.waitsFor, from);
  const version = declaration.version === undefined ? [] : [declaration.version];
  const items = apart([
    [
      ...(isLocal ? versionOf(declared.folder, writing.files) : []),
      textItem("source", source),
      ...(isLocal ? [] : version.map((text) => textItem("version", text))),
    ],
    inputs,
    dependsOn.length === 0 ? [] : [sourceItem("depends_on", listText(dependsOn))],
  ]);
  return { item: { kind: "block", type: "module", labels: [name], items }, from };
}

/** A module's input in the evaluations, with what is secret in it exchanged for variables. */
function seenInput(
  module: string,
  input: string,
  { value, sensitive }: ModuleInput,
  { recording, variables, sharedTags }: ModuleWriting,
): Seen {
  const of = (passes: Recording["marked"]) =>
    passes.map(({ modules }) => modules.get(module)?.inputs.get(input)?.value).find((found) => found !== undefined);
  const respelled = of(recording.respelled);
  let seen: Seen = { real: value, marked: of(recording.marked), ...(respelled === undefined ? {} : { respelled }) };
  const tags = sensitive.length > 0 ? undefined : sharedTags.expressionOf(input, seen);
  if (tags !== undefined) return withStandIn(recording, seen, [], tags);
  for (const path of sensitive) {
    const secret = valueAt(value, path);
    if (secret === undefined || secret === null) continue;
    const own = explain(recording.standIns, seenAt(seen, path));
    if (!own.holdsLiteral && !own.isWorkedOut) continue;
    const name = variables.secret(secret, [module, input, ...path.map(String)], `${input} of module.${module}`);
    seen = withStandIn(recording, seen, path, `var.${name}`);
  }
  return seen;
}

/** A local module has no `version` to be pinned by: the folder is the version. */
function versionOf(folder: string, files: Files): readonly WrittenItem[] {
  const version = changelogOf(folder, files)[0]?.version.text;
  return version === undefined ? [] : [commentItem(`Version ${version}`)];
}
