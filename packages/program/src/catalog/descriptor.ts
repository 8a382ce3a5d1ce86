import type { BlockSchema, ResourceSchema } from "@dovetail/model";

/** How a package's class or function maps to Terraform, as `data/pulumi-aws.jsonl` has it (its `rules` explain the keys). */
export interface NameMap {
  readonly tf: string;
  readonly js: string;
  readonly names?: { readonly [tfPath: string]: string };
  readonly flat?: readonly string[];
  readonly kept_list?: readonly string[];
  readonly types?: { readonly [tfPath: string]: "number" | "bool" };
  readonly asset?: { readonly [tfPath: string]: "archive" | "asset" };
  readonly resource_ok?: { readonly [tfPath: string]: string };
  readonly object_ok?: { readonly [tfPath: string]: string };
  readonly defaults?: { readonly [jsPath: string]: string | boolean };
  readonly required?: readonly string[];
  readonly secret?: readonly string[];
  readonly autoname?: AutonameRule;
  readonly delete_before_replace?: boolean;
  readonly deprecated?: string;
  readonly pulumi_only?: readonly string[];
  readonly v6?: { readonly removed?: readonly string[]; readonly changed?: { readonly [jsPath: string]: string } };
}

export interface AutonameRule {
  readonly tf: string;
  readonly prop: string;
  readonly max?: number;
  readonly sep?: string;
  readonly rand?: number;
  readonly charset?: string;
  readonly lower?: boolean;
  readonly suffix_if?: { readonly prop: string; readonly suffix: string };
  readonly prefix_unless_present?: string;
}

/** A class or a function of a provider package. */
export interface Descriptor {
  readonly kind: "resource" | "data";
  /** `aws`. */
  readonly package: string;
  /** `aws:sqs/queue:Queue`. */
  readonly token: string;
  /** `sqs.Queue`. */
  readonly path: string;
  /** `aws_sqs_queue`. */
  readonly tf: string;
  readonly map: NameMap;
  readonly schema: ResourceSchema;
  /** The schema's attributes and blocks by their names in the program, for each block path (`""`: the top). */
  members(tfPath: string, block: BlockSchema): ReadonlyMap<string, Member>;
  isFlat(tfPath: string): boolean;
}

/** The classes (`sqs.Queue`) and functions (`getRegion`) of one provider package. */
export interface Catalog {
  readonly name: string;
  paths(kind: "resource" | "data"): readonly string[];
  describe(kind: "resource" | "data", path: string): Descriptor | undefined;
  /** The provider's own configuration. */
  provider(): Descriptor | undefined;
  /** Whether classes or functions lie under a first word: `sqs`. */
  hasNamespace(name: string): boolean;
  /** `aws:sqs/queue:Queue` -> `sqs.Queue`; old tokens too. */
  pathOfToken(token: string): string | undefined;
}

export interface Member {
  /** Name in the program. */
  readonly js: string;
  /** Name in the schema. */
  readonly tf: string;
  /** Path in the schema from the top, positions left out. */
  readonly path: string;
}

export function makeDescriptor(facts: {
  kind: "resource" | "data";
  package: string;
  token: string;
  path: string;
  map: NameMap;
  schema: ResourceSchema;
}): Descriptor {
  const flat = new Set(facts.map.flat ?? []);
  const known = new Map<string, ReadonlyMap<string, Member>>();
  return {
    ...facts,
    tf: facts.map.tf,
    isFlat: (tfPath) => flat.has(tfPath),
    members(tfPath, block) {
      let members = known.get(tfPath);
      if (members === undefined) {
        members = membersOf(tfPath, block, facts.map);
        known.set(tfPath, members);
      }
      return members;
    },
  };
}

function membersOf(tfPath: string, block: BlockSchema, map: NameMap): ReadonlyMap<string, Member> {
  const members = new Map<string, Member>();
  for (const tf of [...Object.keys(block.attributes ?? {}), ...Object.keys(block.blocks ?? {})]) {
    const path = tfPath === "" ? tf : `${tfPath}.${tf}`;
    const js = map.names?.[path] ?? camelCase(tf);
    members.set(js, { js, tf, path });
  }
  return members;
}

/** `kms_master_key_id` -> `kmsMasterKeyId`. */
export function camelCase(name: string): string {
  return name.replace(/_+([a-zA-Z0-9])/g, (_whole, letter: string) => letter.toUpperCase());
}

/** `kmsMasterKeyId` -> `kms_master_key_id`; used only for suggestions. */
export function snakeCase(name: string): string {
  return name.replace(/([A-Z])/g, (letter) => `_${letter.toLowerCase()}`);
}
