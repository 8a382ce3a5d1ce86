import type { ProviderHandle, ProviderRegistry } from "@dovetail/engine";
import { DiagnosticError, errorDiagnostic, systemClock, systemRandom } from "@dovetail/model";
import type { LoadedApp } from "@dovetail/program";
import type { Provider } from "@dovetail/provider";
import { editionOf } from "./edition.ts";
import type { Target } from "./target.ts";

export interface RegistryOptions {
  readonly app: LoadedApp;
  /** The app's folder. */
  readonly root: string;
  readonly target: Target;
  readonly endpoint: string | undefined;
  readonly env: NodeJS.ProcessEnv;
}

/** Which provider serves types that begin so; `aws_sqs_queue` -> `aws`. */
function localName(type: string): string {
  const end = type.indexOf("_");
  return end < 0 ? type : type.slice(0, end);
}

/** Providers of a run: each is loaded, made and configured at the first resource that needs it, one per configuration. */
export function createRegistry(options: RegistryOptions): ProviderRegistry {
  const handles = new Map<string, Promise<ProviderHandle>>();
  return {
    localNameFor: (type) => (PROVIDERS.has(localName(type)) ? localName(type) : undefined),
    provider(name) {
      let handle = handles.get(name);
      if (handle === undefined) {
        handle = start(name, options);
        handles.set(name, handle);
      }
      return handle;
    },
    async close() {
      const started = await Promise.allSettled(handles.values());
      await Promise.all(started.map((result) => (result.status === "fulfilled" ? result.value.provider.close() : undefined)));
    },
  };
}

async function start(name: string, options: RegistryOptions): Promise<ProviderHandle> {
  const make = PROVIDERS.get(name.split(".")[0] ?? name);
  if (make === undefined) {
    throw new DiagnosticError(
      errorDiagnostic("DVT3005", "Unknown provider", {
        detail: `No provider is called "${name}" here. There are ${[...PROVIDERS.keys()].join(", ")}.`,
      }),
    );
  }
  const provider = await make(options);
  const configuration = options.app.providerConfigurations.find((c) => c.name === name);
  const diagnostics = await provider.configure(configuration?.config ?? {});
  return {
    provider,
    diagnostics: diagnostics.map((d) =>
      configuration?.range === undefined || d.range !== undefined ? d : { ...d, range: configuration.range },
    ),
  };
}

type Make = (options: RegistryOptions) => Promise<Provider>;

async function utility(name: string): Promise<Provider> {
  const { createUtilityProvider } = await import("@dovetail/provider-utilities");
  return createUtilityProvider(name, { clock: systemClock(), random: systemRandom() });
}

const PROVIDERS: ReadonlyMap<string, Make> = new Map<string, Make>([
  [
    "aws",
    async ({ app, root, target, endpoint, env }) => {
      const { createAwsProvider } = await import("@dovetail/provider-aws");
      return createAwsProvider({
        edition: editionOf(app, root),
        target: target.kind === "aws" ? { kind: "aws" } : { kind: "local", endpoint: endpoint ?? "" },
        env,
        clock: systemClock(),
        random: systemRandom(),
      });
    },
  ],
  [
    "dovetail",
    async ({ app }) => {
      const { createDynamicProvider } = await import("@dovetail/program");
      return createDynamicProvider(app);
    },
  ],
  ...["random", "archive", "null", "local", "time", "terraform"].map((name): [string, Make] => [name, () => utility(name)]),
]);
