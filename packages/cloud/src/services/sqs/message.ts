/** Rules about a message: sizes, allowed characters, attributes and their digests. Amazon SQS API reference, SendMessage; developer guide, "message attributes". Pure. */
import { hash } from "node:crypto";
import { ServiceError } from "../../core/service.ts";
import type { AttributeValue } from "./store.ts";

const ATTRIBUTES_MAX = 10;

export function invalid(message: string): ServiceError {
  return new ServiceError("InvalidParameterValue", 400, message);
}

export function md5(data: string | Uint8Array): string {
  return hash("md5", data, "hex");
}

/** #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF */
const ALLOWED = /^[\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]*$/u;

export function checkBody(body: string): void {
  if (body === "") throw new ServiceError("MissingParameter", 400, "The request must contain the parameter MessageBody.");
  if (!ALLOWED.test(body))
    throw new ServiceError(
      "InvalidMessageContents",
      400,
      "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF",
    );
}

const NAME = /^[A-Za-z0-9_.-]{1,256}$/;
const TYPE = /^(String|Number|Binary)(\..{1,248})?$/;

function checkAttribute(name: string, value: AttributeValue): void {
  if (!NAME.test(name) || /^\.|\.$|\.\./.test(name) || /^(aws|amazon)\./i.test(name))
    throw invalid(
      `Message attribute name '${name}' is invalid. Attribute name can contain A-Z, a-z, 0-9, underscore (_), hyphen (-), and period (.) characters.`,
    );
  if (!TYPE.test(value.DataType ?? ""))
    throw invalid(
      `The type of message (user) attribute '${name}' is invalid. You must use only the following supported type prefixes: Binary, Number, String.`,
    );
  if ((value.StringListValues ?? value.BinaryListValues ?? []).length > 0)
    throw invalid("Message attribute list values in SendMessage operation are not supported.");
  const binary = value.DataType.startsWith("Binary");
  const content = binary ? value.BinaryValue : value.StringValue;
  if (content === undefined || content.length === 0)
    throw invalid(
      `The message (user) attribute '${name}' must contain a non-empty value of type '${value.DataType.split(".")[0]}'.`,
    );
  if (value.DataType.startsWith("Number") && !/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value.StringValue ?? ""))
    throw invalid(`Can't cast the value of message (user) attribute '${name}' to a number.`);
}

export function checkAttributes(attributes: { readonly [name: string]: AttributeValue } | undefined): void {
  const entries = Object.entries(attributes ?? {});
  if (entries.length > ATTRIBUTES_MAX)
    throw invalid(`Number of message attributes [${entries.length}] exceeds the allowed maximum [${ATTRIBUTES_MAX}].`);
  for (const [name, value] of entries) checkAttribute(name, value);
}

/** Body plus names, types and values of attributes. */
export function messageBytes(body: string, attributes: { readonly [name: string]: AttributeValue } | undefined): number {
  let bytes = Buffer.byteLength(body);
  for (const [name, value] of Object.entries(attributes ?? {}))
    bytes +=
      Buffer.byteLength(name) +
      Buffer.byteLength(value.DataType) +
      (value.BinaryValue?.length ?? Buffer.byteLength(value.StringValue ?? ""));
  return bytes;
}

function sized(data: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  return Buffer.concat([length, data]);
}

/** The digest clients compare: names sorted, each name, type and value with its length, one byte between type and value. */
export function attributesMd5(attributes: { readonly [name: string]: AttributeValue } | undefined): string | undefined {
  const names = Object.keys(attributes ?? {}).sort();
  if (attributes === undefined || names.length === 0) return undefined;
  const parts: Buffer[] = [];
  for (const name of names) {
    const value = attributes[name];
    if (value === undefined) continue;
    parts.push(sized(Buffer.from(name)), sized(Buffer.from(value.DataType)));
    if (value.BinaryValue !== undefined && value.DataType.startsWith("Binary"))
      parts.push(Buffer.of(2), sized(value.BinaryValue));
    else parts.push(Buffer.of(1), sized(Buffer.from(value.StringValue ?? "")));
  }
  return md5(Buffer.concat(parts));
}

export interface Receipt {
  readonly queueId: string;
  readonly sequence: number;
  readonly receipt: number;
}

/** Opaque to clients: which message, and which of its receives. */
export function receiptHandle(receipt: Receipt): string {
  const text = `${receipt.queueId}:${receipt.sequence}:${receipt.receipt}`;
  // 72 bytes make 96 characters without padding.
  return Buffer.from(text.padEnd(72, "\0"), "latin1").toString("base64url");
}

export function parseReceipt(handle: string): Receipt | undefined {
  const text = Buffer.from(handle, "base64url").toString("latin1");
  const found = /^([0-9a-f]{16}):(\d{1,15}):(\d{1,15})/.exec(text);
  if (found === null) return undefined;
  return { queueId: found[1] ?? "", sequence: Number(found[2]), receipt: Number(found[3]) };
}
