import type { RouteSettings, Stage } from "@aws-sdk/client-apigatewayv2";

/** Token buckets by route, filled by the cloud's clock. Account default: 10,000 a second, 5,000 at once. */
const RATE = 10_000;
const BURST = 5_000;

export interface Bucket {
  tokens: number;
  atMs: number;
}

function limits(stage: Stage, routeKey: string): { rate: number; burst: number } {
  const own: RouteSettings | undefined = stage.RouteSettings?.[routeKey];
  const rate = own?.ThrottlingRateLimit ?? stage.DefaultRouteSettings?.ThrottlingRateLimit ?? RATE;
  const burst = own?.ThrottlingBurstLimit ?? stage.DefaultRouteSettings?.ThrottlingBurstLimit ?? BURST;
  return { rate, burst };
}

/** Takes one request's token; false when there is none. */
export function takeToken(buckets: Map<string, Bucket>, key: string, stage: Stage, routeKey: string, nowMs: number): boolean {
  const { rate, burst } = limits(stage, routeKey);
  const bucket = buckets.get(key) ?? { tokens: burst, atMs: nowMs };
  const tokens = Math.min(burst, bucket.tokens + (Math.max(0, nowMs - bucket.atMs) * rate) / 1000);
  const isAllowed = tokens >= 1;
  bucket.tokens = isAllowed ? tokens - 1 : tokens;
  bucket.atMs = nowMs;
  buckets.set(key, bucket);
  return isAllowed;
}
