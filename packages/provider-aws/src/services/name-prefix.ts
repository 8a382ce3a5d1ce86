/** Names that the provider completes: prefix, 26 hex digits, suffix (internal/create/naming.go). */

/** The prefix of a generated name, `""` where the name was given. */
export function prefixOfName(name: string, suffix = ""): string {
  if (suffix !== "" && !name.endsWith(suffix)) return "";
  const stem = name.slice(0, name.length - suffix.length);
  return /^(.*?)[0-9a-f]{26}$/i.exec(stem)?.[1] ?? "";
}
