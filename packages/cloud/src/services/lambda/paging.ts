import { invalidParameter } from "./errors.ts";

/** A slice of a list, and the marker of the next one. The marker is opaque to clients. Throws InvalidParameterValueException on a foreign marker. */
export function page<T>(all: readonly T[], marker: string | undefined, size: number): { items: T[]; next?: string } {
  const start = marker === undefined || marker === "" ? 0 : readMarker(marker);
  const items = all.slice(start, start + size);
  return start + size < all.length ? { items, next: Buffer.from(`at:${start + size}`).toString("base64") } : { items };
}

function readMarker(marker: string): number {
  const match = /^at:(\d+)$/.exec(Buffer.from(marker, "base64").toString("utf8"));
  if (match === null) throw invalidParameter("Invalid Marker");
  return Number(match[1]);
}
