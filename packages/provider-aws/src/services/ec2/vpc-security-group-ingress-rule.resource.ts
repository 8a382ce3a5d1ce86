import { singleRule } from "./single-group-rule.ts";

export const resource = singleRule(false);
