import { seededRandom } from "@dovetail/model";
import { describe, expect, it } from "vitest";
import { createHttpBackend, type HttpStateAnswer, type HttpStateRequest, memoryFiles } from "../src/index.ts";
import { type App, actions, TestStage } from "./support/harness.ts";

/** A server of states in memory, as GitLab's: one state, one lock. */
class StateServer {
  state: Uint8Array | undefined;
  lock: string | undefined;
  readonly asked: string[] = [];
  /** Answers instead of the server, while it is there. */
  fault: ((request: HttpStateRequest) => Partial<HttpStateAnswer> | "hang" | undefined) | undefined;

  send = async (request: HttpStateRequest): Promise<HttpStateAnswer> => {
    this.asked.push(`${request.method} ${request.url}`);
    const fault = this.fault?.(request);
    if (fault === "hang") return await new Promise(() => undefined);
    if (fault !== undefined) return { status: 200, body: new Uint8Array(), ...fault };
    return { body: new Uint8Array(), ...this.#answer(request) };
  };

  #answer({ method, url, body = new Uint8Array() }: HttpStateRequest): { status: number; body?: Uint8Array } {
    const id = (text: string) => (JSON.parse(text) as { ID: string }).ID;
    const text = Buffer.from(body).toString();
    switch (method) {
      case "GET":
        return this.state === undefined ? { status: 404 } : { status: 200, body: this.state };
      case "LOCK":
        if (this.lock !== undefined) return { status: 423, body: Buffer.from(this.lock) };
        this.lock = text;
        return { status: 200 };
      case "UNLOCK":
        if (this.lock !== undefined && id(this.lock) !== id(text)) return { status: 409 };
        this.lock = undefined;
        return { status: 200 };
      default:
        if (this.lock !== undefined && new URL(url).searchParams.get("ID") !== id(this.lock)) return { status: 423 };
        this.state = body;
        return { status: 200 };
    }
  }
}

const program = async (app: App) => {
  await app.thing("A");
  return {};
};

function stage(server: StateServer, options: ConstructorParameters<typeof TestStage>[0] = {}) {
  const backend = createHttpBackend({
    address: "http://states/a?x=1",
    updateMethod: "POST",
    lock: { address: "http://states/a/lock", method: "LOCK" },
    unlock: { address: "http://states/a/lock", method: "UNLOCK" },
    send: server.send,
  });
  return new TestStage({ storage: () => backend.storage("default"), ...options });
}

describe("the backend http", () => {
  it("reads, locks, writes under the lock's ID, unlocks", async () => {
    const server = new StateServer();
    const one = stage(server);
    await one.deployed(program);
    expect(server.asked[0]).toBe("LOCK http://states/a/lock");
    expect(server.asked.at(-1)).toBe("UNLOCK http://states/a/lock");
    expect(server.asked.find((line) => line.startsWith("POST"))).toMatch(/^POST http:\/\/states\/a\?x=1&ID=[0-9a-f-]{36}$/);
    expect([server.lock, actions(await one.plan(program))]).toEqual([undefined, []]);
  });

  it("is refused under another's lock, whose holder the server names, and breaks it by its ID", async () => {
    const server = new StateServer();
    server.lock = JSON.stringify({ ID: "eve-1", Who: "eve@ci", Created: "2026-11-21T20:00:00Z" });
    const one = stage(server);
    await expect(one.deploy(program)).rejects.toThrow(/DVT5001.*already locked: ID=eve-1.*eve@ci/s);
    await expect(one.engine.unlock("nope")).rejects.toThrow("DVT5010");
    expect(await one.engine.unlock("eve-1")).toMatchObject({ ID: "eve-1" });
    await one.deployed(program);
  });

  it("takes over the lock of a run of the same folder that died", async () => {
    const server = new StateServer();
    server.fault = ({ method }) => (method === "POST" ? "hang" : undefined);
    const dead = stage(server);
    void dead.deploy(program).catch(() => undefined);
    for (let i = 0; i < 60; i++) await new Promise((resolve) => setImmediate(resolve));
    server.fault = undefined;
    const files = memoryFiles(dead.files.snapshot());
    const alive = (pid: number) => pid === 101;
    const next = stage(server, { world: dead.world, files, random: seededRandom(2), pid: 101, alive });
    await next.deployed(program);
    expect(next.events.map(({ type }) => type)).toContain("took-over-lock");
    expect([server.lock, next.world.things.size]).toEqual([undefined, 1]);
  });

  it.each<[string, Partial<HttpStateAnswer>, string]>([
    ["no keys", { status: 401 }, "HTTP remote state endpoint requires auth"],
    ["wrong keys", { status: 403 }, "HTTP remote state endpoint invalid auth"],
    ["trouble", { status: 500 }, "Unexpected HTTP response code 500"],
    ["another MD5", { body: Buffer.from("{}"), md5: "x" }, "came with another Content-MD5"],
    ["bytes that are no state", { body: Buffer.from("<html>") }, "DVT5002"],
  ])("tells of %s", async (_what, answer, said) => {
    const server = new StateServer();
    server.fault = ({ method }) => (method === "GET" ? answer : undefined);
    await expect(stage(server).plan(program)).rejects.toThrow(said);
    expect(server.lock).toBeUndefined();
  });

  it("shows no keys of its address", async () => {
    const send = async () => {
      throw new Error("connect ECONNREFUSED");
    };
    const storage = createHttpBackend({ address: "https://me:secret@states/a", updateMethod: "POST", send }).storage("default");
    expect(storage.place).toBe("https://states/a");
    const said = [storage.read(), storage.write(new Uint8Array())].map((work) => work.catch((error: Error) => error.message));
    expect((await Promise.all(said)).join("\n")).toMatch(/DVT5010.*GET https:\/\/states\/a: connect.*DVT5005/s);
    expect((await Promise.all(said)).join("\n")).not.toContain("secret");
  });

  it("has no workspaces", async () => {
    const backend = createHttpBackend({ address: "http://s", updateMethod: "POST", send: new StateServer().send });
    await expect(backend.workspaces()).rejects.toThrow("workspaces not supported");
    expect(() => backend.storage("dev")).toThrow("workspaces not supported");
    expect(backend.storage("default").lock).toBeUndefined();
  });
});
