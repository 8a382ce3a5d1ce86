export * from "./checks/check.ts";
export * from "./drift.ts";
export * from "./plan-checks.ts";
