/**
 * Embedded metric format: metrics that a function prints as JSON lines. Pure.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html (read 2026-11-21)
 */
export interface EmbeddedMetric {
  readonly namespace: string;
  readonly name: string;
  readonly unit: string;
  readonly dimensions: { readonly [name: string]: string };
  readonly value: number;
}

const METRICS_MAX = 100;
const DIMENSIONS_MAX = 30;

/** The metrics of one log line; none when it isn't in the format or is malformed. */
export function embeddedMetrics(line: string): EmbeddedMetric[] {
  const start = line.indexOf("{");
  if (start < 0 || !line.includes('"CloudWatchMetrics"')) return [];
  let root: unknown;
  try {
    root = JSON.parse(line.slice(start));
  } catch {
    return [];
  }
  if (!isObject(root) || !isObject(root._aws) || !Array.isArray(root._aws.CloudWatchMetrics)) return [];
  const values = root;
  return root._aws.CloudWatchMetrics.flatMap((directive) => metricsOf(directive, values));
}

function metricsOf(directive: unknown, root: Record<string, unknown>): EmbeddedMetric[] {
  if (!isObject(directive) || typeof directive.Namespace !== "string" || !Array.isArray(directive.Metrics)) return [];
  const namespace = directive.Namespace;
  const sets = Array.isArray(directive.Dimensions) && directive.Dimensions.length > 0 ? directive.Dimensions : [[]];
  const out: EmbeddedMetric[] = [];
  for (const set of sets) {
    const dimensions = dimensionsOf(set, root);
    if (dimensions === undefined) continue;
    for (const metric of directive.Metrics.slice(0, METRICS_MAX)) {
      if (!isObject(metric) || typeof metric.Name !== "string") continue;
      const unit = typeof metric.Unit === "string" ? metric.Unit : "None";
      for (const value of numbersOf(root[metric.Name])) out.push({ namespace, name: metric.Name, unit, dimensions, value });
    }
  }
  return out;
}

function dimensionsOf(set: unknown, root: Record<string, unknown>): Record<string, string> | undefined {
  if (!Array.isArray(set) || set.length > DIMENSIONS_MAX) return undefined;
  const out: Record<string, string> = {};
  for (const name of set) {
    const value = typeof name === "string" ? root[name] : undefined;
    if (typeof name !== "string" || value === undefined || value === null) return undefined;
    out[name] = String(value);
  }
  return out;
}

const numbersOf = (value: unknown): number[] =>
  (Array.isArray(value) ? value.slice(0, METRICS_MAX) : [value]).filter(
    (item): item is number => typeof item === "number" && Number.isFinite(item),
  );

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
