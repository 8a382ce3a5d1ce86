export { type Cloud, type CloudOptions, startCloud } from "./cloud.ts";
export * from "./core/service.ts";
export * from "./core/store.ts";
export { type DetachedOptions, startDetachedCloud } from "./process/detached.ts";
export { findRunningCloud, isAlive, lockFolder, type RunningCloud } from "./process/registry.ts";
