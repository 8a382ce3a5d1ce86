import { randomUuid, UNKNOWN, valuesEqual } from "@dovetail/model";
import { remoteState } from "./remote-state/remote-state.data.ts";
import type { UtilityModule } from "./utility.ts";

/** The provider that is built into Terraform: `terraform_data`, which keeps its input as output, and `terraform_remote_state`. */
export const module: UtilityModule = {
  resources: [
    {
      type: "terraform_data",
      updatable: ["input"],
      plan(prior, planned) {
        const input = planned.input ?? null;
        const same = prior !== null && valuesEqual(prior.input ?? null, input);
        // Real Terraform knows the output only after apply when the input changes, and leaves it unset without an input.
        const output = same ? (prior.output ?? null) : input === null ? null : UNKNOWN;
        return { ...planned, output };
      },
      create: async ({ random }, planned) => ({ id: randomUuid(random), output: planned.input ?? null }),
      update: async (_options, prior, planned) => ({ id: prior.id ?? null, output: planned.input ?? null }),
      importState: (id) => ({ id }),
    },
  ],
  dataSources: [remoteState],
};
