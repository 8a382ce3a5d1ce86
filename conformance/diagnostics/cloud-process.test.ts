/** The embedded AWS as a process: a port that is taken, a folder that has an owner, data that is none, a cloud that is not there. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { lockFolder } from "../../packages/cloud/src/process/registry.ts";
import { expectSaid, program, withCloud } from "./app.ts";

const cloud = withCloud();

describe("the cloud does not start", () => {
  test("at a port that is taken", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const { port } = other.address() as AddressInfo;
    const app = cloud.app({ "sst.config.ts": program("") });
    const ran = await app.run(["cloud", "start", "--port", String(port)], { env: { DOVETAIL_CLOUD: join(app.folder, "cloud") } });
    other.close();
    expect(ran.code).toBe(1);
    expectSaid(ran, {
      code: "DVT6002",
      says: [`Something else listens on 127.0.0.1:${port}, the port that was asked for.`],
      fix: "dovetail cloud start",
    });
  });

  test("from a file that is no data of its, which stays as it is", async () => {
    const app = cloud.app({ "sst.config.ts": program("") });
    const folder = join(app.folder, "cloud");
    mkdirSync(folder);
    writeFileSync(join(folder, "data.mdb"), "not a database ".repeat(5000));
    const ran = await app.run(["deploy", "--stage", "dev"], { env: { DOVETAIL_CLOUD: folder } });
    expect(ran.code).toBe(1);
    expectSaid(ran, {
      code: "DVT6005",
      says: ["data.mdb cannot be read as the embedded AWS's data"],
      fix: /mv .*data\.mdb .*data\.mdb\.damaged/,
    });
    expect(readFileSync(join(folder, "data.mdb"), "utf8").slice(0, 14)).toBe("not a database");
  });

  test("in a folder that another process has", () => {
    expect(() => lockFolder(join(cloud.scratch, "cloud"))).toThrow(
      /DVT6004: Cloud data folder is in use: Process \d+ runs a cloud in/,
    );
  });
});

describe("a command for a cloud that does not run", () => {
  test.each([[["cloud", "reset"]], [["cloud", "clock"]]])("%j says so", async (command) => {
    const app = cloud.app({ "sst.config.ts": program("") });
    const ran = await app.run(command, { env: { DOVETAIL_CLOUD: join(app.folder, "cloud") } });
    expect(ran.code).toBe(1);
    expectSaid(ran, { code: "DVT6003", says: ["No cloud runs for"], fix: "dovetail cloud start" });
  });
});
