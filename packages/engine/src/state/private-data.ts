/** A provider's private data: text to us, base64 in the state file. */

const strict = new TextDecoder("utf-8", { fatal: true });

/** Before the base64 of bytes that are no UTF-8: a hosted provider's, whose host turns them back. */
const MARK = "\0base64:";

/** The provider's text from the file's base64. */
export function decodePrivate(base64: string | undefined): string | undefined {
  if (base64 === undefined) return undefined;
  const bytes = Buffer.from(base64, "base64");
  try {
    return strict.decode(bytes);
  } catch {
    return MARK + bytes.toString("base64");
  }
}

export function encodePrivate(text: string | undefined): string | undefined {
  if (text === undefined || text === "") return undefined;
  return text.startsWith(MARK) ? text.slice(MARK.length) : Buffer.from(text, "utf8").toString("base64");
}
