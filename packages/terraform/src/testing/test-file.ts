import type { Expression, Val } from "@dovetail/hcl";
import type { SourceRange } from "@dovetail/model";
import type { CheckRule, PassedProvider, ProviderBlock } from "../configuration/model.ts";

/** What a `*.tftest.hcl` file declares (Terraform: "Tests", language reference). */
export interface TestFile {
  /** Absolute path. */
  readonly path: string;
  /** As it is printed: from the module's folder. */
  readonly name: string;
  /** Values of variables for every run. */
  readonly variables: ReadonlyMap<string, Expression>;
  /** By `name` or `name.alias`. */
  readonly providers: ReadonlyMap<string, ProviderBlock>;
  readonly mocks: ReadonlyMap<string, MockProviderBlock>;
  readonly overrides: readonly Override[];
  readonly runs: readonly RunBlock[];
}

export interface MockProviderBlock {
  readonly name: string;
  readonly alias?: string;
  readonly range: SourceRange;
  readonly resources: ReadonlyMap<string, Mocked>;
  readonly data: ReadonlyMap<string, Mocked>;
  readonly overrides: readonly Override[];
}

/** What a mocked object's computed attributes are instead of generated ones. */
export interface Mocked {
  readonly values: ReadonlyMap<string, Val>;
  /** They are known while it is planned, too. */
  readonly isPlanned: boolean;
}

export interface Override extends Mocked {
  readonly kind: "resource" | "data" | "module";
  /** An address; without keys it means every instance. */
  readonly target: string;
  readonly range: SourceRange;
}

export interface RunBlock {
  readonly name: string;
  readonly range: SourceRange;
  readonly command: "plan" | "apply";
  readonly variables: ReadonlyMap<string, Expression>;
  /** Another module than the one that the tests belong to. */
  readonly module?: { readonly source: string; readonly range: SourceRange };
  /** Which configurations the module gets. Absent: those of its own names. */
  readonly providers?: readonly PassedProvider[];
  readonly plan: {
    readonly isRefreshOnly: boolean;
    readonly refresh: boolean;
    readonly replace: readonly string[];
    readonly targets: readonly string[];
  };
  readonly asserts: readonly CheckRule[];
  readonly expected: readonly Expected[];
  readonly stateKey?: string;
  readonly overrides: readonly Override[];
}

/** Something with conditions, one of which is to fail. */
export interface Expected {
  /** `var.x`, `output.x`, `check.x`, `aws_x.y`, `data.aws_x.y`, perhaps with a key. */
  readonly address: string;
  readonly range: SourceRange;
}
