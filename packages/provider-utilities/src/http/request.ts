import type { IncomingMessage } from "node:http";
import { request as plainRequest } from "node:http";
import { request as tlsRequest } from "node:https";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { refuseOtherMachines } from "../network.ts";
import type { UtilityOptions } from "../utility.ts";

const BODY_BYTES_MAX = 64 * 1024 * 1024;
const REDIRECTS_MAX = 10;
const inflate = promisify(gunzip);

export interface Asked {
  readonly url: { readonly given: string; readonly parsed: URL };
  readonly method: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string | undefined;
  /** For the whole request, redirects and body included. */
  readonly timeoutMs: number | undefined;
  readonly tls: { readonly rejectUnauthorized: boolean; readonly ca?: string; readonly cert?: string; readonly key?: string };
}

export interface Answer {
  readonly status: number;
  /** Names as Go writes them (`Content-Type`); values of a name that comes more than once stand in one text. */
  readonly headers: { readonly [name: string]: string };
  readonly body: Buffer;
}

/** The answer did not come in time. */
export class TimedOut extends Error {}

/** Asks once and follows redirects. Throws DVT7007 where it would leave this machine and may not, TimedOut, and node's errors of connections. */
export async function ask(options: UtilityOptions, asked: Asked): Promise<Answer> {
  const ending = new AbortController();
  const { timeoutMs } = asked;
  const cancel =
    timeoutMs === undefined
      ? () => {}
      : options.clock.at(options.clock.now() + timeoutMs, () => ending.abort(new TimedOut("context deadline exceeded")));
  try {
    return await follow(options, asked, ending.signal);
  } catch (error) {
    throw ending.signal.aborted ? ending.signal.reason : error;
  } finally {
    cancel();
  }
}

async function follow(options: UtilityOptions, asked: Asked, signal: AbortSignal): Promise<Answer> {
  let now = asked;
  for (let redirects = 0; redirects <= REDIRECTS_MAX; redirects++) {
    refuseOtherMachines(options, "data.http", now.url.parsed);
    const answer = await askOnce(now, signal);
    const target = answer.headers.Location;
    if (![301, 302, 303, 307, 308].includes(answer.status) || target === undefined) return answer;
    now = redirected(now, new URL(target, now.url.parsed), answer.status);
  }
  throw Object.assign(new Error(`stopped after ${REDIRECTS_MAX} redirects`), { code: "ERR_REDIRECTS" });
}

/** 301, 302 and 303 are followed by GET (HEAD stays HEAD) without the body; what authorizes goes to no other host. */
function redirected(asked: Asked, parsed: URL, status: number): Asked {
  const keepsBody = status === 307 || status === 308;
  const isElsewhere = parsed.host !== asked.url.parsed.host;
  const headers = asked.headers.filter(([name]) => !isElsewhere || !/^(authorization|cookie|www-authenticate|host)$/i.test(name));
  const method = keepsBody || asked.method === "HEAD" ? asked.method : "GET";
  return { ...asked, url: { ...asked.url, parsed }, headers, method, body: keepsBody ? asked.body : undefined };
}

async function askOnce(asked: Asked, signal: AbortSignal): Promise<Answer> {
  const own = new Set(asked.headers.map(([name]) => name.toLowerCase()));
  const unpacks = !own.has("accept-encoding") && !own.has("range") && asked.method !== "HEAD";
  const headers = {
    ...(own.has("user-agent") ? {} : { "User-Agent": "dovetail" }),
    ...(unpacks ? { "Accept-Encoding": "gzip" } : {}),
    ...(asked.body === undefined ? {} : { "Content-Length": String(Buffer.byteLength(asked.body)) }),
    ...Object.fromEntries(asked.headers),
  };
  const message = await new Promise<IncomingMessage>((resolve, reject) => {
    const { parsed } = asked.url;
    const common = { method: asked.method, headers, signal, agent: false };
    const sent = parsed.protocol === "https:" ? tlsRequest(parsed, { ...common, ...asked.tls }) : plainRequest(parsed, common);
    sent.once("response", resolve);
    sent.once("error", reject);
    sent.end(asked.body);
  });
  const body = await bodyOf(message);
  const answered = headersOf(message.rawHeaders);
  if (!unpacks || answered["Content-Encoding"]?.toLowerCase() !== "gzip")
    return { status: message.statusCode ?? 0, headers: answered, body };
  const { "Content-Encoding": _encoding, "Content-Length": _length, ...rest } = answered;
  return { status: message.statusCode ?? 0, headers: rest, body: await inflate(body, { maxOutputLength: BODY_BYTES_MAX }) };
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of message) {
    const part = Buffer.from(chunk);
    bytes += part.byteLength;
    if (bytes > BODY_BYTES_MAX) throw new Error(`Error reading response body: it has more than ${BODY_BYTES_MAX} bytes`);
    chunks.push(part);
  }
  return Buffer.concat(chunks);
}

function headersOf(raw: readonly string[]): { readonly [name: string]: string } {
  const out = new Map<string, string>();
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = (raw[i] ?? "").toLowerCase().replaceAll(/(^|-)[a-z]/g, (part) => part.toUpperCase());
    const before = out.get(name);
    out.set(name, before === undefined ? (raw[i + 1] ?? "") : `${before}, ${raw[i + 1]}`);
  }
  return Object.fromEntries(out);
}
