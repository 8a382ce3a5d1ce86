import { DiagnosticError, errorDiagnostic } from "@dovetail/model";

/** Where a run deploys to. AWS is always explicit; without a word it is the app's embedded cloud. */
export type Target = { readonly kind: "local" } | { readonly kind: "url"; readonly endpoint: string } | { readonly kind: "aws" };

/** `--target local|aws|URL`. Throws DVT7004 for anything else, and for a URL beyond this machine. */
export function parseTarget(text: string | undefined): Target {
  if (text === undefined || text === "local") return { kind: "local" };
  if (text === "aws") return { kind: "aws" };
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw refused(`"${text.slice(0, 200)}" is neither "local", "aws" nor a URL.`);
  }
  if (url.protocol !== "http:" && url.protocol !== "https:") throw refused(`"${text.slice(0, 200)}" is no HTTP URL.`);
  if (!isLoopback(url.hostname))
    throw refused(`${url.hostname} is not this machine. A target by URL is an emulator on loopback; real AWS is --target aws.`);
  return { kind: "url", endpoint: url.origin };
}

function refused(detail: string): DiagnosticError {
  return new DiagnosticError(
    errorDiagnostic("DVT7004", "Target refused", {
      detail,
      fix: "Use --target local, --target aws or --target http://127.0.0.1:PORT",
    }),
  );
}

export function isLoopback(hostname: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\]|::1)$/.test(hostname) || hostname.endsWith(".localhost");
}
