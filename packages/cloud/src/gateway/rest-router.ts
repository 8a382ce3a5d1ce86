/** Finds the operation that a REST request means: by method, path, the model's query literals and its required bindings. */
import type { ApiModel, OperationModel } from "./model.ts";

type Segment = { readonly literal: string } | { readonly label: string; readonly greedy: boolean };

interface Route {
  readonly operation: OperationModel;
  readonly segments: readonly Segment[];
  readonly greedy: boolean;
  readonly literals: number;
  readonly query: readonly (readonly [name: string, value: string | undefined])[];
  readonly requiredQuery: readonly string[];
  readonly requiredHeaders: readonly string[];
  /** Marks of its own: the more a request satisfies, the surer it is meant. */
  readonly weight: number;
}

export interface RestMatch {
  readonly operation: OperationModel;
  readonly labels: { readonly [name: string]: string };
}

export interface RestRouter {
  /** `prefer`: of two equal candidates the one this says yes to. undefined when nothing matches. */
  match(request: RestTarget, prefer: (operation: string) => boolean): RestMatch | undefined;
}

export interface RestTarget {
  readonly method: string;
  /** Percent-encoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: { readonly [name: string]: string | string[] | undefined };
}

function segmentOf(text: string): Segment {
  const label = /^\{([^}+]+)(\+?)\}$/.exec(text);
  return label === null ? { literal: text } : { label: label[1] ?? "", greedy: label[2] === "+" };
}

function pathSegments(path: string): string[] {
  const trimmed = path.replace(/^\//, "").replace(/\/$/, "");
  return trimmed === "" ? [] : trimmed.split("/");
}

function routeOf(operation: OperationModel): Route {
  const [path = "", search = ""] = operation.uri.split("?");
  const query: [string, string | undefined][] = [];
  for (const part of search.split("&")) {
    const [name = "", value] = part.split("=");
    if (name !== "" && name !== "x-id") query.push([name, value]);
  }
  const members = operation.input?.members ?? [];
  const required = (location: string) =>
    members.filter((each) => each.required && each.location === location).map((each) => each.wire);
  const requiredQuery = required("querystring");
  const requiredHeaders = required("header").map((each) => each.toLowerCase());
  const segments = pathSegments(path).map(segmentOf);
  return {
    operation,
    segments,
    greedy: segments.some((each) => "greedy" in each && each.greedy),
    literals: segments.filter((each) => "literal" in each).length,
    query,
    requiredQuery,
    requiredHeaders,
    weight: query.length + requiredQuery.length + requiredHeaders.length,
  };
}

function decode(text: string): string {
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** `path` is `parts` joined, without the first slash. */
function labelsOf(route: Route, parts: readonly string[], path: string): Record<string, string> | undefined {
  const labels: Record<string, string> = {};
  let index = 0;
  for (const segment of route.segments) {
    const part = parts[index];
    if ("literal" in segment) {
      if (part !== segment.literal) return undefined;
      index++;
      continue;
    }
    // A greedy label may begin with a slash (S3 keys); any other must have something.
    if (part === undefined || (part === "" && (!segment.greedy || index === parts.length - 1))) return undefined;
    if (segment.greedy) {
      // Everything that is left, as it was sent: keys may begin or end with a slash.
      let before = index;
      for (let i = 0; i < index; i++) before += parts[i]?.length ?? 0;
      labels[segment.label] = decode(path.slice(before));
      return labels;
    }
    labels[segment.label] = decode(part);
    index++;
  }
  return index === parts.length ? labels : undefined;
}

function hasMarks(route: Route, request: RestTarget): boolean {
  return route.query.every(([name, value]) =>
    value === undefined ? request.query.has(name) : request.query.get(name) === value,
  );
}

function hasRequired(route: Route, request: RestTarget): boolean {
  return (
    route.requiredQuery.every((name) => request.query.has(name)) &&
    route.requiredHeaders.every((name) => request.headers[name] !== undefined)
  );
}

export function restRouter(model: ApiModel): RestRouter {
  // S3 tells operations apart by the parameters they must have; elsewhere a missing one is a mistake that is named.
  const lenient = model.serviceId !== "S3";
  const byMethod = new Map<string, Route[]>();
  for (const name of model.operationNames) {
    for (const operation of model.bindings(name)) {
      const routes = byMethod.get(operation.method) ?? [];
      routes.push(routeOf(operation));
      byMethod.set(operation.method, routes);
    }
  }
  // Surest first, so that the first match is the answer.
  for (const routes of byMethod.values()) routes.sort((a, b) => b.weight - a.weight || b.literals - a.literals);
  /** What a request without a query can mean: most requests are that. */
  const withoutQuery = new Map<string, Route[]>();
  for (const [method, routes] of byMethod)
    withoutQuery.set(
      method,
      routes.filter(({ query, requiredQuery }) => query.length === 0 && (lenient || requiredQuery.length === 0)),
    );
  return {
    match(request, prefer) {
      const raw = request.path.startsWith("/") ? request.path.slice(1) : request.path;
      const parts = raw.split("/");
      // `/bucket/` is the bucket; `/bucket//` is a key.
      if (parts.at(-1) === "" && parts.length <= 2) parts.pop();
      const trimmed = parts.at(-1) === "" ? parts.slice(0, -1) : parts;
      let second: RestMatch | undefined;
      let secondRank = Number.NEGATIVE_INFINITY;
      let incomplete: { readonly match: RestMatch; readonly marks: number } | undefined;
      const routes = request.query.size === 0 ? withoutQuery : byMethod;
      for (const route of routes.get(request.method) ?? []) {
        const rank = route.weight * 100 + route.literals;
        if (rank < secondRank) break;
        if (!route.greedy && route.segments.length !== trimmed.length) continue;
        if (!lenient && !hasRequired(route, request)) continue;
        const labels = labelsOf(route, route.greedy ? parts : trimmed, raw);
        if (labels === undefined || !hasMarks(route, request)) continue;
        if (lenient && !hasRequired(route, request)) {
          incomplete ??= { match: { operation: route.operation, labels }, marks: route.query.length };
          continue;
        }
        if (incomplete !== undefined && incomplete.marks > route.query.length) continue;
        if (prefer(route.operation.name)) return { operation: route.operation, labels };
        if (second === undefined) {
          second = { operation: route.operation, labels };
          secondRank = rank;
        }
      }
      return second ?? incomplete?.match;
    },
  };
}
