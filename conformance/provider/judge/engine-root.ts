/** A root of AWS resources under our engine, in memory, with whichever provider it is given. */
import { createEngine, type Engine, type FrontEnd, memoryFiles } from "@dovetail/engine";
import { systemClock, systemRandom, type ValueObject } from "@dovetail/model";
import type { Provider } from "@dovetail/provider";

export interface RootResource {
  readonly type: string;
  readonly name: string;
  readonly config: ValueObject;
  /** Addresses. */
  readonly dependsOn?: readonly string[];
}

export function engineOver(provider: Provider, files = memoryFiles()): Engine {
  return createEngine({
    app: "judge",
    stage: "dev",
    directory: "/judge",
    files,
    clock: systemClock(),
    random: systemRandom(),
    providers: {
      localNameFor: (type) => (type.startsWith("aws_") ? "aws" : undefined),
      provider: async () => ({ provider, diagnostics: [] }),
      close: async () => undefined,
    },
    owner: { who: "judge", host: "judge", pid: 1, version: "0", isProcessAlive: () => true },
  });
}

/** Registers the resources in their order. */
export function rootProgram(resources: readonly RootResource[]): FrontEnd {
  return {
    async evaluate(host) {
      const registered = resources.map(({ type, name, config, dependsOn = [] }) =>
        host.register({ type, name, config, sensitive: [], dependencies: dependsOn }),
      );
      // A failure is told by the run; here it only must not go unheard.
      await Promise.allSettled(registered);
      return { outputs: {} };
    },
  };
}
