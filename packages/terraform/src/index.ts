/** The Terraform front end; see README.md. */

export { formatSource } from "@dovetail/hcl";
export { dataFolderOf, type LoadOptions, loadTerraformApp, type TerraformApp } from "./app/load-app.ts";
export { hasConfiguration } from "./configuration/load-module.ts";
export type { ModuleConfig, ModuleTree } from "./configuration/model.ts";
export { type Files, nodeModuleFiles } from "./files.ts";
