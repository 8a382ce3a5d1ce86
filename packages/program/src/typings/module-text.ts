/** Constants of a package: `lambda.Runtime` -> members. */
export type EnumTexts = ReadonlyMap<string, { readonly [name: string]: string }>;

export interface ModuleText {
  /** `aws/lambda`; the package itself: `aws`. */
  readonly name: string;
  readonly text: string;
}
