/** The Terraform front end; see README.md. */

export { formatSource } from "@dovetail/hcl";
export { backendRecordFile, localPlaces, type RootBackend } from "./app/backend.ts";
export {
  type DeclaredModule,
  declareModule,
  type ModuleOutput,
  type ModuleSurroundings,
  type ModuleWitness,
} from "./app/declare-module.ts";
export { configurationGraph, type NeededProvider, neededProviders } from "./app/inspect.ts";
export { dataFolderOf, type LoadOptions, loadTerraformApp, type TerraformApp } from "./app/load-app.ts";
export type { ModuleDeclaration, ModuleInput } from "./app/module-declaration.ts";
export { type BackendRecord, formatBackendRecord } from "./backend/backend-record.ts";
export { type ConfiguredBackend, checkRequiredArguments } from "./backend/read-backend.ts";
export { changed as backendChange, DEFAULT_BACKEND, type SelectedBackend } from "./backend/select-backend.ts";
export { vendoredFolders } from "./configuration/load-configuration.ts";
export { hasConfiguration } from "./configuration/load-module.ts";
export type { ModuleConfig, ModuleTree } from "./configuration/model.ts";
export { type Ciphers, createCiphers } from "./encryption/ciphers.ts";
export type { EncryptionConfig } from "./encryption/encryption-config.ts";
export { type Export, type ExportOptions, exportProgram } from "./export/export-program.ts";
export { exportRoot, type RootExport, type RootExportOptions } from "./export/export-root.ts";
export type { ExportedFile } from "./export/exported-file.ts";
export { type Imports, importItems } from "./export/import-ids.ts";
export { jsonByMeaning } from "./export/json-by-meaning.ts";
export type { ProviderFacts } from "./export/providers-file.ts";
export { localName, type RecordedResource, type Recording, recordingFrontEnd } from "./export/record-program.ts";
export { rereadExport } from "./export/reread.ts";
export { type Files, nodeModuleFiles } from "./files.ts";
export type { Fetching, S3Place } from "./modules/fetch-module.ts";
export { installModules } from "./modules/install-modules.ts";
export {
  type LockedModule,
  lockedModule,
  MODULE_LOCK_FILE,
  moduleChange,
  readModuleLock,
  type UsedModule,
  writeModuleLock,
} from "./modules/module-lock.ts";
export { moduleTypings } from "./modules/module-typing.ts";
export { isLocalModule } from "./modules/source.ts";
export { runTestFile } from "./testing/run-test-file.ts";
export { readTestFiles } from "./testing/test-files.ts";
export type { RunOutcome, TestListener, TestStatus, TestSurroundings } from "./testing/test-run.ts";
