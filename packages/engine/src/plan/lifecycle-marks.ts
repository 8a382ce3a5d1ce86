import { createHash } from "node:crypto";
import { isWhollyKnown, type Value } from "@dovetail/model";
import type { DataRegistration, ResourceRegistration } from "../front-end.ts";
import type { DeletionFacts, LifecycleMarks } from "./plan.ts";

/** What has to be remembered of a resource's lifecycle, since neither its object nor, later, the program tells it. */

const UNKNOWN_TRIGGER = "unknown";

/** What is to be known when the object goes; undefined where there is nothing. */
export function deletionFacts(registration: ResourceRegistration | DataRegistration): DeletionFacts | undefined {
  if (!("lifecycle" in registration || "hooks" in registration)) return undefined;
  const { lifecycle, hooks } = registration;
  const beforeDelete = hooks?.beforeDelete ?? [];
  const afterDelete = hooks?.afterDelete ?? [];
  const deletedWith = lifecycle?.deletedWith;
  if (deletedWith === undefined && beforeDelete.length + afterDelete.length === 0) return undefined;
  return {
    ...(deletedWith === undefined ? {} : { deletedWith }),
    ...(beforeDelete.length + afterDelete.length > 0 ? { hooks: { beforeDelete, afterDelete } } : {}),
  };
}

/** The marks of a registration; empty where it has none. */
export function marksOf(registration: ResourceRegistration | DataRegistration): LifecycleMarks {
  const lifecycle = "lifecycle" in registration ? registration.lifecycle : undefined;
  const deletion = deletionFacts(registration);
  return {
    ...(lifecycle?.retainOnDelete === true ? { retainOnDelete: true } : {}),
    ...(lifecycle?.preventDestroy === true ? { preventDestroy: true } : {}),
    ...(deletion === undefined ? {} : { deletion }),
    ...(lifecycle?.replacementTrigger === undefined ? {} : { trigger: triggerMark(lifecycle.replacementTrigger) }),
  };
}

/** Whether what is remembered is what is wanted. */
export function sameMarks(known: LifecycleMarks, wanted: LifecycleMarks): boolean {
  return (
    known.retainOnDelete === wanted.retainOnDelete &&
    known.preventDestroy === wanted.preventDestroy &&
    known.trigger === wanted.trigger &&
    JSON.stringify(known.deletion ?? {}) === JSON.stringify(wanted.deletion ?? {})
  );
}

/** A fingerprint: a trigger may be a secret. What is not known yet is like nothing that was. */
export function triggerMark(trigger: Value): string {
  if (!isWhollyKnown(trigger)) return UNKNOWN_TRIGGER;
  return createHash("sha256").update(JSON.stringify(trigger)).digest("hex").slice(0, 16);
}
