import { basename, extname, relative, sep } from "node:path";
import type { RecordedResource } from "./record-program.ts";

/** Which file of an export a resource is written to. */

/** Names that other things are written to. */
const TAKEN: ReadonlySet<string> = new Set([
  "versions",
  "providers",
  "locals",
  "variables",
  "outputs",
  "modules",
  "imports",
  "terraform",
]);

export interface FilePlace {
  /** Without `.tf`. */
  readonly name: string;
  /** What it holds, where the name alone does not say so. */
  readonly title?: string;
}

/**
 * The file of each resource: that of its outermost component, else of the program's file that declares it, else, where the program is one
 * file, of its service.
 * @param entry names of the files that the program begins in
 * @param root the app's folder
 */
export function filesOf(
  resources: readonly RecordedResource[],
  entry: ReadonlySet<string>,
  root: string,
): ReadonlyMap<RecordedResource, FilePlace> {
  const sources = new Set(
    resources.flatMap(({ registration }) => (registration.range === undefined ? [] : [registration.range.file])),
  );
  const isOneFile = [...sources].every((file) => entry.has(basename(file))) || sources.size < 2;
  return new Map(
    resources.map((resource) => {
      const { name, title } = fileOf(resource, isOneFile, root);
      return [resource, { name: freeName(name), ...(title === undefined ? {} : { title }) }];
    }),
  );
}

function fileOf(resource: RecordedResource, isOneFile: boolean, root: string): FilePlace {
  const { registration } = resource;
  const component = "component" in registration ? registration.component?.[0] : undefined;
  if (component !== undefined) return { name: kebab(component.name), title: `Component ${component.name} (${component.type})` };
  if (resource.mode === "data" || registration.range === undefined || isOneFile) return { name: serviceOf(resource) };
  const { file } = registration.range;
  const way = relative(root, file).split(sep).join("/");
  return { name: kebab(basename(file, extname(file))), ...(way.startsWith("..") ? {} : { title: `From ${way}` }) };
}

function serviceOf({ registration, mode }: RecordedResource): string {
  if (mode === "data") return "data";
  const [provider = "main", service] = registration.type.split("_");
  return provider === "aws" && service !== undefined ? service : provider;
}

function freeName(name: string): string {
  const clean = name === "" ? "main" : name;
  return TAKEN.has(clean) || clean.endsWith("_override") || clean === "override" ? `app-${clean}` : clean;
}

/** `ApiStack` -> `api-stack`; letters, digits and hyphens only. */
export function kebab(name: string): string {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1-$2")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "")
    .slice(0, NAME_LENGTH_MAX);
}
const NAME_LENGTH_MAX = 80;
