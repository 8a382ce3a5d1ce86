import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { writeAtomically } from "../bundle/bundle-cache.ts";
import { AWS_ENUMS, awsEnumMembers } from "../catalog/aws-enums.ts";
import { Catalogs, PACKAGES } from "../catalog/catalogs.ts";
import { dataFile } from "../catalog/data-file.ts";
import type { EnumTexts, ModuleText } from "./module-text.ts";
import { packageTexts } from "./package-text.ts";

/** Raised whenever what is written changes, so that older typings are replaced. */
const FORMAT = 5;

export interface WrittenTypes {
  /** Absolute path of the file that the config's triple-slash reference names. */
  readonly configFile: string;
  /** False: they were there already. */
  readonly isNew: boolean;
}

/**
 * Typings for a program in `root`, so that `tsc` passes there with no `@pulumi/*` package: modules and globals in
 * `.dovetail/types`, and `.sst/platform/config.d.ts`, which SST's first line refers to, leading to them.
 * Generated from the same data as the classes; written once for each version.
 */
export function writeTypes(root: string): WrittenTypes {
  const folder = join(root, ".dovetail/types");
  const configFile = join(root, ".sst/platform/config.d.ts");
  const stamp = stampText();
  if (hasStamp(folder, configFile, stamp)) return { configFile, isNew: false };
  rmSync(folder, { recursive: true, force: true });
  const modules = generate();
  for (const { name, text } of modules) write(join(folder, `${name}.d.ts`), text);
  for (const name of ["pulumi", "globals"])
    write(join(folder, `${name}.d.ts`), readFileSync(dataFile("program", `types/${name}.d.ts`), "utf8"));
  writeModuleTypes(root, NO_MODULES);
  const references = ["pulumi", ...modules.map((module) => module.name), "globals", "modules"].map(
    (name) => `/// <reference path="./${name}.d.ts" />\n`,
  );
  write(join(folder, "index.d.ts"), references.join(""));
  write(configFile, `/// <reference path="${relative(dirname(configFile), join(folder, "index.d.ts"))}" />\n`);
  writeAtomically(join(folder, ".stamp"), stamp);
  return { configFile, isNew: true };
}

const NO_MODULES = "export {};\n";

/** Where there are typings: those of the Terraform modules that the program declares. */
export function writeModuleTypes(root: string, text: string): void {
  const folder = join(root, ".dovetail/types");
  if (!existsSync(folder)) return;
  const path = join(folder, "modules.d.ts");
  if (!existsSync(path) || readFileSync(path, "utf8") !== text) write(path, text);
}

function hasStamp(folder: string, configFile: string, stamp: string): boolean {
  try {
    readFileSync(configFile);
    return readFileSync(join(folder, ".stamp"), "utf8") === stamp;
  } catch {
    return false;
  }
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function generate(): ModuleText[] {
  const catalogs = new Catalogs();
  const enums: EnumTexts = new Map(AWS_ENUMS.map((path) => [path, membersOf(path)]));
  return PACKAGES.flatMap((name) => packageTexts(catalogs.get(name), name === "aws" ? enums : new Map()));
}

function membersOf(path: string): { readonly [name: string]: string } {
  const [first = "", second] = path.split(".");
  return (second === undefined ? awsEnumMembers("", first) : awsEnumMembers(first, second)) ?? {};
}

function stampText(): string {
  const sizes = ["pulumi", "globals"].map((name) => readFileSync(dataFile("program", `types/${name}.d.ts`)).length);
  return [FORMAT, ...sizes].join(" ");
}
