import {
  type Clock,
  type Diagnostic,
  manualClock,
  type Random,
  seededRandom,
  type Value,
  type ValueObject,
} from "@dovetail/model";
import {
  type ApplyOptions,
  type ApplyResult,
  createEngine,
  type Engine,
  type EngineEvent,
  type EvaluationHost,
  type EvaluationResult,
  type FrontEnd,
  type MemoryFiles,
  memoryFiles,
  type Plan,
  type PlanOptions,
  type ProviderRegistry,
  type RegisteredObject,
  type ResourceRegistration,
  type StateStorage,
} from "../../src/index.ts";
import { World, worldProvider, worldRegistry } from "./world.ts";

/** An engine over a world, a disk and a clock in memory, with what a lifecycle test wants to say and see. */

export type Program = (app: App) => Promise<EvaluationResult["outputs"] | undefined>;

/** One output that is no secret. */
export function output(value: Value | undefined): EvaluationResult["outputs"][string] {
  return { value: value ?? null, sensitive: false };
}

export interface ThingOptions extends Omit<Partial<ResourceRegistration>, "config"> {
  readonly after?: readonly string[];
}

/** What a test's program writes with. */
export class App {
  readonly host: EvaluationHost;
  constructor(host: EvaluationHost) {
    this.host = host;
  }

  /** Registers `test_thing.NAME`; its physical name is NAME in lower case unless the config has one. */
  thing(name: string, config: ValueObject = {}, options: ThingOptions = {}): Promise<RegisteredObject> {
    const { after, ...rest } = options;
    const named: ValueObject = rest.autoname === undefined ? { name: name.toLowerCase() } : {};
    return this.host.register({
      type: "test_thing",
      name,
      config: { ...named, ...config },
      sensitive: [],
      dependencies: (after ?? []).map((other) => (other.includes(".") ? other : `test_thing.${other}`)),
      ...rest,
    });
  }

  /** Registers `test_spare.NAME`. */
  spare(name: string, config: ValueObject = {}): Promise<RegisteredObject> {
    return this.host.register({ type: "test_spare", name, config, sensitive: [], dependencies: [] });
  }

  data(name: string, config: ValueObject, after: readonly string[] = []): Promise<RegisteredObject> {
    const dependencies = after.map((other) => `test_thing.${other}`);
    return this.host.readData({ type: "test_lookup", name, config, sensitive: [], dependencies });
  }
}

export function frontEnd(program: Program): FrontEnd {
  return {
    async evaluate(host) {
      return { outputs: (await program(new App(host))) ?? {} };
    },
  };
}

export interface StageOptions {
  readonly world?: World;
  readonly files?: MemoryFiles;
  readonly random?: Random;
  readonly pid?: number;
  readonly alive?: (pid: number) => boolean;
  readonly parallelism?: number;
  readonly recovers?: boolean;
  readonly app?: string;
  readonly registry?: ProviderRegistry;
  readonly settleMs?: number;
  /** A backend, made with the stage's clock. */
  readonly storage?: (clock: Clock) => StateStorage;
  readonly locksStorage?: boolean;
}

export class TestStage {
  readonly world: World;
  readonly files: MemoryFiles;
  readonly clock = manualClock(Date.UTC(2026, 0, 2));
  readonly events: EngineEvent[] = [];
  readonly engine: Engine;

  constructor(options: StageOptions = {}) {
    this.world = options.world ?? new World();
    this.files = options.files ?? memoryFiles();
    const pid = options.pid ?? 100;
    this.engine = createEngine({
      app: options.app ?? "shop",
      stage: "dev",
      directory: "/app/.dovetail",
      files: this.files,
      clock: this.clock,
      random: options.random ?? seededRandom(1),
      providers:
        options.registry ??
        worldRegistry(worldProvider(this.world, options.recovers === undefined ? {} : { recovers: options.recovers })),
      owner: {
        who: "ann@laptop",
        host: "laptop",
        pid,
        version: "0.1.0",
        isProcessAlive: options.alive ?? ((other) => other === pid),
      },
      onEvent: (event) => this.events.push(event),
      ...(options.storage === undefined ? {} : { storage: options.storage(this.clock) }),
      ...(options.locksStorage === undefined ? {} : { locksStorage: options.locksStorage }),
      ...(options.settleMs === undefined ? {} : { settleMs: options.settleMs }),
      ...(options.parallelism === undefined ? {} : { parallelism: options.parallelism }),
    });
  }

  plan(program: Program, options: Omit<PlanOptions, "frontEnd"> = {}): Promise<Plan> {
    return this.engine.plan({ frontEnd: frontEnd(program), ...options });
  }

  async deploy(program: Program, options: Omit<PlanOptions, "frontEnd"> & ApplyOptions = {}): Promise<ApplyResult> {
    return await this.engine.withLock("deploy", async () => {
      const plan = await this.plan(program, options);
      if (plan.isErrored) throw new Error(`plan errored: ${codes(plan.diagnostics)} ${JSON.stringify(plan.diagnostics)}`);
      return await this.engine.apply(plan, { frontEnd: frontEnd(program), ...options });
    });
  }

  /** Deploys and wants no error. */
  async deployed(program: Program, options: Omit<PlanOptions, "frontEnd"> & ApplyOptions = {}): Promise<ApplyResult> {
    const result = await this.deploy(program, options);
    if (!result.ok) throw new Error(JSON.stringify(result.diagnostics, null, 1));
    return result;
  }

  file(name: string): string | undefined {
    const bytes = this.files.snapshot().get(`/app/.dovetail/dev.${name}`);
    return bytes === undefined ? undefined : Buffer.from(bytes).toString("utf8");
  }

  calls(): readonly string[] {
    return this.world.calls.splice(0).map((call) => `${call.operation} ${call.name}`);
  }
}

export function codes(diagnostics: readonly Diagnostic[]): string {
  return diagnostics.map((d) => d.code).join(" ");
}

/** `address: action` of everything that is not a no-op. */
export function actions(plan: Plan): readonly string[] {
  return plan.changes
    .filter((c) => c.action !== "no-op")
    .map(
      (c) =>
        `${c.address}${c.deposed === undefined ? "" : " (deposed)"}: ${c.action}${c.action === "replace" && c.createBeforeDestroy ? " create first" : ""}`,
    );
}
