import type { ProviderConfiguration } from "@dovetail/engine";
import { DYNAMIC, quoteText, type WrittenExpression, type WrittenItem } from "@dovetail/hcl";
import { isList, isObject, type ResourceSchema, type Value, type ValueObject } from "@dovetail/model";
import { fromPlain } from "../values/from-engine.ts";
import type { Variables } from "./variables.ts";
import { apart, textItem } from "./written-items.ts";

/** `versions.tf` and `providers.tf`. */

export interface ProviderFacts {
  /** `registry.terraform.io/hashicorp/aws`. */
  readonly source: string;
  /** The version that the app was planned with: `5.100.0`. */
  readonly version: string;
  readonly schema: ResourceSchema | undefined;
}

/** The oldest version that reads all that an export writes (import blocks: 1.5). */
const TERRAFORM_VERSION = ">= 1.5.0";

export function versionsItems(providers: ReadonlyMap<string, ProviderFacts>): readonly WrittenItem[] {
  const required = [...providers]
    .filter(([, { source }]) => !source.startsWith("terraform.io/builtin/"))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, facts]): WrittenItem => ({ kind: "attribute", name, value: requirement(facts) }));
  return [
    {
      kind: "block",
      type: "terraform",
      labels: [],
      items: [
        textItem("required_version", TERRAFORM_VERSION),
        ...(required.length === 0
          ? []
          : [{ kind: "blank" } as const, { kind: "block", type: "required_providers", labels: [], items: required } as const]),
      ],
    },
  ];
}

function requirement({ source, version }: ProviderFacts): WrittenExpression {
  const [major = "0", minor = "0"] = version.split(".");
  const items = [
    ["source", source.replace(/^registry\.(terraform\.io|opentofu\.org)\//, "")] as const,
    ["version", `~> ${major}.${minor}`] as const,
  ];
  return { kind: "object", items: items.map(([name, value]) => [name, { kind: "source", text: quoteText(value) }]) };
}

/** Which region a provider uses, where its configuration does not say so. */
export type RegionOf = (provider: string) => string | undefined;

export function providersItems(
  configurations: readonly ProviderConfiguration[],
  providers: ReadonlyMap<string, ProviderFacts>,
  regionOf: RegionOf,
  variables: Variables,
): readonly WrittenItem[] {
  const used = configurations.filter(({ name }) => providers.has(name.split(".")[0] ?? name));
  const missing = providers.has("aws") && used.every(({ name }) => name !== "aws") ? [{ name: "aws", config: {} }] : [];
  return [...missing, ...used].flatMap((configuration, i) => {
    const block = providerBlock(configuration, providers, regionOf, variables);
    return i === 0 ? [block] : [{ kind: "blank" } as const, block];
  });
}

function providerBlock(
  { name, config }: ProviderConfiguration,
  providers: ReadonlyMap<string, ProviderFacts>,
  regionOf: RegionOf,
  variables: Variables,
): WrittenItem {
  const [local = name, alias] = name.split(".");
  const region = config.region ?? regionOf(name);
  const rest = Object.entries(config).filter(([key]) => key !== "region");
  const schema = providers.get(local)?.schema ?? {};
  const items = rest.flatMap(([key, value]) => argument(schema, key, value, [name, key], variables));
  const attributes: WrittenItem[] = [
    ...(alias === undefined ? [] : [textItem("alias", alias)]),
    ...(typeof region === "string" ? [textItem("region", region)] : []),
    ...items.filter(({ kind }) => kind !== "block"),
  ];
  const blocks = items.filter(({ kind }) => kind === "block");
  return { kind: "block", type: "provider", labels: [local], items: apart([attributes, ...blocks.map((block) => [block])]) };
}

function argument(
  schema: Pick<ResourceSchema, "attributes" | "blocks">,
  name: string,
  value: Value,
  path: readonly string[],
  variables: Variables,
): readonly WrittenItem[] {
  if (value === null || (isList(value) && value.length === 0)) return [];
  const block = schema.blocks?.[name];
  if (block !== undefined) {
    const bodies: readonly Value[] = isList(value) ? value : [value];
    return bodies.map((body) => ({
      kind: "block",
      type: name,
      labels: [],
      items: isObject(body) ? membersOf(block, body, path, variables) : [],
    }));
  }
  if (schema.attributes?.[name]?.sensitive === true || SECRETS.has(name)) {
    const variable = variables.secret(value, path, `${name} of the provider ${path[0]}`);
    return [{ kind: "attribute", name, value: { kind: "source", text: `var.${variable}` } }];
  }
  return [{ kind: "attribute", name, value: { kind: "literal", value: fromPlain(value, DYNAMIC) } }];
}

/** What the AWS provider's schema does not call sensitive. */
const SECRETS: ReadonlySet<string> = new Set(["access_key", "secret_key", "token"]);

function membersOf(
  schema: Pick<ResourceSchema, "attributes" | "blocks">,
  body: ValueObject,
  path: readonly string[],
  variables: Variables,
): readonly WrittenItem[] {
  return Object.entries(body).flatMap(([name, value]) => argument(schema, name, value, [...path, name], variables));
}
