/** S3 Select's SQL as a tree. User Guide, "SQL reference for Amazon S3 Select" (read 2026-11-21). */
export type Operator = "=" | "<>" | "<" | "<=" | ">" | ">=" | "+" | "-" | "*" | "/" | "%" | "||" | "AND" | "OR";

export type Expression =
  | { readonly kind: "literal"; readonly value: string | number | boolean | null | undefined }
  | { readonly kind: "path"; readonly steps: readonly (string | number)[]; readonly isQuoted: boolean }
  | { readonly kind: "binary"; readonly operator: Operator; readonly left: Expression; readonly right: Expression }
  | { readonly kind: "not" | "negative"; readonly of: Expression }
  | { readonly kind: "is"; readonly of: Expression; readonly what: "NULL" | "MISSING" }
  | { readonly kind: "between"; readonly of: Expression; readonly low: Expression; readonly high: Expression }
  | { readonly kind: "in"; readonly of: Expression; readonly options: readonly Expression[] }
  | { readonly kind: "like"; readonly of: Expression; readonly pattern: Expression; readonly escape?: Expression }
  | { readonly kind: "case"; readonly rows: readonly (readonly [Expression, Expression])[]; readonly otherwise: Expression }
  | { readonly kind: "cast"; readonly of: Expression; readonly type: string }
  | { readonly kind: "call"; readonly name: string; readonly operands: readonly Expression[] }
  | { readonly kind: "aggregate"; readonly name: string; readonly index: number; readonly of: Expression | undefined };

export interface Column {
  readonly value: Expression;
  readonly name: string | undefined;
}

export interface Query {
  /** Undefined: every column. */
  readonly columns: readonly Column[] | undefined;
  /** Below each record of the object: JSON's FROM S3Object[*].a.b[*]; `*` takes each element. */
  readonly from: readonly (string | number)[];
  readonly where: Expression | undefined;
  readonly limit: number | undefined;
  readonly aggregates: readonly Extract<Expression, { kind: "aggregate" }>[];
}
