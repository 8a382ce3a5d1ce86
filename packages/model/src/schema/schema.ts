/** A resource type's schema, as `terraform providers schema -json` means it, with the data files' short keys. */

/** Terraform's JSON type encoding. */
export type TypeExpr =
  | "string"
  | "number"
  | "bool"
  | "dynamic"
  | readonly ["list" | "set" | "map", TypeExpr]
  | readonly ["object", { readonly [name: string]: TypeExpr }]
  | readonly ["tuple", readonly TypeExpr[]];

export interface AttributeSchema {
  readonly type?: TypeExpr;
  readonly nested_type?: NestedType;
  readonly required?: boolean;
  readonly optional?: boolean;
  readonly computed?: boolean;
  readonly sensitive?: boolean;
  readonly write_only?: boolean;
  readonly deprecated?: boolean | string;
  /** Hint: changing it replaces the resource. */
  readonly force_new?: string | boolean;
  /** Hint: the default that the documentation states. */
  readonly default_doc?: unknown;
}

export interface NestedType {
  readonly nesting: "single" | "list" | "set" | "map";
  readonly attributes: { readonly [name: string]: AttributeSchema };
}

export interface NestedBlockSchema extends BlockSchema {
  readonly nesting: "list" | "set" | "single" | "map";
  readonly min?: number;
  readonly max?: number;
  readonly min_hint?: number;
  readonly max_hint?: number;
  /** Hint: unset in config does not mean a diff. */
  readonly computed?: boolean;
  readonly force_new?: string | boolean;
}

export interface BlockSchema {
  readonly attributes?: { readonly [name: string]: AttributeSchema };
  readonly blocks?: { readonly [name: string]: NestedBlockSchema };
}

export interface ResourceSchema extends BlockSchema {
  /** The state's schema_version. */
  readonly version?: number;
  readonly plugin?: "sdk" | "framework";
}

export type SchemaKind = "provider" | "resource" | "data";
