import type { DataRegistration, EvaluationHost, RegisteredObject, ResourceRegistration } from "@dovetail/engine";
import {
  type Diagnostic,
  DiagnosticError,
  type MutableValueObject,
  type ResourceSchema,
  UNKNOWN,
  type Value,
} from "@dovetail/model";
import { Catalogs, PACKAGES } from "../src/catalog/catalogs.ts";
import { dataLines } from "../src/catalog/data-file.ts";

/** An engine in memory: remembers what was registered, and answers as a provider would that knows nothing but the schema. */
export interface MemoryHost extends EvaluationHost {
  readonly resources: Map<string, ResourceRegistration>;
  readonly data: Map<string, DataRegistration>;
  readonly diagnostics: Diagnostic[];
  /** Resources in the order of their registration. */
  readonly order: string[];
}

const ANSWERS: { readonly [type: string]: MutableValueObject } = {
  aws_caller_identity: { account_id: "123456789012", arn: "arn:aws:iam::123456789012:root", user_id: "AIDA", id: "123456789012" },
  aws_region: { name: "eu-central-1", region: "eu-central-1", id: "eu-central-1", description: "Europe (Frankfurt)" },
  aws_partition: { partition: "aws", dns_suffix: "amazonaws.com", id: "aws" },
};

/**
 * @param pass in `plan` computed attributes are unknown, in `apply` they are made from the address
 * @param fails addresses whose registration is refused
 */
export function memoryHost(pass: "plan" | "apply" = "plan", fails: readonly string[] = []): MemoryHost {
  const catalogs = new Catalogs();
  const host: MemoryHost = {
    pass,
    resources: new Map(),
    data: new Map(),
    diagnostics: [],
    order: [],
    report: (diagnostic) => host.diagnostics.push(diagnostic),
    async register(registration) {
      const address = `${registration.type}.${registration.name}`;
      for (const dependency of registration.dependencies) {
        if (!host.resources.has(dependency)) throw new Error(`${address} depends on ${dependency}, which is not registered`);
      }
      host.resources.set(address, registration);
      host.order.push(address);
      await new Promise((resolve) => setImmediate(resolve));
      if (fails.includes(address)) throw new DiagnosticError([]);
      return answer(schemaOf(catalogs, "resource", registration.type), registration, pass, address);
    },
    async readExisting(registration) {
      const { value } = answer(
        schemaOf(catalogs, "resource", registration.type),
        registration,
        "apply",
        `existing ${registration.type}`,
      );
      return { value: { ...value, id: registration.id }, sensitive: [] };
    },
    async readData(registration) {
      host.data.set(`data.${registration.type}.${registration.name}`, registration);
      const known = ANSWERS[registration.type];
      if (known !== undefined) return { value: known, sensitive: [] };
      return answer(
        schemaOf(catalogs, "data", registration.type),
        registration,
        pass,
        `data.${registration.type}.${registration.name}`,
      );
    },
  };
  return host;
}

const awsSchemas = dataLines("provider-aws", "schema-6.66.0");

function schemaOf(catalogs: Catalogs, kind: "resource" | "data", type: string): ResourceSchema {
  if (type.startsWith("aws_")) return (awsSchemas.entry(kind, type) as ResourceSchema | undefined) ?? {};
  const name = PACKAGES.find((candidate) => type.startsWith(`${candidate}_`));
  const catalog = name && catalogs.get(name);
  const found = catalog?.paths(kind).map((path) => catalog.describe(kind, path));
  return found?.find((descriptor) => descriptor?.tf === type)?.schema ?? {};
}

function answer(
  schema: ResourceSchema,
  registration: ResourceRegistration,
  pass: "plan" | "apply",
  address: string,
): RegisteredObject {
  const value: MutableValueObject = {};
  for (const [name, attribute] of Object.entries(schema.attributes ?? {})) {
    const given = registration.config[name];
    if (given !== undefined) value[name] = given;
    else if (attribute.computed !== true) value[name] = null;
    else value[name] = pass === "plan" ? UNKNOWN : made(attribute.type, `${name}-of-${address}`);
  }
  for (const name of Object.keys(schema.blocks ?? {})) value[name] = registration.config[name] ?? [];
  const { autoname } = registration;
  if (autoname)
    value[autoname.attribute] =
      `${autoname.prefix}${autoname.separator}${"0123456789abcdef".slice(0, autoname.hashLength)}${autoname.suffix}`;
  value.id ??= pass === "plan" ? UNKNOWN : `id-of-${address}`;
  return { value, sensitive: registration.sensitive };
}

function made(type: unknown, text: string): Value {
  if (type === "string") return text;
  if (type === "number") return 1;
  if (type === "bool") return false;
  return Array.isArray(type) && type[0] !== "map" && type[0] !== "object" ? [] : {};
}
