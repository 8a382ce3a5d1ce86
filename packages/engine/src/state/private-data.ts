/** A provider's private data: text to us, base64 in the state file. */

const strict = new TextDecoder("utf-8", { fatal: true });

/** The provider's text from the file's base64; bytes that are no UTF-8 (a foreign provider's) come as Latin-1. */
export function decodePrivate(base64: string | undefined): string | undefined {
  if (base64 === undefined) return undefined;
  const bytes = Buffer.from(base64, "base64");
  try {
    return strict.decode(bytes);
  } catch {
    return bytes.toString("latin1");
  }
}

export function encodePrivate(text: string | undefined): string | undefined {
  return text === undefined || text === "" ? undefined : Buffer.from(text, "utf8").toString("base64");
}
