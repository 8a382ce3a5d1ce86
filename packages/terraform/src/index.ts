/** The Terraform front end; see README.md. */

export {
  type DeclaredModule,
  declareModule,
  type ModuleDeclaration,
  type ModuleInput,
  type ModuleOutput,
  type ModuleSurroundings,
} from "./app/declare-module.ts";
export { formatSource } from "@dovetail/hcl";
export { dataFolderOf, type LoadOptions, loadTerraformApp, type TerraformApp } from "./app/load-app.ts";
export { hasConfiguration } from "./configuration/load-module.ts";
export type { ModuleConfig, ModuleTree } from "./configuration/model.ts";
export { type Files, nodeModuleFiles } from "./files.ts";
