import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { manualClock, seededRandom, type Value, type ValueObject } from "@dovetail/model";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createUtilityProvider } from "../index.ts";
import { outputsOf } from "./state-outputs.ts";

let folder = "";
const asked: unknown[] = [];
const bytes = (text: string) => new TextEncoder().encode(text);
const stateOf = (outputs: object, version = 4) => JSON.stringify({ version, serial: 1, lineage: "l", outputs, resources: [] });
const OUTPUTS = {
  url: { value: "https://a", type: "string" },
  counts: { value: { a: 1, b: [true, null] }, type: ["object", { a: "number", b: ["tuple", ["bool", "string"]] }] },
  secret: { value: "s3cret", type: "string", sensitive: true },
};

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "dovetail-remote-state-"));
  mkdirSync(join(folder, "terraform.tfstate.d/dev"), { recursive: true });
  writeFileSync(join(folder, "terraform.tfstate"), stateOf(OUTPUTS));
  writeFileSync(join(folder, "other.tfstate"), stateOf({ a: { value: "other" } }));
  writeFileSync(join(folder, "terraform.tfstate.d/dev/terraform.tfstate"), stateOf({ a: { value: "dev" } }));
  writeFileSync(join(folder, "cut.tfstate"), stateOf(OUTPUTS).slice(0, 60));
  writeFileSync(join(folder, "old.tfstate"), stateOf({}, 3));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function read(config: ValueObject) {
  const provider = createUtilityProvider("terraform", {
    clock: manualClock(0),
    random: seededRandom(1),
    cwd: folder,
    async readStateObject(access, object) {
      asked.push({ access, object });
      return object.key === "none" ? undefined : bytes(stateOf({ key: { value: object.key } }));
    },
  });
  const { state, sensitive, diagnostics } = await provider.readData("terraform_remote_state", config);
  return { outputs: state.outputs, sensitive, problems: diagnostics.map(({ summary, detail }) => `${summary}: ${detail}`) };
}

describe("terraform_remote_state", () => {
  it("gives outputs as they were stored, and says which are secret", async () => {
    expect(await read({ backend: "local" })).toEqual({
      outputs: { url: "https://a", counts: { a: 1, b: [true, null] }, secret: "s3cret" },
      sensitive: [["outputs", "secret"]],
      problems: [],
    });
  });

  it.each<[string, ValueObject, Value]>([
    ["another file", { backend: "local", config: { path: "other.tfstate" } }, { a: "other" }],
    ["a workspace", { backend: "local", workspace: "dev" }, { a: "dev" }],
    ["a workspace in another folder", { backend: "local", workspace: "x", config: { workspace_dir: "y" }, defaults: {} }, {}],
    [
      "defaults under what is stored",
      { backend: "local", defaults: { url: "x", more: 1 }, config: { path: "other.tfstate" } },
      { url: "x", more: 1, a: "other" },
    ],
    ["defaults where there is no state", { backend: "local", config: { path: "none" }, defaults: { a: [1] } }, { a: [1] }],
    ["S3", { backend: "s3", config: { bucket: "b", key: "k/state" } }, { key: "k/state" }],
    ["a workspace in S3", { backend: "s3", workspace: "dev", config: { bucket: "b", key: "k" } }, { key: "env:/dev/k" }],
    [
      "a workspace under another prefix",
      { backend: "s3", workspace: "dev", config: { bucket: "b", key: "k", workspace_key_prefix: "w" } },
      { key: "w/dev/k" },
    ],
  ])("reads %s", async (_what, config, outputs) => {
    expect(await read(config)).toMatchObject({ outputs, problems: [] });
  });

  it("hands the backend's access on: profile, roles, endpoints", async () => {
    const config = { bucket: "b", key: "k", profile: "shared", assume_role: { role_arn: "arn:aws:iam::1:role/r" } };
    await read({ backend: "s3", config });
    expect(asked.at(-1)).toEqual({ access: config, object: { bucket: "b", key: "k" } });
  });

  it("has it decrypted where that is configured", async () => {
    const provider = createUtilityProvider("terraform", {
      clock: manualClock(0),
      random: seededRandom(1),
      cwd: folder,
      decryptState: async (stored) => bytes(stateOf({ length: { value: stored.length } })),
    });
    const { state } = await provider.readData("terraform_remote_state", { backend: "local", config: { path: "cut.tfstate" } });
    expect(state.outputs).toEqual({ length: 60 });
  });

  it.each<[string, ValueObject, string]>([
    [
      "a file that is not there",
      { backend: "local", config: { path: "none" } },
      "Unable to find remote state: No stored state was found",
    ],
    ["an object that is not there", { backend: "s3", config: { bucket: "b", key: "none" } }, "Unable to find remote state"],
    [
      "a file that was cut",
      { backend: "local", config: { path: "cut.tfstate" } },
      'Error loading state: The state of workspace "default" in the backend "local" cannot be read: it is no JSON',
    ],
    [
      "an older format",
      { backend: "local", config: { path: "old.tfstate" } },
      "it has format version 3, and only version 4 is read",
    ],
    ["a folder", { backend: "local", config: { path: "terraform.tfstate.d" } }, "EISDIR"],
    ["a backend that is none", { backend: "floppy" }, 'Invalid backend configuration: There is no backend type named "floppy".'],
    [
      "a backend of elsewhere",
      { backend: "gcs", config: { bucket: "b" } },
      'The backend "gcs" is Terraform\'s, and Dovetail does not read states from it',
    ],
    ["an argument that is none", { backend: "local", config: { pth: "x" } }, 'The backend "local" has no argument named "pth".'],
    ["no bucket", { backend: "s3", config: { key: "k" } }, 'The argument "bucket" is required for the s3 backend'],
    ["a config that is no object", { backend: "s3", config: "x" }, 'The argument "config" must be an object.'],
    ["a name of Object's", { backend: "constructor" }, 'There is no backend type named "constructor".'],
  ])("refuses %s", async (_what, config, problem) => {
    const { problems } = await read(config);
    expect(problems.join("\n")).toContain(problem);
  });
});

it("any bytes are a state's outputs or refused with a sentence", () => {
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array(), fc.json().map(bytes)), (some) => {
      try {
        expect(outputsOf(some).outputs).toBeTypeOf("object");
      } catch (error) {
        expect((error as Error).message).toMatch(/^it (is no JSON|has format version)|^its output/);
      }
    }),
  );
});
