/** Limit, Marker and Truncated of KMS's lists. */
import { ServiceError } from "../../core/service.ts";

export interface Page {
  readonly Limit?: number;
  readonly Marker?: string;
}

/** The last id of the page before; "" on the first. Throws InvalidMarkerException. */
export function markerOf(page: Page): string {
  if (page.Marker === undefined) return "";
  const id = Buffer.from(page.Marker, "base64").toString("utf8");
  if (id === "" || Buffer.from(id).toString("base64") !== page.Marker)
    throw new ServiceError("InvalidMarkerException", 400, "Invalid marker");
  return id;
}

/** Cuts what comes after the marker into a page. */
export function cut<T>(page: Page, rest: Iterable<T>, idOf: (each: T) => string, usual: number) {
  const limit = page.Limit ?? usual;
  const shown: T[] = [];
  for (const each of rest) {
    if (shown.length === limit) {
      const last = shown.at(-1);
      const NextMarker = Buffer.from(last === undefined ? "" : idOf(last)).toString("base64");
      return { shown, more: { Truncated: true, NextMarker } };
    }
    shown.push(each);
  }
  return { shown, more: { Truncated: false } };
}
