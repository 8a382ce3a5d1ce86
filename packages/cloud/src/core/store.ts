/**
 * The cloud's storage as services see it: ordered keys in one LMDB environment, one transaction per operation.
 * A key is a list of parts; parts order as null < boolean < number < string < bytes, lists by their first difference.
 * The first part names the collection; account and region follow where AWS separates by them:
 * `["queue", account, region, name]`. The service's own name is put in front by the store.
 * Values are structured-clone-like data (objects, arrays, strings, numbers, bytes); `Uint8Array` values are stored as they are.
 */
export type KeyPart = string | number | boolean | null | Uint8Array;
export type Key = readonly KeyPart[];

export interface RangeOptions {
  /** Inclusive first key; default: the prefix's first. */
  readonly start?: Key;
  /** Exclusive last key; default: past the prefix's last. */
  readonly end?: Key;
  /** Every key that begins with these parts. */
  readonly prefix?: Key;
  readonly reverse?: boolean;
  readonly limit?: number;
}

export interface StoreRead {
  get<T>(key: Key): T | undefined;
  has(key: Key): boolean;
  /** In key order (or reversed). Lazy: stop iterating to stop reading. */
  range<T>(options: RangeOptions): Iterable<{ readonly key: Key; readonly value: T }>;
  keys(options: RangeOptions): Iterable<Key>;
}

export interface StoreWrite extends StoreRead {
  put(key: Key, value: unknown): void;
  remove(key: Key): void;
  removeRange(options: RangeOptions): void;
}
