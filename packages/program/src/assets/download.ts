import { DiagnosticError, errorDiagnostic, type SourceRange } from "@dovetail/model";

/** What http(s) addresses of assets and archives answer. On the local target only this machine's own: nothing leaves it. */

const BYTES_MAX = 250_000_000;
const TIMEOUT_MS = 60_000;
const REDIRECTS_MAX = 5;
const LOOPBACK = /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/i;

/**
 * The content behind an address, redirects followed; each of them is held against the same rule.
 * @throws DiagnosticError DVT7007 (leaves this machine), DVT1010 (not there, too large, unreachable)
 */
export async function download(uri: string, isLocal: boolean, range: SourceRange | undefined): Promise<Uint8Array> {
  let url = addressOf(uri, range);
  for (let i = 0; i <= REDIRECTS_MAX; i++) {
    if (isLocal && !LOOPBACK.test(url.hostname)) throw leavesMachine(uri, url, range);
    const response = await ask(uri, url, range);
    const next = response.headers.get("location");
    if (response.status < 300 || response.status >= 400 || next === null) return contentOf(uri, response, range);
    await response.body?.cancel();
    url = addressOf(new URL(next, url).href, range);
  }
  throw missing(uri, `it redirects more than ${REDIRECTS_MAX} times`, range);
}

function addressOf(uri: string, range: SourceRange | undefined): URL {
  const url = URL.parse(uri);
  if (url?.protocol === "http:" || url?.protocol === "https:") return url;
  throw missing(uri, "it is no http:, https: or file: address", range);
}

async function ask(uri: string, url: URL, range: SourceRange | undefined): Promise<Response> {
  try {
    return await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch (error) {
    throw missing(uri, reasonOf(error), range);
  }
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const message = cause instanceof Error ? cause.message : String(cause);
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : undefined;
  return message || code || "it cannot be reached";
}

async function contentOf(uri: string, response: Response, range: SourceRange | undefined): Promise<Uint8Array> {
  if (!response.ok) throw missing(uri, `it answers ${response.status} ${response.statusText}`.trim(), range);
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response.body ?? []) {
      bytes += chunk.byteLength;
      if (bytes > BYTES_MAX) throw new Error(`it has more than ${BYTES_MAX} bytes`);
      chunks.push(chunk);
    }
  } catch (error) {
    throw missing(uri, reasonOf(error), range);
  }
  return Buffer.concat(chunks);
}

function missing(uri: string, why: string, range: SourceRange | undefined): DiagnosticError {
  return new DiagnosticError(
    errorDiagnostic("DVT1010", "Missing build artefact", {
      detail: `The content of ${uri} cannot be had: ${why}.`,
      fix: "Correct the address, or download it and use a FileAsset or a FileArchive.",
      ...(range ? { range } : {}),
    }),
  );
}

function leavesMachine(uri: string, url: URL, range: SourceRange | undefined): DiagnosticError {
  const way = uri === url.href ? "" : ` (it leads to ${url.href})`;
  return new DiagnosticError(
    errorDiagnostic("DVT7007", "Connection refused by policy", {
      detail: `${uri} is not on this machine${way}, and with the local target nothing leaves it.`,
      fix: "Download it once, and use a FileAsset or a FileArchive; or deploy to AWS, where it is fetched.",
      ...(range ? { range } : {}),
    }),
  );
}
