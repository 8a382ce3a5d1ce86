/** What resources ask about an error that an SDK call threw. */

/** True when the service answered with one of these error codes. */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && codes.includes(error.name);
}

/** True for one of the codes with a message that contains `part`. */
export function hasCodeAndMessage(error: unknown, code: string, part: string): boolean {
  return error instanceof Error && error.name === code && error.message.includes(part);
}

/** The call's answer, or undefined where the service says that the object does not exist. */
export async function unlessMissing<T>(codes: readonly string[], call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if (hasCode(error, ...codes)) return undefined;
    throw error;
  }
}
