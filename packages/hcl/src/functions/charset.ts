/** Character sets by their IANA names, in both directions. What the platform only decodes is turned round into a table. */

export interface Charset {
  /** The name that messages use. */
  readonly name: string;
  /** undefined where a character is not in the set. */
  encode(text: string): Uint8Array | undefined;
  /** undefined where the bytes mean nothing in the set. */
  decode(bytes: Uint8Array): string | undefined;
}

/** IANA's name, the name the platform's decoder knows, aliases. */
const SETS: readonly (readonly [string, string, ...(readonly string[])])[] = [
  ["UTF-8", "utf-8", "csUTF8"],
  ["UTF-16BE", "utf-16be", "csUTF16BE"],
  ["UTF-16LE", "utf-16le", "csUTF16LE"],
  ["UTF-16", "utf-16", "csUTF16"],
  ["US-ASCII", "ascii", "ANSI_X3.4-1968", "ISO646-US", "us", "csASCII"],
  ["ISO_8859-1:1987", "latin1", "ISO-8859-1", "ISO_8859-1", "latin1", "l1", "IBM819", "CP819", "csISOLatin1"],
  ["ISO_8859-2:1987", "iso-8859-2", "ISO-8859-2", "ISO_8859-2", "latin2", "l2", "csISOLatin2"],
  ["ISO_8859-3:1988", "iso-8859-3", "ISO-8859-3", "ISO_8859-3", "latin3", "l3", "csISOLatin3"],
  ["ISO_8859-4:1988", "iso-8859-4", "ISO-8859-4", "ISO_8859-4", "latin4", "l4", "csISOLatin4"],
  ["ISO_8859-5:1988", "iso-8859-5", "ISO-8859-5", "ISO_8859-5", "cyrillic", "csISOLatinCyrillic"],
  ["ISO_8859-6:1987", "iso-8859-6", "ISO-8859-6", "ISO_8859-6", "arabic", "csISOLatinArabic"],
  ["ISO_8859-7:1987", "iso-8859-7", "ISO-8859-7", "ISO_8859-7", "greek", "greek8", "csISOLatinGreek"],
  ["ISO_8859-8:1988", "iso-8859-8", "ISO-8859-8", "ISO_8859-8", "hebrew", "csISOLatinHebrew"],
  ["ISO-8859-10", "iso-8859-10", "latin6", "l6", "csISOLatin6"],
  ["ISO-8859-13", "iso-8859-13", "csISO885913"],
  ["ISO-8859-14", "iso-8859-14", "latin8", "l8", "csISO885914"],
  ["ISO-8859-15", "iso-8859-15", "Latin-9", "csISO885915"],
  ["ISO-8859-16", "iso-8859-16", "latin10", "l10", "csISO885916"],
  ["IBM866", "ibm866", "cp866", "866", "csIBM866"],
  ["KOI8-R", "koi8-r", "csKOI8R"],
  ["KOI8-U", "koi8-u", "csKOI8U"],
  ["macintosh", "macintosh", "mac", "csMacintosh"],
  ["windows-874", "windows-874", "cswindows874"],
  ["windows-1250", "windows-1250", "cswindows1250"],
  ["windows-1251", "windows-1251", "cswindows1251"],
  ["windows-1252", "windows-1252", "cswindows1252"],
  ["windows-1253", "windows-1253", "cswindows1253"],
  ["windows-1254", "windows-1254", "cswindows1254"],
  ["windows-1255", "windows-1255", "cswindows1255"],
  ["windows-1256", "windows-1256", "cswindows1256"],
  ["windows-1257", "windows-1257", "cswindows1257"],
  ["windows-1258", "windows-1258", "cswindows1258"],
  ["Shift_JIS", "shift_jis", "MS_Kanji", "csShiftJIS"],
  ["Extended_UNIX_Code_Packed_Format_for_Japanese", "euc-jp", "EUC-JP", "csEUCPkdFmtJapanese"],
  ["GBK", "gbk", "CP936", "MS936", "windows-936", "csGBK"],
  ["Big5", "big5", "csBig5"],
  ["EUC-KR", "euc-kr", "csEUCKR"],
];

/** undefined where the name is none that is known. */
export function charsetNamed(name: string): Charset | undefined {
  const wanted = name.toLowerCase();
  const found = SETS.find(([iana, , ...aliases]) => [iana, ...aliases].some((known) => known.toLowerCase() === wanted));
  return found && charset(found[0], found[1]);
}

function charset(name: string, label: string): Charset {
  if (label === "utf-16") return { name, encode: (text) => withMark(utf16(text, true)), decode: decodeMarked };
  if (label === "utf-16be" || label === "utf-16le") {
    return { name, encode: (text) => utf16(text, label === "utf-16be"), decode: decoderOf(label) };
  }
  if (label === "utf-8") return { name, encode: (text) => Buffer.from(text), decode: decoderOf(label) };
  if (label === "ascii" || label === "latin1") return bytewise(name, label === "ascii" ? 0x7f : 0xff);
  return { name, encode: (text) => encodedByTable(text, label), decode: decoderOf(label) };
}

function bytewise(name: string, most: number): Charset {
  return {
    name,
    encode: (text) =>
      [...text].every((character) => (character.codePointAt(0) ?? 0) <= most) ? Buffer.from(text, "latin1") : undefined,
    decode: (bytes) => (bytes.every((byte) => byte <= most) ? Buffer.from(bytes).toString("latin1") : undefined),
  };
}

function utf16(text: string, isBigEndian: boolean): Uint8Array {
  const bytes = Buffer.from(text.toWellFormed(), "utf16le");
  return isBigEndian ? bytes.swap16() : bytes;
}
function withMark(bytes: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from([0xfe, 0xff]), bytes]);
}
function decodeMarked(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return decoderOf("utf-16le")(bytes.subarray(2));
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return decoderOf("utf-16be")(bytes.subarray(2));
  return undefined;
}

/** What stands for bytes that mean nothing: the platform's decoders of Windows's sets make control characters of them. */
const UNDEFINED = /[\u0080-\u009f\ufffd]/;

function decoderOf(label: string): (bytes: Uint8Array) => string | undefined {
  return (bytes) => {
    try {
      const text = new TextDecoder(label, { fatal: true, ignoreBOM: true }).decode(bytes);
      return UNDEFINED.test(text) && (label.startsWith("windows") || text.includes("\ufffd")) ? undefined : text;
    } catch {
      return undefined;
    }
  };
}

function encodedByTable(text: string, label: string): Uint8Array | undefined {
  const table = encodingTable(label);
  const parts: Uint8Array[] = [];
  for (const character of text) {
    const bytes = table.get(character);
    if (bytes === undefined) return undefined;
    parts.push(bytes);
  }
  return Buffer.concat(parts);
}

/** Every byte and every pair of bytes that means one character; the first to mean it is its encoding. */
function encodingTable(label: string): ReadonlyMap<string, Uint8Array> {
  const table = new Map<string, Uint8Array>();
  const decode = decoderOf(label);
  const lead: number[] = [];
  for (let byte = 0; byte < 256; byte += 1) {
    const character = decode(Uint8Array.of(byte));
    if (character === undefined) lead.push(byte);
    else if (!table.has(character)) table.set(character, Uint8Array.of(byte));
  }
  for (const first of lead) {
    for (let second = 0x40; second < 256; second += 1) {
      const character = decode(Uint8Array.of(first, second));
      if (character !== undefined && [...character].length === 1 && !table.has(character))
        table.set(character, Uint8Array.of(first, second));
    }
  }
  return table;
}
