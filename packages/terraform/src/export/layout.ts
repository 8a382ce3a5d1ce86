import { basename, extname } from "node:path";
import type { RecordedResource } from "./record-program.ts";

/** Which file of an export a resource is written to. */

/** Names that other things are written to. */
const TAKEN: ReadonlySet<string> = new Set(["versions", "providers", "variables", "outputs", "modules", "imports", "terraform"]);

/**
 * The file of each resource, without `.tf`: that of its outermost component, else of the program's file that declares it, else, where
 * the program is one file, of its service.
 */
export function filesOf(
  resources: readonly RecordedResource[],
  entry: ReadonlySet<string>,
): ReadonlyMap<RecordedResource, string> {
  const sources = new Set(
    resources.flatMap(({ registration }) => (registration.range === undefined ? [] : [registration.range.file])),
  );
  const isOneFile = [...sources].every((file) => entry.has(basename(file))) || sources.size < 2;
  return new Map(resources.map((resource) => [resource, freeName(fileOf(resource, isOneFile))]));
}

function fileOf(resource: RecordedResource, isOneFile: boolean): string {
  const { registration } = resource;
  const component = "component" in registration ? registration.component?.[0] : undefined;
  if (component !== undefined) return kebab(component.name);
  if (resource.mode === "data" || registration.range === undefined || isOneFile) return serviceOf(resource);
  const { file } = registration.range;
  return kebab(basename(file, extname(file)));
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
