import { crc32, gunzipSync } from "node:zlib";
import { textOf } from "../values/contents.ts";
import { goQuote } from "../values/go-quote.ts";
import { STRING } from "../values/type.ts";
import { NO_MARKS, stringVal, type Val, withMarks } from "../values/value.ts";
import { corruptAt, decodeBase64, decodeUtf8, encodeBase64 } from "./base64.ts";
import { type Charset, charsetNamed } from "./charset.ts";
import { FunctionError, type LanguageFunction } from "./function.ts";
import { goDeflate } from "./go-deflate.ts";
import { type FunctionTable, parameter } from "./parameters.ts";
import { redacted } from "./redact.ts";

function ofText(description: string, change: (text: string) => string): LanguageFunction {
  return {
    description,
    parameters: [parameter("str", STRING)],
    returns: STRING,
    isNeverNull: true,
    implementation: ([text]) => stringVal(change(textOf(text))),
  };
}

/** A function of base64 text, which its errors show unless it is secret. */
function ofBase64(description: string, change: (bytes: Uint8Array) => string): LanguageFunction {
  return {
    description,
    parameters: [parameter("str", STRING, "marked")],
    returns: STRING,
    isNeverNull: true,
    implementation([text]) {
      const marks = text?.marks ?? NO_MARKS;
      const bytes = decodeBase64(textOf(text));
      if (bytes === undefined) throw new FunctionError(`failed to decode base64 data ${redacted(goQuote(textOf(text)), marks)}`);
      return withMarks(stringVal(change(bytes)), marks);
    },
  };
}

function textOfBytes(bytes: Uint8Array): string {
  const text = decodeUtf8(bytes);
  if (text === undefined) throw new FunctionError("the result of decoding the provided string is not valid UTF-8");
  return text;
}

function gzip(text: string): string {
  const bytes = Buffer.from(text);
  const header = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc32(bytes), 0);
  trailer.writeUInt32LE(bytes.length % 2 ** 32, 4);
  return encodeBase64(Buffer.concat([header, goDeflate(bytes), trailer]));
}

const GUNZIPPED_BYTES_MAX = 256 * 1024 * 1024;

function gunzip(bytes: Uint8Array): string {
  try {
    return textOfBytes(gunzipSync(bytes, { maxOutputLength: GUNZIPPED_BYTES_MAX }));
  } catch (error) {
    if (error instanceof FunctionError) throw error;
    throw new FunctionError(`failed to gunzip bytestream: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** `url.QueryEscape`: a space is a plus, and only letters, digits and `-_.~` stay. */
function urlEncoded(text: string): string {
  return encodeURIComponent(text.toWellFormed())
    .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll("%20", "+");
}

function urlDecoded(text: string): string {
  const bad = /%(?![0-9a-fA-F]{2}).{0,2}/su.exec(text);
  if (bad !== null) throw new FunctionError(`failed to decode URL '': invalid URL escape ${goQuote(bad[0])}`);
  const bytes = Buffer.from(text.replaceAll("+", " ").replace(/%([0-9a-fA-F]{2})|[^%]+/g, percentHex), "hex");
  return textOfBytes(bytes);
}
function percentHex(part: string, hex: string | undefined): string {
  return hex ?? Buffer.from(part).toString("hex");
}

function charsetOf(argument: Val | undefined, product: string): Charset {
  const charset = charsetNamed(textOf(argument));
  if (charset === undefined) {
    throw new FunctionError(
      `${goQuote(textOf(argument))} is not a supported IANA encoding name or alias in this ${product} version`,
      1,
    );
  }
  return charset;
}

function textDecoded(source: string, charset: Charset): string {
  const bytes = decodeBase64(source);
  if (bytes === undefined) {
    throw new FunctionError(`the given value is has an invalid base64 symbol at offset ${corruptAt(source)}`, 0);
  }
  const text = charset.decode(bytes);
  if (text === undefined)
    throw new FunctionError(`the given string contains symbols that are not defined for ${charset.name}`, 0);
  return text;
}

function textEncoded(text: string, charset: Charset): string {
  const bytes = charset.encode(text);
  if (bytes === undefined) {
    throw new FunctionError(`the given string contains characters that cannot be represented in ${charset.name}`, 0);
  }
  return encodeBase64(bytes);
}

/** @param product the name in messages: `Terraform` or `OpenTofu` */
export function encodingFunctions(product: string): FunctionTable {
  return {
    base64decode: ofBase64("The text that base64 stands for.", textOfBytes),
    base64encode: ofText("A text's UTF-8 bytes in base64.", (text) => encodeBase64(Buffer.from(text))),
    base64gzip: ofText("A text's UTF-8 bytes, compressed by gzip, in base64.", gzip),
    textdecodebase64: {
      description: "The text that base64 stands for in a character set.",
      parameters: [parameter("source", STRING), parameter("encoding", STRING)],
      returns: STRING,
      isNeverNull: true,
      implementation: ([source, encoding]) => stringVal(textDecoded(textOf(source), charsetOf(encoding, product))),
    },
    textencodebase64: {
      description: "A text's bytes in a character set, in base64.",
      parameters: [parameter("string", STRING), parameter("encoding", STRING)],
      returns: STRING,
      isNeverNull: true,
      implementation: ([text, encoding]) => stringVal(textEncoded(textOf(text), charsetOf(encoding, product))),
    },
    urlencode: ofText("A text as it stands in a URL's query.", urlEncoded),
  };
}

/** Only OpenTofu has them. */
export const TOFU_ENCODING_FUNCTIONS: FunctionTable = {
  base64gunzip: ofBase64("The text of which base64 stands for the gzip compression.", gunzip),
  urldecode: ofText("The text that stands in a URL's query.", urlDecoded),
};
