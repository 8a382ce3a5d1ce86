import { type Diagnostic, manualClock, type Path, seededRandom, UNKNOWN, type Value } from "@dovetail/model";
import type { EphemeralOpened, Provider } from "@dovetail/provider";
import { describe, expect, it } from "vitest";
import {
  createEngine,
  type EphemeralRegistration,
  type EvaluationHost,
  type FrontEnd,
  memoryFiles,
  type RegisteredObject,
} from "../../src/index.ts";
import { World, worldProvider } from "../support/world.ts";

const SECRET: readonly Path[] = [["token"]];
const warning: Diagnostic = { code: "DVT4010", severity: "warning", summary: "It says something" };

/** A provider whose `lease` is open until it is closed, and asks to be renewed after a minute. */
function leases(options: { readonly fails?: "open" | "renew" | "close" } = {}) {
  const clock = manualClock(0);
  const told: string[] = [];
  const failure = (at: "open" | "renew" | "close"): readonly Diagnostic[] =>
    options.fails === at ? [{ code: "DVT4010", severity: "error", summary: `It does not ${at}` }] : [];
  const provider: Provider = {
    ...worldProvider(new World()),
    getEphemeralSchema: (type) =>
      type === "lease"
        ? { attributes: { of: { type: "string", required: true }, token: { type: "string", computed: true, sensitive: true } } }
        : undefined,
    async openEphemeral(_, config): Promise<EphemeralOpened> {
      told.push(`open ${String(config.of)}`);
      return {
        result: { ...config, token: `token of ${String(config.of)}` },
        private: "lease 1",
        renewAtMs: clock.now() + 60_000,
        diagnostics: failure("open"),
      };
    },
    async renewEphemeral(_, own) {
      told.push(`renew ${own}`);
      return { private: "lease 2", renewAtMs: clock.now() + 60_000, diagnostics: failure("renew") };
    },
    async closeEphemeral(_, own) {
      told.push(`close ${own}`);
      return [warning, ...failure("close")];
    },
  };
  const engine = createEngine({
    app: "app",
    stage: "dev",
    directory: "/app/.dovetail",
    files: memoryFiles(),
    clock,
    random: seededRandom(1),
    providers: {
      localNameFor: () => "world",
      provider: async () => ({ provider, diagnostics: [] }),
      close: async () => undefined,
    },
    owner: { who: "tester@here", host: "here", pid: 1, version: "0", isProcessAlive: () => true },
  });
  const open = (host: EvaluationHost, of: Value, more: Partial<EphemeralRegistration> = {}) =>
    host.openEphemeral?.({
      address: "ephemeral.lease.a",
      type: "lease",
      config: { of },
      sensitive: [],
      dependencies: [],
      ...more,
    });
  const seen: (RegisteredObject | undefined)[] = [];
  const program = (of: Value, during: () => Promise<void> = async () => undefined): FrontEnd => ({
    async evaluate(host) {
      seen.push(await open(host, of));
      await during();
      told.push("done");
      return { outputs: {} };
    },
  });
  return { clock, told, engine, program, seen, open };
}

describe("ephemeral resources", () => {
  it("are open until the program has been evaluated, in the plan and in apply, and come into no plan and no state", async () => {
    const { engine, told, program, seen } = leases();
    const plan = await engine.plan({ frontEnd: program("x") });
    expect(told).toEqual(["open x", "done", "close lease 1"]);
    expect(seen[0]).toEqual({ value: { of: "x", token: "token of x" }, sensitive: SECRET });
    expect(plan.diagnostics).toMatchObject([{ summary: "It says something", address: "ephemeral.lease.a" }]);
    expect(JSON.stringify(plan)).not.toContain("token of");
    const applied = await engine.apply({ ...plan, isApplyable: true }, { frontEnd: program("x") });
    expect(told.slice(3)).toEqual(["open x", "done", "close lease 1"]);
    expect(JSON.stringify([...applied.state.instances])).not.toContain("token of");
  });

  it("are renewed while they are open, and closed with what the renewal answered", async () => {
    const { engine, told, program, clock } = leases();
    const wait = async () => {
      for (let i = 0; i < 2; i++) {
        clock.advance(60_000);
        for (let turn = 0; turn < 20; turn++) await Promise.resolve();
      }
    };
    await engine.plan({ frontEnd: program("x", wait) });
    expect(told).toEqual(["open x", "renew lease 1", "renew lease 2", "done", "close lease 2"]);
    clock.advance(3_600_000);
    expect(told).toHaveLength(5);
  });

  it("are not opened while what they are made from is not known, nor where nothing needs them", async () => {
    const { engine, told, program, seen, open } = leases();
    await engine.plan({ frontEnd: program(UNKNOWN) });
    expect(seen[0]?.value).toEqual({ of: UNKNOWN, token: UNKNOWN });
    const unneeded: FrontEnd = {
      async evaluate(host) {
        seen.push(await open(host, "x", { isUnneeded: true }));
        return { outputs: {} };
      },
    };
    await engine.plan({ frontEnd: unneeded });
    expect(seen[1]?.value).toEqual({ of: "x", token: UNKNOWN });
    expect(told).toEqual(["done"]);
  });

  it.each(["open", "renew", "close"] as const)("tell what went wrong: %s", async (fails) => {
    const { engine, program, clock, told } = leases({ fails });
    const renewed = async () => {
      clock.advance(60_000);
      for (let turn = 0; turn < 20; turn++) await Promise.resolve();
    };
    const plan = await engine.plan({ frontEnd: program("x", renewed) });
    expect(plan.diagnostics.filter(({ severity }) => severity === "error")).toMatchObject([
      { summary: `It does not ${fails}`, address: "ephemeral.lease.a" },
    ]);
    expect(told.filter((each) => each.startsWith("close"))).toHaveLength(fails === "open" ? 0 : 1);
  });

  it("are refused by name where a provider has no such type, or an argument does not fit", async () => {
    const { engine, open } = leases();
    const found = async (type: string, of: Value) => {
      const frontEnd: FrontEnd = {
        async evaluate(host) {
          await open(host, of, { type })?.catch(() => undefined);
          return { outputs: {} };
        },
      };
      return (await engine.plan({ frontEnd })).diagnostics.map(({ code }) => code);
    };
    expect(await found("none", "x")).toEqual(["DVT3004"]);
    expect(await found("lease", null)).toEqual(["DVT3001"]);
  });
});
