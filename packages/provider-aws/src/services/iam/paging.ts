/** IAM's lists, page by page. */

/** The codes with which IAM says that there is no such thing. */
export const IAM_MISSING = ["NoSuchEntity", "NoSuchEntityException"];

interface Page {
  readonly IsTruncated?: boolean | undefined;
  readonly Marker?: string | undefined;
}

/** All items of a list; `page` asks for one page, `items` takes them out of it. */
export async function allOf<P extends Page, T>(
  page: (marker: { Marker?: string }) => Promise<P>,
  items: (page: P) => readonly T[] | undefined,
): Promise<T[]> {
  const found: T[] = [];
  for (let marker: string | undefined; ; ) {
    const answer = await page(marker === undefined ? {} : { Marker: marker });
    found.push(...(items(answer) ?? []));
    marker = answer.IsTruncated === true ? answer.Marker : undefined;
    if (marker === undefined) return found;
  }
}
