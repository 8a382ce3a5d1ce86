/** A PartiQL statement as parsed, before the table's schema and the parameters are looked at. */
import type { Path } from "../expressions/ast.ts";
import type { Place } from "./lexer.ts";

export type Expression =
  | { readonly kind: "path"; readonly path: Path; readonly place: Place }
  | { readonly kind: "string" | "number"; readonly text: string; readonly place: Place }
  | { readonly kind: "boolean"; readonly value: boolean; readonly place: Place }
  | { readonly kind: "null" | "missing"; readonly place: Place }
  | { readonly kind: "ion"; readonly text: string; readonly place: Place }
  | { readonly kind: "parameter"; readonly index: number; readonly place: Place }
  | { readonly kind: "list" | "bag"; readonly members: readonly Expression[]; readonly place: Place }
  | { readonly kind: "tuple"; readonly entries: readonly (readonly [Expression, Expression])[]; readonly place: Place }
  | { readonly kind: "call"; readonly name: string; readonly operands: readonly Expression[]; readonly place: Place }
  /** `operator` in lower case: `and`, `not`, `=`, `in`, `between`, `+`, … */
  | { readonly kind: "operator"; readonly operator: string; readonly operands: readonly Expression[]; readonly place: Place }
  | { readonly kind: "is"; readonly operand: Expression; readonly type: string; readonly place: Place };

export interface Source {
  readonly table: string;
  readonly index?: string;
}

export interface OrderBy {
  readonly name: string;
  readonly descending: boolean;
}

/** `ALL OLD`, `MODIFIED NEW`, … */
export interface Returning {
  readonly scope: "ALL" | "MODIFIED";
  readonly image: "NEW" | "OLD";
}

export type Action =
  | { readonly kind: "set"; readonly path: Path; readonly value: Expression }
  | { readonly kind: "remove"; readonly path: Path };

export interface Select {
  readonly kind: "select";
  readonly source: Source;
  /** Undefined: `*`. */
  readonly columns: readonly Path[] | undefined;
  readonly where: Expression | undefined;
  readonly orderBy: readonly OrderBy[];
}

export interface Insert {
  readonly kind: "insert";
  readonly source: Source;
  readonly value: Expression;
}

export interface Update {
  readonly kind: "update";
  readonly source: Source;
  readonly actions: readonly Action[];
  readonly where: Expression | undefined;
  readonly returning: Returning | undefined;
}

export interface Delete {
  readonly kind: "delete";
  readonly source: Source;
  readonly where: Expression | undefined;
  readonly returning: Returning | undefined;
}

export type Statement = Select | Insert | Update | Delete | { readonly kind: "exists"; readonly select: Select };
