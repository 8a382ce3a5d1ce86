/** What SES reads of a raw MIME message: its headers, and the parts that a person reads. RFC 5322 and 2045 to 2047. Pure. */

export interface Raw {
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly body: string;
  readonly text?: string;
  readonly html?: string;
}

const PARTS_MAX = 100;
const DEPTH_MAX = 8;

/** `=?utf-8?B?…?=` and `=?utf-8?Q?…?=`. */
export function decodeWords(text: string): string {
  return text.replace(/=\?([^?\s]{1,40})\?([bq])\?([^?]*)\?=(\s+(?==\?))?/gi, (_all, _charset, how: string, data: string) =>
    how.toLowerCase() === "b"
      ? Buffer.from(data, "base64").toString("utf8")
      : Buffer.from(quoted(data.replaceAll("_", " ")), "latin1").toString("utf8"),
  );
}

/** Quoted-printable to one character a byte. */
function quoted(text: string): string {
  return text
    .replace(/=\r?\n/g, "")
    .replace(/=([0-9a-f]{2})/gi, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

function headersOf(head: string): Raw["headers"] {
  return head
    .replace(/\r?\n[ \t]+/g, " ")
    .split(/\r?\n/)
    .flatMap((line) => {
      const colon = line.indexOf(":");
      return colon < 1 ? [] : [{ name: line.slice(0, colon).trim(), value: decodeWords(line.slice(colon + 1).trim()) }];
    });
}

export function headerOf(headers: Raw["headers"], name: string): string | undefined {
  return headers.find((each) => each.name.toLowerCase() === name)?.value;
}

function decodeBody(body: string, encoding: string): string {
  if (encoding === "base64") return Buffer.from(body, "base64").toString("utf8");
  if (encoding !== "quoted-printable") return body;
  return Buffer.from(quoted(Buffer.from(body, "utf8").toString("latin1")), "latin1").toString("utf8");
}

function readable(body: string, headers: Raw["headers"], depth: number): { text?: string; html?: string } {
  const type = headerOf(headers, "content-type") ?? "text/plain";
  const boundary = /boundary="?([^";]+)"?/i.exec(type)?.[1];
  if (/^multipart\//i.test(type) && boundary !== undefined && depth < DEPTH_MAX) {
    const found: { text?: string; html?: string } = {};
    for (const part of body.split(`--${boundary}`).slice(1, PARTS_MAX)) {
      if (part.startsWith("--")) break;
      const inner = parseRaw(part.replace(/^\r?\n/, ""), depth + 1);
      found.text ??= inner.text;
      found.html ??= inner.html;
    }
    return {
      ...(found.text === undefined ? {} : { text: found.text }),
      ...(found.html === undefined ? {} : { html: found.html }),
    };
  }
  if (/attachment/i.test(headerOf(headers, "content-disposition") ?? "")) return {};
  const decoded = decodeBody(body, (headerOf(headers, "content-transfer-encoding") ?? "").toLowerCase()).trimEnd();
  if (/^text\/html/i.test(type)) return { html: decoded };
  return /^text\//i.test(type) ? { text: decoded } : {};
}

export function parseRaw(message: string, depth = 0): Raw {
  const end = message.search(/\r?\n\r?\n/);
  const headers = headersOf(end < 0 ? message : message.slice(0, end));
  const body = end < 0 ? "" : message.slice(end).replace(/^\r?\n\r?\n/, "");
  return { headers, body, ...readable(body, headers, depth) };
}

/** `A <a@b.c>, d@e.f` -> each, commas in quotes left alone. */
export function addressList(text: string | undefined): string[] {
  return (text?.match(/(?:"[^"]*"|[^,"])+/g) ?? []).map((each) => each.trim()).filter((each) => each !== "");
}
