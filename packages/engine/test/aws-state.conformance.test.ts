import { execFileSync, spawnSync } from "node:child_process";
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, readSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ResourceSchema, seededRandom, systemClock, UNKNOWN, type Value, type ValueObject } from "@dovetail/model";
import type { Provider } from "@dovetail/provider";
import { describe, expect, it } from "vitest";
import { createEngine, nodeFiles, type ProviderRegistry, stateJson } from "../src/index.ts";
import { frontEnd } from "./support/harness.ts";

/** A state of AWS resources that the engine wrote, read by the real terraform with the real provider's schemas. */

/** `npm test` finds it and says so here. */
const MIRROR = process.env.DOVETAIL_TF_MIRROR ?? "";
const hasOracle =
  MIRROR !== "" &&
  spawnSync("terraform", ["version"]).status === 0 &&
  existsSync(join(MIRROR, "registry.terraform.io/hashicorp/aws/5.100.0"));

const DATA = join(import.meta.dirname, "../../provider-aws/data/schema-5.100.0");

function schemaOf(type: string): ResourceSchema | undefined {
  const index = JSON.parse(readFileSync(`${DATA}.index.json`, "utf8"));
  const found: [number, number] | undefined = index.sections.resource[type];
  if (found === undefined) return undefined;
  const buffer = Buffer.alloc(found[1]);
  const file = openSync(`${DATA}.jsonl`, "r");
  readSync(file, buffer, 0, found[1], found[0]);
  closeSync(file);
  const line = JSON.parse(buffer.toString("utf8"));
  return line.schema ?? line;
}

/** Answers every create with what was asked for, computed attributes filled with something of their type. */
function echoProvider(): Provider {
  const schemas = new Map<string, ResourceSchema | undefined>();
  const schema = (type: string) => {
    if (!schemas.has(type)) schemas.set(type, schemaOf(type));
    return schemas.get(type);
  };
  return {
    source: "registry.terraform.io/hashicorp/aws",
    version: "5.100.0",
    getSchema: (_kind, type) => schema(type),
    listTypes: () => [],
    configure: async () => [],
    validateConfig: () => [],
    planChange: async ({ type, prior, proposed }) => ({
      planned: proposed === null ? null : fill(schema(type), proposed, prior === null ? () => UNKNOWN : () => null),
      requiresReplace: [],
      diagnostics: [],
    }),
    applyChange: async ({ type, planned }) => ({
      state: planned === null ? null : fill(schema(type), planned, madeUp),
      private: '{"schema_version":"0"}',
      diagnostics: [],
    }),
    read: async ({ state }) => ({ state, diagnostics: [] }),
    importState: async () => ({ imported: [], diagnostics: [] }),
    upgradeState: async (_type, _version, state) => ({ state, diagnostics: [] }),
    readData: async (_type, config) => ({ state: config, diagnostics: [] }),
    close: async () => undefined,
  };
}

function fill(schema: ResourceSchema | undefined, value: ValueObject, make: (type: unknown) => Value): ValueObject {
  return Object.fromEntries(
    Object.entries(value).map(([name, item]): [string, Value] => {
      const attribute = schema?.attributes?.[name];
      const isOpen = item === UNKNOWN || (item === null && attribute?.computed === true);
      return [name, isOpen && attribute !== undefined ? make(attribute.type) : item];
    }),
  );
}

function madeUp(type: unknown): Value {
  if (type === "string") return "made-up";
  if (type === "number") return 7;
  if (type === "bool") return false;
  return Array.isArray(type) && (type[0] === "map" || type[0] === "object") ? {} : [];
}

const RESOURCES: [string, string, ValueObject][] = [
  ["aws_sqs_queue", "q", { name: "jobs", policy: '{"a":"<&>"}', tags: { b: "2", a: "1" } }],
  ["aws_s3_bucket", "b", { bucket: "x", force_destroy: true }],
  [
    "aws_dynamodb_table",
    "t",
    {
      name: "t",
      hash_key: "pk",
      billing_mode: "PAY_PER_REQUEST",
      attribute: [
        { name: "sk", type: "S" },
        { name: "pk", type: "S" },
      ],
      ttl: [{ attribute_name: "ttl", enabled: true }],
    },
  ],
  ["aws_lambda_function", "f", { function_name: "f", role: "arn:aws:iam::1:role/r", environment: [{ variables: { A: "1" } }] }],
];

describe.skipIf(!hasOracle)(`states of AWS resources${hasOracle ? "" : " (skipped: no terraform or provider mirror)"}`, () => {
  it("terraform show -json reads them, and shows what we show", async () => {
    const folder = mkdtempSync(join(tmpdir(), "dovetail-aws-"));
    try {
      const provider = echoProvider();
      const providers: ProviderRegistry = {
        localNameFor: () => "aws",
        provider: async () => ({ provider, diagnostics: [] }),
        close: async () => undefined,
      };
      const engine = createEngine({
        app: "a",
        stage: "dev",
        directory: join(folder, ".dovetail"),
        files: nodeFiles(),
        clock: systemClock(),
        random: seededRandom(3),
        providers,
        owner: { who: "t@h", host: "h", pid: process.pid, version: "0", isProcessAlive: () => true },
      });
      const program = frontEnd(async (app) => {
        for (const [type, name, config] of RESOURCES)
          await app.host.register({ type, name, config, sensitive: [], dependencies: [] });
        return {};
      });
      const plan = await engine.plan({ frontEnd: program });
      expect(plan.diagnostics).toEqual([]);
      const result = await engine.apply(plan, { frontEnd: program });
      expect(result.diagnostics).toEqual([]);
      const rc = join(folder, "terraform.rc");
      writeFileSync(rc, `provider_installation {\n  filesystem_mirror { path = "${MIRROR}" }\n}\n`);
      writeFileSync(
        join(folder, "main.tf"),
        'terraform {\n  required_providers {\n    aws = { source = "hashicorp/aws", version = "5.100.0" }\n  }\n}\n',
      );
      const terraform = (...args: string[]) =>
        execFileSync("terraform", args, {
          cwd: folder,
          encoding: "utf8",
          stdio: ["ignore", "pipe", "pipe"],
          env: { ...process.env, TF_CLI_CONFIG_FILE: rc },
        });
      terraform("init", "-no-color");
      const theirs = JSON.parse(terraform("show", "-json", join(folder, ".dovetail/dev.tfstate")));
      expect(await stateJson(result.state, providers, { sensitive: "shown" })).toEqual(theirs);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }, 120_000);
});
