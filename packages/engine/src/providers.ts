import type { Diagnostic, SchemaKind, SourceRange, ValueObject } from "@dovetail/model";
import type { Provider } from "@dovetail/provider";

/** Finds the provider that serves a resource type; given to the engine by whoever wires the program together. */
export interface ProviderRegistry {
  /** `aws_sqs_queue` -> the provider called `aws`; undefined when nobody serves the type. */
  localNameFor(type: string): string | undefined;
  /** A configured provider by local name and alias (`aws`, `aws.west`). Started on first use; configured once. */
  provider(name: string): Promise<ProviderHandle>;
  /** The provider that serves one type under a name, where several do (ours, and a hosted binary for what ours has not). */
  providerFor?(name: string, kind: "resource" | "data" | "ephemeral", type: string): Promise<ProviderHandle>;
  /** A provider that is not configured for this: to ask it for schemas. Absent: schemas come from configured ones. */
  unconfigured?(name: string, kind: SchemaKind, type: string): Promise<Provider>;
  /** The run was interrupted: what providers are doing is to end soon. */
  interrupt?(): Promise<void>;
  close(): Promise<void>;
}

export interface ProviderHandle {
  readonly provider: Provider;
  /** What `configure` reported. */
  readonly diagnostics: readonly Diagnostic[];
}

/** A provider configuration that a front end declared (`new aws.Provider(...)`, `app().providers`, a `provider` block). */
export interface ProviderConfiguration {
  /** `aws` or `aws.alias`. */
  readonly name: string;
  readonly config: ValueObject;
  readonly range?: SourceRange;
}
