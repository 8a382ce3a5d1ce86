export * from "./core/service.ts";
export * from "./core/store.ts";
