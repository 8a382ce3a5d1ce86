import type { S3Access } from "../../src/index.ts";

/** A bucket and a lock table in memory, as `S3Access`; a call can be made to be the last that a process makes. */
export class MemoryBucket implements S3Access {
  readonly objects: Map<string, Uint8Array>;
  readonly items: Map<string, { readonly [name: string]: string }>;
  /** Names of the calls made, with their key or id. */
  readonly calls: string[] = [];
  /** Asked before each call: undefined lets it pass; an error is thrown; `crash` lets it never return, `crash after` once it was done. */
  fault: ((call: string, count: number) => Error | "crash" | "crash after" | undefined) | undefined;
  #count = 0;
  #isGone = false;

  /** Shares what another one holds: the same bucket, seen by another process. */
  constructor(shared?: MemoryBucket) {
    this.objects = shared?.objects ?? new Map();
    this.items = shared?.items ?? new Map();
  }

  text(key: string): string | undefined {
    const bytes = this.objects.get(key);
    return bytes === undefined ? undefined : Buffer.from(bytes).toString("utf8");
  }

  get = (key: string) => this.#do(`get ${key}`, () => this.objects.get(key));
  remove = (key: string) => this.#do(`remove ${key}`, () => void this.objects.delete(key));
  keys = (prefix: string) => this.#do(`keys ${prefix}`, () => [...this.objects.keys()].filter((key) => key.startsWith(prefix)));
  item = (table: string, id: string) => this.#do(`item ${id}`, () => this.items.get(`${table} ${id}`));
  removeItem = (table: string, id: string) => this.#do(`removeItem ${id}`, () => void this.items.delete(`${table} ${id}`));
  check = async () => undefined;
  close = () => undefined;

  put = (key: string, bytes: Uint8Array, options: { readonly onlyNew?: boolean } = {}) =>
    this.#do(`put ${key}`, () => {
      if (options.onlyNew === true && this.objects.has(key)) return false;
      this.objects.set(key, Buffer.from(bytes));
      return true;
    });

  putItem = (table: string, item: { readonly [name: string]: string }, options: { readonly onlyNew?: boolean } = {}) =>
    this.#do(`putItem ${item.LockID}`, () => {
      const id = `${table} ${item.LockID}`;
      if (options.onlyNew === true && this.items.has(id)) return false;
      this.items.set(id, item);
      return true;
    });

  async #do<T>(call: string, work: () => T): Promise<T> {
    if (this.#isGone) return await new Promise<never>(() => undefined);
    this.calls.push(call);
    const fault = this.fault?.(call, this.#count++);
    if (fault instanceof Error) throw fault;
    if (fault !== "crash") {
      const done = work();
      if (fault === undefined) return done;
    }
    this.#isGone = true;
    return await new Promise<never>(() => undefined);
  }
}

/** What AWS's clients throw. */
export function awsError(service: string, operation: string, name: string, message: string, status = 400): Error {
  return Object.assign(new Error(message), {
    name,
    $service: service,
    $operation: operation,
    $metadata: { httpStatusCode: status, requestId: "R1" },
  });
}
