/** Modules that are fetched: repositories, archives, folders, and what a registry's address means on this machine. */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Diagnostic } from "@dovetail/model";
import { zipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { nodeModuleFiles } from "../src/files.ts";
import { installModules } from "../src/modules/install-modules.ts";
import { unpackArchive } from "../src/modules/unpack-archive.ts";

const top = mkdtempSync(join(tmpdir(), "dovetail-modules-"));
afterAll(() => rmSync(top, { recursive: true, force: true }));
let count = 0;

/** A root in a folder of its own. */
function rootWith(files: { readonly [path: string]: string }) {
  const root = join(top, `root-${count++}`);
  const write = (more: { readonly [path: string]: string | Uint8Array }) => {
    for (const [path, content] of Object.entries(more)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), content);
    }
  };
  write(files);
  const read = (path: string): unknown => JSON.parse(readFileSync(join(root, path), "utf8"));
  return {
    root,
    write,
    read,
    async get(isUpgrade = false) {
      const told: string[] = [];
      const found = await installModules({
        places: {
          files: nodeModuleFiles(),
          root,
          dataFolder: join(root, ".terraform"),
          vendored: [join(root, "vendor/modules")],
        },
        isUpgrade,
        tell: (line) => void told.push(line),
        env: { PATH: process.env.PATH, HOME: top },
        download: async (url) => {
          if (url === "http://127.0.0.1/m.zip") return zip({ "main.tf": "" });
          throw new Error("bad response code: 404");
        },
        readObject: async ({ bucket, key, region }) => {
          told.push(`s3 ${bucket} ${key} ${region ?? ""}`);
          return zip({ "deep/main.tf": "" });
        },
      });
      return { told, found: found.map(text), details: found.map(({ detail }) => detail ?? "") };
    },
  };
}

function text({ severity, code, summary, range }: Diagnostic): string {
  return `${severity} ${code}: ${summary} (${range?.line}:${range?.column})`;
}

function zip(files: { readonly [path: string]: string }): Uint8Array {
  return zipSync(Object.fromEntries(Object.entries(files).map(([path, content]) => [path, Buffer.from(content)])));
}

/** Entries of a tar: name, kind and content, or the target of a link. */
function tar(...entries: readonly (readonly [name: string, kind: string, content: string])[]): Buffer {
  const blocks = entries.flatMap(([name, kind, content]) => {
    const header = Buffer.alloc(512);
    const body = kind === "2" ? Buffer.alloc(0) : Buffer.from(content);
    header.write(name, 0);
    header.write(body.length.toString(8).padStart(11, "0"), 124);
    header.write(kind, 156);
    if (kind === "2") header.write(content, 157);
    return [header, body, Buffer.alloc((512 - (body.length % 512)) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

describe("archives", () => {
  test.each([
    ["zip", zip({ "a/main.tf": "x" })],
    ["tar", tar(["a/main.tf", "0", "x"])],
    ["tar.gz", gzipSync(tar(["a/", "5", ""], ["a/main.tf", "0", "x"], ["link.tf", "2", "a/main.tf"]))],
    ["a long name, as GNU tar has it", tar(["long", "L", "a/main.tf"], ["cut", "0", "x"])],
    ["a long name, as pax has it", tar(["pax", "x", "18 path=a/main.tf\n"], ["cut", "0", "x"])],
  ])("%s", (_, bytes) => {
    const folder = join(top, `archive-${count++}`);
    mkdirSync(folder);
    unpackArchive(bytes, folder);
    expect(readFileSync(join(folder, "a/main.tf"), "utf8")).toBe("x");
  });

  test.each([
    ["a zip that leads out", zip({ "../evil.tf": "x" }), "leads out of it"],
    ["a zip with the root's path", zip({ "/evil.tf": "x" }), "leads out of it"],
    ["a zip with Windows' separators", zip({ "a\\..\\..\\evil.tf": "x" }), "leads out of it"],
    ["a tar that leads out", tar(["a/../../evil.tf", "0", "x"]), "leads out of it"],
    ["a link that leads out", tar(["a/l", "2", "../../evil"]), "lies outside of it"],
    ["a link to the root", tar(["l", "2", "/etc/passwd"]), "lies outside of it"],
    ["a device", tar(["d", "3", ""]), "neither a file nor"],
    ["a tar that is cut off", tar(["a", "0", "x".repeat(2000)]).subarray(0, 1024), "cut off"],
    ["no archive", Buffer.from("hello"), "no zip, tar"],
    ["a damaged zip", zip({ a: "x" }).subarray(0, 20), ""],
    ["nothing", Buffer.alloc(0), "no zip, tar"],
  ])("%s is refused, and nothing is written", (_, bytes, why) => {
    const folder = join(top, `archive-${count++}`, "in");
    mkdirSync(folder, { recursive: true });
    expect(() => unpackArchive(bytes, folder)).toThrow(why);
    expect(existsSync(join(folder, "../evil.tf"))).toBe(false);
  });
});

describe.skipIf(spawnSync("git", ["--version"]).status !== 0)("repositories", () => {
  const repository = join(top, "repository");
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=n", "-c", "user.email=e", ...args], { cwd: repository, encoding: "utf8" }).trim();
  const commit = (content: string) => {
    writeFileSync(join(repository, "main.tf"), content);
    git("add", "-A");
    git("commit", "-qm", "x");
    return git("rev-parse", "HEAD");
  };
  let first = "";
  beforeAll(() => {
    mkdirSync(join(repository, "modules/x/inner"), { recursive: true });
    writeFileSync(join(repository, "modules/x/main.tf"), 'module "in" { source = "./inner" }\n');
    writeFileSync(join(repository, "modules/x/inner/main.tf"), "");
    git("init", "-q", ".");
    first = commit("# one\n");
    git("tag", "v1");
    commit("# two\n");
  });

  test("are cloned at their reference; modules.json is terraform's; what was used is locked", async () => {
    const { get, read, root } = rootWith({
      "main.tf": `module "g" { source = "git::file://${repository}?ref=v1" }\nmodule "s" { source = "git::file://${repository}//modules/x?ref=v1&depth=1" }\nmodule "l" { source = "./l" }\n`,
      "l/main.tf": "",
    });
    const { told, found } = await get();
    expect(found).toEqual([]);
    expect(told).toEqual([
      `Downloading git::file://${repository}?ref=v1 for g...`,
      "- g in .terraform/modules/g",
      "- l in l",
      `Downloading git::file://${repository}?ref=v1&depth=1 for s...`,
      "- s in .terraform/modules/s/modules/x",
      "- s.in in .terraform/modules/s/modules/x/inner",
    ]);
    expect(read(".terraform/modules/modules.json")).toEqual({
      Modules: [
        { Key: "", Source: "", Dir: "." },
        { Key: "g", Source: `git::file://${repository}?ref=v1`, Dir: ".terraform/modules/g" },
        { Key: "l", Source: "./l", Dir: "l" },
        { Key: "s", Source: `git::file://${repository}//modules/x?ref=v1&depth=1`, Dir: ".terraform/modules/s/modules/x" },
        { Key: "s.in", Source: "./inner", Dir: ".terraform/modules/s/modules/x/inner" },
      ],
    });
    expect(readFileSync(join(root, ".terraform/modules/g/main.tf"), "utf8")).toBe("# one\n");
    expect(read("dovetail-modules.lock.json")).toMatchObject({ modules: { g: { version: first }, s: { version: first } } });
    expect((await get()).told).toEqual([]);
  });

  test("stay at the commit that is locked until they are upgraded, and a change of files is told", async () => {
    const { get, root } = rootWith({ "main.tf": `module "g" { source = "git::file://${repository}" }\n` });
    await get();
    const before = readFileSync(join(root, ".terraform/modules/g/main.tf"), "utf8");
    commit(`# ${count++}\n`);
    rmSync(join(root, ".terraform"), { recursive: true });
    expect((await get()).found).toEqual([]);
    expect(readFileSync(join(root, ".terraform/modules/g/main.tf"), "utf8")).toBe(before);
    await get(true);
    expect(readFileSync(join(root, ".terraform/modules/g/main.tf"), "utf8")).not.toBe(before);
    writeFileSync(join(root, ".terraform/modules/g/main.tf"), "# by hand\n");
    expect((await get()).found).toEqual(["warning DVT2021: Module changed without a new version (1:23)"]);
  });

  test.each([
    ["git::file:///nowhere/at/all", "Failed to download module"],
    ["git::file://REPOSITORY?ref=nope", "Failed to download module"],
    ["git::file://REPOSITORY?ref=--upload-pack=x", "Failed to download module"],
    ["git::ext::sh -c touch% /tmp/evil", "Failed to download module"],
    ["git::file://REPOSITORY//nope", "Failed to expand subdir globs"],
    ["git::file://REPOSITORY//../x", "Invalid module source address"],
    ["hg::http://127.0.0.1/x", "Failed to download module"],
  ])("%s: %s", async (source, summary) => {
    const { get } = rootWith({ "main.tf": `module "g" { source = "${source.replace("REPOSITORY", repository)}" }\n` });
    expect((await get()).found).toEqual([`error DVT2021: ${summary} (1:23)`]);
  });
});

test("archives and folders by path, http and S3", async () => {
  const { get, write, root, read } = rootWith({});
  write({ "packed.zip": zip({ "main.tf": "" }), "folder/main.tf": "" });
  write({
    "main.tf": `module "a" { source = "${root}/packed.zip" }
module "b" { source = "${root}/folder" }
module "c" { source = "http://127.0.0.1/m.zip?archive=zip" }
module "d" { source = "s3::https://s3-eu-west-1.amazonaws.com/bucket/some/key.zip//deep" }
`,
  });
  const { found, told } = await get();
  expect(found).toEqual([]);
  expect(told).toContain("s3 bucket some/key.zip eu-west-1");
  expect(read(".terraform/modules/modules.json")).toMatchObject({
    Modules: [{}, {}, {}, {}, { Dir: ".terraform/modules/d/deep" }],
  });
});

test("a registry's module is taken from a vendored folder, in the newest version that fits; else it is told what is there", async () => {
  const { get, write, read } = rootWith({
    "main.tf": 'module "v" {\n  source  = "a/vpc/aws"\n  version = "~> 1.0"\n}\n',
    "vendor/modules/a/vpc/aws/1.2.0/main.tf": "",
    "vendor/modules/a/vpc/aws/2.0.0/main.tf": "",
  });
  expect((await get()).found).toEqual([]);
  expect(read(".terraform/modules/modules.json")).toMatchObject({
    Modules: [{}, { Key: "v", Source: "registry.terraform.io/a/vpc/aws", Version: "1.2.0", Dir: ".terraform/modules/v" }],
  });
  write({ "main.tf": 'module "v" {\n  source  = "a/vpc/aws"\n  version = "~> 4.0"\n}\n' });
  const { found, details } = await get();
  expect(found).toEqual(["error DVT2021: Module not found (2:13)"]);
  expect(details[0]).toContain("vendor/modules/a/vpc/aws: it has 1.2.0, 2.0.0");
});

test("what is wrong with a root's files is told before anything is fetched", async () => {
  const { get } = rootWith({
    "main.tf": 'module "m" {}\nmodule "n" { source = "./nowhere" }\nmodule "o" { source = "what is this" }\n',
  });
  expect((await get()).found).toEqual([
    "error DVT2004: Missing required argument (1:12)",
    "error DVT2021: Unreadable module directory (2:23)",
    "error DVT2021: Invalid module source address (3:23)",
  ]);
});
