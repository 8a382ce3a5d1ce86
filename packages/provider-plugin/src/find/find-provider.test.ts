import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compareVersions, parseVersion, satisfies } from "@dovetail/model";
import fc from "fast-check";
import { strToU8, zipSync } from "fflate";
import { afterEach, describe, expect, test } from "vitest";
import { readCliConfig } from "./cli-config.ts";
import { parseBody } from "./configuration-language.ts";
import type { FileReader } from "./files.ts";
import { findProvider, findSources, targetName, type Wanted } from "./find-provider.ts";
import { notFoundText } from "./not-found.ts";
import { readRequirements } from "./requirements.ts";
import { unpackedBinary } from "./unpack.ts";

/** A file system of path -> text. */
function reader(files: { readonly [path: string]: string }): FileReader {
  const paths = Object.keys(files);
  const list = (folder: string) => [
    ...new Set(
      paths.filter((path) => path.startsWith(`${folder}/`)).map((path) => path.slice(folder.length + 1).split("/")[0] ?? ""),
    ),
  ];
  return {
    list,
    text: (path, bytesMax) => (files[path] !== undefined && files[path].length <= bytesMax ? files[path] : undefined),
    kind: (path) => (files[path] !== undefined ? "file" : list(path).length > 0 ? "folder" : undefined),
  };
}

const AWS = "registry.terraform.io/hashicorp/aws";
const binary = (root: string, version: string, source = AWS) =>
  `${root}/${source}/${version}/linux_amd64/terraform-provider-${source.split("/").at(-1)}_v${version}_x5`;

function find(files: { readonly [path: string]: string }, wanted: Partial<Wanted> = {}, env: NodeJS.ProcessEnv = {}) {
  const options = { files: reader(files), root: "/app", env: { HOME: "/home/u", ...env }, platform: "linux", arch: "x64" };
  return findProvider(options, { source: AWS, ...wanted });
}

describe("a provider's binary is found", () => {
  test.each<[string, string, NodeJS.ProcessEnv, { [path: string]: string }]>([
    ["what init installed", "/app/.terraform/providers", {}, {}],
    ["another data folder", "/data/providers", { TF_DATA_DIR: "/data" }, {}],
    ["the root's plugins", "/app/terraform.d/plugins", {}, {}],
    ["the user's plugins", "/home/u/.terraform.d/plugins", {}, {}],
    ["the plugin cache by environment", "/cache", { TF_PLUGIN_CACHE_DIR: "/cache" }, {}],
    ["the plugin cache by configuration", "/home/u/.cache/p", {}, { "/home/u/.terraformrc": 'plugin_cache_dir = "~/.cache/p"' }],
    ["OpenTofu's configuration", "/tofu", {}, { "/home/u/.tofurc": 'plugin_cache_dir = "/tofu"' }],
    ["our own folder", "/mine", { DOVETAIL_PLUGIN_DIR: "/mine" }, {}],
    ["our own folder, relative", "/app/plugins", { DOVETAIL_PLUGIN_DIR: "plugins" }, {}],
    [
      "a mirror",
      "/mirror",
      { TF_CLI_CONFIG_FILE: "/rc" },
      {
        "/rc":
          'provider_installation {\n  filesystem_mirror {\n    path = "/mirror"\n    include = ["hashicorp/*"]\n  }\n  direct { exclude = ["*/*"] }\n}',
      },
    ],
    [
      "a mirror of a configuration in JSON",
      "/mirror",
      { TF_CLI_CONFIG_FILE: "/rc.json" },
      { "/rc.json": '{"provider_installation": {"filesystem_mirror": [{"path": "/mirror"}], "direct": {}}}' },
    ],
  ])("in %s", (_what, root, env, more) => {
    const path = binary(root, "6.1.0");
    expect(find({ [path]: "", ...more }, {}, env).found).toMatchObject({ path, version: "6.1.0", isPacked: false });
  });

  test("in the mirror of OpenTofu's registry too, packed as well", () => {
    const path = "/app/terraform.d/plugins/registry.opentofu.org/hashicorp/aws/terraform-provider-aws_6.2.0_linux_amd64.zip";
    expect(find({ [path]: "" }).found).toMatchObject({ path, version: "6.2.0", isPacked: true });
  });

  test.each<[string, Partial<Wanted>, string | undefined]>([
    ["the newest", {}, "6.10.0"],
    ["the newest of a major version", { constraint: "~> 5.0" }, "5.100.0"],
    ["the locked one before any newer", { constraint: ">= 5.0", locked: "5.9.0" }, "5.9.0"],
    ["the newest where the locked one is not there", { constraint: "< 6", locked: "5.1.1" }, "5.100.0"],
    ["none where none is wanted", { constraint: ">= 7" }, undefined],
  ])("and of several versions %s", (_what, wanted, version) => {
    const all = ["5.9.0", "5.100.0", "6.2.0", "6.10.0", "7.0.0-beta1"].map((each) => binary("/app/terraform.d/plugins", each));
    expect(find(Object.fromEntries(all.map((path) => [path, ""])), wanted).found?.version).toBe(version);
  });

  test("in dev_overrides before anywhere else, whatever version is asked for", () => {
    const rc = 'provider_installation {\n  dev_overrides {\n    "hashicorp/aws" = "/dev/build"\n  }\n}';
    const files = { "/rc": rc, "/dev/build/terraform-provider-aws": "", [binary("/app/terraform.d/plugins", "6.0.0")]: "" };
    expect(find(files, { constraint: "~> 6.0" }, { TF_CLI_CONFIG_FILE: "/rc" }).found).toMatchObject({
      path: "/dev/build/terraform-provider-aws",
    });
  });

  test("not in a mirror that leaves it out, nor for another system, nor where a folder has the binary's name", () => {
    const rc = 'provider_installation {\n  filesystem_mirror {\n    path = "/m"\n    exclude = ["hashicorp/aws"]\n  }\n}';
    expect(find({ "/rc": rc, [binary("/m", "6.0.0")]: "" }, {}, { TF_CLI_CONFIG_FILE: "/rc" }).found).toBeUndefined();
    expect(
      find({ [binary("/app/terraform.d/plugins", "6.0.0").replace("linux_amd64", "darwin_arm64")]: "" }).found,
    ).toBeUndefined();
    expect(find({ [`${binary("/app/terraform.d/plugins", "6.0.0")}/x`]: "" }).found).toBeUndefined();
  });

  test.each<[string, string | undefined]>([
    ["terraform-provider-aws_v6.1.0_x5", "6.1.0"],
    ["terraform-provider-aws_v6.1.0", "6.1.0"],
    ["terraform-provider-aws_v6.1.0_x6.exe", "6.1.0"],
    ["terraform-provider-aws_vnext", undefined],
    ["terraform-provider-awscc_v6.1.0", undefined],
    ["terraform-provider-aws_v", undefined],
  ])("as it is in our own folder: %s", (name, version) => {
    const files = { [`/mine/${name}`]: "", [`/app/terraform.d/plugins/${name}`]: "" };
    const { found } = find(files, {}, { DOVETAIL_PLUGIN_DIR: "/mine" });
    expect([found?.version, found?.path]).toEqual([version, version === undefined ? undefined : `/mine/${name}`]);
    expect(find(files).found).toBeUndefined();
  });

  test("by the name that its types begin with", () => {
    const files = { [binary("/app/terraform.d/plugins", "1.0.0", "registry.terraform.io/cloudflare/cloudflare")]: "" };
    const options = { files: reader(files), root: "/app", env: {}, platform: "linux", arch: "x64" };
    expect(findSources(options, "cloudflare")).toEqual(["registry.terraform.io/cloudflare/cloudflare"]);
    expect(findSources(options, "other")).toEqual([]);
  });

  test("or it is told where it was looked for, what is there instead, and how to get it", () => {
    const search = find({ [binary("/app/terraform.d/plugins", "5.1.0")]: "" }, { constraint: "~> 6.0" });
    const { detail, fix } = notFoundText(search, { source: AWS, constraint: "~> 6.0" });
    expect(detail).toContain("There is 5.1.0, which is not what is asked for.");
    expect(detail).toContain("/home/u/.terraform.d/plugins (the user's own plugins)");
    expect(fix).toContain("terraform providers mirror ./plugins");
  });

  test.each([
    ["win32", "x64", "windows_amd64"],
    ["darwin", "arm64", "darwin_arm64"],
    ["linux", "ia32", "linux_386"],
  ])("%s on %s is %s", (platform, arch, name) => expect(targetName(platform, arch)).toBe(name));
});

describe("a root's requirements", () => {
  test("come from its files, in HCL and JSON, and from its lock file", () => {
    const files = reader({
      "/r/a.tf":
        'terraform {\n  required_providers {\n    cf = {\n      source  = "cloudflare/cloudflare" # names it\n      version = "~> 4.0"\n      configuration_aliases = [cf.a, cf.b]\n    }\n    aws = ">= 5.0"\n  }\n}\nlocals {\n  x = { for k, v in {} : k => v }\n}\n',
      "/r/b.tf.json": '{"terraform": [{"required_providers": {"aws": {"source": "hashicorp/aws", "version": "< 6.0"}}}]}',
      "/r/.terraform.lock.hcl":
        'provider "registry.terraform.io/hashicorp/aws" {\n  version     = "5.9.0"\n  constraints = ">= 5.0.0"\n  hashes = [\n    "h1:x=",\n  ]\n}\n',
    });
    expect(readRequirements(files, "/r")).toEqual([
      { source: "registry.terraform.io/cloudflare/cloudflare", localName: "cf", constraint: "~> 4.0" },
      { source: AWS, localName: "aws", constraint: ">= 5.0, < 6.0", locked: "5.9.0" },
    ]);
  });

  test("that cannot be read are none", () => {
    const files = reader({
      "/r/a.tf": "terraform { required_providers {{{",
      "/r/b.tf.json": '{"terraform": required_providers',
      "/r/c.tf": 'terraform {\n required_providers {\n a = 1\n b = { source = "a/b/c/d" }\n c = { source = "\u0024{x}" }\n }\n}',
    });
    expect(readRequirements(files, "/r")).toEqual([]);
  });
});

describe("settings in HCL", () => {
  test.each<[string, unknown]>([
    ['a = "x"', { a: "x" }],
    ['a = "tab\\t\\"q\\" \\u00e9 \u0024\u0024{x}"', { a: 'tab\t"q" é \u0024{x}' }],
    ["a = [1, -2.5, true, null]", { a: [1, -2.5, true, null] }],
    ['a = { b : "c", "d" = [] }', { a: { b: "c", d: [] } }],
    ["a = var.x\nb = 1", { a: undefined, b: 1 }],
    ['a = "x\u0024{y}"\nb = 1', { a: undefined, b: 1 }],
    ["a = f({\n x = 1 }) + 2\nb = 1", { a: undefined, b: 1 }],
    ["# a = 1\n// b\n/* c = 2\n */ d = 3", { d: 3 }],
    ["a = <<EOT\nb = 1\nEOT\nc = 2", { a: undefined, c: 2 }],
  ])("%j", (text, attributes) => expect({ ...parseBody(text).attributes }).toEqual(attributes));

  test("any text is read to its end", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'a="{}[],\n\\$<EOT #/*: 1'), maxLength: 60 }),
        (text) => void parseBody(text),
      ),
    );
    expect(parseBody(`${"a {\n".repeat(5000)}`).blocks).toHaveLength(1);
    expect(parseBody(`a = ${"[".repeat(5000)}`).attributes.a).toBeUndefined();
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  test("a configuration that is none says nothing", () => {
    const read = (text: string) => readCliConfig(reader({ "/rc": text }), { TF_CLI_CONFIG_FILE: "/rc" });
    for (const text of ["", "{", "[]", "plugin_cache_dir = 3", "provider_installation = 1", "\0"])
      expect(read(text).mirrors).toEqual([]);
  });
});

describe("versions", () => {
  test.each<[string, string, boolean]>([
    ["5.100.0", "", true],
    ["5.100.0", "~> 5.0", true],
    ["6.0.0", "~> 5.0", false],
    ["5.1.9", "~> 5.1.2", true],
    ["5.2.0", "~> 5.1.2", false],
    ["5.1.1", "~> 5.1.2", false],
    ["5.0.0", ">= 4.0, != 5.0.0", false],
    ["5.0.0", "5.0.0", true],
    ["5.0.0", "= 5", true],
    ["5.0.1", "> 5.0.0, <= 5.0.1", true],
    ["6.0.0-beta1", ">= 5.0", false],
    ["6.0.0-beta1", "6.0.0-beta1", true],
    ["5.0.0", "nonsense", false],
  ])("%s is allowed by %j: %s", (version, constraint, allowed) => {
    const read = parseVersion(version);
    expect(read !== undefined && satisfies(read, constraint)).toBe(allowed);
  });

  test("are in order", () => {
    const order = ["1.0.0-alpha2", "1.0.0-alpha10", "1.0.0-beta1", "1.0.0", "1.0.10", "1.2.0"].map((text) => parseVersion(text));
    for (const [i, a] of order.entries())
      for (const [j, b] of order.entries())
        if (a !== undefined && b !== undefined) expect(Math.sign(compareVersions(a, b))).toBe(Math.sign(i - j));
    for (const text of ["1", "1.2", "1.2.3.4", "x", "1.2.3-", "v", ""]) expect(parseVersion(text)).toBeUndefined();
  });
});

describe("a packed provider", () => {
  const folders: string[] = [];
  afterEach(() => {
    for (const each of folders.splice(0)) rmSync(each, { recursive: true });
  });
  const packed = (bytes: Uint8Array) => {
    const folder = mkdtempSync(join(tmpdir(), "dovetail-packed-"));
    folders.push(folder);
    const path = join(folder, "terraform-provider-aws_1.0.0_linux_amd64.zip");
    writeFileSync(path, bytes);
    const found = { source: AWS, version: "1.0.0", path, isPacked: true, place: { path: folder, why: "" } };
    return { found, into: join(folder, "plugins") };
  };

  test("is unpacked once, executable", () => {
    const { found, into } = packed(zipSync({ "terraform-provider-aws_v1.0.0_x5": strToU8("#!"), "LICENSE.txt": strToU8("x") }));
    const path = unpackedBinary(found, into);
    expect(readFileSync(path, "utf8")).toBe("#!");
    expect(statSync(path).mode & 0o111).toBe(0o111);
    writeFileSync(found.path, "gone");
    expect(unpackedBinary(found, into)).toBe(path);
  });

  test.each<[string, Uint8Array, string]>([
    ["leads out of its folder", zipSync({ "../evil": strToU8("x"), "terraform-provider-aws": strToU8("x") }), "leads out of it"],
    ["names an absolute path", zipSync({ "/etc/evil": strToU8("x") }), "leads out of it"],
    ["names a path of Windows", zipSync({ "..\\evil": strToU8("x") }), "leads out of it"],
    ["has no binary", zipSync({ README: strToU8("x") }), "holds no file"],
    ["is none", strToU8("not a zip"), "no ZIP archive"],
    ["is cut off", zipSync({ "terraform-provider-aws": strToU8("x".repeat(1000)) }).slice(0, 60), "no ZIP archive"],
    [
      "has too many entries",
      zipSync(Object.fromEntries(Array.from({ length: 1001 }, (_, i) => [`f${i}`, strToU8("")]))),
      "more than a provider has",
    ],
  ])("that %s is refused, and leaves nothing", (_what, bytes, why) => {
    const { found, into } = packed(bytes);
    mkdirSync(into);
    expect(() => unpackedBinary(found, into)).toThrow(
      expect.objectContaining({
        diagnostics: [expect.objectContaining({ code: "DVT4011", detail: expect.stringContaining(why) })],
      }),
    );
  });
});
