import type { Ctx, WireJson } from "../../../core/service.ts";
import type { Item } from "../attribute-value.ts";
import { project, projectionOf } from "../expressions/projection.ts";
import { updatedPaths } from "../expressions/update.ts";
import type { Body } from "../input.ts";
import { carryOut, type Mutation, type Outcome, readUpdate } from "../mutation.ts";
import { readReturnValues, writeAnswer } from "./put-item.ts";

/** Only what the update touched, of the item before or after it; undefined when nothing is left to show. */
export function touched({ write }: Mutation, item: Item | undefined): string | undefined {
  if (item === undefined || write.kind !== "update") return undefined;
  const kept = project(item, projectionOf(updatedPaths(write.update)));
  return Object.keys(kept).length === 0 ? undefined : JSON.stringify(kept);
}

function attributes(mutation: Mutation, wanted: ReturnType<typeof readReturnValues>, outcome: Outcome): string | undefined {
  switch (wanted) {
    case "NONE":
      return undefined;
    case "ALL_OLD":
      return outcome.before?.json;
    case "ALL_NEW":
      return JSON.stringify(outcome.after);
    case "UPDATED_OLD":
      return touched(mutation, outcome.before?.item);
    case "UPDATED_NEW":
      return touched(mutation, outcome.after);
  }
}

export function updateItemOperation(ctx: Ctx, body: Body): WireJson {
  const wanted = readReturnValues(body);
  const mutation = readUpdate(ctx, body);
  const outcome = carryOut(ctx, mutation, { wantsBefore: true });
  return writeAnswer(ctx, body, mutation, outcome.used, attributes(mutation, wanted, outcome));
}
