/** What a field of a row holds; null when the row lacks it. */
export type Value = string | number | boolean | null;
