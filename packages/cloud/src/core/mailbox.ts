/** E-mails and text messages that AWS would have sent out, kept for people and tests to read. */
import type { CloudStore } from "./lmdb-store.ts";

export interface Mail {
  readonly id: number;
  readonly atMs: number;
  readonly account: string;
  readonly region: string;
  readonly kind: "email" | "sms" | "push";
  readonly from: string;
  readonly to: string;
  readonly subject?: string;
  readonly body: string;
  readonly html?: string;
  readonly service: string;
}

export interface Mailbox {
  add(mail: Omit<Mail, "id">): void;
  /** Newest last. */
  list(filter?: { readonly to?: string; readonly kind?: string; readonly limit?: number }): Mail[];
  /** Of one kind, or all. */
  clear(kind?: Mail["kind"]): void;
}

/** The oldest go when there are more. */
const MAILS_MAX = 10_000;

export function mailbox(store: CloudStore): Mailbox {
  const records = store.of("~mail");
  const lastId = () => {
    for (const key of records.keys({ prefix: ["mail"], reverse: true, limit: 1 })) return Number(key[1]);
    return 0;
  };
  return {
    add(mail) {
      store.transact(() => {
        const id = lastId() + 1;
        records.put(["mail", id], { ...mail, id });
        records.remove(["mail", id - MAILS_MAX]);
      });
    },
    list(filter = {}) {
      const found: Mail[] = [];
      for (const { value } of records.range<Mail>({ prefix: ["mail"], reverse: true })) {
        if (filter.to !== undefined && value.to !== filter.to) continue;
        if (filter.kind !== undefined && value.kind !== filter.kind) continue;
        found.push(value);
        if (found.length >= (filter.limit ?? MAILS_MAX)) break;
      }
      return found.reverse();
    },
    clear(kind) {
      if (kind === undefined) return records.removeRange({ prefix: ["mail"] });
      store.transact(() => {
        for (const { key, value } of [...records.range<Mail>({ prefix: ["mail"] })]) if (value.kind === kind) records.remove(key);
      });
    },
  };
}
