/** Masks what arrives, by the policies of its group and of the account. What lay there before a policy stays as it is, as on AWS. */
import type { Ctx } from "../../../core/service.ts";
import { accountPolicies } from "../account-policies.ts";
import { logsMemory } from "../memory.ts";
import type { GroupRecord, NewEvent } from "../store.ts";
import { masked, type Protection, readProtection } from "./policy.ts";

const CACHE_MAX = 200;

/** Compiled policies by their text; each was checked when it was put. */
function compiled(ctx: Ctx, document: string): Protection {
  const { protections } = logsMemory(ctx);
  const known = protections.get(document);
  if (known !== undefined) return known;
  if (protections.size >= CACHE_MAX) protections.clear();
  const made = readProtection(document);
  protections.set(document, made);
  return made;
}

export function protect(ctx: Ctx, group: GroupRecord, events: readonly NewEvent[]): readonly NewEvent[] {
  const documents = accountPolicies(ctx, "DATA_PROTECTION_POLICY", group.name).map(({ policyDocument }) => policyDocument);
  if (group.protection !== undefined) documents.push(group.protection.document);
  if (documents.length === 0) return events;
  const protections = documents.map((document) => compiled(ctx, document));
  let found = 0;
  const out = events.map((event) => {
    const message = masked(protections, event.message);
    if (message === undefined) return event;
    found++;
    return { ...event, message, unmasked: event.message };
  });
  if (found > 0) ctx.metric("AWS/Logs", "LogEventsWithFindings", { LogGroupName: group.name }, found, "Count");
  return out;
}
