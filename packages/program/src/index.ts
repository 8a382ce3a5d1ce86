export { type FoundApp, findApp } from "./app/find-app.ts";
export { createDynamicProvider, type LoadedApp, type LoadOptions, loadApp } from "./app/load-app.ts";
export { removeOldArtifacts } from "./assets/artifacts.ts";
export { type WrittenTypes, writeTypes } from "./typings/write-types.ts";
