import { invalid } from "./store.ts";

/** A page of a list that is ordered by name: the token is the last name of the page before. Throws InvalidParameterException on a foreign token. */
export function listPage<T>(
  all: readonly T[],
  token: string | undefined,
  limit: number,
  nameOf: (item: T) => string,
): { items: T[]; nextToken?: string } {
  const from = token === undefined ? 0 : startOf(all, token, nameOf);
  const items = all.slice(from, from + limit);
  const last = items.at(-1);
  if (last === undefined || from + limit >= all.length) return { items };
  return { items, nextToken: Buffer.from(`after:${nameOf(last)}`).toString("base64") };
}

function startOf<T>(all: readonly T[], token: string, nameOf: (item: T) => string): number {
  const text = Buffer.from(token, "base64").toString("utf8");
  if (!text.startsWith("after:")) throw invalid("The specified nextToken is invalid.");
  const index = all.findIndex((item) => nameOf(item) === text.slice(6));
  if (index < 0) throw invalid("The specified nextToken is invalid.");
  return index + 1;
}
