import type { DashboardValidationMessage } from "@aws-sdk/client-cloudwatch";

/**
 * Checks of a dashboard's body. Errors refuse it, warnings are told and the dashboard kept.
 * Source: CloudWatch API reference, "Dashboard Body Structure and Syntax". Pure.
 */
const WIDGETS_MAX = 500;
const WIDGET_TYPES = new Set(["metric", "text", "log", "alarm", "explorer", "custom"]);
const WIDTH_MAX = 24;
const HEIGHT_MAX = 1000;
const BODY_BYTES_MAX = 1024 * 1024;

export interface DashboardFindings {
  readonly errors: DashboardValidationMessage[];
  readonly warnings: DashboardValidationMessage[];
}

export function checkDashboard(body: string): DashboardFindings {
  const found: DashboardFindings = { errors: [], warnings: [] };
  const error = (DataPath: string, Message: string) => found.errors.push({ DataPath, Message });
  if (Buffer.byteLength(body) > BODY_BYTES_MAX) {
    error("/", "The dashboard body is too large");
    return found;
  }
  const parsed = parse(body);
  if (!isRecord(parsed)) {
    error("/", "The field DashboardBody must be a valid JSON object");
    return found;
  }
  if (!Array.isArray(parsed.widgets)) {
    error("/widgets", parsed.widgets === undefined ? "Should have required property 'widgets'" : "Should be array");
    return found;
  }
  if (parsed.widgets.length > WIDGETS_MAX) error("/widgets", `Should NOT have more than ${WIDGETS_MAX} items`);
  parsed.widgets.slice(0, WIDGETS_MAX).forEach((widget: unknown, index) => {
    checkWidget(widget, `/widgets/${index}`, found);
  });
  return found;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function checkWidget(widget: unknown, path: string, { errors, warnings }: DashboardFindings): void {
  if (!isRecord(widget)) {
    errors.push({ DataPath: path, Message: "Should be object" });
    return;
  }
  if (typeof widget.type !== "string" || !WIDGET_TYPES.has(widget.type)) {
    errors.push({
      DataPath: `${path}/type`,
      Message:
        widget.type === undefined ? "Should have required property 'type'" : "Should be equal to one of the allowed values",
    });
    return;
  }
  for (const [name, least, most] of [
    ["x", 0, WIDTH_MAX - 1],
    ["y", 0, Number.MAX_SAFE_INTEGER],
    ["width", 1, WIDTH_MAX],
    ["height", 1, HEIGHT_MAX],
  ] as const) {
    const value = widget[name];
    if (value === undefined) continue;
    if (typeof value !== "number" || !Number.isInteger(value))
      errors.push({ DataPath: `${path}/${name}`, Message: "Should be integer" });
    else if (value < least) errors.push({ DataPath: `${path}/${name}`, Message: `Should be >= ${least}` });
    else if (value > most) errors.push({ DataPath: `${path}/${name}`, Message: `Should be <= ${most}` });
  }
  if (!isRecord(widget.properties)) {
    errors.push({
      DataPath: `${path}/properties`,
      Message: widget.properties === undefined ? "Should have required property 'properties'" : "Should be object",
    });
    return;
  }
  if (widget.type === "metric") checkMetricWidget(widget.properties, `${path}/properties`, { errors, warnings });
  if (widget.type === "text" && typeof widget.properties.markdown !== "string")
    errors.push({ DataPath: `${path}/properties/markdown`, Message: "Should have required property 'markdown'" });
}

function checkMetricWidget(properties: Record<string, unknown>, path: string, { errors, warnings }: DashboardFindings): void {
  const annotated = isRecord(properties.annotations) && properties.annotations.alarms !== undefined;
  if (properties.metrics === undefined && !annotated)
    errors.push({ DataPath: path, Message: "Should have required property 'metrics'" });
  if (properties.region === undefined) warnings.push({ DataPath: path, Message: "Should have required property 'region'" });
  if (properties.metrics === undefined) return;
  if (!Array.isArray(properties.metrics)) {
    errors.push({ DataPath: `${path}/metrics`, Message: "Should be array" });
    return;
  }
  properties.metrics.forEach((metric: unknown, index) => {
    checkMetricRow(metric, `${path}/metrics/${index}`, { errors, warnings });
  });
}

function checkMetricRow(metric: unknown, path: string, { errors }: DashboardFindings): void {
  if (!Array.isArray(metric)) {
    errors.push({ DataPath: path, Message: "Should be array" });
    return;
  }
  const options = isRecord(metric.at(-1)) ? metric.at(-1) : undefined;
  const words = options === undefined ? metric : metric.slice(0, -1);
  if (isRecord(options) && options.expression !== undefined) return;
  if (words.some((word) => typeof word !== "string")) errors.push({ DataPath: path, Message: "Should be string" });
  else if (words.length < 2 && !words.includes("...") && !words.includes("."))
    errors.push({ DataPath: path, Message: "Should NOT have fewer than 2 items" });
  else if (words.length % 2 !== 0 && words[0] !== "..." && !words.includes("..."))
    errors.push({ DataPath: path, Message: 'Invalid metric field type, only "String" type is allowed' });
}
