import type { Route } from "@aws-sdk/client-apigatewayv2";

/**
 * Which route of an HTTP API a request takes. Pure. Order (developer guide, "Develop routes for HTTP APIs", read 2026-11-21):
 * full match of method and path, then a path with {parameters}, then the longest {greedy+}, each before ANY of the same path; $default last.
 */
export interface RouteMatch {
  readonly route: Route;
  readonly parameters: { readonly [name: string]: string };
}

interface Pattern {
  readonly segments: readonly string[];
  readonly isGreedy: boolean;
  readonly byMethod: Map<string, Route>;
}

export interface RouteTable {
  match(method: string, path: string): RouteMatch | undefined;
}

const isParameter = (segment: string) => segment.startsWith("{");
const isGreedy = (segment: string) => segment.endsWith("+}");

/** Fixed segments come before parameters, from the left; a longer pattern before a shorter greedy one. */
function compare(a: Pattern, b: Pattern): number {
  const length = Math.max(a.segments.length, b.segments.length);
  for (let i = 0; i < length; i++) {
    const difference = rank(a.segments[i]) - rank(b.segments[i]);
    if (difference !== 0) return difference;
  }
  return 0;
}

const rank = (segment: string | undefined): number =>
  segment === undefined ? 3 : isGreedy(segment) ? 2 : isParameter(segment) ? 1 : 0;

export function routeTable(routes: readonly Route[]): RouteTable {
  const patterns = new Map<string, Pattern>();
  let fallback: Route | undefined;
  for (const route of routes) {
    const key = route.RouteKey ?? "";
    if (key === "$default") {
      fallback = route;
      continue;
    }
    const [method = "", path = "/"] = key.split(" ");
    const segments = segmentsOf(path);
    // `/a/{x}` and `/a/{y}` are the same path: both may exist for different methods.
    const shape = segments.map((segment) => (isParameter(segment) ? (isGreedy(segment) ? "{+}" : "{}") : segment)).join("/");
    const pattern = patterns.get(shape) ?? {
      segments,
      isGreedy: isGreedy(segments.at(-1) ?? ""),
      byMethod: new Map<string, Route>(),
    };
    pattern.byMethod.set(method, route);
    patterns.set(shape, pattern);
  }
  const ordered = [...patterns.values()].sort(compare);
  return {
    match(method, path) {
      const segments = segmentsOf(path);
      // The most specific path decides first, then its method, else ANY; a path without either goes on to the next.
      for (const pattern of ordered) {
        if (!fits(pattern, segments)) continue;
        const route = pattern.byMethod.get(method) ?? pattern.byMethod.get("ANY");
        if (route !== undefined) return { route, parameters: parametersOf(route, segments) };
      }
      return fallback === undefined ? undefined : { route: fallback, parameters: {} };
    },
  };
}

function segmentsOf(path: string): string[] {
  const trimmed = path.startsWith("/") ? path.slice(1) : path;
  return trimmed === "" ? [] : trimmed.split("/");
}

function fits(pattern: Pattern, segments: readonly string[]): boolean {
  const { segments: wanted } = pattern;
  if (pattern.isGreedy ? segments.length < wanted.length : segments.length !== wanted.length) return false;
  return wanted.every((segment, index) => {
    if (isParameter(segment)) return (segments[index] ?? "") !== "";
    return segment === segments[index];
  });
}

function parametersOf(route: Route, segments: readonly string[]): { [name: string]: string } {
  const out: { [name: string]: string } = {};
  segmentsOf((route.RouteKey ?? "").split(" ")[1] ?? "").forEach((segment, index) => {
    if (!isParameter(segment)) return;
    const name = segment.slice(1, -1).replace(/\+$/, "");
    out[name] = decode(isGreedy(segment) ? segments.slice(index).join("/") : (segments[index] ?? ""));
  });
  return out;
}

/** Malformed escapes stay as they are. */
export function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
