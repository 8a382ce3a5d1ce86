import type { RouteSettings, Stage } from "@aws-sdk/client-apigatewayv2";

/**
 * Token buckets by route and one of the account, filled by the cloud's clock. The account's: 10,000 a second, 5,000 at once, over all of its APIs of a
 * region. Developer guide, "Throttle requests to your HTTP APIs" (read 2026-11-21).
 */
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

/** Takes one request's token of the route; false when there is none. */
export function takeToken(buckets: Map<string, Bucket>, key: string, stage: Stage, routeKey: string, nowMs: number): boolean {
  return take(buckets, key, limits(stage, routeKey), nowMs);
}

/** Takes one of the account's in a region. */
export function takeAccountToken(buckets: Map<string, Bucket>, account: string, region: string, nowMs: number): boolean {
  return take(buckets, `${account} ${region}`, { rate: RATE, burst: BURST }, nowMs);
}

/** Takes one token of a bucket that holds `burst` and fills by `rate` a second; false when there is none. */
export function take(
  buckets: Map<string, Bucket>,
  key: string,
  { rate, burst }: { readonly rate: number; readonly burst: number },
  nowMs: number,
): boolean {
  const bucket = buckets.get(key) ?? { tokens: burst, atMs: nowMs };
  const tokens = Math.min(burst, bucket.tokens + (Math.max(0, nowMs - bucket.atMs) * rate) / 1000);
  const isAllowed = tokens >= 1;
  bucket.tokens = isAllowed ? tokens - 1 : tokens;
  bucket.atMs = nowMs;
  buckets.set(key, bucket);
  return isAllowed;
}
