/** IAM's lists, page by page. */
import { allPages } from "../pages.ts";

/** The codes with which IAM says that there is no such thing. */
export const IAM_MISSING = ["NoSuchEntity", "NoSuchEntityException"];

interface Page {
  readonly IsTruncated?: boolean | undefined;
  readonly Marker?: string | undefined;
}

/** All items of a list; `page` asks for one page, `items` takes them out of it. */
export function allOf<P extends Page, T>(
  page: (marker: { Marker?: string }) => Promise<P>,
  items: (page: P) => readonly T[] | undefined,
): Promise<T[]> {
  return allPages(async (token) => {
    const answer = await page(token === undefined ? {} : { Marker: token });
    return { items: items(answer), next: answer.IsTruncated === true ? answer.Marker : undefined };
  });
}
