import type { Diagnostic } from "@dovetail/model";

/** What became of each condition of the configuration: for the plan's `checks` and the state's `check_results`. */

export type CheckStatus = "pass" | "fail" | "error" | "unknown";

export type CheckKind = "resource" | "output_value" | "check" | "var";

export interface CheckedObject {
  readonly kind: CheckKind;
  /** Without instance keys. */
  readonly config: string;
  /** false: which instances there are is not known. */
  isExpanded: boolean;
  /** One for each instance, by its address. */
  readonly instances: Map<string, { status: CheckStatus; messages: string[] }>;
}

export class CheckResults {
  readonly objects = new Map<string, CheckedObject>();

  /** It has conditions, whether or not there will be an instance. */
  declare(kind: CheckKind, config: string): CheckedObject {
    const key = `${kind} ${config}`;
    const known = this.objects.get(key) ?? { kind, config, isExpanded: false, instances: new Map() };
    this.objects.set(key, known);
    return known;
  }

  /** A condition's answer; the worst of an instance's counts. */
  record(kind: CheckKind, config: string, address: string, status: CheckStatus, message?: string): void {
    const object = this.declare(kind, config);
    object.isExpanded = true;
    const { instances } = object;
    const known = instances.get(address) ?? { status: "pass" as CheckStatus, messages: [] };
    if (RANK[status] > RANK[known.status]) known.status = status;
    if (message !== undefined) known.messages.push(message);
    instances.set(address, known);
  }
}

const RANK: { readonly [status in CheckStatus]: number } = { pass: 0, unknown: 1, fail: 2, error: 3 };

/** What a rule's evaluation says. */
export interface RuleOutcome {
  readonly status: CheckStatus;
  readonly message?: string;
  readonly diagnostics: readonly Diagnostic[];
}
