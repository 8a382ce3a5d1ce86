import type { Backend, EngineEvent, FrontEnd, Json } from "@dovetail/engine";
import type { LoadedApp } from "@dovetail/program";
import type { Ciphers, ModuleTree, RootBackend, SelectedBackend } from "@dovetail/terraform";
import type { App } from "./app.ts";
import type { Edition } from "./edition.ts";
import type { Target } from "./target.ts";

export interface SessionOptions {
  readonly command: string;
  /** Starts the embedded cloud when the local target is asked for and it does not run. Default true. */
  readonly startCloud?: boolean;
  readonly dev?: boolean;
  /** Values of a Terraform root's variables that a kept plan was made with, by name: `{"value": …}`. */
  readonly variables?: Json;
  /** The configuration is only validated. */
  readonly validating?: boolean;
  /** Configuration and state are only looked at: variables need no values. */
  readonly looking?: boolean;
  /** Only the state is looked at: a configuration that is wrong, or has no values for its variables, does not matter. */
  readonly stateOnly?: boolean;
  /** Of `init` of a Terraform root: `-backend-config`. */
  readonly backendArguments?: readonly string[];
  readonly onEvent?: (event: EngineEvent) => void;
}

/** What a Terraform root says of its backend, for those who change that. */
export interface OpenedRootBackend extends RootBackend {
  /** `.terraform`. */
  readonly dataFolder: string;
  open(backend: SelectedBackend): Promise<Backend>;
}

/** An app that was found and loaded, with the target that it is for. */
export interface Opened {
  readonly app: App;
  readonly program?: LoadedApp;
  readonly providerConfigurations: LoadedApp["providerConfigurations"];
  readonly edition: () => Promise<Edition>;
  readonly stage: string;
  readonly root: string;
  readonly target: Target;
  readonly endpoint: string | undefined;
  /** Of the engine's files: what the app is called in them. */
  readonly engineApp: string;
  /** Of a Terraform root: where its states are kept. */
  readonly backend?: Backend;
  readonly rootBackend?: OpenedRootBackend;
  /** What encrypts its states and plans, where anything does. */
  readonly ciphers?: Ciphers;
  /** Where the state is, where that is not the root's folder: `state in s3://…`. */
  readonly stateTitle?: string;
  /** Of a Terraform root: a front end that evaluates one expression and tells its value. */
  readonly console?: (text: string, answer: (value: string) => void) => FrontEnd;
  /** Of a Terraform root: a front end that tells blocks for what its import blocks name and nothing declares. */
  readonly generate?: (answer: (text: string | undefined) => void) => FrontEnd;
  /** Of a Terraform root: what its files declare, and the files that functions of the language read once it was evaluated. */
  readonly configuration?: { readonly tree: ModuleTree; readonly read: ReadonlySet<string> };
  /** Nothing in it calls AWS. */
  readonly isOffline?: boolean;
}
