import type { Evaluation } from "../evaluate/evaluation.ts";
import type { ResourceOptions, Transformation, TransformationArgs, TransformationResult } from "./contract.ts";

export interface Changed {
  readonly props: object;
  readonly opts: ResourceOptions;
}

/** What `transformations` make of a resource's arguments: its own, then its parents' inside out, then the whole program's. */
export function applyTransformations(evaluation: Evaluation, args: TransformationArgs): Changed {
  let { props, opts } = typeTransformed(evaluation, args);
  for (const transformation of transformationsFor(evaluation, opts, "transformations")) {
    const result = transformation({ ...args, props, opts });
    if (result instanceof Promise) throw new Error("a transformation must not be async; use transforms");
    props = result?.props ?? props;
    opts = result?.opts ?? opts;
  }
  return { props, opts };
}

/** What `transforms` make of them; these may wait for something. */
export async function applyTransforms(evaluation: Evaluation, args: TransformationArgs): Promise<Changed> {
  let { props, opts } = args;
  for (const transform of transformationsFor(evaluation, opts, "transforms")) {
    const result: TransformationResult = await transform({ ...args, props, opts });
    props = result?.props ?? props;
    opts = result?.opts ?? opts;
  }
  return { props, opts };
}

function transformationsFor(
  evaluation: Evaluation,
  opts: ResourceOptions,
  kind: "transformations" | "transforms",
): readonly Transformation[] {
  const all = [...(opts[kind] ?? [])];
  for (let parent = opts.parent; parent !== undefined; parent = parent.__opts.parent) all.push(...(parent.__opts[kind] ?? []));
  return [...all, ...(kind === "transformations" ? evaluation.stackTransformations : evaluation.stackTransforms)];
}

/** `$transform(Class, callback)`: the callbacks change copies, one level deep, or return nothing. */
function typeTransformed(evaluation: Evaluation, args: TransformationArgs): Changed {
  const callbacks = evaluation.typeTransforms.get(args.type);
  if (callbacks === undefined) return { props: args.props, opts: args.opts };
  const props = { ...args.props };
  const opts = { ...args.opts };
  for (const callback of callbacks) callback(props, opts, args.name);
  return { props, opts };
}
