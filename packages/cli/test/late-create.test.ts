import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { program, type TestApp, testApp, until } from "./support/app.ts";

/** A deploy is killed while the cloud holds its create back; the next deploy begins before the create is carried out. */
const ROLE = program(`    new aws.iam.Role("R", {
      name: "late",
      assumeRolePolicy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
      }),
    });`);

let app: TestApp;
beforeAll(async () => {
  app = testApp({ "sst.config.ts": ROLE });
  await app.succeed("cloud", "start");
});
afterAll(() => app.dispose());

const hold = (ms: number) => app.admin("POST", "_localstack/chaos/effects", { latency: ms });
const journal = () => {
  const path = join(app.folder, ".dovetail/dev.journal");
  return existsSync(path) ? readFileSync(path, "utf8") : "";
};

test.each([200, 1000, 2000, 4000])(
  "a create that arrives %i ms late is the next deploy's own",
  { timeout: 120_000 },
  async (lateMs) => {
    await hold(lateMs);
    const killed = app.start("deploy", "--stage", "dev");
    await until(() => journal().includes('"kind":"intent"'));
    // The request is out a moment after its intent is on the disk.
    const asked = Date.now();
    await until(() => Date.now() - asked > 50);
    killed.child.kill("SIGKILL");
    await killed.ended;
    await hold(0);
    const next = await app.succeed("deploy", "--stage", "dev");
    expect(next.err).not.toMatch(/DVT4004|already exists/);
    expect((await app.succeed("state", "list", "--stage", "dev")).out.trim()).toBe("aws_iam_role.R");
    expect((await app.run("diff", "--stage", "dev", "--detailed-exitcode")).code).toBe(0);
    await app.succeed("remove", "--stage", "dev");
  },
);
