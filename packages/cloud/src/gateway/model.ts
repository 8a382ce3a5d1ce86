/**
 * AWS's API models as the gateway uses them, read from `services/<name>/model.gen.json` on a service's first request.
 * Shapes are linked when they are first looked at: a model of 1,300 shapes costs its JSON.parse and no more.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

export type ShapeType =
  | "structure"
  | "list"
  | "map"
  | "string"
  | "character"
  | "blob"
  | "boolean"
  | "integer"
  | "long"
  | "float"
  | "double"
  | "timestamp";
export type TimestampFormat = "iso8601" | "rfc822" | "unixTimestamp";
export type Location = "header" | "headers" | "querystring" | "uri" | "statusCode";

interface RawMember {
  readonly s: string;
  readonly n?: string;
  /** Name in requests of the ec2 protocol, where it is not the capitalised `n`. */
  readonly q?: string;
  readonly l?: Location;
  readonly flat?: true;
  readonly tf?: TimestampFormat;
  readonly attr?: true;
  readonly stream?: true;
  readonly event?: true;
  readonly token?: true;
  readonly ns?: string;
}

interface RawShape {
  readonly t: ShapeType;
  readonly m?: { readonly [name: string]: RawMember | string };
  readonly req?: readonly string[];
  readonly of?: string;
  readonly key?: string;
  readonly n?: string;
  readonly kn?: string;
  readonly vn?: string;
  readonly flat?: true;
  readonly min?: number;
  readonly max?: number;
  readonly re?: string;
  readonly enum?: readonly string[];
  readonly tf?: TimestampFormat;
  readonly payload?: string;
  readonly stream?: true;
  readonly events?: true;
  readonly event?: true;
  readonly union?: true;
  readonly doc?: true;
  readonly ns?: string;
  readonly error?: { readonly status: number; readonly code?: string; readonly query?: string; readonly fault?: true };
}

interface RawOperation {
  readonly http: readonly [method: string, uri: string, status?: number];
  readonly in?: string;
  readonly out?: string;
  readonly wrap?: string;
  readonly root?: string;
  readonly errors?: readonly string[];
  readonly noAuth?: true;
  readonly host?: string;
  /** A second binding of the same operation. */
  readonly also?: { readonly http: readonly [method: string, uri: string, status?: number]; readonly in: string };
}

interface RawModel {
  readonly service: string;
  readonly serviceId: string;
  readonly apiVersion: string;
  readonly protocols: readonly string[];
  readonly jsonVersion: string;
  readonly targetPrefix?: string;
  readonly signingName: string;
  readonly queryCompatible: boolean;
  readonly xmlNamespace?: string;
  readonly operations: { readonly [name: string]: RawOperation };
  readonly shapes: { readonly [name: string]: RawShape };
}

export interface Member {
  readonly name: string;
  /** Name on the wire. */
  readonly wire: string;
  /** Name in the ec2 protocol's requests, whose answers name it `wire`. */
  readonly ec2Name: string;
  /** The same in lower case, as Node has the names of headers. */
  readonly headerName: string;
  /** Wire name when the model gives one. */
  readonly locationName: string | undefined;
  readonly location: Location | undefined;
  readonly flat: boolean;
  readonly timestampFormat: TimestampFormat | undefined;
  readonly attribute: boolean;
  readonly eventPayload: boolean;
  /** The model marks streams on the member or on its shape. */
  readonly streaming: boolean;
  readonly required: boolean;
  readonly namespace: string | undefined;
  readonly shape: Shape;
}

class ModelMember implements Member {
  readonly name: string;
  readonly wire: string;
  /** The same in lower case, as Node has the names of headers. */
  readonly headerName: string;
  readonly locationName: string | undefined;
  readonly location: Location | undefined;
  readonly timestampFormat: TimestampFormat | undefined;
  readonly attribute: boolean;
  readonly eventPayload: boolean;
  readonly required: boolean;
  readonly namespace: string | undefined;
  private readonly model: ApiModel;
  private readonly raw: RawMember;
  private linked: Shape | undefined;

  constructor(model: ApiModel, name: string, raw: RawMember, required: boolean) {
    this.model = model;
    this.raw = raw;
    this.name = name;
    this.locationName = raw.n;
    this.wire = raw.n ?? name;
    this.headerName = this.wire.toLowerCase();
    this.location = raw.l;
    this.timestampFormat = raw.tf;
    this.attribute = raw.attr === true;
    this.eventPayload = raw.event === true;
    this.namespace = raw.ns;
    this.required = required;
  }

  get shape(): Shape {
    this.linked ??= this.model.shape(this.raw.s);
    return this.linked;
  }
  get flat(): boolean {
    return this.raw.flat === true || this.shape.flat;
  }
  get streaming(): boolean {
    return this.raw.stream === true || this.shape.streaming;
  }
  get ec2Name(): string {
    return this.raw.q ?? this.wire.charAt(0).toUpperCase() + this.wire.slice(1);
  }
}

export class Shape {
  readonly name: string;
  readonly type: ShapeType;
  readonly flat: boolean;
  readonly streaming: boolean;
  readonly eventStream: boolean;
  readonly document: boolean;
  readonly min: number | undefined;
  readonly max: number | undefined;
  readonly patternText: string | undefined;
  readonly enum: readonly string[] | undefined;
  readonly timestampFormat: TimestampFormat | undefined;
  readonly payload: string | undefined;
  readonly namespace: string | undefined;
  /** Element name of a list's members, or of a flattened map. */
  readonly elementName: string | undefined;
  readonly keyName: string;
  readonly valueName: string;
  readonly required: readonly string[];
  readonly error: RawShape["error"];
  private readonly model: ApiModel;
  private readonly raw: RawShape;
  private memberList: readonly Member[] | undefined;
  private memberTable: Map<string, Member> | undefined;
  private namedMembers: Map<string, Member> | undefined;
  private element: Shape | undefined;
  private compiled: RegExp | null | undefined;

  constructor(model: ApiModel, name: string, raw: RawShape) {
    this.model = model;
    this.raw = raw;
    this.name = name;
    this.type = raw.t;
    this.flat = raw.flat === true;
    this.streaming = raw.stream === true;
    this.eventStream = raw.events === true;
    this.document = raw.doc === true;
    this.min = raw.min;
    this.max = raw.max;
    this.patternText = raw.re;
    this.enum = raw.enum;
    this.timestampFormat = raw.tf;
    this.payload = raw.payload;
    this.namespace = raw.ns;
    this.elementName = raw.n;
    this.keyName = raw.kn ?? "key";
    this.valueName = raw.vn ?? "value";
    this.required = raw.req ?? [];
    this.error = raw.error;
  }

  get members(): readonly Member[] {
    this.memberList ??= Object.entries(this.raw.m ?? {}).map(
      ([name, raw]) =>
        new ModelMember(this.model, name, typeof raw === "string" ? { s: raw } : raw, this.required.includes(name)),
    );
    return this.memberList;
  }

  /** By name on the wire. */
  byWire(name: string): Member | undefined {
    this.memberTable ??= new Map(this.members.map((member) => [member.wire, member]));
    return this.memberTable.get(name);
  }

  member(name: string): Member | undefined {
    this.namedMembers ??= new Map(this.members.map((member) => [member.name, member]));
    return this.namedMembers.get(name);
  }

  /** Of a list's members or a map's values. */
  get of(): Shape {
    this.element ??= this.model.shape(this.raw.of ?? "");
    return this.element;
  }
  get key(): Shape {
    return this.model.shape(this.raw.key ?? "");
  }

  /** Java's `matches`: the whole text. undefined where the pattern is none that JavaScript understands. */
  get pattern(): RegExp | undefined {
    if (this.compiled === undefined) this.compiled = this.patternText === undefined ? null : compilePattern(this.patternText);
    return this.compiled ?? undefined;
  }
}

/** Java's POSIX classes, of US-ASCII (java.util.regex.Pattern, "POSIX character classes"); JavaScript knows none of them. */
const POSIX: { readonly [name: string]: string } = {
  ASCII: "\\x00-\\x7F",
  Alnum: "0-9A-Za-z",
  Alpha: "A-Za-z",
  Digit: "0-9",
  Graph: "\\x21-\\x7E",
  Lower: "a-z",
  Print: "\\x20-\\x7E",
  Space: "\\t-\\r ",
  Upper: "A-Z",
};

/** Inside a class the ranges alone, outside one of their own. */
function withoutPosix(text: string): string {
  return text.replace(/\\p\{(\w+)\}/g, (whole, name: string, at: number) => {
    const ranges = POSIX[name];
    if (ranges === undefined) return whole;
    return /\[[^\]]*$/.test(text.slice(0, at)) ? ranges : `[${ranges}]`;
  });
}

function compilePattern(javaText: string): RegExp | null {
  const text = withoutPosix(javaText);
  for (const flags of ["u", ""]) {
    try {
      return new RegExp(`^(?:${text})$`, flags);
    } catch {
      // Java's escapes are not all legal in Unicode mode; without it most are.
    }
  }
  return null;
}

export interface OperationModel {
  readonly name: string;
  readonly method: string;
  readonly uri: string;
  readonly status: number;
  readonly input: Shape | undefined;
  readonly output: Shape | undefined;
  readonly wrapper: string | undefined;
  readonly root: string | undefined;
  readonly anonymous: boolean;
  readonly hostPrefix: string | undefined;
  /** The streaming or blob payload member of the input, if it has one. */
  readonly streamingInput: Member | undefined;
}

export class ApiModel {
  readonly service: string;
  readonly serviceId: string;
  readonly apiVersion: string;
  readonly protocols: readonly string[];
  readonly jsonVersion: string;
  readonly targetPrefix: string | undefined;
  readonly signingName: string;
  readonly queryCompatible: boolean;
  readonly xmlNamespace: string | undefined;
  private readonly raw: RawModel;
  private readonly shapes = new Map<string, Shape>();
  private readonly operations = new Map<string, OperationModel>();
  private errorTable: Map<string, Shape> | undefined;

  constructor(raw: RawModel) {
    this.raw = raw;
    this.service = raw.service;
    this.serviceId = raw.serviceId;
    this.apiVersion = raw.apiVersion;
    this.protocols = raw.protocols;
    this.jsonVersion = raw.jsonVersion;
    this.targetPrefix = raw.targetPrefix;
    this.signingName = raw.signingName;
    this.queryCompatible = raw.queryCompatible;
    this.xmlNamespace = raw.xmlNamespace;
  }

  shape(name: string): Shape {
    let shape = this.shapes.get(name);
    if (shape === undefined) {
      const raw = this.raw.shapes[name];
      if (raw === undefined) throw new Error(`${this.service}'s model has no shape ${name}`);
      shape = new Shape(this, name, raw);
      this.shapes.set(name, shape);
    }
    return shape;
  }

  get operationNames(): readonly string[] {
    return Object.keys(this.raw.operations);
  }

  operation(name: string): OperationModel | undefined {
    const known = this.operations.get(name);
    if (known !== undefined) return known;
    const raw = Object.hasOwn(this.raw.operations, name) ? this.raw.operations[name] : undefined;
    if (raw === undefined) return undefined;
    const made = this.bound(name, raw, raw);
    this.operations.set(name, made);
    return made;
  }

  /** Every binding of an operation: its own, and the one that newer SDKs send. */
  bindings(name: string): readonly OperationModel[] {
    const own = this.operation(name);
    const raw = Object.hasOwn(this.raw.operations, name) ? this.raw.operations[name] : undefined;
    if (own === undefined || raw === undefined) return [];
    return raw.also === undefined ? [own] : [own, this.bound(name, raw, raw.also)];
  }

  private bound(name: string, raw: RawOperation, binding: Pick<RawOperation, "http" | "in">): OperationModel {
    const input = binding.in === undefined ? undefined : this.shape(binding.in);
    const payload = input?.payload === undefined ? undefined : input.member(input.payload);
    return {
      name,
      method: binding.http[0],
      uri: binding.http[1],
      status: binding.http[2] ?? 200,
      input,
      output: raw.out === undefined ? undefined : this.shape(raw.out),
      wrapper: raw.wrap,
      root: raw.root,
      anonymous: raw.noAuth === true,
      hostPrefix: raw.host,
      streamingInput: payload?.streaming === true ? payload : undefined,
    };
  }

  /** An error's shape by its name, its code, or its code in the query protocol. */
  errorShape(code: string): Shape | undefined {
    if (this.errorTable === undefined) {
      this.errorTable = new Map();
      for (const [name, raw] of Object.entries(this.raw.shapes)) {
        if (raw.error === undefined) continue;
        for (const each of [raw.error.query, raw.error.code, name])
          if (each !== undefined) this.errorTable.set(each, this.shape(name));
      }
    }
    return this.errorTable.get(code);
  }
}

/** In the sources beside the service; in a build all models lie in `models/` beside the bundle. */
function modelFile(service: string): string {
  const source = join(import.meta.dirname, "..", "services", service, "model.gen.json");
  return existsSync(source) ? source : join(import.meta.dirname, "models", `${service}.json`);
}

const models = new Map<string, ApiModel>();

/** Immutable, hence shared by all clouds of the process. Throws when the build lacks the file. */
export function loadModel(service: string): ApiModel {
  let model = models.get(service);
  if (model === undefined) {
    model = new ApiModel(JSON.parse(readFileSync(modelFile(service), "utf8")));
    models.set(service, model);
  }
  return model;
}
