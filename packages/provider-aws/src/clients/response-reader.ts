import { type HttpAnswer, RESPONSE_BYTES_MAX } from "./request.ts";

/** An answer with what becomes of its connection. */
export interface ReadAnswer {
  readonly answer: HttpAnswer;
  /** Another request may follow on the connection. */
  readonly isKept: boolean;
}

export interface ResponseReader {
  /** Takes in bytes as they come; answers once the answer is whole. Throws Error for what is no HTTP/1.1 answer. */
  push(chunk: Buffer): ReadAnswer | undefined;
  /** The connection was ended by the other side. */
  end(): ReadAnswer | undefined;
}

interface Head {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  readonly isKept: boolean;
}

const HEAD_BYTES_MAX = 256 * 1024;
const EMPTY = Buffer.alloc(0);

/** Reads one answer to a request of the method. Source: RFC 9112, sections 4 to 7. */
export function responseReader(method: string): ResponseReader {
  let buffer: Buffer = EMPTY;
  let head: Head | undefined;
  const whole = (body: Buffer, rest: number): ReadAnswer => {
    const { statusCode = 0, headers = {}, isKept = false } = head ?? {};
    // Bytes behind the answer are nobody's: such a connection is not used again.
    return { answer: { statusCode, headers, body }, isKept: isKept && rest === 0 };
  };
  return {
    push(chunk) {
      buffer = buffer.byteLength === 0 ? chunk : Buffer.concat([buffer, chunk]);
      if (buffer.byteLength > RESPONSE_BYTES_MAX) throw new Error(`an answer of more than ${RESPONSE_BYTES_MAX} bytes`);
      while (head === undefined) {
        const end = buffer.indexOf("\r\n\r\n");
        if (end > HEAD_BYTES_MAX || (end < 0 && buffer.byteLength > HEAD_BYTES_MAX)) throw new Error("headers without an end");
        if (end < 0) return undefined;
        const found = parseHead(buffer.toString("latin1", 0, end));
        buffer = buffer.subarray(end + 4);
        if (found.statusCode >= 200) head = found;
      }
      const { headers, statusCode } = head;
      if (method === "HEAD" || statusCode === 204 || statusCode === 304) return whole(EMPTY, buffer.byteLength);
      if (headers["transfer-encoding"] !== undefined) {
        const chunked = readChunks(buffer);
        return chunked === undefined ? undefined : whole(chunked.body, buffer.byteLength - chunked.end);
      }
      const length = bodyLength(headers);
      if (length === undefined || buffer.byteLength < length) return undefined;
      return whole(buffer.byteLength === length ? buffer : buffer.subarray(0, length), buffer.byteLength - length);
    },
    end() {
      const { headers } = head ?? {};
      if (headers === undefined || headers["transfer-encoding"] !== undefined || bodyLength(headers) !== undefined)
        return undefined;
      return { ...whole(buffer, 0), isKept: false };
    },
  };
}

/** undefined: the body ends with the connection. */
function bodyLength(headers: Record<string, string>): number | undefined {
  const text = headers["content-length"];
  if (text === undefined) return undefined;
  if (!/^\d{1,15}$/.test(text)) throw new Error("a content-length that is no number");
  return Number(text);
}

function parseHead(text: string): Head {
  const lines = text.split("\r\n");
  const [, version, status] = (lines[0] ?? "").match(/^HTTP\/(1\.[01]) (\d{3})(?: |$)/) ?? [];
  if (status === undefined) throw new Error("no HTTP answer");
  const headers: Record<string, string> = Object.create(null);
  for (let i = 1; i < lines.length; i++) {
    const line = lines[i] ?? "";
    const colon = line.indexOf(":");
    if (colon < 1) throw new Error("a header line without a name");
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    const before = headers[name];
    headers[name] = before === undefined ? value : `${before}, ${value}`;
  }
  const connection = headers.connection?.toLowerCase() ?? (version === "1.0" ? "close" : "keep-alive");
  return { statusCode: Number(status), headers, isKept: connection !== "close" };
}

/** The body when its last chunk is there, and where it ended. */
function readChunks(buffer: Buffer): { readonly body: Buffer; readonly end: number } | undefined {
  const parts: Buffer[] = [];
  for (let at = 0; ; ) {
    const lineEnd = buffer.indexOf("\r\n", at);
    if (lineEnd < 0) return undefined;
    const size = buffer.toString("latin1", at, lineEnd).split(";")[0]?.trim() ?? "";
    if (!/^[\da-fA-F]{1,8}$/.test(size)) throw new Error("a chunk without a size");
    const bytes = Number.parseInt(size, 16);
    const begin = lineEnd + 2;
    if (bytes === 0) {
      // Trailers, if any, then an empty line.
      const end = buffer.indexOf("\r\n", begin) === begin ? begin + 2 : buffer.indexOf("\r\n\r\n", begin) + 4;
      return end < begin + 2 || end > buffer.byteLength ? undefined : { body: Buffer.concat(parts), end };
    }
    if (buffer.byteLength < begin + bytes + 2) return undefined;
    parts.push(buffer.subarray(begin, begin + bytes));
    at = begin + bytes + 2;
  }
}
