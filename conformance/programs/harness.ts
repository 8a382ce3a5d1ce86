/** Whole programs of users, copied to a folder of their own and driven by the command line against one embedded cloud. */
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, expect } from "vitest";
import { runCommandLine } from "../../packages/cli/src/command-line.ts";
import { formatAddress, type InstanceKey, type ResourceMode } from "../../packages/model/src/addresses/address.ts";

const PAUSE_MS = 50;
const ASKED_AT_MOST = 150;

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** One row of the state: `aws_sqs_queue.Q` and the attributes of its only instance. */
export interface StateResource {
  readonly address: string;
  readonly mode: string;
  readonly attributes: { readonly [name: string]: unknown };
  readonly sensitive: readonly unknown[];
}

/** What a plan is going to do, `address` -> actions as Terraform's plan JSON names them; what stays as it is left out. */
export type Changes = { readonly [address: string]: string };

export interface App {
  readonly folder: string;
  run(...args: string[]): Promise<Ran>;
  /** The same; fails the test with what was printed unless it ends with 0. */
  succeed(...args: string[]): Promise<Ran>;
  changes(): Promise<Changes>;
  outputs<T = { readonly [name: string]: string }>(): Promise<T>;
  /** Replaces a text of a file by another; the text must be there. */
  edit(file: string, from: string | RegExp, to: string): void;
  state(): readonly StateResource[];
  resource(address: string): StateResource;
  /** What the real terraform lists. */
  terraformList(): readonly string[];
}

/** A cloud for the tests of one file. Call at the top of the file. */
export function withCloud() {
  const scratch = mkdtempSync(join(tmpdir(), "dovetail-programs-"));
  const cloud = join(scratch, "cloud");
  let endpoint = "";
  const env = { PATH: process.env.PATH, HOME: scratch, DOVETAIL_CLOUD: cloud, NO_COLOR: "1" };

  beforeAll(async () => {
    const started = await runHere(["cloud", "start"], scratch, env);
    expect(started.code, started.err).toBe(0);
    endpoint = (JSON.parse(readFileSync(join(cloud, "cloud.json"), "utf8")) as { endpoint: string }).endpoint;
  });
  afterAll(async () => {
    await runHere(["cloud", "stop"], scratch, env);
    rmSync(scratch, { recursive: true, force: true });
  });

  const admin = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const answer = await fetch(`${endpoint}/_dovetail/${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  };

  return {
    endpoint: () => endpoint,
    admin,
    /** What an SDK client takes to talk to the cloud. */
    client: (region = "us-east-1") => ({
      endpoint,
      region,
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
      forcePathStyle: true,
    }),
    advance: (ms: number) => admin("POST", "clock", { advanceMs: ms }),
    /** How many of each kind the cloud has. Left out: log groups and metrics, which calls leave behind and no program owns, as on AWS. */
    async inventory(): Promise<Inventory> {
      const { resources } = await admin<{ resources: Inventory }>("GET", "inventory");
      return Object.fromEntries(Object.entries(resources).filter(([kind]) => !/^(logs|cloudwatch metrics)/.test(kind)));
    },
    /** Asks until `holds` no longer throws: what the cloud does on its own takes a moment of real time. Throws its last error. */
    async until(holds: () => Promise<void>): Promise<void> {
      for (let tries = ASKED_AT_MOST; ; tries--) {
        try {
          return await holds();
        } catch (error) {
          if (tries === 0)
            throw new Error(
              `${(await admin<{ hints: unknown[] }>("GET", "hints")).hints.map((hint) => JSON.stringify(hint)).join("\n")}\n${String(error)}`,
              { cause: error },
            );
          await setTimeout(PAUSE_MS);
        }
      }
    },
    /** A program of `apps/`, in a folder beside the others of this file. */
    app: (name: string, more: NodeJS.ProcessEnv = {}): App => openApp(scratch, name, { ...env, ...more }),
  };
}

export interface Inventory {
  readonly [kind: string]: number;
}

export type TestCloud = ReturnType<typeof withCloud>;

/** A fresh deploy, with what must hold of every one: the state is one that terraform reads, and a second plan is empty. */
export async function deploy(app: App): Promise<Ran> {
  const ran = await app.succeed("deploy", "--stage", "dev");
  expect(await app.changes()).toEqual({});
  expect([...app.terraformList()].sort()).toEqual(
    app
      .state()
      .map((r) => r.address)
      .sort(),
  );
  return ran;
}

/** Takes the stage away and proves that the cloud is as it was `before`. */
export async function remove(cloud: TestCloud, app: App, before: Inventory): Promise<void> {
  await app.succeed("remove", "--stage", "dev", "--yes");
  expect(app.state()).toEqual([]);
  expect(await cloud.inventory()).toEqual(before);
}

function openApp(scratch: string, name: string, env: NodeJS.ProcessEnv): App {
  const folder = join(scratch, name);
  cpSync(join(import.meta.dirname, "apps", name), folder, { recursive: true });
  const root = ["sst.config.ts", "Pulumi.yaml"].some((file) => existsSync(join(folder, file))) ? folder : join(folder, "infra");
  const stateFile = join(root, ".dovetail/dev.tfstate");
  const run = (...args: string[]) => runHere(args, root, env);
  const succeed = async (...args: string[]) => {
    const ran = await run(...args);
    expect(ran.code, `dovetail ${args.join(" ")}\n${ran.out}\n${ran.err}`).toBe(0);
    return ran;
  };
  const state = () => resourcesOf(readFileSync(stateFile, "utf8"));
  return {
    folder: root,
    run,
    succeed,
    async changes() {
      const ran = await succeed("diff", "--stage", "dev", "--json");
      const plan = JSON.parse(ran.out) as PlanDocument;
      return Object.fromEntries(
        (plan.resource_changes ?? [])
          .filter((change) => change.change.actions.join() !== "no-op" && change.change.actions.join() !== "read")
          .map((change) => [change.address, change.change.actions.join("+")]),
      );
    },
    async outputs<T>() {
      const outputs = JSON.parse((await succeed("output", "--stage", "dev", "--json")).out) as {
        [name: string]: { value: unknown };
      };
      return Object.fromEntries(Object.entries(outputs).map(([key, output]) => [key, output.value])) as T;
    },
    edit(file, from, to) {
      const path = join(root, file);
      const text = readFileSync(path, "utf8");
      expect(text).toMatch(from);
      writeFileSync(path, text.replace(from, to));
    },
    state,
    resource(address) {
      const found = state().find((resource) => resource.address === address);
      if (found === undefined)
        throw new Error(
          `no ${address} in\n${state()
            .map((r) => r.address)
            .join("\n")}`,
        );
      return found;
    },
    terraformList: () =>
      execFileSync("terraform", ["state", "list", `-state=${stateFile}`], { encoding: "utf8", cwd: scratch, stdio: "pipe" })
        .split("\n")
        .filter((line) => line !== ""),
  };
}

interface PlanDocument {
  readonly resource_changes?: readonly { readonly address: string; readonly change: { readonly actions: readonly string[] } }[];
}

function resourcesOf(text: string): readonly StateResource[] {
  const { resources } = JSON.parse(text) as {
    resources: {
      module?: string;
      mode: ResourceMode;
      type: string;
      name: string;
      instances: { index_key?: InstanceKey; attributes: StateResource["attributes"]; sensitive_attributes?: unknown[] }[];
    }[];
  };
  return resources.flatMap(({ instances, ...resource }) =>
    instances.map(({ index_key: index, attributes, sensitive_attributes }) => ({
      address: formatAddress({ ...resource, ...(index === undefined ? {} : { index }) }),
      mode: resource.mode,
      attributes,
      sensitive: sensitive_attributes ?? [],
    })),
  );
}

/** Runs the command line in this process. */
export async function runHere(
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
  interrupt: AbortSignal = new AbortController().signal,
): Promise<Ran> {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const texts = [stdout, stderr].map(collect);
  const code = await runCommandLine(args, {
    streams: { stdout, stderr, stdin: new PassThrough() },
    cwd,
    env,
    interrupt,
    interruptAgain: new AbortController().signal,
  });
  stdout.end();
  stderr.end();
  const [out = "", err = ""] = await Promise.all(texts);
  return { code, out, err };
}

async function collect(stream: PassThrough): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk as Buffer));
  return Buffer.concat(chunks).toString("utf8");
}
