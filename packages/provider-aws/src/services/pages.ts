/** Answers that come in pages. */

export interface Page<T> {
  readonly items: readonly T[] | undefined;
  readonly next: string | undefined;
}

const PAGES_MAX = 10_000;

/** The first item that `is` accepts; undefined where no page has one. */
export async function findInPages<T>(
  page: (token: string | undefined) => Promise<Page<T>>,
  is: (item: T) => boolean,
): Promise<T | undefined> {
  let token: string | undefined;
  for (let count = 0; count < PAGES_MAX; count++) {
    const { items, next } = await page(token);
    const match = items?.find(is);
    if (match !== undefined || next === undefined || next === "") return match;
    token = next;
  }
  return undefined;
}

/** All items of all pages. */
export async function allPages<T>(page: (token: string | undefined) => Promise<Page<T>>): Promise<T[]> {
  const all: T[] = [];
  await findInPages(page, (item) => {
    all.push(item);
    return false;
  });
  return all;
}
