/** An answer that isn't of the documented form fails the whole batch; an empty one fails nothing. Pure. */
export function failedItems(payload: Uint8Array | undefined, all: ReadonlySet<string>): Set<string> {
  let answer: unknown;
  try {
    answer = JSON.parse(Buffer.from(payload ?? []).toString("utf8") || "null");
  } catch {
    return new Set(all);
  }
  const items = (answer as { batchItemFailures?: unknown } | null)?.batchItemFailures;
  if (items === undefined || items === null) return new Set();
  if (!Array.isArray(items)) return new Set(all);
  const failed = new Set<string>();
  for (const item of items) {
    const id: unknown = (item as { itemIdentifier?: unknown } | null)?.itemIdentifier;
    if (typeof id !== "string" || !all.has(id)) return new Set(all);
    failed.add(id);
  }
  return failed;
}
