export { type Cloud, type CloudOptions, startCloud } from "./cloud.ts";
export * from "./core/service.ts";
export * from "./core/store.ts";
