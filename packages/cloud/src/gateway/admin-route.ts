/** What a route of the admin API is. */
import type { RequestView } from "./http-view.ts";

export interface AdminRequest {
  readonly view: RequestView;
  /** A JSON object; `list` holds a JSON list. */
  readonly body: Record<string, unknown>;
}

export interface AdminAnswer {
  readonly status?: number;
  readonly json?: unknown;
  /** Instead of `json`: lines of JSON. */
  readonly ndjson?: readonly unknown[];
}

export type AdminHandler = (request: AdminRequest) => AdminAnswer | Promise<AdminAnswer>;

/** By method and path: `GET /_dovetail/status`. */
export interface AdminTable {
  readonly [route: string]: AdminHandler;
}

/** A number of the query; undefined when it is missing or none. */
export function queryNumber(view: RequestView, name: string): number | undefined {
  const text = view.query.get(name);
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
