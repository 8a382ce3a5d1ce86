import { readFileSync } from "node:fs";
import { dataFile } from "../data-file.ts";
import type { AwsClients } from "../resource.ts";
import { type Shape, type ShapeRow, shapeTable, type Traits } from "./shapes.ts";

/** A service's name in `AwsClients`. */
export type ServiceName = keyof AwsClients;

export interface Operation {
  readonly name: string;
  readonly traits: Traits;
  readonly input: Shape;
  readonly output: Shape;
}

/** What is known of a service's wire form: its protocol and the shapes of its operations and errors. */
export interface Wire {
  readonly service: ServiceName;
  /** By the SDK's name: `AwsJson1_0Protocol`. */
  readonly protocol: string;
  readonly serviceId: string;
  /** Name in signatures: `monitoring`. */
  readonly signingName: string;
  /** First part of endpoint hosts: `monitoring`. */
  readonly endpointPrefix: string;
  readonly xmlNamespace?: string;
  readonly version: string;
  readonly target?: string;
  readonly queryCompatible: boolean;
  /** An operation by its name in AWS's model; undefined when the service has no such operation. */
  operation(name: string): Operation | undefined;
  /** An error by its name, or by the code that the query protocol has for it. */
  error(code: string): Shape | undefined;
  /** Names of all operations. */
  operations(): readonly string[];
}

interface WireHead {
  readonly protocol: string;
  readonly serviceId: string;
  readonly signingName: string;
  readonly endpointPrefix: string;
  readonly xmlNamespace?: string;
  readonly version: string;
  readonly target?: string;
  readonly queryCompatible?: boolean;
  readonly operations: { readonly [name: string]: number };
  readonly errors: { readonly [name: string]: number };
}

/** Reads `data/wire/<service>.jsonl`. Shapes are parsed on first use and shared after. */
export function loadWire(service: ServiceName): Wire {
  const lines = readFileSync(dataFile(`wire/${service}.jsonl`), "latin1").split("\n");
  const head = JSON.parse(lines[0] ?? "") as WireHead;
  const row = (index: number) => JSON.parse(lines[index + 1] ?? "") as ShapeRow;
  const shape = shapeTable(row);
  const made = new Map<string, Operation>();
  return {
    ...head,
    service,
    queryCompatible: head.queryCompatible === true,
    operations: () => Object.keys(head.operations),
    operation(name) {
      const known = made.get(name);
      const index = Object.hasOwn(head.operations, name) ? head.operations[name] : undefined;
      if (known !== undefined || index === undefined) return known;
      const operation = operationOfRow(name, row(index), shape);
      made.set(name, operation);
      return operation;
    },
    error(code) {
      const index = Object.hasOwn(head.errors, code) ? head.errors[code] : undefined;
      if (index !== undefined) return shape(index);
      return Object.values(head.errors)
        .map(shape)
        .find((error) => error.traits.awsQueryError?.[0] === code);
    },
  };
}

const UNIT_ROW: ShapeRow = [0, "", "", 0, "unit"];

function operationOfRow(name: string, row: ShapeRow, shape: (index: number) => Shape): Operation {
  const [, , , traits, input, output] = row;
  const unit = shapeTable(() => UNIT_ROW)(0);
  const shapeOf = (part: unknown): Shape =>
    typeof part === "object" && part !== null && "r" in part && typeof part.r === "number" ? shape(part.r) : unit;
  return {
    name,
    traits: typeof traits === "object" && traits !== null ? traits : {},
    input: shapeOf(input),
    output: shapeOf(output),
  };
}
