/** A file of an export, by its path in it. */
export type ExportedFile =
  | { readonly path: string; readonly text: string; readonly isPrivate?: boolean }
  /** A copy of a file. */
  | { readonly path: string; readonly copyOf: string };
