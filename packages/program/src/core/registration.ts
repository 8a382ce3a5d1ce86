import type { Autoname, Lifecycle, RegisteredObject, ResourceRegistration } from "@dovetail/engine";
import { DiagnosticError, errorDiagnostic, type MutableValueObject, type Path, type Value } from "@dovetail/model";
import type { Descriptor } from "../catalog/descriptor.ts";
import type { Evaluation } from "../evaluate/evaluation.ts";
import { adjustArguments } from "../translate/adjust-arguments.ts";
import { inProgramWords } from "../translate/program-words.ts";
import { type Problem, toSchema } from "../translate/to-schema.ts";
import { autonameOf } from "./autoname.ts";
import type { Declaration, Registered, ResourceLike } from "./contract.ts";
import { dependenciesOf } from "./dependencies.ts";
import { lift } from "./lift.ts";
import { registerMock } from "./mocks.ts";
import { aliasAddresses, lifecycleOf, providerNameOf, schemaPath, tiesOf, unknownOptions } from "./option-translation.ts";
import { reportProblems } from "./report-problems.ts";
import { hookNamesOf } from "./resource-hook.ts";
import { applyTransforms } from "./transformations.ts";

const NOT_ATTEMPTED: Registered = { sensitive: [], failed: true, isKnownToEngine: false, isManaged: false };

/** Tells the engine of a resource once its inputs are known; what is wrong with it is reported. Never rejects. */
export async function register(evaluation: Evaluation, declaration: Declaration, announce: () => void): Promise<Registered> {
  try {
    if (evaluation.mocks !== undefined) return await registerMock(evaluation, evaluation.mocks, declaration, announce);
    return await tryRegister(evaluation, declaration, announce);
  } catch (error) {
    evaluation.reportException(error, `Declaring "${declaration.resource.__name}"`, declaration.range);
    return NOT_ATTEMPTED;
  } finally {
    evaluation.waiting.delete(declaration.resource.__address);
  }
}

async function tryRegister(evaluation: Evaluation, declared: Declaration, announce: () => void): Promise<Registered> {
  const { resource, descriptor, range } = declared;
  const claimed = evaluation.setting.names.claim(descriptor.tf, resource.__name, resource.__urnPath, range);
  if ("duplicate" in claimed) throw new DiagnosticError(claimed.duplicate);
  resource.__address = `${descriptor.tf}.${claimed.name}`;
  evaluation.registeredCount++;
  evaluation.waiting.add(resource.__address);
  const { props, opts } = await applyTransforms(evaluation, {
    type: resource.__pulumiType,
    name: resource.__name,
    props: declared.args,
    opts: declared.opts,
  });
  const declaration = { ...declared, opts };
  if (opts.id !== undefined) return readExisting(evaluation, claimed.name, declaration, announce);
  const what = `${descriptor.package}.${descriptor.path} "${resource.__name}"`;
  const lifted = await lift(evaluation, props, { what, range: () => range });
  checkArguments(descriptor, lifted.value);
  const dependencies = await dependenciesOf(evaluation, resource, lifted, opts);
  const problems: Problem[] = [...unknownOptions(opts)];
  const hooks = hookNamesOf(evaluation, resource, opts, problems);
  if (hooks !== undefined) evaluation.descriptors.set(resource.__address, descriptor);
  const adjusted = await adjustArguments(evaluation, declaration, asObject(lifted.value), problems);
  const translated = toSchema(descriptor, adjusted.args, lifted.secrets);
  problems.push(...translated.problems);
  const config: MutableValueObject = { ...translated.config, ...adjusted.extra };
  const autoname = autonameOf(evaluation, descriptor, resource.__name, config);
  problems.push(...missingRequired(descriptor, config, autoname));
  if (
    reportProblems(evaluation, { range, address: resource.__address, argument: 1 }, problems) ||
    dependencies.someUnknownToEngine
  )
    return NOT_ATTEMPTED;
  const text = range && evaluation.setting.places.text(range.file);
  const registration: ResourceRegistration = {
    ...baseOf(
      claimed.name,
      declaration,
      config,
      [...translated.sensitive, ...secretOutputs(declaration)],
      dependencies.addresses,
    ),
    inProgramWords: (diagnostic) => inProgramWords({ descriptor, range, argument: 1, text }, diagnostic),
    ...(await optionsOf(evaluation, declaration, config, autoname)),
    ...(autoname ? { autoname } : {}),
    ...(hooks ? { hooks } : {}),
  };
  return hand(evaluation, registration, announce);
}

function checkArguments(descriptor: Descriptor, args: unknown): void {
  if (typeof args === "object" && args !== null && !Array.isArray(args)) return;
  throw new DiagnosticError(
    errorDiagnostic("DVT1006", "Wrong argument type", {
      detail: `The arguments of ${descriptor.package}.${descriptor.path} must be an object whose members may be Outputs, not an Output, a list or a text as a whole.`,
      fix: "Write new X(name, { ... }).",
    }),
  );
}

/** `Queue.get(name, id)`: looked up, never managed. */
async function readExisting(
  evaluation: Evaluation,
  name: string,
  declaration: Declaration,
  announce: () => void,
): Promise<Registered> {
  const { opts, descriptor, resource } = declaration;
  const id = await lift(evaluation, opts.id);
  const dependencies = await dependenciesOf(evaluation, resource, id, opts);
  if (dependencies.someUnknownToEngine) return NOT_ATTEMPTED;
  if (evaluation.host.readExisting === undefined) {
    throw new DiagnosticError(
      errorDiagnostic("DVT1015", "Unknown class or function", {
        detail: `${descriptor.package}.${descriptor.path}.get() is not offered by this engine.`,
        fix: "Use the function that looks it up, or take the resource over with the option import.",
      }),
    );
  }
  const provider = await providerNameOf(opts, descriptor.package);
  const answer = evaluation.host.readExisting({
    ...baseOf(name, declaration, {}, secretOutputs(declaration), dependencies.addresses),
    id: id.value === undefined ? null : (id.value as Value),
    ...(provider ? { provider } : {}),
  });
  announce();
  return settled(answer, false);
}

function asObject(value: unknown): { readonly [name: string]: unknown } {
  return typeof value === "object" && value !== null ? (value as { readonly [name: string]: unknown }) : {};
}

/** `additionalSecretOutputs` as paths of the schema: sensitive in plan, state and outputs alike. */
function secretOutputs({ opts, descriptor }: Declaration): readonly Path[] {
  return (opts.additionalSecretOutputs ?? []).map((name) => schemaPath(descriptor, name));
}

function baseOf(
  name: string,
  { resource, descriptor, range }: Declaration,
  config: MutableValueObject,
  sensitive: readonly Path[],
  dependencies: readonly string[],
) {
  return {
    type: descriptor.tf,
    name,
    config,
    sensitive,
    dependencies,
    component: componentsOf(resource),
    ...(name === resource.__name ? {} : { displayName: resource.__name }),
    ...(range ? { range } : {}),
  };
}

async function optionsOf(
  evaluation: Evaluation,
  declaration: Declaration,
  config: MutableValueObject,
  autoname: Autoname | undefined,
) {
  const { opts, descriptor, resource } = declaration;
  const provider = await providerNameOf(opts, descriptor.package);
  const lifecycle: Lifecycle = {
    ...lifecycleOf(evaluation, declaration, config, autoname !== undefined),
    ...(await tiesOf(evaluation, opts)),
  };
  const aliases = await aliasAddresses(evaluation, opts, descriptor, resource);
  return {
    lifecycle,
    ...(provider ? { provider } : {}),
    ...(aliases.length > 0 ? { aliases } : {}),
    ...(opts.import === undefined ? {} : { importId: opts.import }),
    ...(opts.customTimeouts ? { timeouts: opts.customTimeouts } : {}),
  };
}

async function hand(evaluation: Evaluation, registration: ResourceRegistration, announce: () => void): Promise<Registered> {
  const answer = evaluation.host.register(registration);
  announce();
  return settled(answer, true);
}

/** What the engine refused it has reported itself. */
async function settled(answer: Promise<RegisteredObject>, isManaged: boolean): Promise<Registered> {
  try {
    return { ...(await answer), failed: false, isKnownToEngine: true, isManaged };
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    return { sensitive: [], failed: true, isKnownToEngine: true, isManaged };
  }
}

function componentsOf(resource: ResourceLike): { type: string; name: string }[] {
  const components: { type: string; name: string }[] = [];
  for (let parent = resource.__opts.parent; parent !== undefined; parent = parent.__opts.parent) {
    components.unshift({ type: parent.__pulumiType, name: parent.__name });
  }
  return components;
}

function missingRequired(descriptor: Descriptor, config: MutableValueObject, autoname: Autoname | undefined): Problem[] {
  const missing: Problem[] = [];
  for (const member of descriptor.members("", descriptor.schema).values()) {
    const block = descriptor.schema.blocks?.[member.tf];
    const isRequired =
      descriptor.schema.attributes?.[member.tf]?.required === true ||
      (block?.min ?? 0) > 0 ||
      descriptor.map.required?.includes(member.js) === true;
    if (!isRequired || Object.hasOwn(config, member.tf) || member.tf === autoname?.attribute) continue;
    missing.push({
      code: "DVT1007",
      severity: "error",
      path: [],
      detail: `${descriptor.package}.${descriptor.path} needs "${member.js}", which is not given.`,
      fix: `Add "${member.js}".`,
    });
  }
  return missing;
}
