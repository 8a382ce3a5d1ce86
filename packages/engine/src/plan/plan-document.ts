import type { Json } from "../state/state.ts";

/** Parts of Terraform's plan document that only a front end can tell. */
export interface PlanDocument {
  readonly variables?: Json;
  readonly configuration?: Json;
  readonly checks?: Json;
  readonly relevantAttributes?: Json;
}
