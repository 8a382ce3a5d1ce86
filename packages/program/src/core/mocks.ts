import type { SourceRange, ValueObject } from "@dovetail/model";
import type { Evaluation } from "../evaluate/evaluation.ts";
import { addressName } from "../evaluate/name-table.ts";
import type { Declaration, Mocks, OutputState, Registered, ResourceOptions } from "./contract.ts";
import { lift } from "./lift.ts";
import { providerOf, unknownOptions } from "./option-translation.ts";
import { reportProblems } from "./report-problems.ts";
import { applyTransforms } from "./transformations.ts";

/** A resource as a mock makes it: what the mock answers, over the inputs. */
export async function registerMock(
  evaluation: Evaluation,
  mocks: Mocks,
  declared: Declaration,
  announce: () => void,
): Promise<Registered> {
  const { resource, descriptor, range } = declared;
  try {
    const { props, opts } = await applyTransforms(evaluation, {
      type: resource.__pulumiType,
      name: resource.__name,
      props: declared.args,
      opts: declared.opts,
    });
    resource.__address = `${descriptor.tf}.${addressName(resource.__name)}`;
    const inputs = (await lift(evaluation, props)).value as { readonly [name: string]: unknown };
    const isWrong = reportProblems(evaluation, { range, argument: 1 }, [...unknownOptions(opts), ...misspelt(declared, inputs)]);
    if (isWrong) return { sensitive: [], failed: true, isKnownToEngine: false, isManaged: false };
    const existing = opts.id === undefined ? opts.import : String((await lift(evaluation, opts.id)).value);
    const { id, state = {} } = await mocks.newResource({
      type: resource.__pulumiType,
      name: resource.__name,
      inputs,
      custom: true,
      ...providerOption(opts, descriptor.package),
      ...(existing === undefined ? {} : { id: existing }),
    });
    const value: ValueObject = id === undefined ? {} : { id };
    return { value, state: { ...inputs, ...state }, sensitive: [], failed: false, isKnownToEngine: true, isManaged: true };
  } finally {
    announce();
  }
}

function misspelt({ descriptor }: Declaration, inputs: { readonly [name: string]: unknown }) {
  const known = descriptor.members("", descriptor.schema);
  return Object.keys(inputs)
    .filter((name) => inputs[name] !== undefined && !known.has(name))
    .map((name) => ({
      code: "DVT1005" as const,
      severity: "error" as const,
      path: [name],
      detail: `${descriptor.package}.${descriptor.path} has no argument named "${name}"; it would be ignored.`,
    }));
}

function providerOption(opts: ResourceOptions, packageName: string): { provider?: string } {
  const provider = providerOf(opts, packageName);
  return provider === undefined ? {} : { provider: provider.__urnPath };
}

/** A component, of which a mock is told too. */
export async function registerMockComponent(
  evaluation: Evaluation,
  mocks: Mocks,
  type: string,
  name: string,
  args: object,
): Promise<void> {
  const inputs = (await lift(evaluation, args)).value;
  await mocks.newResource({ type, name, inputs, custom: false });
}

/** A function as a mock answers it. */
export async function callMock(
  evaluation: Evaluation,
  mocks: Mocks,
  call: { readonly token: string; readonly package: string; readonly range: SourceRange | undefined },
  args: unknown,
  opts: ResourceOptions,
): Promise<OutputState> {
  const inputs = await lift(evaluation, args ?? {});
  const value = await mocks.call({ token: call.token, inputs: inputs.value, ...providerOption(opts, call.package) });
  return { value, secret: inputs.secrets.size > 0, resources: inputs.resources };
}
