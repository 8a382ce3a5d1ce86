export * from "./provider.ts";
export { coerce, type Mismatch, typeName } from "./schema/coerce.ts";
export { IndexedLines } from "./schema/indexed-lines.ts";
export { type Place, places, valuesAt } from "./schema/schema-path.ts";
export { setKey, sortSet } from "./schema/set-order.ts";
export { attributeType, shapeObject } from "./schema/shape.ts";
export { nearest, validateAgainstSchema } from "./schema/validate.ts";
