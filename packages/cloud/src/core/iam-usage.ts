/** Which actions each role and user used on which resources, since the cloud started: what a least policy is made of. */
import type { Principal } from "./service.ts";

export interface UsedAction {
  readonly action: string;
  readonly resource: string;
  readonly count: number;
  /** False: it was refused each time. */
  readonly allowed: boolean;
}

export interface PrincipalUsage {
  /** ARN of the role or user. */
  readonly principal: string;
  readonly actions: readonly UsedAction[];
}

export interface IamUsage {
  add(principal: Principal, action: string, resource: string, allowed: boolean): void;
  list(): PrincipalUsage[];
  clear(): void;
}

interface Entry {
  readonly action: string;
  readonly resource: string;
  count: number;
  allowed: boolean;
}

const PRINCIPALS_MAX = 1_000;
const ENTRIES_MAX = 5_000;

function ownerOf(principal: Principal): string | undefined {
  if (principal.kind === "role-session") return principal.roleArn;
  return principal.kind === "user" ? principal.userArn : undefined;
}

export function iamUsage(): IamUsage {
  const used = new Map<string, Map<string, Entry>>();
  return {
    add(principal, action, resource, allowed) {
      const owner = ownerOf(principal);
      if (owner === undefined) return;
      let entries = used.get(owner);
      if (entries === undefined) {
        if (used.size >= PRINCIPALS_MAX) return;
        entries = new Map();
        used.set(owner, entries);
      }
      const key = `${action} ${resource}`;
      const entry = entries.get(key);
      if (entry !== undefined) {
        entry.count++;
        entry.allowed ||= allowed;
      } else if (entries.size < ENTRIES_MAX) entries.set(key, { action, resource, count: 1, allowed });
    },
    list: () =>
      [...used].map(([principal, entries]) => ({
        principal,
        actions: [...entries.values()].sort((a, b) => (`${a.action} ${a.resource}` < `${b.action} ${b.resource}` ? -1 : 1)),
      })),
    clear: () => used.clear(),
  };
}
