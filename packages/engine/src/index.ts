export * from "./front-end.ts";
export * from "./providers.ts";
