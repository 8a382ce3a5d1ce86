/** Names of files, variables, data sources and copies: made of what a program calls things, which may be anything. */
import type { Value } from "@dovetail/model";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Files } from "../files.ts";
import { Artifacts } from "./artifacts.ts";
import { dataNames } from "./data-names.ts";
import { filesOf, kebab } from "./layout.ts";
import { ModuleFolders } from "./module-folders.ts";
import type { RecordedResource } from "./record-program.ts";
import { Variables, variableName } from "./variables.ts";

const recorded = (type: string, file: string, component?: { type: string; name: string }): RecordedResource => ({
  mode: "managed",
  address: `${type}.x`,
  schema: {},
  registration: {
    type,
    name: "x",
    config: {},
    sensitive: [],
    dependencies: [],
    range: { file, line: 1, column: 1 },
    ...(component === undefined ? {} : { component: [component] }),
  },
});
const fileOf = (resource: RecordedResource, ...others: readonly RecordedResource[]) =>
  filesOf([resource, ...others], new Set(["sst.config.ts"]), "/app").get(resource);
const elsewhere = recorded("aws_sqs_queue", "/app/stacks/other.ts");

describe("a resource is written to the file", () => {
  test.each<[string, RecordedResource, readonly RecordedResource[], { name: string; title?: string }]>([
    [
      "of its outermost component",
      recorded("aws_sqs_queue", "/app/sst.config.ts", { type: "acme:Queue", name: "JobsQueue" }),
      [],
      { name: "jobs-queue", title: "Component JobsQueue (acme:Queue)" },
    ],
    [
      "of the program's file",
      recorded("aws_sqs_queue", "/app/stacks/ApiStack.ts"),
      [elsewhere],
      { name: "api-stack", title: "From stacks/ApiStack.ts" },
    ],
    ["of its service, where the program is one file", recorded("aws_sqs_queue", "/app/sst.config.ts"), [], { name: "sqs" }],
    ["of its provider, where that is not AWS", recorded("random_id", "/app/sst.config.ts"), [], { name: "random" }],
    [
      "beside one that the export needs",
      recorded("aws_sqs_queue", "/app/stacks/outputs.ts"),
      [elsewhere],
      { name: "app-outputs", title: "From stacks/outputs.ts" },
    ],
    [
      "that terraform does not take for an override",
      recorded("aws_sqs_queue", "/app/x/override.ts"),
      [elsewhere],
      { name: "app-override", title: "From x/override.ts" },
    ],
    [
      "called main, where the name has no letter",
      recorded("aws_sqs_queue", "/x", { type: "t", name: "../.." }),
      [],
      { name: "main", title: "Component ../.. (t)" },
    ],
  ])("%s", (_what, resource, others, place) => {
    expect(fileOf(resource, ...others)).toEqual(place);
  });

  test("whose name is letters, digits and hyphens, whatever the component is called", () => {
    fc.assert(fc.property(fc.string(), (name) => /^[a-z0-9]?[a-z0-9-]*$/.test(kebab(name))));
  });
});

describe("variables", () => {
  test.each([
    [["KefirDb", "master_password"], "kefir_db_master_password"],
    [["key"], "key"],
    [["source"], "source_value"],
    [["9lives"], "value_9lives"],
    [["..", "☃"], "value"],
  ])("%j is called %s", (parts, name) => {
    expect(variableName(parts)).toBe(name);
  });

  test("one secret is one variable; two of the same name get numbers", () => {
    const variables = new Variables();
    const names = [variables.secret("a", ["x"], ""), variables.secret("a", ["y"], ""), variables.secret("b", ["x"], "")];
    expect(names).toEqual(["x", "x", "x_2"]);
  });

  test("are identifiers, whatever they are made of", () => {
    fc.assert(fc.property(fc.array(fc.string()), (parts) => /^[a-z][a-z0-9_]*$/.test(variableName(parts))));
  });
});

test("data sources are called after what they ask for; names that a program chose stay", () => {
  const data = (name: string, config: { [name: string]: Value }) => ({
    address: `data.aws_x.${name}`,
    registration: { type: "aws_x", name, config },
  });
  const names = dataNames([
    data("current", {}),
    data("q0f7ce3fb", { name: "/adopt/secret" }),
    data("n1", { filter: [{ name: "/adopt/secret" }] }),
    data("n2-west", { name: "Ünï" }),
    data("q00000000", { count: 3 }),
  ]);
  expect([...names.values()]).toEqual(["current", "adopt_secret", "adopt_secret_2", "n-west", "q00000000"]);
});

describe("copies", () => {
  const files: Files = {
    list: (folder) =>
      folder === "/m/kms"
        ? ["main.tf", ".terraform", "terraform.tfstate", "sub"]
        : folder === "/m/kms/sub"
          ? ["x.tpl"]
          : undefined,
    read: (path) => (path.endsWith("missing.zip") ? undefined : Buffer.from(path)),
    isFolder: (path) => path === "/m/kms/sub",
    real: (path) => path,
  };

  test("archives are called after their folder, else after their resource, and each is there once", () => {
    const folderOf = (archive: string) => (archive === "h1.zip" ? "/app/backend/dist" : undefined);
    const artifacts = new Artifacts({ files, root: "/app", folderOf });
    const hashed = `.dovetail/artifacts/${"a".repeat(32)}.zip`;
    const paths = ["h1.zip", hashed, "../site/index.html", "/elsewhere/index.html", "h1.zip", "..", "missing.zip"].map(
      (given) => artifacts.take(given, "Worker")?.path,
    );
    expect(paths).toEqual([
      "artifacts/dist.zip",
      "artifacts/Worker.zip",
      "artifacts/index.html",
      "artifacts/index-2.html",
      "artifacts/dist.zip",
      "artifacts/file",
      undefined,
    ]);
  });

  test("folders of modules go along without what is made in them; two of a name are told apart", () => {
    const folders = new ModuleFolders(files);
    expect(["/m/kms", "/other/kms", "/m/kms"].map((folder) => folders.take(folder))).toEqual([
      "./modules/kms",
      "./modules/kms-2",
      "./modules/kms",
    ]);
    expect(folders.copies()).toEqual([
      { path: "modules/kms/main.tf", copyOf: "/m/kms/main.tf" },
      { path: "modules/kms/sub/x.tpl", copyOf: "/m/kms/sub/x.tpl" },
    ]);
  });
});
