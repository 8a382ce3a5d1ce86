export * from "./checks/check.ts";
export * from "./plan-checks.ts";
