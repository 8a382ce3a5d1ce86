/** An engine over one hosted provider, in a folder of its own. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type ApplyResult,
  createEngine,
  type Engine,
  type FrontEnd,
  memoryFiles,
  type Plan,
  type ProviderHandle,
} from "@dovetail/engine";
import { type Diagnostic, systemClock, systemRandom, type ValueObject } from "@dovetail/model";
import type { Provider } from "@dovetail/provider";
import { hostProvider } from "@dovetail/provider-plugin";

export interface Declared {
  readonly type: string;
  readonly name: string;
  readonly config: ValueObject;
}

export interface HostedRun {
  readonly engine: Engine;
  provider(): Promise<Provider>;
  /** How often the binary was started. */
  starts(): number;
  plan(resources: readonly Declared[]): Promise<Plan>;
  /** Plans and applies. */
  deploy(resources: readonly Declared[], signal?: AbortSignal): Promise<ApplyResult | Plan>;
  destroy(): Promise<ApplyResult>;
  close(): Promise<void>;
}

export const SOURCE = "registry.terraform.io/dovetail/judge";

export function hostedRun(
  binary: string,
  options: { readonly config?: ValueObject; readonly env?: NodeJS.ProcessEnv } = {},
): HostedRun {
  const folder = mkdtempSync(join(tmpdir(), "dovetail-hosted-"));
  let starts = 0;
  let handle: Promise<ProviderHandle> | undefined;
  const start = async (): Promise<ProviderHandle> => {
    starts += 1;
    const provider = await hostProvider({
      source: SOURCE,
      version: "1.0.0",
      binary,
      env: { PATH: process.env.PATH, ...options.env },
    });
    return { provider, diagnostics: await provider.configure(options.config ?? {}) };
  };
  const started = () => {
    handle ??= start();
    return handle;
  };
  const engine = createEngine({
    app: "judged",
    stage: "dev",
    directory: join(folder, ".dovetail"),
    files: memoryFiles(),
    clock: systemClock(),
    random: systemRandom(),
    providers: { localNameFor: () => "judge", provider: started, close: async () => undefined },
    owner: { who: "a@b", host: "b", pid: 1, version: "0", isProcessAlive: () => true },
  });
  const plan = (resources: readonly Declared[]) => engine.plan({ frontEnd: frontEndOf(resources) });
  return {
    engine,
    provider: async () => (await started()).provider,
    starts: () => starts,
    plan,
    async deploy(resources, signal) {
      const made = await plan(resources);
      if (made.isErrored) return made;
      return await engine.apply(made, { frontEnd: frontEndOf(resources), ...(signal === undefined ? {} : { signal }) });
    },
    destroy: () => engine.destroy(),
    async close() {
      await (await handle?.catch(() => undefined))?.provider.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function frontEndOf(resources: readonly Declared[]): FrontEnd {
  return {
    async evaluate(host) {
      await Promise.all(
        resources.map((each) => host.register({ ...each, sensitive: [], dependencies: [] }).catch(() => undefined)),
      );
      return { outputs: {} };
    },
  };
}

/** `Summary: detail`, white space made one, as terraform's own output is compared. */
export function told({ summary, detail = "" }: Diagnostic): string {
  return `${summary}: ${detail}`.replace(/\s+/g, " ");
}
