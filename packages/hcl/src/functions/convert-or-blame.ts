import { convert } from "../values/conversion.ts";
import { ConversionError } from "../values/conversion-rules.ts";
import type { Type } from "../values/type.ts";
import type { Val } from "../values/value.ts";
import { FunctionError } from "./function.ts";

/** The value as one of the type. @throws FunctionError that blames the argument at a position, or none */
export function convertOrBlame(value: Val, type: Type, argument?: number): Val {
  try {
    return convert(value, type);
  } catch (error) {
    throw error instanceof ConversionError ? new FunctionError(error.message, argument) : error;
  }
}

/** Whether the value becomes one of the type. */
export function isConvertible(value: Val, type: Type): boolean {
  try {
    convert(value, type);
    return true;
  } catch (error) {
    if (error instanceof ConversionError) return false;
    throw error;
  }
}
