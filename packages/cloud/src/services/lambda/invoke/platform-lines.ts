/** START, END and REPORT lines, as text or as JSON (LoggingConfig.LogFormat). Pure. AWS developer guide, "Log formats" (read 2026-11-21). */
export interface Report {
  readonly requestId: string;
  readonly durationMs: number;
  readonly initMs?: number;
  readonly memoryMb: number;
  readonly peakMb: number;
  readonly status: "success" | "error" | "timeout";
  readonly errorType?: string;
}

export interface PlatformLines {
  start(requestId: string, version: string): string[];
  end(requestId: string): string[];
  report(report: Report): string[];
}

const billed = (report: Report) => Math.max(1, Math.ceil(report.durationMs + (report.initMs ?? 0)));

export const textLines: PlatformLines = {
  start: (requestId, version) => [`START RequestId: ${requestId} Version: ${version}\n`],
  end: (requestId) => [`END RequestId: ${requestId}\n`],
  report(report) {
    const parts = [
      `REPORT RequestId: ${report.requestId}`,
      `Duration: ${report.durationMs.toFixed(2)} ms`,
      `Billed Duration: ${billed(report)} ms`,
      `Memory Size: ${report.memoryMb} MB`,
      `Max Memory Used: ${report.peakMb} MB`,
      ...(report.initMs === undefined ? [] : [`Init Duration: ${report.initMs.toFixed(2)} ms`]),
      ...(report.status === "success" ? [] : [`Status: ${report.status}`]),
      ...(report.status === "error" && report.errorType !== undefined ? [`Error Type: ${report.errorType}`] : []),
    ];
    return [`${parts.join("\t")}\t\n`];
  },
};

/** `levels`: which platform events are kept; WARN keeps none of those of a good run. */
export function jsonLines(nowMs: () => number, systemLevel: string): PlatformLines {
  const line = (type: string, record: object) => JSON.stringify({ time: new Date(nowMs()).toISOString(), type, record });
  const isQuiet = systemLevel === "WARN";
  return {
    start: (requestId, version) => (isQuiet ? [] : [line("platform.start", { requestId, version })]),
    end: () => [],
    report(report) {
      if (isQuiet && report.status === "success") return [];
      const metrics = {
        durationMs: Number(report.durationMs.toFixed(3)),
        billedDurationMs: billed(report),
        memorySizeMB: report.memoryMb,
        maxMemoryUsedMB: report.peakMb,
        ...(report.initMs === undefined ? {} : { initDurationMs: Number(report.initMs.toFixed(3)) }),
      };
      const error = report.errorType === undefined ? {} : { errorType: report.errorType };
      return [line("platform.report", { requestId: report.requestId, metrics, status: report.status, ...error })];
    },
  };
}
