import { ServiceError } from "./service.ts";

function isGiven(value: unknown): boolean {
  if (value === undefined || value === null || value === false) return false;
  return typeof value !== "object" || value instanceof Uint8Array || Object.keys(value).length > 0;
}

/**
 * Members of an input that ask for what isn't emulated: named in a refusal, rather than kept as if they had an effect. `operation`:
 * `lambda.CreateFunction`. Throws NotImplemented.
 */
export function refuseMembers<I extends object>(operation: string, input: I, members: readonly (keyof I & string)[]): void {
  const member = members.find((each) => isGiven(input[each]));
  if (member !== undefined) throw new ServiceError("NotImplemented", 501, `NotImplemented: ${operation} with ${member}`);
}
