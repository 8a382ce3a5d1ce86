export { type FoundApp, findApp } from "./app/find-app.ts";
export { createDynamicProvider, type LoadedApp, type LoadOptions, loadApp } from "./app/load-app.ts";
export { removeOldArtifacts } from "./assets/artifacts.ts";
export type { FindForeign } from "./catalog/find-foreign.ts";
export type { ForeignProvider } from "./catalog/foreign-catalog.ts";
export { type WrittenTypes, writeTypes } from "./typings/write-types.ts";
