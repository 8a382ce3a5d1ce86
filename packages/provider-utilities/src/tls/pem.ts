/** A PEM block (RFC 7468): what stands after BEGIN, and the bytes. */
export interface PemBlock {
  readonly label: string;
  readonly der: Buffer;
}

/** PEM text with lines of 64 and a line feed at the end, as Go's encoding/pem writes it. */
export function pemOf(label: string, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""].join("\n");
}

/** The first block of a text; undefined when there is none. Text around it is passed over. */
export function firstPem(text: string): PemBlock | undefined {
  const begin = /-----BEGIN ([A-Z0-9 ]+)-----\r?\n/.exec(text);
  const label = begin?.[1];
  if (begin === null || label === undefined) return undefined;
  const from = begin.index + begin[0].length;
  const end = text.indexOf(`-----END ${label}-----`, from);
  if (end < 0) return undefined;
  const body = text.slice(from, end).replace(/^(?:[\w-]+: .*\r?\n)+\r?\n/, "");
  const base64 = body.replaceAll(/\s/g, "");
  if (base64 === "" || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return undefined;
  return { label, der: Buffer.from(base64, "base64") };
}

/** The bytes of the first block, which must have this label; in the real provider's words where it has not. */
export function derOf(text: string, label: string): Buffer {
  const block = firstPem(text);
  if (block === undefined) throw new Error(`failed to decode PEM of expected type "${label}" from bytes`);
  if (block.label !== label) throw new Error(`invalid PEM type - expected "${label}", got "${block.label}"`);
  return block.der;
}
