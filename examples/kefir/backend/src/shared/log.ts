/** Structured JSON logging: one line, one event. */
export function log(level: "info" | "warn" | "error", action: string, fields: Record<string, unknown> = {}): void {
  console.log(JSON.stringify({ level, action, ...fields, timestamp: new Date().toISOString() }));
}
