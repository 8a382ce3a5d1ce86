import { parseNative } from "@dovetail/hcl";
import { describe, expect, it } from "vitest";
import { Problems } from "../configuration/problems.ts";
import type { Files } from "../files.ts";
import { type BackendRecord, formatBackendRecord, parseBackendRecord } from "./backend-record.ts";
import { type ConfiguredBackend, readBackend } from "./read-backend.ts";
import { selectBackend } from "./select-backend.ts";

/** Backend blocks and `.terraform/terraform.tfstate`. Hashes are those that terraform 1.11.4 wrote for the same blocks. */

const RANGE = { file: "/r/main.tf", line: 1, column: 1 };
const NO_FILES: Files = { list: () => undefined, read: () => undefined, isFolder: () => false, real: () => undefined };

function read(type: string, text: string, given?: readonly string[], files: Files = NO_FILES) {
  const problems = new Problems("/r");
  const { body } = parseNative(text, "/r/main.tf");
  const block = { type, range: RANGE, body };
  const overrides = given === undefined ? undefined : { given, files, cwd: "/r" };
  const configured = readBackend(block, problems, overrides);
  return { configured, told: problems.found.map(({ code, summary, detail }) => `${code} ${summary}: ${detail}`) };
}

function configured(type: string, text: string, given?: readonly string[]): ConfiguredBackend {
  const found = read(type, text, given);
  if (found.configured === undefined) throw new Error(found.told.join("\n"));
  return found.configured;
}

const set = ({ config }: Pick<ConfiguredBackend, "config">) =>
  Object.fromEntries(Object.entries(config).filter(([, value]) => value !== null));

const S3 = `bucket = "acme-state"
key = "orders/terraform.tfstate"
region = "eu-central-1"
dynamodb_table = "locks"
use_lockfile = true
skip_credentials_validation = true
use_path_style = true
encrypt = true
max_retries = 3
allowed_account_ids = ["000000000000"]
`;

describe("a backend block", () => {
  it.each<[string, string, string, number]>([
    ["local", "local", 'path = "st/x.tfstate"', 3761973635],
    ["s3 with texts, numbers, switches and a set", "s3", S3, 516600141],
    ["s3 with another key", "s3", S3.replace("orders/", "orders2/"), 1428331240],
    [
      "s3 with an object, and without its bucket",
      "s3",
      'key = "p/terraform.tfstate"\nregion = "eu-central-1"\nuse_path_style = true\nendpoints = { s3 = "http://127.0.0.1:40009", sts = "http://127.0.0.1:40009" }\nskip_credentials_validation = true',
      728684054,
    ],
    ["http", "http", 'address = "http://127.0.0.1:1/x"', 231852435],
  ])("has the hash that terraform gives it: %s", (_what, type, text, hash) => {
    expect(configured(type, text).hash).toBe(hash);
  });

  it("is completed by -backend-config, the later over the earlier, and keeps its own hash", () => {
    const files: Files = {
      ...NO_FILES,
      read: (path) => (path === "/r/prod.hcl" ? Buffer.from('bucket = "b"\nkey = "file"') : undefined),
    };
    const given = ["prod.hcl", "key=a=b", "max_retries=2", "encrypt=true", 'allowed_account_ids=["1"]'];
    const { configured: found, told } = read("s3", 'region = "eu-west-1"', given, files);
    expect(told).toEqual([]);
    expect(found && set(found)).toEqual({
      region: "eu-west-1",
      bucket: "b",
      key: "a=b",
      max_retries: 2,
      encrypt: true,
      allowed_account_ids: ["1"],
    });
    expect(found?.hash).toBe(configured("s3", 'region = "eu-west-1"').hash);
  });

  it.each<[string, readonly string[], string]>([
    [
      "an argument that there is not",
      ["kei=b"],
      'The backend configuration argument "kei" given on the command line is not expected',
    ],
    ["a number that is none", ["max_retries=x"], 'The argument "max_retries" of -backend-config: a number is required.'],
    ["a name of Object's", ["constructor=1"], 'argument "constructor" given on the command line is not expected'],
    ["a file that is not there", ["none.hcl"], "/r/none.hcl given on the command line cannot be read"],
    ["an expression that is none", ["assume_role={"], "DVT"],
  ])("refuses -backend-config with %s", (_what, given, told) => {
    expect(read("s3", "", given).told.join("\n")).toContain(told);
  });

  it.each<[string, string]>([
    ["gcs", "Dovetail keeps states in the backends http, local, s3"],
    ["etcd", 'The "etcd" backend is not supported in Terraform v1.3 or later.'],
    ["s4", 'There is no backend type named "s4". Did you mean "s3"?'],
    ["constructor", 'There is no backend type named "constructor".'],
  ])("of type %s is refused", (type, told) => {
    expect(read(type, "").told.join("\n")).toContain(told);
  });
});

describe("the record of a folder", () => {
  const record = (of: ConfiguredBackend): BackendRecord => ({ type: of.type, config: of.config, hash: of.hash });
  const selected = (own: ConfiguredBackend | undefined, recorded: BackendRecord | undefined) => {
    const problems = new Problems("/r");
    const backend = selectBackend(own, recorded, problems);
    return { backend, told: problems.found.map(({ summary, detail = "" }) => `${summary} | ${detail.split("\n")[0]}`) };
  };
  const s3 = configured("s3", S3);
  const partial = configured("s3", 'region = "x"', ["bucket=b", "key=k"]);

  it("is written as terraform writes it, and read again", () => {
    const text = formatBackendRecord(record(s3), "1.11.4", '{"version":3,"more":1}');
    expect(
      text.startsWith(
        '{\n  "version": 3,\n  "terraform_version": "1.11.4",\n  "backend": {\n    "type": "s3",\n    "config": {\n      "access_key": null',
      ),
    ).toBe(true);
    expect(parseBackendRecord(text)).toEqual(record(s3));
    expect(JSON.parse(text).more).toBe(1);
    expect(formatBackendRecord(undefined, "1.11.4", text)).toBe(
      '{\n  "version": 3,\n  "terraform_version": "1.11.4",\n  "more": 1\n}',
    );
    expect(parseBackendRecord('{"version":3}')).toBeUndefined();
  });

  it.each(["", "{", "[]", "null", '{"version":4}', '{"version":3,"backend":{}}'])("%j is refused with a sentence", (text) => {
    expect(() => parseBackendRecord(text)).toThrow(/./);
  });

  it.each<[string, ConfiguredBackend | undefined, BackendRecord | undefined, readonly string[]]>([
    ["nothing and nothing", undefined, undefined, []],
    ["the same block", s3, record(s3), []],
    ["the same block, completed by -backend-config", configured("s3", 'region = "x"'), record(partial), []],
    ["the same values, hashed by another version", s3, { ...record(s3), hash: 1 }, []],
    ["a local block without init", configured("local", ""), undefined, []],
    [
      "a block without init",
      s3,
      undefined,
      [
        'Backend initialization required, please run "dovetail init" | Reason: Initial configuration of the requested backend "s3"',
      ],
    ],
    [
      "a block that was taken away",
      undefined,
      record(s3),
      ['Backend initialization required, please run "dovetail init" | Reason: Unsetting the previously set backend "s3"'],
    ],
    [
      "another key",
      configured("s3", S3.replace("orders/", "x/")),
      record(s3),
      ['Backend initialization required: please run "dovetail init" | Reason: Backend configuration block has changed'],
    ],
    [
      "another type",
      configured("local", ""),
      record(s3),
      ['Backend initialization required: please run "dovetail init" | Reason: Backend type changed from "s3" to "local"'],
    ],
  ])("%s", (_what, own, recorded, told) => {
    expect(selected(own, recorded).told).toEqual(told);
  });

  it("gives the arguments that only -backend-config gave", () => {
    expect(set(selected(configured("s3", 'region = "x"'), record(partial)).backend)).toEqual({
      region: "x",
      bucket: "b",
      key: "k",
    });
  });
});
