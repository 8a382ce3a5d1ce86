export * from "./resource.ts";
