/** The form of a row in the tables of AWS managed policies. */
export interface ManagedPolicyRow {
  /** Path and name behind `arn:aws:iam::aws:policy/`. */
  readonly name: string;
  readonly actions: readonly string[];
  readonly resource?: string | readonly string[];
  /** `NotAction` instead of `Action`. */
  readonly not?: true;
  readonly more?: readonly { readonly actions: readonly string[]; readonly resource: string | readonly string[] }[];
}
