import { DiagnosticError, errorDiagnostic } from "@dovetail/model";

const UNIT_MS: { readonly [unit: string]: number } = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `48h`, `1h30m`, `90s` -> milliseconds. Throws DVT7001 for anything else. */
export function parseDuration(text: string): number {
  if (!/^(\d{1,9}(?:\.\d{1,3})?(ms|s|m|h|d))+$/.test(text)) {
    throw new DiagnosticError(
      errorDiagnostic("DVT7001", "Usage", {
        detail: `"${text.slice(0, 40)}" is no duration.`,
        fix: "Write it as 90s, 15m, 1h30m or 2d.",
      }),
    );
  }
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g))
    total += Number(amount) * (UNIT_MS[unit ?? ""] ?? 0);
  return total;
}

/** 840 -> `840 ms`, 12345 -> `12.3 s`. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  return ms < 60_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
}
