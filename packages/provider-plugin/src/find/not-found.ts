/** What is said when a provider's binary is not on this machine. Pure. */
import type { Search, Wanted } from "./find-provider.ts";
import { typeOf } from "./sources.ts";

/** Where it was looked for, what was there instead, and how to get it. */
export function notFoundText(search: Search, wanted: Wanted): { readonly detail: string; readonly fix: string } {
  const { source, constraint = "" } = wanted;
  const asked = constraint === "" ? source : `${source} (${constraint})`;
  const places = search.places.map(({ path, why }) => `    ${path} (${why})`);
  const versions = [...new Set(search.others.map(({ version }) => version))];
  const other = versions.length === 0 ? "" : `There is ${versions.slice(-5).join(", ")}, which is not what is asked for. `;
  return {
    detail: `The provider ${asked} is on this machine in none of the places where it could be. ${other}It was looked for in:\n${places.join("\n")}`,
    fix: `Nothing is downloaded by itself. Let terraform fetch it, in a folder with internet, and name the folder:\n    terraform providers mirror ./plugins   # in a root whose required_providers has ${typeOf(source)} = { source = "${source.split("/").slice(-2).join("/")}" }\n    export DOVETAIL_PLUGIN_DIR=./plugins`,
  };
}
