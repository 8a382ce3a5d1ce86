export * from "./command-line.ts";
export * from "./version.ts";
