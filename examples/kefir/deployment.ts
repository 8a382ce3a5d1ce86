/** A copy of Kefir with a cloud of its own: for tests. */
import { copyExample, type ExampleCopy } from "../deployment.ts";
import { buildBackend } from "./backend/build.ts";
import type { KefirFlow, KefirOutputs } from "./flow.ts";

export interface Deployment extends Omit<ExampleCopy, "outputs"> {
  /** The copy's `infra` folder. */
  readonly infra: string;
  /** What `runKefirFlow` needs. */
  flow(outputs: KefirOutputs): KefirFlow;
  outputs(stage?: string): KefirOutputs;
}

/** @param program another build's start file than the one that the bin finds */
export async function copyKefir(program?: string): Promise<Deployment> {
  await buildBackend();
  const copy = copyExample(import.meta.dirname, ["infra", "backend/dist"], "infra", program === undefined ? {} : { program });
  return {
    ...copy,
    infra: copy.folder,
    outputs: (stage = "dev") => copy.outputs("--stage", stage) as unknown as KefirOutputs,
    flow: (outputs) => ({ ...copy.control(), outputs, step: (_name, work) => work() }),
  };
}
