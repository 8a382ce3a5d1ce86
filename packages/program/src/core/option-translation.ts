import type { Lifecycle } from "@dovetail/engine";
import type { BlockSchema, MutableValueObject, Path } from "@dovetail/model";
import type { Descriptor, Member } from "../catalog/descriptor.ts";
import { nearest } from "../catalog/nearest.ts";
import type { Evaluation } from "../evaluate/evaluation.ts";
import { addressName } from "../evaluate/name-table.ts";
import { type Problem, toJson } from "../translate/to-schema.ts";
import type { Alias, Declaration, ResourceLike, ResourceOptions } from "./contract.ts";
import { lift } from "./lift.ts";
import { asList, providersOf, RESOURCE_OPTIONS } from "./resource-options.ts";

/** What SST keeps under `removal: "retain"`, by Terraform type. */
const RETAINED = new Set([
  "aws_dynamodb_table",
  "aws_s3_bucket",
  "aws_rds_cluster",
  "aws_db_instance",
  "aws_rds_cluster_instance",
  "aws_rds_cluster_parameter_group",
  "aws_db_parameter_group",
  "aws_db_subnet_group",
  "aws_dsql_cluster",
  "aws_vpc",
  "aws_subnet",
  "aws_default_security_group",
]);

/** Options that are misspelled. */
export function unknownOptions(opts: ResourceOptions): Problem[] {
  const problems: Problem[] = [];
  for (const [name, value] of Object.entries(opts)) {
    if (value === undefined || RESOURCE_OPTIONS.includes(name)) continue;
    const meant = nearest(name, RESOURCE_OPTIONS);
    problems.push({
      code: "DVT1005",
      severity: "error",
      path: [],
      detail: `There is no resource option named "${name}".`,
      ...(meant === undefined ? {} : { fix: `Did you mean "${meant}"?` }),
    });
  }
  return problems;
}

/** Pulumi's order of replacing is create, then delete, unless the name is the user's own: two objects cannot have it. */
export function lifecycleOf(
  evaluation: Evaluation,
  declaration: Declaration,
  config: MutableValueObject,
  isAutonamed: boolean,
): Lifecycle {
  const { opts, descriptor } = declaration;
  const inherited = inheritedOptions(opts);
  const nameAttribute = descriptor.map.autoname?.tf;
  const hasOwnName = !isAutonamed && nameAttribute !== undefined && Object.hasOwn(config, nameAttribute);
  const deletesFirst = opts.deleteBeforeReplace ?? (descriptor.map.delete_before_replace === true || hasOwnName);
  const isRetained = inherited.retainOnDelete ?? isRetainedByApp(evaluation, descriptor.tf);
  const ignoreChanges = paths(descriptor, opts.ignoreChanges);
  const replaceOnChanges = paths(descriptor, opts.replaceOnChanges);
  return {
    createBeforeDestroy: !deletesFirst,
    ...(inherited.protect === true ? { preventDestroy: true } : {}),
    ...(isRetained ? { retainOnDelete: true } : {}),
    ...(ignoreChanges ? { ignoreChanges } : {}),
    ...(replaceOnChanges ? { replaceOnChanges } : {}),
  };
}

/** What becomes of a resource when others, or its trigger, change. The others are among its dependencies: they were announced. */
export async function tiesOf(
  evaluation: Evaluation,
  opts: ResourceOptions,
): Promise<Pick<Lifecycle, "replaceWith" | "deletedWith" | "replacementTrigger">> {
  const replaceWith = asList(opts.replaceWith).flatMap(addressesOf);
  const [deletedWith] = opts.deletedWith === undefined ? [] : addressesOf(opts.deletedWith);
  const trigger = opts.replacementTrigger === undefined ? undefined : await lift(evaluation, opts.replacementTrigger);
  return {
    ...(replaceWith.length > 0 ? { replaceWith } : {}),
    ...(deletedWith === undefined ? {} : { deletedWith }),
    ...(trigger === undefined ? {} : { replacementTrigger: toJson(trigger.value) }),
  };
}

function addressesOf(resource: unknown): readonly string[] {
  const { __address: address, __opts: own } = resource as ResourceLike;
  return address === undefined || address === "" || own.id !== undefined ? [] : [address];
}

function isRetainedByApp(evaluation: Evaluation, type: string): boolean {
  const { removal } = evaluation.setting.app;
  return removal === "retain-all" || (removal === "retain" && RETAINED.has(type));
}

/** `protect` and `retainOnDelete` of the nearest one that sets them: the resource itself, else its parents. */
function inheritedOptions(opts: ResourceOptions): { protect?: boolean; retainOnDelete?: boolean } {
  const found: { protect?: boolean; retainOnDelete?: boolean } = {};
  for (let at: ResourceOptions | undefined = opts; at !== undefined; at = at.parent?.__opts) {
    if (found.protect === undefined && at.protect !== undefined) found.protect = at.protect;
    if (found.retainOnDelete === undefined && at.retainOnDelete !== undefined) found.retainOnDelete = at.retainOnDelete;
  }
  return found;
}

function paths(descriptor: Descriptor, given: readonly string[] | undefined): readonly Path[] | "all" | undefined {
  if (given === undefined || given.length === 0) return undefined;
  if (given.includes("*")) return "all";
  return given.map((text) => schemaPath(descriptor, text));
}

/** `rules[0].filter.prefix` of a program as a path of the schema. */
export function schemaPath(descriptor: Descriptor, text: string): Path {
  const steps = text.match(/[^.[\]"]+/g) ?? [];
  const path: (string | number)[] = [];
  let block: BlockSchema | undefined = descriptor.schema;
  let tfPath = "";
  for (const step of steps) {
    if (/^\d+$/.test(step)) {
      path.push(Number(step));
      continue;
    }
    const member: Member | undefined =
      block &&
      [...descriptor.members(tfPath, block).values()].find((candidate) => candidate.js === step || candidate.tf === step);
    if (member === undefined) {
      path.push(step);
      block = undefined;
      continue;
    }
    tfPath = member.path;
    path.push(member.tf);
    if (descriptor.isFlat(tfPath) && step !== steps.at(-1)) path.push(0);
    block = block?.blocks?.[member.tf] ?? block?.attributes?.[member.tf]?.nested_type;
  }
  return path;
}

/** `aws.west`, when the resource or a component above it has a provider of its own. Waits until that one's configuration is known. */
export async function providerNameOf(opts: ResourceOptions, packageName: string): Promise<string | undefined> {
  const provider = providerOf(opts, packageName);
  if (provider === undefined) return undefined;
  await provider.__announced;
  return `${packageName}.${addressName(provider.__name)}`;
}

/** The provider of its own that the resource or the nearest component above it has. */
export function providerOf(opts: ResourceOptions, packageName: string): ResourceLike | undefined {
  for (let at: ResourceOptions | undefined = opts; at !== undefined; at = at.parent?.__opts) {
    const provider =
      at.provider?.__pulumiType === `pulumi:providers:${packageName}` ? at.provider : providersOf(at.providers)[packageName];
    if (provider !== undefined) return provider;
  }
  return undefined;
}

/** The addresses that `aliases` name; those that lead to the resource's own address are left out. */
export async function aliasAddresses(
  evaluation: Evaluation,
  opts: ResourceOptions,
  descriptor: Descriptor,
  resource: ResourceLike,
): Promise<readonly string[]> {
  const addresses = new Set<string>();
  for (const item of asList(opts.aliases)) {
    const { value } = await lift(evaluation, stripParent(item));
    const address = aliasAddress(evaluation, value as Alias, descriptor, resource);
    if (address !== undefined && address !== resource.__address) addresses.add(address);
  }
  return [...addresses];
}

/** A parent has no part in an address, and must not be waited for. */
function stripParent(item: unknown): unknown {
  if (typeof item !== "object" || item === null || !("parent" in item)) return item;
  const { parent: _parent, ...rest } = item as { parent: unknown };
  return rest;
}

function aliasAddress(evaluation: Evaluation, alias: Alias, descriptor: Descriptor, resource: ResourceLike): string | undefined {
  const urn = typeof alias === "string" ? alias : typeof alias.urn === "string" ? alias.urn : undefined;
  if (urn !== undefined) {
    const [, , types = "", ...name] = urn.split("::");
    const token = types.split("$").at(-1) ?? "";
    const type = evaluation.setting.catalogs.byToken(token)?.tf ?? descriptor.tf;
    if (name.length > 0) return `${type}.${addressName(name.join("::"))}`;
    return urn.includes("::") ? undefined : `${descriptor.tf}.${addressName(urn)}`;
  }
  if (typeof alias !== "object") return undefined;
  const type =
    typeof alias.type === "string" ? (evaluation.setting.catalogs.byToken(alias.type)?.tf ?? descriptor.tf) : descriptor.tf;
  return `${type}.${addressName(typeof alias.name === "string" ? alias.name : resource.__name)}`;
}
