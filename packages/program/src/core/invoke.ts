import { createHash } from "node:crypto";
import { DiagnosticError, type Path, type SourceRange, UNKNOWN, type Value } from "@dovetail/model";
import type { Descriptor } from "../catalog/descriptor.ts";
import type { Evaluation } from "../evaluate/evaluation.ts";
import { addressName } from "../evaluate/name-table.ts";
import { objectFromSchema } from "../translate/from-schema.ts";
import { inProgramWords } from "../translate/program-words.ts";
import { toSchema } from "../translate/to-schema.ts";
import { isOutput, NO_RESOURCES, type OutputState, type ResourceOptions } from "./contract.ts";
import { dependenciesOf } from "./dependencies.ts";
import { type Lifted, lift } from "./lift.ts";
import { callMock } from "./mocks.ts";
import { providerNameOf, providerOf } from "./option-translation.ts";
import { reportProblems } from "./report-problems.ts";
import { Resource } from "./resource-base.ts";

/**
 * Asks a provider function (a data source). The same function with the same plain arguments is asked once in an evaluation.
 * Never rejects; what is wrong is reported.
 */
export function invoke(
  evaluation: Evaluation,
  descriptor: Descriptor,
  args: unknown,
  opts: ResourceOptions,
): Promise<OutputState> {
  const range = evaluation.setting.places.here();
  const { token, package: packageName } = descriptor;
  if (evaluation.mocks !== undefined)
    return callMock(evaluation, evaluation.mocks, { token, package: packageName, range }, args, opts);
  const plainName = invokeName(evaluation, descriptor, args);
  const provider = providerOf(opts, descriptor.package)?.__name;
  const name = provider === undefined ? plainName : `${plainName}-${addressName(provider)}`;
  const key = `${descriptor.tf}.${name}`;
  let state = evaluation.invokes.get(key);
  if (state === undefined) {
    state = ask(evaluation, descriptor, name, args ?? {}, opts, range).catch((error: unknown): OutputState => {
      evaluation.reportException(error, `Calling ${descriptor.package}.${descriptor.path}`, range);
      return { value: UNKNOWN, secret: false, resources: NO_RESOURCES, failed: true };
    });
    evaluation.invokes.set(key, state);
    evaluation.track(state);
  }
  return state;
}

/** `current` without arguments, a hash of plain ones, else the number of the call: the same in both passes. */
function invokeName(evaluation: Evaluation, descriptor: Descriptor, args: unknown): string {
  if (args === undefined || args === null || (typeof args === "object" && Object.keys(args).length === 0)) return "current";
  if (isPlain(args)) return `q${createHash("sha1").update(JSON.stringify(args)).digest("hex").slice(0, 8)}`;
  const count = (evaluation.invokeCounts.get(descriptor.tf) ?? 0) + 1;
  evaluation.invokeCounts.set(descriptor.tf, count);
  return `n${count}`;
}

function isPlain(value: unknown, depth = 0): boolean {
  if (isOutput(value) || value instanceof Promise || value instanceof Resource || depth > 50) return false;
  if (typeof value !== "object" || value === null)
    return typeof value !== "function" && !(typeof value === "string" && value.includes("Dvt"));
  return Object.values(value).every((item) => isPlain(item, depth + 1));
}

async function ask(
  evaluation: Evaluation,
  descriptor: Descriptor,
  name: string,
  args: unknown,
  opts: ResourceOptions,
  range: SourceRange | undefined,
): Promise<OutputState> {
  const lifted = await lift(evaluation, args);
  const dependencies = await dependenciesOf(evaluation, NOBODY, lifted, opts);
  const translated = toSchema(descriptor, lifted.value as object, lifted.secrets);
  const isWrong = reportProblems(evaluation, { range, argument: 0 }, translated.problems);
  if (isWrong || dependencies.someUnknownToEngine) return failedState(lifted);
  const provider = await providerNameOf(opts, descriptor.package);
  const text = range && evaluation.setting.places.text(range.file);
  try {
    const answer = await evaluation.host.readData({
      type: descriptor.tf,
      name,
      config: translated.config,
      sensitive: translated.sensitive,
      dependencies: dependencies.addresses,
      inProgramWords: (diagnostic) => inProgramWords({ descriptor, range, argument: 0, text }, diagnostic),
      ...(provider ? { provider } : {}),
      ...(range ? { range } : {}),
    });
    for (const path of answer.sensitive) noteSecret(evaluation, at(answer.value, path));
    const secret = lifted.secrets.size > 0 || answer.sensitive.some((path) => holds(answer.value, path));
    return { value: objectFromSchema(descriptor, answer.value), secret, resources: lifted.resources };
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    return failedState(lifted);
  }
}

/** Shorter ones turn up in other texts by chance. */
const SECRET_LENGTH_MIN = 8;
const SECRETS_MAX = 1000;

function noteSecret({ secretTexts }: Evaluation, found: unknown): void {
  if (typeof found === "string" && found.length >= SECRET_LENGTH_MIN && secretTexts.size < SECRETS_MAX) secretTexts.add(found);
}

function at(value: Value, path: Path): unknown {
  return path.reduce<unknown>(
    (inner, step) => (typeof inner === "object" && inner !== null ? Reflect.get(inner, step) : undefined),
    value,
  );
}

function holds(value: Value, path: Path): boolean {
  const found = at(value, path);
  return found !== undefined && found !== null;
}

const NOBODY = {
  __pulumiResource: true,
  __pulumiType: "",
  __name: "",
  __opts: {},
  __children: new Set<never>(),
  __typeChain: "",
  __urnPath: "",
} as const;

/** The engine has reported why. */
function failedState(lifted: Lifted): OutputState {
  return { value: UNKNOWN, secret: false, resources: lifted.resources, failed: true };
}
