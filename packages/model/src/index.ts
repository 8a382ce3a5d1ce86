export * from "./addresses/address.ts";
export * from "./clock.ts";
export * from "./diagnostics/codes.ts";
export * from "./diagnostics/diagnostic.ts";
export * from "./random.ts";
export * from "./schema/schema.ts";
export * from "./values/value.ts";
export * from "./versions.ts";
