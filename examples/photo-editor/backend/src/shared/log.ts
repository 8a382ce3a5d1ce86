/** Structured JSON logging: one line, one event; ERROR is what the error analysis query looks for. */
export function log(level: "INFO" | "WARN" | "ERROR", action: string, fields: Record<string, unknown> = {}): void {
  console.log(JSON.stringify({ level, action, ...fields, timestamp: new Date().toISOString() }));
}
