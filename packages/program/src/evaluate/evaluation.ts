import type { EvaluationHost, Hook, ProviderConfiguration } from "@dovetail/engine";
import type { Diagnostic, SourceRange } from "@dovetail/model";
import { DiagnosticError, errorDiagnostic } from "@dovetail/model";
import type { LockedModule } from "@dovetail/terraform";
import type { StackConfig } from "../app/stack-config.ts";
import { type Catalogs, PACKAGES } from "../catalog/catalogs.ts";
import type { Descriptor } from "../catalog/descriptor.ts";
import type { Declaration, Mocks, OutputState, Registered, Transformation } from "../core/contract.ts";
import type { NameTable } from "./name-table.ts";
import type { PlaceFinder } from "./place.ts";

/** What `$app` shows. */
export interface AppIdentity {
  readonly name: string;
  readonly stage: string;
  readonly removal: "remove" | "retain" | "retain-all";
  readonly protect: boolean;
  readonly providers: { readonly [name: string]: { readonly [argument: string]: unknown } };
}

/** What an evaluation is made from. */
export interface EvaluationSetting {
  readonly id: string;
  readonly app: AppIdentity;
  readonly host: EvaluationHost;
  /** An SST app (`sst.config.ts`), or a Pulumi project (`Pulumi.yaml`). */
  readonly kind: "sst" | "pulumi";
  /** Where the program begins: `run` of the config file, or the first line of a Pulumi program. */
  entryPlace(): SourceRange | undefined;
  /** Where an output gets its name, as far as the first file shows it. */
  outputPlace(name: string): SourceRange | undefined;
  readonly root: string;
  /** `.dovetail` of the app. */
  readonly outDir: string;
  readonly isLocal: boolean;
  readonly isDev: boolean;
  readonly command: string;
  /** An unset `removal` on the local target, or `remove`: what is removed goes with its content. */
  readonly catalogs: Catalogs;
  readonly places: PlaceFinder;
  readonly names: NameTable;
  readonly archiver: Archiver;
  /** Filled by `new aws.Provider(...)`; shared with whoever starts providers. */
  readonly providerConfigurations: ProviderConfiguration[];
  readonly dynamics: Dynamics;
  /** The program's hooks by name: of the evaluation that was last. */
  readonly hooks: Map<string, Hook>;
  /** Values of Pulumi.<stage>.yaml and PULUMI_CONFIG, read when they are first asked for. */
  readonly stackConfig: () => StackConfig;
  /** Tells the engine of a resource once its inputs are known. Never rejects. */
  readonly register: (evaluation: Evaluation, declaration: Declaration, announce: () => void) => Promise<Registered>;
  /** In a test process: what becomes of exceptions, and how a test sets its mocks. */
  readonly rejects?: (error: unknown) => void;
  readonly setMocks?: (mocks: Mocks, project?: string, stack?: string, preview?: boolean) => void;
}

/** Makes files out of assets and archives. */
export interface Archiver {
  /** @returns path of a file with the content, relative to the app's folder, and its base64 SHA-256. */
  file(asset: unknown, range: SourceRange | undefined): Promise<ArchivedFile>;
  /** A new evaluation begins: folders are looked at again. */
  begin(): void;
  /** Absolute paths of the files and folders read since `begin`. */
  paths(): readonly string[];
  /** The folder, absolute, that an archive of the last evaluation was packed from; undefined where it was put together otherwise. */
  folderOf(archive: string): string | undefined;
}

export interface ArchivedFile {
  readonly path: string;
  readonly sha256Base64: string;
  /** Paths inside the archive, and how to read one; absent where it is not one that was made here. */
  readonly entries?: readonly string[];
  readonly read?: (name: string) => Uint8Array | undefined;
}

/** The program's own resource types (`dynamic.Resource`). */
export interface Dynamics {
  describe(type: string): Descriptor | undefined;
  /** Keeps the functions of a dynamic resource for the provider that will call them. */
  provide(name: string, implementation: object, pass: "plan" | "apply"): void;
}

/** One run of the program: everything that changes while it runs belongs to it, so that no two runs share anything. */
export class Evaluation {
  readonly setting: EvaluationSetting;
  /** Tokens given out for Outputs that were used as plain values: number -> state. */
  readonly tokens: Promise<OutputState>[] = [];
  readonly stackTransformations: Transformation[] = [];
  readonly stackTransforms: Transformation[] = [];
  readonly typeTransforms = new Map<string, ((args: unknown, opts: unknown, name: string) => unknown)[]>();
  /** Invokes by what they ask, so that the same question is asked once. */
  readonly invokes = new Map<string, Promise<OutputState>>();
  readonly invokeCounts = new Map<string, number>();
  readonly stacks: { readonly file: string; readonly line: number; readonly name: string; isCalled: boolean }[] = [];
  /** What a test has in place of an engine. */
  mocks: Mocks | undefined;
  readonly hookNames = new Set<string>();
  /** What the resources are that have hooks, by address. */
  readonly descriptors = new Map<string, Descriptor>();
  /** Texts that functions of providers answered in secret. */
  readonly secretTexts = new Set<string>();
  /** Promises of the program that have not settled, and what they are. */
  readonly unresolved = new Set<{ readonly what: string; range(): SourceRange | undefined }>();
  /** Addresses that are declared and not finished. */
  readonly waiting = new Set<string>();
  registeredCount = 0;
  /** Terraform modules of the program, as its lock file keeps them. */
  readonly lockedModules = new Map<string, LockedModule>();
  readonly #pending = new Set<Promise<unknown>>();
  readonly #reported = new Set<string>();

  constructor(setting: EvaluationSetting) {
    this.setting = setting;
  }

  get host(): EvaluationHost {
    return this.setting.host;
  }

  /** Keeps the evaluation open until `promise` is settled. */
  track(promise: Promise<unknown>): void {
    const done = () => this.#pending.delete(settled);
    const settled: Promise<unknown> = promise.then(done, done);
    this.#pending.add(settled);
  }

  /** Waits until nothing that was started is under way any more. */
  async settle(): Promise<void> {
    while (this.#pending.size > 0) await Promise.all(this.#pending);
  }

  get pendingCount(): number {
    return this.#pending.size;
  }

  /** Reports to the engine; the same thing at the same place only once. */
  report(diagnostic: Diagnostic): void {
    const { range } = diagnostic;
    const key = `${diagnostic.code}|${diagnostic.detail}|${range?.file}:${range?.line}:${range?.column}|${diagnostic.address}`;
    if (this.#reported.has(key)) return;
    this.#reported.add(key);
    this.host.report(diagnostic);
  }

  /** Reports an exception: what it carries if it is ours, else DVT1003 at the user's place. */
  reportException(error: unknown, doing: string, range?: SourceRange): void {
    if (this.setting.rejects !== undefined) {
      this.setting.rejects(error);
      return;
    }
    if (error instanceof DiagnosticError) {
      for (const diagnostic of error.diagnostics)
        this.report(range === undefined || diagnostic.range ? diagnostic : { ...diagnostic, range });
      return;
    }
    const place = this.setting.places.ofError(error) ?? range;
    const provider = error instanceof ReferenceError ? /^([\w$]+) is not defined$/.exec(error.message)?.[1] : undefined;
    if (provider !== undefined && Object.hasOwn(this.setting.app.providers, provider)) {
      this.report(unknownProvider(provider, place));
      return;
    }
    const isPulumi = provider === "pulumi" && this.setting.kind === "sst";
    this.report(
      errorDiagnostic("DVT1003", "Program threw an exception", {
        detail: `${doing}: ${exceptionText(error)}`,
        ...(isPulumi ? { fix: PULUMI_IS_UTIL } : {}),
        ...(place ? { range: place } : {}),
      }),
    );
  }
}

/** SST has no global of that name. */
const PULUMI_IS_UTIL =
  'In an SST app @pulumi/pulumi is the global $util; or import it:\n    import * as pulumi from "@pulumi/pulumi";';

/** A provider that app() asks for is a global in SST, and none of ours. */
function unknownProvider(name: string, range: SourceRange | undefined): Diagnostic {
  return errorDiagnostic("DVT3005", "Unknown provider", {
    detail: `app() asks for the provider "${name}", and there is no global of that name: it is none that Dovetail brings (${PACKAGES.join(", ")}), and the config file does not name it in a "providers" object that can be read without running it.`,
    fix: `Import it:\n    import * as ${name} from "@pulumi/${name}";`,
    ...(range ? { range } : {}),
  });
}

function exceptionText(error: unknown): string {
  if (error instanceof Error) return `${error.name === "Error" ? "" : `${error.name}: `}${error.message}`;
  try {
    return typeof error === "string" ? error : (JSON.stringify(error) ?? String(error));
  } catch {
    return "a value that cannot be shown";
  }
}
