import { numberOf } from "../values/contents.ts";
import type { Val } from "../values/value.ts";
import { FunctionError } from "./function.ts";

const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;

/** An argument as a whole number, as Go's 64-bit integers take it. @throws FunctionError, blaming the argument where its position is given */
export function integerOf(value: Val | undefined, argument?: number): number {
  const number = numberOf(value);
  const whole = number.isInteger ? number.toBigInt() : undefined;
  if (whole === undefined || whole < INT64_MIN || whole > INT64_MAX) {
    throw new FunctionError(`value must be a whole number, between ${INT64_MIN} and ${INT64_MAX}`, argument);
  }
  return Number(whole);
}

/** An argument as a 64-bit floating point number. @throws FunctionError where it is too large for one */
export function doubleOf(value: Val | undefined, argument?: number): number {
  const number = numberOf(value);
  const double = number.toNumber();
  if (!Number.isFinite(double) && !number.isInfinite) {
    const most = BigInt(Number.MAX_VALUE);
    throw new FunctionError(`value must be between -${most}.000000 and ${most}.000000 inclusive`, argument);
  }
  return double;
}
