import { configAddress, DiagnosticError, hasErrors } from "@dovetail/model";
import type { LiveObject } from "../plan/live-object.ts";
import type { ResourceChange } from "../plan/plan.ts";
import { hookCall } from "../plan/plan-hooks.ts";
import { diagnosticsOf, type Place, placed } from "../walk/diagnostics.ts";
import { runHooks } from "../walk/hooks.ts";
import { skipDiagnostic } from "../walk/walk.ts";
import { type ApplyContext, changeKey } from "./apply-context.ts";
import { identityOfChange } from "./identity.ts";
import { deleteObject } from "./operate.ts";

/**
 * Everything that a plan deletes, in reverse order of the dependencies that the state recorded. Deletes that a
 * delete-first replacement has to wait for run when it asks; the others when the program has been carried out.
 */

interface Task {
  readonly key: string;
  readonly change: ResourceChange;
  /** Deletes the old object of a replacement whose new one is made first. */
  readonly isAfterCreate: boolean;
  /** Tasks that must be done before: deletes of what depends on it. */
  readonly before: Set<string>;
  run?: Promise<void>;
}

export class Deletions {
  readonly #context: ApplyContext;
  readonly #tasks = new Map<string, Task>();
  /** Key under which a create-first replacement deposed its old object, by address. */
  readonly #deposedBy = new Map<string, string>();
  /** Config address -> addresses (of plan changes) that depended or will depend on it. */
  readonly #users: ReadonlyMap<string, readonly string[]>;
  /** Of what the refresh found gone, by config address: what it depended on. */
  readonly #gone = new Map<string, readonly string[]>();

  constructor(context: ApplyContext) {
    this.#context = context;
    for (const change of context.plan.changes) {
      if (change.action !== "delete" && change.action !== "replace") continue;
      const key = changeKey(change);
      const isAfterCreate = change.action === "replace" && change.createBeforeDestroy;
      this.#tasks.set(key, { key, change, isAfterCreate, before: new Set() });
    }
    this.#users = usersByConfig(context);
    for (const { address, after, dependencies } of context.plan.drift)
      if (after === null) this.#gone.set(configAddress(address), dependencies.map(configAddress));
    this.#order();
  }

  /** The create-first replacement of `address` put its old object aside under `key`. */
  deposed(address: string, key: string): void {
    this.#deposedBy.set(address, key);
  }

  /** Deletes the old object of a delete-first replacement, after everything that depends on it. Throws DiagnosticError. */
  async first(address: string): Promise<void> {
    const task = this.#tasks.get(address);
    if (task === undefined) return;
    await this.#run(task);
  }

  /** Runs what is left: removals and old objects of create-first replacements. Failures are reported to the walk. */
  async rest(): Promise<void> {
    const left = [...this.#tasks.values()].filter((task) => this.#isForTheEnd(task));
    await Promise.all(
      left.map(async (task) => {
        try {
          await this.#run(task);
        } catch (error) {
          const { address } = task.change;
          const found =
            error instanceof DiagnosticError ? error.diagnostics : diagnosticsOf(error, `deleting ${address}`, { address });
          this.#context.walk.report(...found);
          if (found.every((d) => d.code === "DVT4008")) {
            this.#context.emit({ type: "skipped", address, action: task.change.action });
          }
        }
      }),
    );
  }

  #isForTheEnd(task: Task): boolean {
    if (task.change.action === "delete") return true;
    return task.isAfterCreate && this.#deposedBy.has(task.change.address);
  }

  #run(task: Task): Promise<void> {
    if (task.run === undefined) {
      // Begun in a turn of its own: a chain of ten thousand is no deep stack.
      task.run = Promise.resolve().then(() => this.#execute(task));
      task.run.catch(() => undefined);
    }
    return task.run;
  }

  async #execute(task: Task): Promise<void> {
    const { change } = task;
    for (const key of task.before) {
      const other = this.#tasks.get(key);
      if (other === undefined || (other.change.action === "replace" && !this.#isReady(other))) continue;
      try {
        await this.#run(other);
      } catch {
        throw new DiagnosticError(skipDiagnostic(change.address, change.range, other.change.address));
      }
    }
    const blocker = this.#failedUser(task);
    if (blocker !== undefined) throw new DiagnosticError(skipDiagnostic(change.address, change.range, blocker));
    await this.#delete(task);
  }

  /** A replacement's old object can go now, or goes with its own create-first order. */
  #isReady(task: Task): boolean {
    return !task.isAfterCreate || this.#deposedBy.has(task.change.address);
  }

  /** Something that uses the object and was to be changed first, but was not. Only asked where the program has been carried out. */
  #failedUser(task: Task): string | undefined {
    if (task.change.action === "replace" && !task.isAfterCreate) return undefined;
    const users = this.#users.get(configAddress(task.change.address)) ?? [];
    return users.find((address) => {
      const outcome = this.#context.walk.outcome(address);
      return outcome === "failed" || outcome === "skipped";
    });
  }

  async #delete(task: Task): Promise<void> {
    const { change } = task;
    const place = { address: change.address, ...(change.range === undefined ? {} : { range: change.range }) };
    const deposed = task.isAfterCreate ? this.#deposedBy.get(change.address) : change.deposed;
    const instance = this.#context.state.get(change.address);
    const recorded = deposed === undefined ? instance?.current : instance?.deposed[deposed];
    if (recorded === undefined || change.before === null) return;
    const typed = await this.#context.types.find({ ...change, mode: "managed" });
    const object: LiveObject = {
      value: change.before,
      sensitive: change.beforeSensitive,
      ...(change.beforePrivate === undefined ? {} : { private: change.beforePrivate }),
    };
    if (deposed === undefined && !recorded.isTainted) await this.#deprovision(change, object, place);
    await this.#hooks(change, "beforeDelete", place);
    await deleteObject(this.#context, {
      typed,
      identity: identityOfChange(change, typed),
      object,
      recorded,
      place,
      goesWithAnother: this.#goesWith(change),
      ...(deposed === undefined ? {} : { deposed }),
    });
    this.#context.counts.destroyed += 1;
    await this.#hooks(change, "afterDelete", place);
  }

  /** Throws DiagnosticError where the program's commands fail. */
  async #deprovision({ address }: ResourceChange, object: LiveObject, place: Place): Promise<void> {
    const tell = (line: string) => this.#context.emit({ type: "printed", address, line });
    const found = (await this.#context.frontEnd?.beforeDelete?.(address, object, tell)) ?? [];
    const diagnostics = placed(found, place);
    if (hasErrors(diagnostics)) throw new DiagnosticError(diagnostics);
    this.#context.walk.report(...diagnostics);
  }

  async #hooks(change: ResourceChange, point: "beforeDelete" | "afterDelete", place: Place): Promise<void> {
    const names = change.deletion?.hooks?.[point];
    if (names === undefined || names.length === 0) return;
    const call = hookCall(change, point);
    this.#context.walk.report(...(await runHooks({ frontEnd: this.#context.frontEnd, names, call, place, isPlan: false })));
  }

  /** Its object goes when another's goes, and that one is deleted in this run. */
  #goesWith({ deletion }: ResourceChange): boolean {
    return deletion?.deletedWith !== undefined && this.#tasks.has(deletion.deletedWith);
  }

  /** Fills `before`, without circles. What a delete-first replacement needs never waits for a create-first one. */
  #order(): void {
    const byConfig = new Map<string, string[]>();
    for (const task of this.#tasks.values()) {
      for (const dependency of this.#recordedDependencies(task)) {
        const dependents = byConfig.get(dependency);
        if (dependents === undefined) byConfig.set(dependency, [task.key]);
        else dependents.push(task.key);
      }
    }
    const dependents = (task: Task) => (byConfig.get(configAddress(task.change.address)) ?? []).filter((key) => key !== task.key);
    const early = this.#early(dependents);
    for (const task of this.#tasks.values()) {
      for (const key of dependents(task)) {
        if (early.has(task.key) && this.#tasks.get(key)?.isAfterCreate === true) continue;
        task.before.add(key);
      }
    }
    breakCircles(this.#tasks);
  }

  /** Also through what is gone without this run: what that depended on goes after the task all the same. */
  #recordedDependencies(task: Task): readonly string[] {
    const found = new Set<string>();
    const open = [...this.#directDependencies(task)];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      if (found.has(at)) continue;
      found.add(at);
      open.push(...(this.#gone.get(at) ?? []));
    }
    return [...found];
  }

  #directDependencies(task: Task): readonly string[] {
    const instance = this.#context.state.get(task.change.address);
    const object = task.change.deposed === undefined ? instance?.current : instance?.deposed[task.change.deposed];
    return object?.dependencies ?? [];
  }

  #early(dependents: (task: Task) => readonly string[]): ReadonlySet<string> {
    const open = [...this.#tasks.values()].filter((task) => task.change.action === "replace" && !task.isAfterCreate);
    const early = new Set(open.map((task) => task.key));
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      for (const key of dependents(at)) {
        const task = this.#tasks.get(key);
        if (task === undefined || task.isAfterCreate || early.has(key)) continue;
        early.add(key);
        open.push(task);
      }
    }
    return early;
  }
}

/** A state's dependencies may go in a circle (recorded at different times); the edge that closes one is dropped. */
function breakCircles(tasks: ReadonlyMap<string, Task>): void {
  const colour = new Map<string, "open" | "done">();
  for (const start of [...tasks.keys()].sort()) {
    const stack: { readonly key: string; readonly edges: string[] }[] = [];
    const enter = (key: string) => {
      colour.set(key, "open");
      stack.push({ key, edges: [...(tasks.get(key)?.before ?? [])] });
    };
    if (!colour.has(start)) enter(start);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const next = top.edges.pop();
      if (next === undefined) {
        colour.set(top.key, "done");
        stack.pop();
      } else if (colour.get(next) === "open") tasks.get(top.key)?.before.delete(next);
      else if (!colour.has(next)) enter(next);
    }
  }
}

function usersByConfig(context: ApplyContext): ReadonlyMap<string, readonly string[]> {
  const users = new Map<string, string[]>();
  for (const change of context.plan.changes) {
    const recorded = context.state.get(change.address)?.current?.dependencies ?? [];
    for (const dependency of new Set([...recorded, ...change.dependencies.map(configAddress)])) {
      const list = users.get(dependency);
      if (list === undefined) users.set(dependency, [change.address]);
      else list.push(change.address);
    }
  }
  return users;
}
