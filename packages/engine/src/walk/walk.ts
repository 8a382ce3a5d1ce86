import { type Diagnostic, DiagnosticError, errorDiagnostic, hasErrors, type SourceRange } from "@dovetail/model";
import { diagnosticsOf } from "./diagnostics.ts";

/**
 * One pass over a program's resources as they are registered: each starts when its dependencies are done,
 * what depends on a failed one is not attempted, and everything that was found is kept for the end.
 */

const TURNS_TO_REGISTER = 100;

export interface Registered {
  readonly address: string;
  readonly dependencies: readonly string[];
  readonly range?: SourceRange;
}

interface Node extends Registered {
  outcome: "running" | "done" | "failed" | "skipped";
  readonly settled: Promise<void>;
}

export class Walk {
  readonly #nodes = new Map<string, Node>();
  readonly #diagnostics: Diagnostic[] = [];
  readonly #unregistered: { readonly node: Registered; readonly missing: string }[] = [];
  readonly #signal: AbortSignal | undefined;
  #isInterrupted = false;
  #isClosed = false;

  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal;
  }

  get isInterrupted(): boolean {
    return this.#isInterrupted;
  }

  has(address: string): boolean {
    return this.#nodes.has(address);
  }

  outcome(address: string): Node["outcome"] | undefined {
    return this.#nodes.get(address)?.outcome;
  }

  skipped(): readonly string[] {
    return [...this.#nodes.values()].filter((node) => node.outcome === "skipped").map((node) => node.address);
  }

  dependenciesOf(address: string): readonly string[] {
    return this.#nodes.get(address)?.dependencies ?? [];
  }

  report(...diagnostics: readonly Diagnostic[]): void {
    this.#diagnostics.push(...diagnostics);
  }

  /** Whether a new operation may start. Remembers that one was refused. */
  mayStart(): boolean {
    if (this.#signal?.aborted !== true) return true;
    this.#isInterrupted = true;
    return false;
  }

  /** Adds a node and runs `work` when its dependencies are done. The promise's rejection may be left unwatched. */
  add<T>(registered: Registered, doing: string, work: () => Promise<T>): Promise<T> {
    const refusal = this.#isClosed ? skip(registered, undefined) : this.#refuse(registered);
    if (refusal !== undefined) {
      this.#diagnostics.push(...refusal.diagnostics);
      const rejected = Promise.reject(refusal);
      rejected.catch(() => undefined);
      return rejected;
    }
    let settle = () => {};
    const settled = new Promise<void>((resolve) => {
      settle = resolve;
    });
    const node: Node = { ...registered, outcome: "running", settled };
    const waits = registered.dependencies.map((address) => this.#nodes.get(address)).filter((found) => found !== undefined);
    this.#nodes.set(registered.address, node);
    const result = this.#run(node, waits, doing, work).finally(settle);
    result.catch(() => undefined);
    return result;
  }

  async #run<T>(node: Node, waits: readonly Node[], doing: string, work: () => Promise<T>): Promise<T> {
    for (const dependency of waits) if (dependency.outcome === "running") await dependency.settled;
    const failed = waits.find((dependency) => dependency.outcome !== "done");
    if (failed !== undefined || !this.mayStart()) {
      node.outcome = "skipped";
      throw skip(node, failed?.outcome === "failed" ? failed.address : undefined);
    }
    try {
      const result = await work();
      node.outcome = "done";
      return result;
    } catch (error) {
      const diagnostics = diagnosticsOf(error, doing, node);
      if (isQuiet(diagnostics)) node.outcome = "skipped";
      else {
        node.outcome = "failed";
        this.#diagnostics.push(...diagnostics);
      }
      // Placed as reported, so that a program that passes it on adds nothing.
      throw new DiagnosticError(diagnostics, { cause: error });
    }
  }

  #refuse(registered: Registered): DiagnosticError | undefined {
    const { address, range, dependencies } = registered;
    const first = this.#nodes.get(address);
    if (first !== undefined) return duplicate(registered, first);
    for (const missing of dependencies) {
      if (missing !== address && this.#nodes.has(missing)) continue;
      // The node exists as a failed one, so that what depends on it is skipped and a cycle can be told at the end.
      this.#nodes.set(address, { ...registered, outcome: "failed", settled: Promise.resolve() });
      this.#unregistered.push({ node: registered, missing });
      return new DiagnosticError(skipDiagnostic(address, range, missing));
    }
    return undefined;
  }

  /**
   * Returns when no node is running and none was added meanwhile; from then on none can be. What a program does when one of its
   * promises is done may take some turns to reach the next registration, so they are given to it.
   */
  async close(): Promise<void> {
    for (let size = -1; size !== this.#nodes.size; ) {
      size = this.#nodes.size;
      for (const node of this.#nodes.values()) await node.settled;
      for (let turn = 0; turn < TURNS_TO_REGISTER; turn++) await Promise.resolve();
    }
    this.#isClosed = true;
  }

  /** Everything found, DVT4008 left out (its cause is there). Call when settled. */
  diagnostics(): readonly Diagnostic[] {
    const unregistered = this.#unregistered.map(({ node, missing }) => this.#tellUnregistered(node, missing));
    const all = [...this.#diagnostics.filter((d) => d.code !== "DVT4008"), ...unregistered];
    return this.#isInterrupted && !all.some((d) => d.code === "DVT4007") ? [...all, interrupted()] : all;
  }

  #tellUnregistered(node: Registered, missing: string): Diagnostic {
    const cycle = this.#pathBetween(missing, node.address);
    const place = { address: node.address, ...(node.range === undefined ? {} : { range: node.range }) };
    if (cycle !== undefined) {
      const shown = [node.address, ...cycle].join(" -> ");
      return errorDiagnostic("DVT1013", "Cyclic dependency", {
        ...place,
        detail: `These resources depend on each other, so none can be created first: ${shown}.`,
        fix: "Break the circle: move one of the values that they share into a resource of its own, or write it out.",
      });
    }
    return errorDiagnostic("DVT3011", "Dependency not registered", {
      ...place,
      detail: `${node.address} depends on ${missing}, which is not declared before it.`,
      fix: `Declare ${missing} first, or remove the dependency.`,
    });
  }

  /** Addresses from `from` to `to` along dependencies, both included; undefined where there is no way. */
  #pathBetween(from: string, to: string): readonly string[] | undefined {
    const cameFrom = new Map<string, string | undefined>([[from, undefined]]);
    const open = [from];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      if (at === to) {
        const path = [];
        for (let step: string | undefined = to; step !== undefined; step = cameFrom.get(step)) path.unshift(step);
        return path;
      }
      for (const next of this.dependenciesOf(at)) {
        if (cameFrom.has(next)) continue;
        cameFrom.set(next, at);
        open.push(next);
      }
    }
    return undefined;
  }
}

function duplicate(registered: Registered, first: Registered): DiagnosticError {
  return new DiagnosticError(
    errorDiagnostic("DVT1012", "Duplicate resource name", {
      address: registered.address,
      ...(registered.range === undefined ? {} : { range: registered.range }),
      detail: `${registered.address} is declared twice. Each resource of a type needs a name of its own.`,
      fix: "Give one of them another name.",
      ...(first.range === undefined ? {} : { related: [{ range: first.range, message: "It is declared here first." }] }),
    }),
  );
}

function skip(node: Registered, cause: string | undefined): DiagnosticError {
  return new DiagnosticError(skipDiagnostic(node.address, node.range, cause));
}

/** DVT4008, which is never shown while its cause is. */
export function skipDiagnostic(address: string, range: SourceRange | undefined, cause: string | undefined): Diagnostic {
  return errorDiagnostic("DVT4008", "Not attempted because a dependency failed", {
    address,
    ...(range === undefined ? {} : { range }),
    detail: cause === undefined ? `${address} was not attempted.` : `${address} needs ${cause}, which failed.`,
  });
}

function isQuiet(diagnostics: readonly Diagnostic[]): boolean {
  return hasErrors(diagnostics) && diagnostics.every((d) => d.severity !== "error" || d.code === "DVT4008");
}

function interrupted(): Diagnostic {
  return errorDiagnostic("DVT4007", "Stopped by an interrupt", {
    detail: "What was running has been finished and recorded; nothing new was begun.",
    fix: "Deploy again: it goes on from there.",
  });
}
