import type { Path, ValueObject } from "@dovetail/model";

/** An object as engine and provider speak of it: whole, in the schema's shape. */
export interface LiveObject {
  readonly value: ValueObject;
  readonly sensitive: readonly Path[];
  readonly private?: string;
}
