/** Types that have lives beside the real provider and no reasons yet for the rows that are made from their schemas: none. */
export function isNotYetJudged(_type: string): boolean {
  return false;
}

export const NOT_YET = "none";
