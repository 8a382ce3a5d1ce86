/** The bytes of base64 as Go's standard encoding reads it: padded, line ends left out; undefined where it is none. */
export function decodeBase64(text: string): Uint8Array | undefined {
  const symbols = text.replace(/[\r\n]/g, "");
  return BASE64.test(symbols) ? Buffer.from(symbols, "base64") : undefined;
}
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Where the first symbol stands that does not belong there, as Go counts it. */
export function corruptAt(text: string): number {
  let valid = 0;
  let end = 0;
  for (const [i, symbol] of [...text].entries()) {
    if (symbol === "\r" || symbol === "\n") continue;
    if (!/[A-Za-z0-9+/]/.test(symbol)) return symbol === "=" && valid % 4 >= 2 ? i + 1 : i;
    valid += 1;
    if (valid % 4 === 0) end = i + 1;
  }
  return end;
}

export function encodeBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The text of UTF-8 bytes; undefined where they are none. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return UTF8.decode(bytes);
  } catch {
    return undefined;
  }
}
