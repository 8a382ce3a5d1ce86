import { readFileSync } from "node:fs";
import { dataFile } from "../data-file.ts";
import type { AwsClients } from "../resource.ts";

/** A service's name in `AwsClients`. */
export type ServiceName = keyof AwsClients;

/** A schema of the AWS SDK (`[kind, namespace, name, traits, ...]`); references to other schemas are functions. */
export type WireSchema = readonly unknown[];

/** What is known of a service's wire form: its protocol and the schemas of its operations and errors. */
export interface Wire {
  readonly service: ServiceName;
  /** Class name of the SDK's protocol: `AwsJson1_0Protocol`. */
  readonly protocol: string;
  readonly serviceId: string;
  /** Name in signatures: `monitoring`. */
  readonly signingName: string;
  /** First part of endpoint hosts: `monitoring`. */
  readonly endpointPrefix: string;
  readonly namespace: string;
  readonly xmlNamespace?: string;
  readonly version: string;
  readonly target?: string;
  readonly queryCompatible: boolean;
  /** Schema of an operation by its name in AWS's model; undefined when the service has no such operation. */
  operation(name: string): WireSchema | undefined;
  errors(): readonly WireSchema[];
}

interface WireFile {
  readonly protocol: string;
  readonly serviceId: string;
  readonly signingName: string;
  readonly endpointPrefix: string;
  readonly namespace: string;
  readonly xmlNamespace?: string;
  readonly version: string;
  readonly target?: string;
  readonly queryCompatible?: boolean;
  readonly operations: { readonly [name: string]: number };
  readonly errors: readonly number[];
  readonly shapes: readonly (readonly unknown[])[];
}

/** Reads `data/wire/<service>.json`. Schemas are built on first use and shared after. */
export function loadWire(service: ServiceName): Wire {
  const file = JSON.parse(readFileSync(dataFile(`wire/${service}.json`), "utf8")) as WireFile;
  const built = new Map<number, WireSchema>();
  const shape = (index: number): WireSchema => {
    const known = built.get(index);
    if (known !== undefined) return known;
    const schema = (file.shapes[index] ?? []).map(part);
    built.set(index, schema);
    return schema;
  };
  const part = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(part);
    if (isReference(value)) return () => shape(value.r);
    return value;
  };
  return {
    ...file,
    service,
    queryCompatible: file.queryCompatible === true,
    operation: (name) => {
      const index = file.operations[name];
      return index === undefined ? undefined : shape(index);
    },
    errors: () => file.errors.map(shape),
  };
}

function isReference(value: unknown): value is { readonly r: number } {
  return typeof value === "object" && value !== null && "r" in value && typeof value.r === "number";
}
