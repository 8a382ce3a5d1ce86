import { inspect } from "node:util";
import { DiagnosticError, errorDiagnostic, noteDiagnostic, UNKNOWN, warningDiagnostic } from "@dovetail/model";
import { nearest } from "../catalog/nearest.ts";
import type { Evaluation } from "../evaluate/evaluation.ts";
import { isOutput, NO_RESOURCES, OUTPUT, type OutputLike, type OutputState } from "./contract.ts";
import { containsUnknown, lift } from "./lift.ts";
import { memberOf, missingMember, type Shape } from "./output-shape.ts";
import { giveToken } from "./tokens.ts";

/** Methods of strings and arrays that people call on an Output; lifted properties of these names stay usable as Outputs. */
const METHODS = new Set(
  "map filter reduce forEach join split replace replaceAll slice substring toLowerCase toUpperCase trim includes startsWith endsWith concat find some every flatMap sort push indexOf padStart padEnd match at entries keys".split(
    " ",
  ),
);

const FAILED: OutputState = { value: UNKNOWN, secret: false, resources: NO_RESOURCES, failed: true };

/** The methods that an Output has; any other property is looked up in the value. */
export interface OutputMethods<T = unknown> extends OutputLike {
  apply<U>(callback: (value: T) => U): OutputMethods;
  get(): never;
}

/** Makes an Output out of a state. The promise must not reject. `shape`: what is known of its value. */
export function makeOutput(evaluation: Evaluation, state: Promise<OutputState>, method?: string, shape?: Shape): OutputMethods {
  const core = {
    [OUTPUT]: state,
    __pulumiOutput: true,
    apply: (callback: (value: unknown) => unknown) => applyOutput(evaluation, state, callback),
    get: () => {
      throw plainUse(evaluation, "get() gives a value only while a deployed function runs", "Use apply(value => ...) instead.");
    },
    toString: () => giveToken(evaluation, state, "Out"),
    toJSON: () => giveToken(evaluation, state, "Jsn"),
    promise: () => state.then((settled) => settled.value),
    isKnown: state.then((settled) => !containsUnknown(settled.value)),
    isSecret: state.then((settled) => settled.secret),
    resources: () => new Set<unknown>(),
    [Symbol.toPrimitive]: (hint: string) => {
      if (hint !== "number") return giveToken(evaluation, state, "Out");
      throw plainUse(
        evaluation,
        "An Output was used as a number, and its value is not there yet",
        "Calculate inside apply:\n    output.apply(n => n * 2)",
      );
    },
    [inspect.custom]: () => "Output { its value is there later: use .apply(value => console.log(value)) }",
  };
  const target = method === undefined ? core : Object.assign(() => methodCalled(evaluation, method), core);
  return new Proxy(target, handlerOf(evaluation, state, shape)) as unknown as OutputMethods;
}

function handlerOf(evaluation: Evaluation, state: Promise<OutputState>, shape: Shape | undefined): ProxyHandler<object> {
  const lifted = new Map<string, OutputMethods>();
  return {
    get: function read(target, key) {
      if (key === "then") return awaited(evaluation);
      if (typeof key === "symbol") {
        if (key !== Symbol.iterator) return Reflect.get(target, key);
        throw plainUse(
          evaluation,
          "An Output cannot be taken apart or looped over, its items are not there yet",
          "Use output[0] or output.apply(items => ...).",
        );
      }
      if (Object.hasOwn(target, key) && !(typeof target === "function" && (key === "name" || key === "length")))
        return Reflect.get(target, key);
      if (key === "constructor" || key === "prototype" || key === "asymmetricMatch" || key === "$$typeof" || key === "nodeType")
        return undefined;
      const known = lifted.get(key);
      if (known !== undefined) return known;
      if (shape !== undefined && !METHODS.has(key) && !key.startsWith("__")) {
        const missing = missingMember(shape, key);
        if (missing !== undefined && evaluation.setting.places.isCalledByUser(read)) warnOfMissing(evaluation, missing);
      }
      const made = makeOutput(
        evaluation,
        state.then((settled) => property(settled, key)),
        METHODS.has(key) ? key : undefined,
        shape && memberOf(shape, key),
      );
      lifted.set(key, made);
      return made;
    },
    ownKeys() {
      throw plainUse(
        evaluation,
        "An Output's members cannot be listed or spread, they are not there yet",
        "Use output.apply(object => ({ ...object })).",
      );
    },
    set() {
      throw plainUse(evaluation, "An Output cannot be changed", "Make a new one with apply.");
    },
  };
}

/** The value will not have the member: told where it is read, since what it becomes part of would say "undefined". */
function warnOfMissing(
  evaluation: Evaluation,
  { why, names }: { readonly why: string; readonly names: readonly string[] },
): void {
  const range = evaluation.setting.places.here();
  const wanted = /"([^"]+)"$/.exec(why)?.[1] ?? "";
  const meant = nearest(wanted, names);
  evaluation.report(
    warningDiagnostic("DVT1005", "Unsupported argument", {
      detail: `${why}; reading it gives undefined.`,
      ...(names.length === 0
        ? {}
        : { fix: meant === undefined ? `It has: ${[...names].sort().join(", ")}.` : `Did you mean "${meant}"?` }),
      ...(range ? { range } : {}),
    }),
  );
}

/** A member may be an Output itself, where the value is a resource (`output(queue).arn`). */
async function property(state: OutputState, key: string): Promise<OutputState> {
  if (state.value === UNKNOWN || state.value === null || state.value === undefined) {
    return { ...state, value: state.value === UNKNOWN ? UNKNOWN : undefined };
  }
  const value: unknown = Reflect.get(Object(state.value), key);
  if (isOutput(value)) {
    const own = await value[OUTPUT];
    return merge(own.value, [state, own]);
  }
  return { ...state, value: typeof value === "function" ? undefined : value };
}

/** Runs `callback` with the value once it is known. In a plan with an unknown value it does not run, and the result is unknown. */
export function applyOutput(
  evaluation: Evaluation,
  state: Promise<OutputState>,
  callback: (value: unknown) => unknown,
): OutputMethods {
  const place = evaluation.setting.places.later();
  const next = state.then(async (settled): Promise<OutputState> => {
    if (settled.failed === true) return settled;
    if (containsUnknown(settled.value)) return { ...settled, value: UNKNOWN };
    try {
      const result = await lift(evaluation, callback(settled.value), {
        what: "What the function given to apply returned",
        range: place,
      });
      return merge(result.value, [
        settled,
        { secret: result.secrets.size > 0, resources: result.resources, failed: result.failed },
      ]);
    } catch (error) {
      evaluation.reportException(error, "In the function given to apply", place());
      return { ...FAILED, resources: settled.resources };
    }
  });
  evaluation.track(next);
  return makeOutput(evaluation, next);
}

function merge(value: unknown, parts: readonly Omit<OutputState, "value">[]): OutputState {
  return {
    value,
    secret: parts.some((part) => part.secret),
    resources: new Set(parts.flatMap((part) => [...part.resources])),
    failed: parts.some((part) => part.failed === true),
  };
}

/** Anything as an Output: Outputs, Promises and tokens in it resolved. */
export function toOutput(evaluation: Evaluation, value: unknown, secret?: boolean): OutputMethods {
  if (isOutput(value) && secret === undefined) return value as OutputMethods;
  const place = evaluation.setting.places.later();
  const state = lift(evaluation, value, { what: "A value given to output()", range: place }).then(
    (lifted): OutputState => ({ ...lifted, secret: secret ?? lifted.secrets.size > 0 }),
    (error: unknown): OutputState => {
      evaluation.reportException(error, "A promise given to output()", place());
      return FAILED;
    },
  );
  evaluation.track(state);
  return makeOutput(evaluation, state);
}

/** The state of anything, as `toOutput` would have it. */
export function stateOf(evaluation: Evaluation, value: unknown): Promise<OutputState> {
  return toOutput(evaluation, value)[OUTPUT];
}

function plainUse(evaluation: Evaluation, why: string, fix: string): DiagnosticError {
  const range = evaluation.setting.places.here();
  return new DiagnosticError(
    errorDiagnostic("DVT1008", "Output used as a plain value", { detail: `${why}.`, fix, ...(range ? { range } : {}) }),
  );
}

function methodCalled(evaluation: Evaluation, method: string): never {
  throw plainUse(
    evaluation,
    `${method}() was called on an Output, whose value is not there yet`,
    `Call it inside apply:\n    output.apply(value => value.${method}(...))`,
  );
}

/**
 * Reading `then` must find nothing, or an async function could not return an Output. But where the line says `await`,
 * its author takes the Output for its value.
 */
function awaited(evaluation: Evaluation): undefined {
  const range = evaluation.setting.places.here();
  const line = range && evaluation.setting.places.text(range.file)?.split("\n")[range.line - 1];
  if (line === undefined || range === undefined) return undefined;
  const column = line.slice(0, range.column - 1).search(/\bawait\s+[\w.$[\]]*$/) + 1;
  if (column === 0) return undefined;
  evaluation.report(
    noteDiagnostic("DVT1008", "Output used as a plain value", {
      detail: "Awaiting an Output gives the Output again and not its value, which may be there only when the resource exists.",
      fix: "Work with the value inside apply:\n    output.apply(value => ...)",
      range: { ...range, column },
    }),
  );
  return undefined;
}
