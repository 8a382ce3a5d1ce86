import type { SourceRange } from "@dovetail/model";
import { DiagnosticError, errorDiagnostic, UNKNOWN } from "@dovetail/model";
import type { Descriptor, Member } from "../catalog/descriptor.ts";
import { nearest } from "../catalog/nearest.ts";
import type { Evaluation } from "../evaluate/evaluation.ts";
import { propertyFromSchema } from "../translate/from-schema.ts";
import type { OutputState, Registered, ResourceLike, ResourceOptions } from "./contract.ts";
import { makeOutput, type OutputMethods } from "./output.ts";
import { shapeOf } from "./output-shape.ts";
import { EVALUATION, Resource } from "./resource-base.ts";
import { checkName } from "./resource-name.ts";
import { applyTransformations } from "./transformations.ts";

/** A resource: registered with the engine in the moment that its inputs are known. */
export class CustomResource extends Resource {
  readonly __descriptor: Descriptor;
  readonly __range: SourceRange | undefined;
  readonly __registered: Promise<Registered>;
  /** Resolves as soon as the engine has been told of it (or it is clear that it will not be). */
  readonly __announced: Promise<void>;
  /** Its id once it is registered, for where a resource stands for its id. */
  __idValue: unknown = UNKNOWN;
  __address = "";
  readonly __outputs = new Map<string, OutputMethods>();

  constructor(type: string, name: string, args?: object, opts?: ResourceOptions) {
    const evaluation = evaluationOf(new.target);
    const range = evaluation.setting.places.here();
    checkName(evaluation, type, name);
    const changed = applyTransformations(evaluation, { type, name, props: args ?? {}, opts: opts ?? {} });
    super(evaluation, type, name, changed.opts);
    const descriptor = evaluation.setting.catalogs.byToken(type) ?? evaluation.setting.dynamics.describe(type);
    if (descriptor === undefined) throw unknownType(type, range);
    this.__descriptor = descriptor;
    this.__range = range;
    let announce = () => {};
    this.__announced = new Promise((resolve) => {
      announce = resolve;
    });
    const declaration = { resource: this, descriptor, args: changed.props, opts: changed.opts, range };
    this.__registered = evaluation.setting.register(evaluation, declaration, announce);
    evaluation.track(this.__registered.then((registered) => this.__settle(registered)).finally(announce));
    for (const key of Object.keys(this)) Object.defineProperty(this, key, { enumerable: false });
  }

  __settle(registered: Registered): void {
    this.__idValue = registered.value?.id ?? UNKNOWN;
  }

  override get __id(): unknown {
    return this.__idValue;
  }

  get id(): OutputMethods {
    return this.__property("id", { js: "id", tf: "id", path: "id" });
  }

  get urn(): OutputMethods {
    const { app } = this.__evaluation.setting;
    const urn = `urn:pulumi:${app.stage}::${app.name}::${this.__urnPath}`;
    return makeOutput(this.__evaluation, Promise.resolve({ value: urn, secret: false, resources: new Set([this]) }));
  }

  /** The Output of one property; the same object each time. */
  __property(js: string, member: Member): OutputMethods {
    let output = this.__outputs.get(js);
    if (output === undefined) {
      output = makeOutput(
        this.__evaluation,
        this.__registered.then((registered) => this.__propertyState(registered, member)),
        undefined,
        this.__evaluation.mocks === undefined ? shapeOf(this.__descriptor, member) : undefined,
      );
      this.__outputs.set(js, output);
    }
    return output;
  }

  __propertyState(registered: Registered, member: Member): OutputState {
    const resources = new Set<ResourceLike>([this]);
    if (registered.value === undefined) return { value: UNKNOWN, secret: false, resources, failed: registered.failed };
    const isSecret =
      registered.sensitive.some((path) => path[0] === member.tf) ||
      (this.__opts.additionalSecretOutputs ?? []).includes(member.js) ||
      (this.__descriptor.map.secret ?? []).includes(member.js);
    if (registered.state !== undefined && member.js !== "id") return this.__mockedState(registered.state, member.js, resources);
    return { value: propertyFromSchema(this.__descriptor, member, registered.value), secret: isSecret, resources };
  }

  /** What a mock left out is not known in a preview. */
  __mockedState(state: { readonly [name: string]: unknown }, name: string, resources: ReadonlySet<ResourceLike>): OutputState {
    const isUnknown = !Object.hasOwn(state, name) && this.__evaluation.host.pass === "plan";
    return { value: isUnknown ? UNKNOWN : state[name], secret: false, resources };
  }

  override get __settled(): Promise<unknown> {
    return this.__registered;
  }

  static override isInstance(value: unknown): value is CustomResource {
    return value instanceof CustomResource;
  }
}

/** The evaluation that a class of the `@pulumi/*` modules was made for. */
export function evaluationOf(target: unknown): Evaluation {
  const evaluation = (target as { readonly [EVALUATION]?: Evaluation })[EVALUATION];
  if (evaluation === undefined) throw new Error("a resource class outside of an evaluation");
  return evaluation;
}

function unknownType(type: string, range: SourceRange | undefined): DiagnosticError {
  return new DiagnosticError(
    errorDiagnostic("DVT1015", "Unknown class or function", {
      detail: `No provider package of Dovetail has the resource type "${type}".`,
      ...(range ? { range } : {}),
    }),
  );
}

/**
 * Gives a class its descriptor's properties as getters, and an end to its prototype chain that names the nearest property
 * when a program reads one that the resource does not have.
 */
export function defineProperties(prototype: object, descriptor: Descriptor): void {
  for (const member of descriptor.members("", descriptor.schema).values()) {
    if (member.js === "id" || member.js === "urn") continue;
    Object.defineProperty(prototype, member.js, {
      configurable: true,
      enumerable: true,
      get(this: CustomResource) {
        return this.__property(member.js, member);
      },
      set(this: CustomResource, value: unknown) {
        Object.defineProperty(this, member.js, { value, writable: true, configurable: true, enumerable: true });
      },
    });
  }
}

const QUIET = new Set([
  "then",
  "toJSON",
  "constructor",
  "prototype",
  "length",
  "name",
  "asymmetricMatch",
  "$$typeof",
  "nodeType",
  "tagName",
  "hasAttribute",
  "inspect",
  "valueOf",
  "toString",
  "hasOwnProperty",
  "isPrototypeOf",
  "__proto__",
]);

/** Puts the guard between a resource class and what it extends: reads of unknown properties end there. */
export function guardMissingProperties(
  target: { readonly prototype: object },
  evaluation: Evaluation,
  descriptor: Descriptor,
): void {
  const link = Object.create(Object.getPrototypeOf(target.prototype) as object) as object;
  const guard = new Proxy(link, {
    get: function read(own, key, receiver) {
      if (typeof key === "symbol" || QUIET.has(key) || key.startsWith("__") || key.startsWith("@@") || key in own) {
        return Reflect.get(own, key, receiver);
      }
      if (!evaluation.setting.places.isCalledByUser(read)) return undefined;
      throw missingProperty(evaluation, descriptor, key);
    },
  });
  Object.setPrototypeOf(target.prototype, guard);
}

/** Methods that `@pulumi/aws` adds to some classes by hand. Source: its sdk/nodejs, the files named `*Mixins.ts` (read 2026-11). */
const SUBSCRIPTIONS = new Set(["onObjectCreated", "onObjectRemoved", "onEvent", "onSchedule", "subscribe", "onDeployment"]);

function missingProperty(evaluation: Evaluation, descriptor: Descriptor, key: string): DiagnosticError {
  const names = [...new Set(["id", "urn", ...descriptor.members("", descriptor.schema).keys()])];
  const meant = nearest(key, names);
  const range = evaluation.setting.places.here();
  if (SUBSCRIPTIONS.has(key)) {
    return new DiagnosticError(
      errorDiagnostic("DVT1015", "Unknown class or function", {
        detail: `${descriptor.package}.${descriptor.path}.${key}() makes a Lambda function out of a function of the program; Dovetail does not carry that out.`,
        fix: "Declare the function (aws.lambda.Function), the permission (aws.lambda.Permission) and the notification or subscription themselves.",
        ...(range ? { range } : {}),
      }),
    );
  }
  return new DiagnosticError(
    errorDiagnostic("DVT1005", "Unsupported argument", {
      detail: `${descriptor.package}.${descriptor.path} has no property "${key}"; reading it would give undefined.`,
      fix: meant === undefined ? `It has: ${names.sort().join(", ")}.` : `Did you mean "${meant}"?`,
      ...(range ? { range } : {}),
    }),
  );
}
